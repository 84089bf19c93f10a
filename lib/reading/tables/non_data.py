"""Finds the rows of a table that are no data, and lists them: comments, repeated headers, titles, totals, footers."""

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow.compute as pc

from lib.columnar.arrow import decode_dictionary
from lib.reading.tables.cleanup import Rows, as_mask, cells_at, is_filled
from lib.reading.tables.lines import Positions
from lib.reading.tables.row_kinds import (
    count_license_fields,
    explains_columns,
    footer_reason,
    is_comment,
    is_group_title,
    is_ruler,
    sparse_row_reason,
)
from lib.reading.tables.row_words import TOTAL_OR_COUNT
from lib.reading.tables.table import IgnoredLine, IgnoredReason

_MOST_AT_PAGE_END = 5
_MOST_FOOTERS = 20
_MOST_EXPLANATIONS = 3
# Columns in which a total may begin that is no group's.
_FIRST_COLUMNS = 3
_COMMENT_START = r"^\s*(#|//|--)"
# What a blank row may consist of in a text.
_NOTHING_TO_READ = " \t,;|\"'"

LineText = Callable[[int], str]
"""The text of a line by its number; "" for a blank one."""


def remove_non_data(rows: Rows, header: list[str], line_text: LineText) -> tuple[Rows, list[IgnoredLine]]:
    """The rows that are data, and the lines left out."""
    reasons = dict(reasons_anywhere(rows, header))
    is_data = np.ones(len(rows), bool)
    is_data[list(reasons)] = False
    reasons |= footer_reasons(rows, np.flatnonzero(is_data), len(header), line_text)
    if not reasons:
        return rows, []
    is_data[list(reasons)] = False
    # What looked like a group's title is a footer if no row of a group follows.
    last = max(np.flatnonzero(is_data).tolist(), default=-1)
    for row, reason in reasons.items():
        if reason is IgnoredReason.TITLE and row > last:
            reasons[row] = IgnoredReason.FOOTER
    return rows.only(is_data), ignored_lines(rows, reasons, line_text)


def ignored_lines(rows: Rows, reasons: dict[int, IgnoredReason], line_text: LineText) -> list[IgnoredLine]:
    """The lines of rows that are no data, without blank ones."""
    ignored = []
    for row, reason in sorted(reasons.items()):
        if reason is not IgnoredReason.BLANK:
            line = int(rows.lines[row])
            ignored.append(IgnoredLine(line, line_text(line), reason, wide=row not in rows.ragged))
    return ignored


def reasons_anywhere(rows: Rows, header: list[str]) -> Iterator[tuple[int, IgnoredReason]]:
    """Rows that are no data wherever they stand, each with the reason; of several reasons the last one counts."""
    width = len(header)
    for row, cells in rows.ragged.items():
        reason = reason_of_ragged(cells, width)
        if reason:
            yield row, reason
    for row in find_blank_rows(rows):
        yield row, IgnoredReason.BLANK
    for row in find_repeated_headers(rows, header):
        yield row, IgnoredReason.REPEATED_HEADER
        yield from page_footers_above(rows, row, width)
    yield from reasons_among_sparse(rows, width)
    yield from reasons_at_top(rows, header)
    if width > 1:
        for row in find_comments(rows, width):
            yield row, IgnoredReason.COMMENT


def reasons_at_top(rows: Rows, header: list[str]) -> Iterator[tuple[int, IgnoredReason]]:
    """A ruler below the header, or the first rows that only say what the columns hold."""
    if len(rows) and is_ruler(rows.cells(0)):
        yield 0, IgnoredReason.RULER
    # Of other tables nobody knows whether such a row is data.
    elif count_license_fields(header) > 1:
        # A table is not all explanation.
        for row in range(min(_MOST_EXPLANATIONS, len(rows) - 1)):
            if not explains_columns(rows.cells(row)):
                return
            yield row, IgnoredReason.EXPLANATION


