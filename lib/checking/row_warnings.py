"""Finds what a person should look at in a file, though it holds no row."""

from collections.abc import Callable, Iterator
from functools import partial
from operator import eq

import numpy as np
import pyarrow as pa

from lib.checking.duplicates import Duplicates
from lib.checking.problem import Problem, Severity
from lib.checking.problem_groups import misread_sentences, problems_in_column, same_sentence, sorted_rows, text_per_row
from lib.checking.problem_table import ProblemGroup, ProblemTable
from lib.checking.relevance import is_kept
from lib.checking.row_rules import WARNING_CODES, misread_codes
from lib.checking.typed_table import TypedTable
from lib.columnar.column import Column, Mask, Rows
from lib.columnar.threads import threads_for
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.text import quote
from lib.reading.damaged_text import DAMAGE_PATTERN, MARK_PATTERN, damage_sentence, is_marked
from lib.reading.formula_safety import FORMULA_START, is_formula_like
from lib.reading.problem_codes import ProblemCode
from lib.reading.tables import IgnoredLine, IgnoredReason

_CUSTOMER_FIELDS = (
    *("company", "license_name", "contact_email", "myatlassian_email"),
    *("contact_name", "contact_first_name", "contact_last_name"),
)
_REASON_PHRASES = {
    IgnoredReason.PREAMBLE: "text above the header",
    IgnoredReason.EXPLANATION: "an explanation of the columns",
}
"""Why a line was left out, where it is not simply `a` and the reason."""


def find_warnings(sheet: TypedTable, duplicates: Duplicates, checked: Mask) -> ProblemTable:
    """The warnings of the `checked` rows, of lines left out, and of rows that repeat others, by row."""
    groups = [
        repeated_rows(sheet, duplicates),
        short_rows(sheet),
        *kept_cells(sheet, checked),
        *formula_like_cells(sheet, checked),
        *marked_texts(sheet, checked),
        *damaged_texts(sheet, checked),
        *rows_without_customer(sheet, checked),
    ]
    return ProblemTable.of(
        sheet.table.lines, groups, [*file_notices(sheet), *ignored_lines(sheet)], sheet.table.part_phrases()
    )


def short_rows(sheet: TypedTable) -> ProblemGroup:
    """Rows whose last cells are missing and count as blank."""
    rows, width = sorted_rows(sheet.short_rows), len(sheet.table.header)
    sentences = partial(
        text_per_row,
        lambda row: (
            f"this row has {sheet.short_rows[row]} cells where the header has {width}. The missing ones count as blank."
        ),
    )
    return ProblemGroup(
        Severity.WARNING, ProblemCode.SHORT_ROW, None, None, rows, partial(same_sentence, ""), sentences
    )


def kept_cells(sheet: TypedTable, checked: Mask) -> Iterator[ProblemGroup]:
    """Cells that could not be read and hold no row: their text is kept beside the blank."""
    for name, reading in sheet.readings.items():
        codes = misread_codes(reading)
        for code in codes.values:
            if code is not None:
                has_code = codes.where_value(partial(eq, code)) & checked
                if code in WARNING_CODES:
                    sentences: Callable[[Rows], pa.Array] = partial(misread_sentences, reading.misreads)
                else:
                    has_code &= is_kept(sheet, name, code)
                    sentences = partial(kept_sentences, reading.originals)
                rows = np.flatnonzero(has_code).astype(np.int64)
                yield problems_in_column(sheet, Severity.WARNING, code, name, rows, sentences)


def kept_sentences(originals: Column, rows: Rows) -> pa.Array:
    """What becomes of each of these cells."""
    return originals.take(rows).map(kept_sentence).arrow(pa.string())


def kept_sentence(text: str) -> str:
    """What becomes of a cell whose value the license does not need."""
    return f"{quote(text)} is not a value of this column. The license is judged without it; the text is kept with the license."


def formula_like_cells(sheet: TypedTable, checked: Mask) -> Iterator[ProblemGroup]:
    """Texts that a spreadsheet would take for a formula."""
    sentences = partial(same_sentence, "this text looks like a spreadsheet formula. It is kept as plain text.")
    for name, rows in suspicious_texts(sheet, checked, FORMULA_START, is_formula_like):
        yield problems_in_column(sheet, Severity.WARNING, ProblemCode.FORMULA_LIKE, name, rows, sentences)


def marked_texts(sheet: TypedTable, checked: Mask) -> Iterator[ProblemGroup]:
    """Names that begin with an apostrophe."""
    # It may be a spreadsheet's mark for a text and no part of the name.
    message = "this text begins with an apostrophe, as spreadsheets mark texts. It is kept; correct it if it is not part of the name."
    for name, rows in suspicious_texts(sheet, checked, MARK_PATTERN, is_marked):
        if COLUMNS[name].kind is ColumnKind.TEXT:
            sentences = partial(same_sentence, message)
            yield problems_in_column(sheet, Severity.WARNING, ProblemCode.TEXT_MARK, name, rows, sentences)


