"""Finds what is wrong in a file: errors, which hold rows; warnings; and questions that a person must answer."""

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
from lib.reading.headings import MatchKind, Proposal
from lib.reading.problem_codes import ProblemCode

_WARNING_CODES = frozenset((ProblemCode.UNKNOWN_COUNTRY,))
"""Codes that never hold a row: the original text is kept beside the blank."""


def find_errors(sheet: TypedTable, duplicates: Duplicates, checked: Mask) -> ProblemTable:
    """The errors of the `checked` rows, and of rows that are ragged or contradict each other, by row."""
    groups = [
        ragged_rows(sheet),
        *blank_cells(sheet, checked),
        *misread_cells(sheet, Severity.ERROR, checked, lambda code: code not in _WARNING_CODES),
        conflicting_rows(sheet, duplicates),
    ]
    return ProblemTable.of(sheet.table.lines, groups)


def find_warnings(sheet: TypedTable, duplicates: Duplicates, checked: Mask) -> ProblemTable:
    """The warnings of the `checked` rows, of lines left out, and of rows that repeat others, by row."""
    groups = [
        repeated_rows(sheet, duplicates),
        *misread_cells(sheet, Severity.WARNING, checked, lambda code: code in _WARNING_CODES),
        *formula_like_cells(sheet, checked),
    ]
    return ProblemTable.of(sheet.table.lines, groups, ignored_lines(sheet))


def find_questions(sheet: TypedTable, guesses: Sequence[Proposal], orders: Mapping[str, str]) -> list[Problem]:
    """Decisions for a person: columns that may be one of two fields, date columns without an evident order."""
    return [*ambiguous_columns(sheet, guesses), *ambiguous_dates(sheet, orders)]


def problems_in_column(
    sheet: TypedTable,
    severity: Severity,
    code: ProblemCode,
    name: str,
    rows: Rows,
    sentences: Callable[[Rows], pa.Array],
) -> ProblemGroup:
    """Some rows of a column with the same thing wrong."""
    values = partial(original_texts, sheet, name)
    return ProblemGroup(severity, code, sheet.titles.get(name), name, rows, values, sentences)


def original_texts(sheet: TypedTable, name: str, rows: Rows) -> pa.Array:
    """The cells of a column as they are in the file."""
    return sheet.readings[name].originals.take(rows).arrow(pa.string())


def same_sentence(message: str, rows: Rows) -> pa.Array:
    """One sentence for all rows."""
    return pa.repeat(pa.scalar(message, pa.string()), len(rows))


def text_per_row(text_of: Callable[[int], str], rows: Rows) -> pa.Array:
    """A text for each row."""
    return pa.array([text_of(row) for row in rows.tolist()], pa.string())


def sorted_rows(numbers: Iterable[int]) -> Rows:
    """Row indexes, ascending."""
    return np.array(sorted(numbers), dtype=np.int64)


def ragged_rows(sheet: TypedTable) -> ProblemGroup:
    """Rows with too many or too few cells."""
    ragged, delimiter = sheet.table.ragged, sheet.table.delimiter or ","
    values = partial(text_per_row, lambda row: delimiter.join(ragged[row]))
    sentences = partial(text_per_row, partial(ragged_sentence, sheet))
    return ProblemGroup(Severity.ERROR, ProblemCode.WRONG_WIDTH, None, None, sorted_rows(ragged), values, sentences)


def ragged_sentence(sheet: TypedTable, row: int) -> str:
    """What to do about a row of a wrong width."""
    cells, width = len(sheet.table.ragged[row]), len(sheet.table.header)
    return f"this row has {cells} cells where the header has {width}. Add or remove a separator, or quote the cell that has one."


def blank_cells(sheet: TypedTable, checked: Mask) -> Iterator[ProblemGroup]:
    """Blank cells of columns that every license needs."""
    for name in ("license_key", "product"):
        rows = np.flatnonzero(sheet.readings[name].values.blank() & ~sheet.wrong(name) & checked).astype(np.int64)
        # Where the cell has a text, a person chose to leave an unreadable one empty.
        has_no_text = sheet.readings[name].texts.take(rows).where_value(lambda text: not read_text(text))
        message = f"the {COLUMNS[name].title.lower()} is blank. Fill it in, or leave the row held."
        yield problems_in_column(
            sheet,
            Severity.ERROR,
            ProblemCode.MISSING_REQUIRED,
            name,
            rows[has_no_text],
            partial(same_sentence, message),
        )


def misread_cells(
    sheet: TypedTable, severity: Severity, checked: Mask, is_included: Callable[[ProblemCode], bool]
) -> Iterator[ProblemGroup]:
    """Cells that could not be read, by column and code, for the codes that are included."""
    for name, reading in sheet.readings.items():
        codes = reading.misreads.map(lambda misread: ProblemCode(misread.code) if misread else None)
        # A column has few codes, however many cells are wrong.
        for code in codes.values:
            if code is not None and is_included(code):
                rows = np.flatnonzero(codes.where_value(partial(eq, code)) & checked).astype(np.int64)
                yield problems_in_column(
                    sheet, severity, code, name, rows, partial(misread_sentences, reading.misreads)
                )


