"""Takes out of a table what is no data, and lists it: comments, repeated headers, titles, footers, empty columns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.arrow import decode_dictionary, encode_repeats
from lib.reading.tables.cell_splitting import trim_cells
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
from lib.reading.tables.table import IgnoredLine, IgnoredReason

_MOST_AT_PAGE_END = 5
_MOST_FOOTERS = 20
# Columns in which a subtotal or a title may begin.
_FIRST_COLUMNS = 3

_TOTAL_OR_TITLE = r"(?i)total|sum|gesamt|somme|合計|小計|総計|totaal|\pL \pL"
_COMMENT_START = r"^\s*(#|//|--)"
# What a blank row may consist of in a text.
_NOTHING_TO_READ = " \t,;|\"'"

LineText = Callable[[int], str]
"""The text of a line by its number; "" for a blank one."""


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows below a header.

    `columns` are of equal length, texts or dictionary arrays of them, `lines` the line of each row, and `ragged` the
    cells of the rows of another width, by row index.
    """

    columns: list[pa.Array]
    lines: Positions
    ragged: dict[int, list[str]]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.lines)

    def cells(self, row: int) -> list[str]:
        """One row's cells, as they are in the file."""
        return self.ragged.get(row) or [column[row].as_py() for column in self.columns]

    def only(self, is_data: npt.NDArray[np.bool_]) -> "Rows":
        """The rows of a mask."""
        mask = pa.array(is_data)
        columns = [encode_repeats(decode_dictionary(column).filter(mask)) for column in self.columns]
        places = np.cumsum(is_data) - 1
        ragged = {int(places[row]): cells for row, cells in self.ragged.items() if is_data[row]}
        return Rows(columns, self.lines[is_data], ragged)


def drop_spare_columns(rows: Rows, header: list[str], named_width: int) -> tuple[Rows, list[str]]:
    """Drop the unnamed columns at the end that hold nothing; a value beyond the header's cells makes its row ragged."""
    ragged = dict(rows.ragged)
    for index in range(named_width, len(header)):
        for row in np.flatnonzero(is_filled(rows.columns[index])).tolist():
            ragged[row] = rows.cells(row)
    width = named_width
    while width > 1 and not header[width - 1].strip() and not is_filled(rows.columns[width - 1]).any():
        width -= 1
    if width == len(header):
        return rows, header
    newly_ragged = [row for row in ragged if row not in rows.ragged]
    columns = [blank_rows(column, newly_ragged) for column in rows.columns[:width]]
    trimmed = {row: trim_cells(cells, width) for row, cells in ragged.items()}
    return Rows(columns, rows.lines, trimmed), header[:width]


def blank_rows(column: pa.Array, rows: list[int]) -> pa.Array:
    """The column with nothing in these rows."""
    if not rows:
        return column
    mask = np.zeros(len(column), bool)
    mask[rows] = True
    return encode_repeats(pc.if_else(pa.array(mask), "", decode_dictionary(column)))


def is_filled(column: pa.Array) -> npt.NDArray[np.bool_]:
    """Which cells of a column hold something."""
    return as_mask(pc.not_equal(decode_dictionary(column), ""))


def as_mask(flags: pa.Array) -> npt.NDArray[np.bool_]:
    """Arrow's Booleans as numpy has them."""
    return np.asarray(flags.to_numpy(zero_copy_only=False), bool)


def strip_padding(rows: Rows, sides: tuple[bool, bool]) -> Rows:
    """Strip the one blank beside each delimiter, where it is a habit."""
    before, after = sides
    if not before and not after:
        return rows
    last = len(rows.columns) - 1
    columns = []
    for index, column in enumerate(rows.columns):
        # At a row's beginning and end there is no delimiter: only padding on both sides reaches there.
        at_start = after and (before or index > 0)
        at_end = before and (after or index < last)
        columns.append(strip_column_padding(column, at_start=at_start, at_end=at_end))
    ragged = {}
    for row, cells in rows.ragged.items():
        ragged[row] = [strip_cell_padding(cell, sides) for cell in cells]
    return Rows(columns, rows.lines, ragged)


def strip_column_padding(column: pa.Array, *, at_start: bool, at_end: bool) -> pa.Array:
    """A column without one blank at its cells' beginning or end."""
    pattern = "|".join(["^ "] * at_start + [" $"] * at_end)
    if not pattern:
        return column
    return encode_repeats(pc.replace_substring_regex(decode_dictionary(column), pattern, ""))


def strip_cell_padding(cell: str, sides: tuple[bool, bool]) -> str:
    """A cell without that blank."""
    before, after = sides
    if after:
        cell = cell.removeprefix(" ")
    if before:
        cell = cell.removesuffix(" ")
    return cell


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
    if len(rows) and is_ruler(rows.cells(0)):
        yield 0, IgnoredReason.RULER
    # Of other tables nobody knows whether such a row is data.
    elif len(rows) > 1 and count_license_fields(header) > 1 and explains_columns(rows.cells(0)):
        yield 0, IgnoredReason.EXPLANATION
    if width > 1:
        for row in find_comments(rows, width):
            yield row, IgnoredReason.COMMENT


def reasons_among_sparse(rows: Rows, width: int) -> Iterator[tuple[int, IgnoredReason]]:
    """Subtotals and titles of groups among the rows whose first filled cell may be one."""
    if width < 2 or not len(rows):
        return
    first_cells = [decode_dictionary(column) for column in rows.columns[:_FIRST_COLUMNS]]
    blank_to_null = [pc.if_else(pc.equal(cells, ""), None, cells) for cells in first_cells]
    suspicious = pc.match_substring_regex(pc.coalesce(*blank_to_null).fill_null(""), _TOTAL_OR_TITLE)
    for row in sparse_rows(rows, np.flatnonzero(as_mask(suspicious)), (width + 1) // 2):
        reason = sparse_row_reason(rows.cells(row), width)
        if reason and row not in rows.ragged:
            yield row, reason


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


def cells_at(column: pa.Array, rows: Positions) -> pa.Array:
    """The texts of a column in these rows."""
    if len(rows) < len(column):
        column = column.take(pa.array(rows))
    return decode_dictionary(column)


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