def damaged_texts(sheet: TypedTable, checked: Mask) -> Iterator[ProblemGroup]:
    """Texts whose letters were damaged before they came here, with what they may have been."""
    for name, rows in suspicious_texts(sheet, checked, DAMAGE_PATTERN, lambda text: damage_sentence(text) is not None):
        if COLUMNS[name].kind is ColumnKind.TEXT:
            sentences = partial(damage_sentences, sheet.readings[name].texts)
            yield problems_in_column(sheet, Severity.WARNING, ProblemCode.GARBLED_TEXT, name, rows, sentences)


def damage_sentences(texts: Column, rows: Rows) -> pa.Array:
    """What is damaged in each of these texts."""
    return texts.take(rows).map(damage_sentence).arrow(pa.string())


def suspicious_texts(
    sheet: TypedTable, checked: Mask, pattern: str, is_suspicious: Callable[[str], bool]
) -> Iterator[tuple[str, Rows]]:
    """The rows of each column of texts that the pattern (RE2) finds and the function confirms."""
    texts = {
        name: reading.texts
        for name, reading in sheet.readings.items()
        if COLUMNS[name].kind in (ColumnKind.KEY, ColumnKind.TEXT)
    }
    with threads_for(len(sheet)) as threads:
        matches = list(threads.map(lambda column: column.matching(pattern), texts.values()))
    # Arrow looks for the pattern in all rows; the whole text is looked at only in the few that are left.
    for (name, column), suspicious in zip(texts.items(), matches, strict=True):
        suspects = np.flatnonzero(suspicious & checked).astype(np.int64)
        yield name, suspects[column.take(suspects).where_value(is_suspicious)]


def rows_without_customer(sheet: TypedTable, checked: Mask) -> Iterator[ProblemGroup]:
    """Rows that name nobody below one that does."""
    # Some programs name a customer in the first of its rows only.
    fields = [name for name in _CUSTOMER_FIELDS if name in sheet.readings]
    names_nobody = np.ones(len(sheet), np.bool_)
    for name in fields:
        names_nobody &= sheet.values(name).blank() & ~sheet.wrong(name)
    # Of a row of a wrong width a person may have corrected one cell, but it is no license yet.
    names_nobody[sorted_rows(sheet.table.ragged)] = True
    is_below = np.logical_or.accumulate(~names_nobody)
    rows = np.flatnonzero(names_nobody & is_below & checked).astype(np.int64)
    if len(rows):
        sentences = partial(text_per_row, partial(nobody_sentence, sheet, np.flatnonzero(~names_nobody)))
        yield problems_in_column(sheet, Severity.WARNING, ProblemCode.NO_CUSTOMER, fields[0], rows, sentences)


def nobody_sentence(sheet: TypedTable, rows_with_customer: Rows, row: int) -> str:
    """What to do about a row that names no customer, with the last line above that names one."""
    place = sheet.table.place_of(int(rows_with_customer[np.searchsorted(rows_with_customer, row) - 1]))
    sentence = "this row names no customer, so nobody can be asked about its license."
    return f"{sentence} If it belongs to the customer of {place}, fill that in here too."


def repeated_rows(sheet: TypedTable, duplicates: Duplicates) -> ProblemGroup:
    """Rows that repeat an earlier one exactly."""
    table, first = sheet.table, duplicates.repeats
    sentences = partial(
        text_per_row, lambda row: f"this row repeats {table.place_of(first[row])} exactly and was left out."
    )
    return problems_in_column(
        sheet, Severity.WARNING, ProblemCode.DUPLICATE_ROW, "license_key", sorted_rows(first), sentences
    )


def file_notices(sheet: TypedTable) -> list[Problem]:
    """What a person sees in the file and what was read of it."""
    code = ProblemCode.FILE_NOTICE
    return [Problem(Severity.WARNING, None, None, None, None, code, None, text) for text in sheet.table.notices]


def ignored_lines(sheet: TypedTable) -> list[Problem]:
    """Lines that hold something and are no rows."""
    code = ProblemCode.IGNORED_LINE
    return [
        Problem(Severity.WARNING, None, line.line, None, None, code, line.text, ignored_sentence(line))
        for line in sheet.table.ignored
        if line.reason is not IgnoredReason.SEPARATOR_LINE
    ]


def ignored_sentence(line: IgnoredLine) -> str:
    """Why a line was left out, and what to do if it is a license after all."""
    reason = _REASON_PHRASES.get(line.reason, f"a {line.reason}")
    sentence = f"{line.place}: this line was left out as {reason}."
    # A line of another width than the table cannot be one of its rows.
    return f"{sentence} If it is a license, correct it in the file." if line.wide else sentence
