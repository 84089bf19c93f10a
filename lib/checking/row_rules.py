"""What is wrong in a sheet: the errors that hold rows, the warnings that only tell, the questions a person must answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import eq

import numpy as np
import pyarrow as pa

from lib.checking import other_columns
from lib.checking.duplicates import Duplicates
from lib.checking.problem import Problem, Severity
from lib.checking.problem_table import ProblemGroup, ProblemTable
from lib.checking.typed_table import TypedTable
from lib.columnar.column import CodedColumn, Mask, Rows
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.reading.cells import read_text
from lib.reading.date_order import describe_evidence
from lib.reading.formula_safety import FORMULA_START, is_formula_like
from lib.reading.headings import Proposal

_ONLY_TELL = frozenset(("unknown_country",))
"""Codes that never hold a row: the original text is kept beside the blank."""


def find_errors(sheet: TypedTable, duplicates: Duplicates, asked: Mask) -> ProblemTable:
    """The errors of the rows that are asked for, and of rows that are ragged or contradict one another, by row."""
    faults = [
        _ragged_rows(sheet),
        *_blank_cells(sheet, asked),
        *_misread_cells(sheet, Severity.ERROR, asked, lambda code: code not in _ONLY_TELL),
        _conflicting_rows(sheet, duplicates),
    ]
    return ProblemTable.of(sheet.table.lines, faults)


def find_warnings(sheet: TypedTable, duplicates: Duplicates, asked: Mask) -> ProblemTable:
    """The warnings of the rows that are asked for, of lines left out, and of rows that repeat others, by row."""
    faults = [
        _repeated_rows(sheet, duplicates),
        *_misread_cells(sheet, Severity.WARNING, asked, lambda code: code in _ONLY_TELL),
        *_formula_like_cells(sheet, asked),
    ]
    return ProblemTable.of(sheet.table.lines, faults, _ignored_lines(sheet))


def find_questions(sheet: TypedTable, guessed: Sequence[Proposal], orders: Mapping[str, str]) -> list[Problem]:
    """What only a person can decide: guessed columns that may mean two things, date columns without a plain order."""
    return [*_undecided_columns(sheet, guessed), *_undecided_orders(sheet, orders)]


def _in_column(
    sheet: TypedTable, severity: Severity, code: str, name: str, rows: Rows, say: Callable[[Rows], pa.Array]
) -> ProblemGroup:
    return ProblemGroup(severity, code, sheet.titles.get(name), name, rows, partial(_originals, sheet, name), say)


def _originals(sheet: TypedTable, name: str, rows: Rows) -> pa.Array:
    return sheet.readings[name].originals.take(rows).arrow(pa.string())


def _always(message: str, rows: Rows) -> pa.Array:
    return pa.repeat(pa.scalar(message, pa.string()), len(rows))


def _each(say: Callable[[int], str], rows: Rows) -> pa.Array:
    return pa.array([say(row) for row in rows.tolist()], pa.string())


def _rows(numbers: Iterable[int]) -> Rows:
    return np.array(sorted(numbers), dtype=np.int64)


def _ragged_rows(sheet: TypedTable) -> ProblemGroup:
    ragged, mark = sheet.table.ragged, sheet.table.delimiter or ","
    found = partial(_each, lambda row: mark.join(ragged[row]))
    said = partial(_each, partial(_ragged_sentence, sheet))
    return ProblemGroup(Severity.ERROR, "wrong_width", None, None, _rows(ragged), found, said)


def _ragged_sentence(sheet: TypedTable, row: int) -> str:
    cells, width = len(sheet.table.ragged[row]), len(sheet.table.header)
    more = f"{cells} cells where the header has {width}"
    return f"this row has {more}. Add or remove a separator, or quote the cell that has one."


def _blank_cells(sheet: TypedTable, asked: Mask) -> Iterator[ProblemGroup]:
    for name in ("license_key", "product"):
        rows = np.flatnonzero(sheet.readings[name].values.blank() & ~sheet.wrong(name) & asked).astype(np.int64)
        said_nothing = sheet.readings[name].texts.take(rows).where_value(lambda text: not read_text(text))
        message = f"the {COLUMNS[name].title.lower()} is blank. Fill it in, or leave the row held."
        # Where the cell said something, a person chose to leave an unreadable one empty.
        yield _in_column(sheet, Severity.ERROR, "missing_required", name, rows[said_nothing], partial(_always, message))


def _misread_cells(
    sheet: TypedTable, severity: Severity, asked: Mask, meant: Callable[[str], bool]
) -> Iterator[ProblemGroup]:
    for name, reading in sheet.readings.items():
        codes = reading.misreads.map(lambda misread: misread.code if misread else None)
        for code in codes.values:
            if code is not None and meant(code):
                rows = np.flatnonzero(codes.where_value(partial(eq, code)) & asked).astype(np.int64)
                yield _in_column(sheet, severity, code, name, rows, partial(_misread_sentences, reading.misreads))


def _misread_sentences(wrong: CodedColumn, rows: Rows) -> pa.Array:
    return wrong.take(rows).map(lambda misread: misread and misread.message).arrow(pa.string())


def _formula_like_cells(sheet: TypedTable, asked: Mask) -> Iterator[ProblemGroup]:
    say = partial(_always, "this text looks like a spreadsheet formula. It is kept as plain text.")
    texts = {
        name: read.texts
        for name, read in sheet.readings.items()
        if COLUMNS[name].kind in (ColumnKind.KEY, ColumnKind.TEXT)
    }
    with ThreadPoolExecutor() as threads:
        starting = list(threads.map(lambda column: column.matching(FORMULA_START), texts.values()))
    for (name, column), suspicious in zip(texts.items(), starting, strict=True):
        suspects = np.flatnonzero(suspicious & asked).astype(np.int64)
        rows = suspects[column.take(suspects).where_value(is_formula_like)]
        yield _in_column(sheet, Severity.WARNING, "formula_like", name, rows, say)


def _repeated_rows(sheet: TypedTable, duplicates: Duplicates) -> ProblemGroup:
    lines, first = sheet.table.lines, duplicates.repeats
    say = partial(_each, lambda row: f"this row repeats line {lines[first[row]]} exactly and was left out.")
    return _in_column(sheet, Severity.WARNING, "duplicate_row", "license_key", _rows(first), say)


def _conflicting_rows(sheet: TypedTable, duplicates: Duplicates) -> ProblemGroup:
    rows, say = _rows(duplicates.conflicts), partial(_each, partial(_conflict_sentence, sheet, duplicates))
    return _in_column(sheet, Severity.ERROR, "conflicting_duplicate", "license_key", rows, say)


def _title(sheet: TypedTable, name: str) -> str:
    return other_columns.TITLE.lower() if name == "extra" else sheet.titles.get(name, COLUMNS[name].title)


def _conflict_sentence(sheet: TypedTable, duplicates: Duplicates, row: int) -> str:
    others = duplicates.conflicts[row]
    lines = ", ".join(str(sheet.table.lines[other]) for other in others)
    names = ", ".join(_title(sheet, name) for name in duplicates.differing[row])
    return f"line {lines} has the same license key but differs in {names}. {_advice(sheet, [row, *others])}"


def _advice(sheet: TypedTable, rows: list[int]) -> str:
    """Which of rows that contradict one another to keep: the one whose maintenance ends last, if that is one alone."""
    ends = (
        [sheet.readings["maintenance_end"].values.at(row) for row in rows]
        if "maintenance_end" in sheet.readings
        else []
    )
    if not ends or not all(ends) or ends.count(max(ends)) > 1:
        return "Keep one of them in the file."
    newest = sheet.table.lines[rows[ends.index(max(ends))]]
    return f"Keep one of them in the file: line {newest} has the newest end of maintenance."


def _ignored_lines(sheet: TypedTable) -> list[Problem]:
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


def _undecided_columns(sheet: TypedTable, guessed: Sequence[Proposal]) -> list[Problem]:
    return [
        _question(
            sheet,
            proposal.column,
            "ambiguous_column",
            f"Column {proposal.column} may be the number of editors or the server's user tier: "
            "say which, since the file has a second column with sizes.",
        )
        for proposal in guessed
        if proposal.match_kind == "ambiguous"
    ]


def _undecided_orders(sheet: TypedTable, orders: Mapping[str, str]) -> list[Problem]:
    return [
        _question(
            sheet,
            sheet.titles[name],
            "ambiguous_date",
            f"Column {sheet.titles[name]}: it is not plain in which order day and month are. Of these dates, "
            f"{describe_evidence(evidence)}. Say which order it is.",
        )
        for name, evidence in sheet.evidence.items()
        if evidence.must_ask and name not in orders and "*" not in orders
    ]


def _question(sheet: TypedTable, column: str, code: str, message: str) -> Problem:
    line = sheet.table.header_line or None
    return Problem(Severity.ERROR, None, line, column, None, code, None, message)