def misread_sentences(misreads: CodedColumn, rows: Rows) -> pa.Array:
    """What is wrong with each of these cells."""
    return misreads.take(rows).map(lambda misread: misread and misread.message).arrow(pa.string())


def formula_like_cells(sheet: TypedTable, checked: Mask) -> Iterator[ProblemGroup]:
    """Texts that a spreadsheet would take for a formula."""
    sentences = partial(same_sentence, "this text looks like a spreadsheet formula. It is kept as plain text.")
    texts = {
        name: reading.texts
        for name, reading in sheet.readings.items()
        if COLUMNS[name].kind in (ColumnKind.KEY, ColumnKind.TEXT)
    }
    with ThreadPoolExecutor() as threads:
        matches = list(threads.map(lambda column: column.matching(FORMULA_START), texts.values()))
    # Arrow looks at the first character of all rows; the whole text is looked at only in the few that are left.
    for (name, column), suspicious in zip(texts.items(), matches, strict=True):
        suspects = np.flatnonzero(suspicious & checked).astype(np.int64)
        rows = suspects[column.take(suspects).where_value(is_formula_like)]
        yield problems_in_column(sheet, Severity.WARNING, ProblemCode.FORMULA_LIKE, name, rows, sentences)


def repeated_rows(sheet: TypedTable, duplicates: Duplicates) -> ProblemGroup:
    """Rows that repeat an earlier one exactly."""
    lines, first = sheet.table.lines, duplicates.repeats
    sentences = partial(
        text_per_row, lambda row: f"this row repeats line {lines[first[row]]} exactly and was left out."
    )
    return problems_in_column(
        sheet, Severity.WARNING, ProblemCode.DUPLICATE_ROW, "license_key", sorted_rows(first), sentences
    )


def conflicting_rows(sheet: TypedTable, duplicates: Duplicates) -> ProblemGroup:
    """Rows with the same license key and different content."""
    rows = sorted_rows(duplicates.conflicts)
    sentences = partial(text_per_row, partial(conflict_sentence, sheet, duplicates))
    return problems_in_column(sheet, Severity.ERROR, ProblemCode.CONFLICTING_DUPLICATE, "license_key", rows, sentences)


def field_title(sheet: TypedTable, name: str) -> str:
    """A field as the file's heading has it, else by its usual title."""
    if name == "extra":
        return other_columns.TITLE.lower()
    return sheet.titles.get(name, COLUMNS[name].title)


def conflict_sentence(sheet: TypedTable, duplicates: Duplicates, row: int) -> str:
    """Which lines contradict this one, in what, and which to keep."""
    others = duplicates.conflicts[row]
    lines = ", ".join(str(sheet.table.lines[other]) for other in others)
    names = ", ".join(field_title(sheet, name) for name in duplicates.differing[row])
    return f"line {lines} has the same license key but differs in {names}. {advice_on_conflict(sheet, [row, *others])}"


def advice_on_conflict(sheet: TypedTable, rows: list[int]) -> str:
    """Which of contradicting rows to keep: the one whose maintenance ends last, if there is exactly one."""
    maintenance_ends = sheet.values("maintenance_end")
    ends = [maintenance_ends.at(row) for row in rows]
    if not all(ends) or ends.count(max(ends)) > 1:
        return "Keep one of them in the file."
    newest = sheet.table.lines[rows[ends.index(max(ends))]]
    return f"Keep one of them in the file: line {newest} has the newest end of maintenance."


def ignored_lines(sheet: TypedTable) -> list[Problem]:
    """Lines left out although they are as wide as the table: a person should see that they are no licenses."""
    return [
        Problem(
            Severity.WARNING,
            None,
            line.line,
            None,
            None,
            ProblemCode.IGNORED_LINE,
            line.text,
            f"Line {line.line}: this line was left out as a {line.reason}. If it is a license, correct it in the file.",
        )
        for line in sheet.table.ignored
        if line.wide
    ]


def ambiguous_columns(sheet: TypedTable, guesses: Sequence[Proposal]) -> list[Problem]:
    """Columns that may be the editors or the server's tier."""
    return [
        question(
            sheet,
            proposal.column,
            ProblemCode.AMBIGUOUS_COLUMN,
            f"Column {proposal.column} may be the number of editors or the server's user tier: "
            "say which, since the file has a second column with sizes.",
        )
        for proposal in guesses
        if proposal.match_kind is MatchKind.AMBIGUOUS
    ]


def ambiguous_dates(sheet: TypedTable, orders: Mapping[str, str]) -> list[Problem]:
    """Date columns whose order is neither evident nor among `orders`."""
    return [
        question(
            sheet,
            sheet.titles[name],
            ProblemCode.AMBIGUOUS_DATE,
            f"Column {sheet.titles[name]}: it is not plain in which order day and month are. Of these dates, "
            f"{describe_evidence(evidence)}. Say which order it is.",
        )
        for name, evidence in sheet.evidence.items()
        if evidence.must_ask and name not in orders and "*" not in orders
    ]


def question(sheet: TypedTable, column: str, code: ProblemCode, message: str) -> Problem:
    """A question about a whole column."""
    line = sheet.table.header_line or None
    return Problem(Severity.ERROR, None, line, column, None, code, None, message)
