"""What is wrong in a sheet: the errors that hold rows, the warnings that only tell, the questions a person must answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from lib.cells import FORMULA_START, formula_like, read_text
from lib.coded import Mask, Texts
from lib.columns import Proposal
from lib.dates import evidence_in_words
from lib.duplicates import Duplicates
from lib.licenses import COLUMNS, Kind
from lib.problems import Problem, Severity
from lib.sheets import Sheet

_ONLY_TELL = frozenset(("unknown_country",))
"""Codes that never hold a row: the original text is kept beside the blank."""


def errors_of(sheet: Sheet, duplicates: Duplicates, asked: Mask) -> list[Problem]:
    """The errors of the rows that are asked for, and of rows that are ragged or contradict one another, by row."""
    found = [
        *_ragged_rows(sheet),
        *_blank_cells(sheet, asked),
        *_misread_cells(sheet, Severity.ERROR, asked, lambda code: code not in _ONLY_TELL),
        *_conflicting_rows(sheet, duplicates),
    ]
    return sorted(found, key=_by_row)


def warnings_of(sheet: Sheet, duplicates: Duplicates, asked: Mask) -> list[Problem]:
    """The warnings of the rows that are asked for, of lines left out, and of rows that repeat others, by row."""
    found = [
        *_ignored_lines(sheet),
        *_repeated_rows(sheet, duplicates),
        *_misread_cells(sheet, Severity.WARNING, asked, lambda code: code in _ONLY_TELL),
        *_formula_like_cells(sheet, asked),
    ]
    return sorted(found, key=_by_row)


def questions_of(sheet: Sheet, guessed: Sequence[Proposal], orders: Mapping[str, str]) -> list[Problem]:
    """What only a person can decide: guessed columns that may mean two things, date columns without a plain order."""
    return [*_undecided_columns(sheet, guessed), *_undecided_orders(sheet, orders)]


def _by_row(problem: Problem) -> int:
    return problem.row or 0


def _ragged_rows(sheet: Sheet) -> list[Problem]:
    width, problems = len(sheet.table.header), []
    for row, cells in sheet.table.ragged.items():
        more = f"{len(cells)} cells where the header has {width}. Add or remove a separator, or quote the cell that has one."
        problem = sheet.problem(Severity.ERROR, "wrong_width", row, None, f"this row has {more}")
        problems.append(replace(problem, value=(sheet.table.delimiter or ",").join(cells)))
    return problems


def _blank_cells(sheet: Sheet, asked: Mask) -> list[Problem]:
    problems = []
    for name in ("license_key", "product"):
        rows = np.flatnonzero(sheet.read[name].values.blank() & ~sheet.wrong(name) & asked).tolist()
        for row in rows:
            if not read_text(sheet.read[name].texts.at(row)):  # else a person chose to leave an unreadable cell empty
                message = f"the {COLUMNS[name].title.lower()} is blank. Fill it in, or leave the row held."
                problems.append(sheet.problem(Severity.ERROR, "missing_required", row, name, message))
    return problems


def _misread_cells(sheet: Sheet, severity: Severity, asked: Mask, meant: Callable[[str], bool]) -> list[Problem]:
    problems = []
    for name, reading in sheet.read.items():
        told = reading.wrong.where_value(lambda misread: misread is not None and meant(misread.code))
        for row in np.flatnonzero(told & asked).tolist():
            misread = reading.wrong.at(row)
            problems.append(sheet.problem(severity, misread.code, row, name, misread.message))
    return problems


def _formula_like_cells(sheet: Sheet, asked: Mask) -> list[Problem]:
    message = "this text looks like a spreadsheet formula. It is kept as plain text."
    return [
        sheet.problem(Severity.WARNING, "formula_like", row, name, message)
        for name, reading in sheet.read.items()
        if COLUMNS[name].kind in (Kind.KEY, Kind.TEXT)
        for row in _formula_like_rows(reading.texts, asked)
    ]


def _formula_like_rows(texts: Texts, asked: Mask) -> Iterable[int]:
    suspects = np.flatnonzero(texts.matching(FORMULA_START) & asked)
    return (row for row in suspects.tolist() if formula_like(texts.at(row)))


def _repeated_rows(sheet: Sheet, duplicates: Duplicates) -> list[Problem]:
    lines = sheet.table.lines
    return [
        sheet.problem(
            Severity.WARNING,
            "duplicate_row",
            row,
            "license_key",
            f"this row repeats line {lines[first]} exactly and was left out.",
        )
        for row, first in duplicates.repeats.items()
    ]


def _conflicting_rows(sheet: Sheet, duplicates: Duplicates) -> list[Problem]:
    problems = []
    for row, others in duplicates.conflicts.items():
        lines = ", ".join(str(sheet.table.lines[other]) for other in others)
        names = ", ".join(sheet.titles.get(name, COLUMNS[name].title) for name in duplicates.differing[row])
        message = f"line {lines} has the same license key but differs in {names}. {_advice(sheet, [row, *others])}"
        problems.append(sheet.problem(Severity.ERROR, "conflicting_duplicate", row, "license_key", message))
    return problems


def _advice(sheet: Sheet, rows: list[int]) -> str:
    """Which of rows that contradict one another to keep: the one whose maintenance ends last, if that is one alone."""
    ends = [sheet.read["maintenance_end"].values.at(row) for row in rows] if "maintenance_end" in sheet.read else []
    if not ends or not all(ends) or ends.count(max(ends)) > 1:
        return "Keep one of them in the file."
    newest = sheet.table.lines[rows[ends.index(max(ends))]]
    return f"Keep one of them in the file: line {newest} has the newest end of maintenance."


def _ignored_lines(sheet: Sheet) -> list[Problem]:
    """Lines left out although they are as wide as the table: a person should see that they are no licenses."""
    return [
        Problem(
            Severity.WARNING,
            None,
            line.line,
            None,
            None,
            "ignored_line",
            line.text,
            f"Line {line.line}: this line was left out as a {line.why}. If it is a license, correct it in the file.",
        )
        for line in sheet.table.ignored
        if line.wide
    ]


def _undecided_columns(sheet: Sheet, guessed: Sequence[Proposal]) -> list[Problem]:
    return [
        _question(
            sheet,
            proposal.column,
            "ambiguous_column",
            f"Column {proposal.column} may be the number of editors or the server's user tier: "
            "say which, since the file has a second column with sizes.",
        )
        for proposal in guessed
        if proposal.how == "ambiguous"
    ]


def _undecided_orders(sheet: Sheet, orders: Mapping[str, str]) -> list[Problem]:
    return [
        _question(
            sheet,
            sheet.titles[name],
            "ambiguous_date",
            f"Column {sheet.titles[name]}: it is not plain in which order day and month are. Of these dates, "
            f"{evidence_in_words(evidence)}. Say which order it is.",
        )
        for name, evidence in sheet.evidence.items()
        if evidence.must_ask and name not in orders and "*" not in orders
    ]


def _question(sheet: Sheet, column: str, code: str, message: str) -> Problem:
    line = sheet.table.header_line or None
    return Problem(Severity.ERROR, None, line, column, None, code, None, message)