def reasons_among_sparse(rows: Rows, width: int) -> Iterator[tuple[int, IgnoredReason]]:
    """Subtotals, and titles of groups."""
    if width < 2 or not len(rows):
        return
    candidates = {*sparse_rows(rows, rows_naming_totals(rows), (width + 1) // 2), *rows_of_first_cell(rows)}
    for row in candidates - rows.ragged.keys():
        reason = sparse_row_reason(rows.cells(row), width)
        if reason:
            yield row, reason


def rows_naming_totals(rows: Rows) -> Positions:
    """Rows that may name a total: in one of the first columns, or anywhere if the first one is blank."""
    first_cells = [decode_dictionary(column) for column in rows.columns[:_FIRST_COLUMNS]]
    blank_to_null = [pc.if_else(pc.equal(cells, ""), None, cells) for cells in first_cells]
    names_total = as_mask(pc.match_substring_regex(pc.coalesce(*blank_to_null).fill_null(""), TOTAL_OR_COUNT))
    without_first = sparse_rows(rows, np.flatnonzero(~is_filled(rows.columns[0])), (len(rows.columns) + 1) // 2)
    others = np.array(without_first, np.int64)
    for column in rows.columns[_FIRST_COLUMNS:]:
        names_total[others] |= as_mask(pc.match_substring_regex(cells_at(column, others), TOTAL_OR_COUNT))
    return np.flatnonzero(names_total)


def rows_of_first_cell(rows: Rows) -> list[int]:
    """Rows in which nothing but the first cell is filled, unless all are so."""
    candidates = np.flatnonzero(is_filled(rows.columns[0]))
    for column in rows.columns[1:]:
        candidates = candidates[as_mask(pc.equal(pc.utf8_trim_whitespace(cells_at(column, candidates)), ""))]
    return candidates.tolist() if len(candidates) < len(rows) else []


def sparse_rows(rows: Rows, candidates: Positions, most_filled: int) -> list[int]:
    """Those of some rows that have no more than so many filled cells."""
    filled = np.zeros(len(candidates), np.int64)
    for column in rows.columns:
        filled += as_mask(pc.not_equal(pc.utf8_trim_whitespace(cells_at(column, candidates)), ""))
    return list(candidates[filled <= most_filled].tolist())


def reason_of_ragged(cells: list[str], width: int) -> IgnoredReason | None:
    """Why a row of a wrong width is no data, if so."""
    if not any(cell.strip() for cell in cells):
        return IgnoredReason.BLANK
    if is_comment(cells, width):
        return IgnoredReason.COMMENT
    if is_group_title(cells, width):
        return IgnoredReason.TITLE
    return None


def find_comments(rows: Rows, width: int) -> Iterator[int]:
    """Rows of the right width that are comments."""
    starts_like_comment = pc.match_substring_regex(decode_dictionary(rows.columns[0]), _COMMENT_START)
    for row in np.flatnonzero(as_mask(starts_like_comment)).tolist():
        if is_comment(rows.cells(row), width):
            yield row


def page_footers_above(rows: Rows, header: int, width: int) -> Iterator[tuple[int, IgnoredReason]]:
    """The title right above the next page's header, and the footers of the page above it."""
    first = max(header - _MOST_AT_PAGE_END, 0)
    for row in range(header - 1, first - 1, -1):
        is_title = row == header - 1 and len(rows.ragged.get(row, ())) == 1
        reason = IgnoredReason.TITLE if is_title else footer_reason(rows.cells(row), width, after_blank=False)
        if reason is None:
            return
        yield row, reason


def find_blank_rows(rows: Rows) -> list[int]:
    """Rows in which every cell is blank."""
    is_blank = np.ones(len(rows), bool)
    is_blank[list(rows.ragged)] = False
    # Column by column, and only in rows that were blank until there: after the first column hardly any are left.
    for column in rows.columns:
        if not is_blank.any():
            return []
        candidates = np.flatnonzero(is_blank)
        trimmed = pc.utf8_trim_whitespace(cells_at(column, candidates))
        is_blank[candidates] = as_mask(pc.equal(trimmed, ""))
    return list(np.flatnonzero(is_blank).tolist())


def find_repeated_headers(rows: Rows, header: list[str]) -> list[int]:
    """Rows that repeat the header, unless they are most of all rows: then the header is one of them."""
    if len(header) < 2 or not any(header):
        return []
    candidates = np.arange(len(rows))
    for column, name in zip(rows.columns, header, strict=True):
        if not len(candidates):
            return []
        candidates = candidates[as_mask(pc.equal(cells_at(column, candidates), name))]
    if len(candidates) > len(rows) / 2:
        return []
    return [row for row in candidates.tolist() if row not in rows.ragged]


def footer_reasons(rows: Rows, data: Positions, width: int, line_text: LineText) -> dict[int, IgnoredReason]:
    """Why the last of these rows are no data."""
    reasons: dict[int, IgnoredReason] = {}
    # The first row is left out, for a table is not all footer.
    last_rows = data[1:][-_MOST_FOOTERS:]
    for row in last_rows[::-1].tolist():
        line_above = line_text(int(rows.lines[row]) - 1)
        after_blank = not line_above.strip(_NOTHING_TO_READ)
        reason = footer_reason(rows.cells(row), width, after_blank=after_blank)
        if reason is None:
            break
        reasons[row] = reason
    return reasons
