"""Finds what is wrong in a file: errors, which hold rows, and questions that a person must answer."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from operator import eq

import numpy as np
import pyarrow as pa

from lib.checking import other_columns
from lib.checking.column_reading import ColumnReading
from lib.checking.duplicates import Duplicates
from lib.checking.problem import Problem, Severity
from lib.checking.problem_groups import misread_sentences, problems_in_column, same_sentence, sorted_rows, text_per_row
from lib.checking.problem_table import ProblemGroup, ProblemTable
from lib.checking.relevance import is_kept
from lib.checking.typed_table import TypedTable
from lib.columnar.column import CodedColumn, Mask, Rows
from lib.columnar.combinations import map_combinations
from lib.domain.licenses import COLUMNS
from lib.domain.products import HOSTING_TITLES, Hosting
from lib.reading.cells import read_text
from lib.reading.date_order import describe_evidence
from lib.reading.headings import Proposal
from lib.reading.match_kinds import MatchKind
from lib.reading.problem_codes import ProblemCode

WARNING_CODES = frozenset((ProblemCode.UNKNOWN_COUNTRY,))
"""Codes that never hold a row: the original text is kept beside the blank."""


def find_errors(sheet: TypedTable, duplicates: Duplicates, checked: Mask) -> ProblemTable:
    """The errors of the `checked` rows, and of rows that are ragged or contradict each other, by row."""
    groups = [
        ragged_rows(sheet),
        *blank_cells(sheet, checked),
        *misread_cells(sheet, checked),
        *contradicting_hostings(sheet, checked),
        conflicting_rows(sheet, duplicates),
    ]
    return ProblemTable.of(sheet.table.lines, groups, parts=sheet.table.part_phrases())


def find_questions(sheet: TypedTable, guesses: Sequence[Proposal], orders: Mapping[str, str]) -> list[Problem]:
    """Decisions for a person: columns that may be one of two fields, date columns without an evident order."""
    return [*ambiguous_columns(sheet, guesses), *ambiguous_dates(sheet, orders)]


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
        message = f"the {COLUMNS[name].title.lower()} is blank. Fill it in, or skip the row."
        yield problems_in_column(
            sheet,
            Severity.ERROR,
            ProblemCode.MISSING_REQUIRED,
            name,
            rows[has_no_text],
            partial(same_sentence, message),
        )


def misread_cells(sheet: TypedTable, checked: Mask) -> Iterator[ProblemGroup]:
    """Cells that could not be read, by column and code, except those that hold no row."""
    for name, reading in sheet.readings.items():
        codes = misread_codes(reading)
        for code in codes.values:
            if code is not None and code not in WARNING_CODES:
                is_held = codes.where_value(partial(eq, code)) & checked & ~is_kept(sheet, name, code)
                rows = np.flatnonzero(is_held).astype(np.int64)
                sentences = partial(misread_sentences, reading.misreads)
                yield problems_in_column(sheet, Severity.ERROR, code, name, rows, sentences)


def misread_codes(reading: ColumnReading) -> CodedColumn:
    """The code of each row's misread, or None; a column has few, however many cells are wrong."""
    return reading.misreads.map(lambda misread: ProblemCode(misread.code) if misread else None)


def contradicting_hostings(sheet: TypedTable, checked: Mask) -> Iterator[ProblemGroup]:
    """Rows whose product's name says another hosting than their own cell: a person must say which is right."""
    if "hosting" not in sheet.readings:
        return
    hostings = map_combinations([sheet.readings["hosting"].values, sheet.hosting_in_products()], contradiction)
    rows = np.flatnonzero(hostings.where_value(bool) & checked).astype(np.int64)
    sentences = partial(contradiction_sentences, hostings)
    yield problems_in_column(sheet, Severity.ERROR, ProblemCode.CONTRADICTING_HOSTING, "hosting", rows, sentences)


def contradiction(own: Hosting | None, of_product: Hosting | None) -> tuple[Hosting, Hosting] | None:
    """Both hostings of a row, if they contradict each other."""
    if own is None or of_product is None or own is of_product:
        return None
    # Balsamiq sold no plugin named for Data Center: "… for Jira Server" ran there too.
    if (own, of_product) == (Hosting.DATA_CENTER, Hosting.SERVER):
        return None
    return own, of_product


def contradiction_sentences(hostings: CodedColumn, rows: Rows) -> pa.Array:
    """What each of these rows says twice and differently."""
    return hostings.take(rows).map(contradiction_sentence).arrow(pa.string())


def contradiction_sentence(hostings: tuple[Hosting, Hosting] | None) -> str | None:
    """Which hostings contradict each other, and what to do."""
    if hostings is None:
        return None
    own, of_product = (HOSTING_TITLES[hosting] for hosting in hostings)
    return f"the hosting is {own}, but the product's name says {of_product}. Correct one of them, or skip the row."


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
    lines = " and ".join(sheet.table.place_of(other) for other in others)
    names = ", ".join(field_title(sheet, name) for name in duplicates.differing[row])
    verbs = ("has", "differs") if len(others) == 1 else ("have", "differ")
    return f"{lines} {verbs[0]} the same license key but {verbs[1]} in {names}. {advice_on_conflict(sheet, [row, *others])}"


def advice_on_conflict(sheet: TypedTable, rows: list[int]) -> str:
    """Which of contradicting rows to keep: the one whose maintenance ends last, if there is exactly one."""
    maintenance_ends = sheet.values("maintenance_end")
    ends = [maintenance_ends.at(row) for row in rows]
    if not all(ends) or ends.count(max(ends)) > 1:
        return "Keep one of them in the file."
    newest = sheet.table.place_of(rows[ends.index(max(ends))])
    return f"Keep one of them in the file: {newest} has the newest end of maintenance."


def ambiguous_columns(sheet: TypedTable, guesses: Sequence[Proposal]) -> list[Problem]:
    """Columns that may be the editors or the server's tier, or the same field as another column."""
    open_columns = [proposal for proposal in guesses if proposal.match_kind is MatchKind.AMBIGUOUS]
    return [
        question(sheet, proposal.column, ProblemCode.AMBIGUOUS_COLUMN, ambiguous_sentence(proposal))
        for proposal in open_columns
    ]


def ambiguous_sentence(proposal: Proposal) -> str:
    """What a person must say of a column."""
    if proposal.suggestions:
        title = COLUMNS[proposal.suggestions[0]].title
        return f"Column {proposal.column} may be the field {title}, and so may another column: say which of them it is."
    return (
        f"Column {proposal.column} may be the number of editors or the server tier: "
        "say which, since the file has a second column with sizes."
    )


def ambiguous_dates(sheet: TypedTable, orders: Mapping[str, str]) -> list[Problem]:
    """Date columns whose order is neither evident nor among `orders`."""
    return [
        question(
            sheet,
            sheet.titles[name],
            ProblemCode.AMBIGUOUS_DATE,
            f"Column {sheet.titles[name]}: the order of day and month is unclear. Of these dates, "
            f"{describe_evidence(evidence)}. Say which order it is.",
        )
        for name, evidence in sheet.evidence.items()
        if evidence.must_ask and name not in orders and "*" not in orders
    ]


def question(sheet: TypedTable, column: str, code: ProblemCode, message: str) -> Problem:
    """A question about a whole column."""
    line = sheet.table.header_line or None
    return Problem(Severity.ERROR, None, line, column, None, code, None, message)
