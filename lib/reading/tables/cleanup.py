"""Rows that are no data are taken out of a table and listed: comments, repeated headers, titles, footers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.arrow import decode_dictionary, encode_repeats
from lib.reading.tables.header import footer_reason, footers, is_comment, is_group_title, is_ruler
from lib.reading.tables.lines import Positions
from lib.reading.tables.table import Ignored

_MOST_AT_PAGE_END = 5


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows below a header: columns of equal length, texts or dictionary arrays of them, the line of each row, and the rows of another width."""

    columns: list[pa.Array]
    lines: Positions
    ragged: dict[int, list[str]]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.lines)

    def cells(self, row: int) -> list[str]:
        """One row's cells, as found."""
        return self.ragged.get(row) or [column[row].as_py() for column in self.columns]


def drop_spare_columns(rows: Rows, header: list[str], told: int) -> tuple[Rows, list[str]]:
    """Without the unnamed columns at the end that hold nothing; a value beyond the header's cells makes its row ragged."""
    ragged = dict(rows.ragged)
    for index in range(told, len(header)):
        for row in np.flatnonzero(_filled(rows.columns[index])).tolist():
            ragged[row] = rows.cells(row)
    keep = told
    while keep > 1 and not header[keep - 1].strip() and not _filled(rows.columns[keep - 1]).any():
        keep -= 1
    if keep == len(header):
        return rows, header
    columns = [_blanked(column, ragged, rows.ragged) for column in rows.columns[:keep]]
    return Rows(columns, rows.lines, {row: _cut(cells, keep) for row, cells in ragged.items()}), header[:keep]


def _cut(cells: list[str], width: int) -> list[str]:
    while len(cells) > width and not cells[-1]:
        cells = cells[:-1]
    return cells


def _blanked(column: pa.Array, ragged: dict[int, list[str]], before: dict[int, list[str]]) -> pa.Array:
    added = [row for row in ragged if row not in before]
    if not added:
        return column
    mask = np.zeros(len(column), bool)
    mask[added] = True
    return encode_repeats(pc.if_else(pa.array(mask), "", decode_dictionary(column)))


def _filled(column: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.not_equal(decode_dictionary(column), "").to_numpy(zero_copy_only=False), bool)


def strip_padding(rows: Rows, sides: tuple[bool, bool]) -> Rows:
    """Without the one blank that stands before or after each delimiter, on the sides where it is a habit."""
    before, after = sides
    if not before and not after:
        return rows
    last = len(rows.columns) - 1
    columns = [
        _unpadded(column, left=after and (before or index > 0), right=before and (after or index < last))
        for index, column in enumerate(rows.columns)
    ]
    ragged = {row: [strip_cell_padding(cell, sides) for cell in cells] for row, cells in rows.ragged.items()}
    return Rows(columns, rows.lines, ragged)


def _unpadded(column: pa.Array, *, left: bool, right: bool) -> pa.Array:
    pattern = "|".join(["^ "] * left + [" $"] * right)
    return encode_repeats(pc.replace_substring_regex(decode_dictionary(column), pattern, "")) if pattern else column


def strip_cell_padding(cell: str, sides: tuple[bool, bool]) -> str:
    """A cell without that blank."""
    before, after = sides
    cell = cell.removeprefix(" ") if after else cell
    return cell.removesuffix(" ") if before else cell


def remove_non_data(rows: Rows, header: list[str], text: Callable[[int], str]) -> tuple[Rows, list[Ignored]]:
    """The rows that are data, and the lines left out; `text` tells the text of a line."""
    reasons = dict(_reasons(rows, header))
    kept = np.ones(len(rows), bool)
    kept[list(reasons)] = False
    reasons |= _footers(rows, np.flatnonzero(kept), len(header), text)
    if not reasons:
        return rows, []
    kept[list(reasons)] = False
    last = max(np.flatnonzero(kept).tolist(), default=-1)
    reasons |= {row: "footer" for row, why in reasons.items() if why == "title" and row > last}
    ignored = [
        Ignored(int(rows.lines[row]), text(int(rows.lines[row])), why, row not in rows.ragged)
        for row, why in sorted(reasons.items())
        if why != "blank"
    ]
    places = np.cumsum(kept) - 1
    ragged = {int(places[row]): cells for row, cells in rows.ragged.items() if kept[row]}
    mask = pa.array(kept)
    return Rows(
        [encode_repeats(decode_dictionary(column).filter(mask)) for column in rows.columns], rows.lines[kept], ragged
    ), ignored


def _reasons(rows: Rows, header: list[str]) -> Iterator[tuple[int, str]]:
    """Rows that are no data wherever they stand."""
    width = len(header)
    for row, cells in rows.ragged.items():
        if not any(cell.strip() for cell in cells):
            yield row, "blank"
        elif is_comment(cells, width):
            yield row, "comment"
        elif is_group_title(cells, width):
            yield row, "title"
    yield from ((row, "blank") for row in _blank(rows))
    for row in _equal(rows, header):
        yield row, "repeated header"
        yield from _ending_before(rows, row, width)
    if len(rows) and is_ruler(rows.cells(0)):
        yield 0, "ruler"
    if width > 1:
        marked = pc.match_substring_regex(decode_dictionary(rows.columns[0]), r"^\s*(#|//|--)")
        candidates = np.flatnonzero(marked.to_numpy(zero_copy_only=False)).tolist()
        yield from ((row, "comment") for row in candidates if is_comment(rows.cells(row), width))


def _ending_before(rows: Rows, header: int, width: int) -> Iterator[tuple[int, str]]:
    """The footers of a page that stand above the header of the next one."""
    for row in range(header - 1, max(header - _MOST_AT_PAGE_END, 0) - 1, -1):
        reason = footer_reason(rows.cells(row), width, after_blank=False)
        if reason is None:
            return
        yield row, reason


def _blank(rows: Rows) -> list[int]:
    """Rows in which every cell is blank."""
    left = np.ones(len(rows), bool)
    left[list(rows.ragged)] = False
    for column in rows.columns:
        if not left.any():
            return []
        at = np.flatnonzero(left)
        some = pc.equal(
            pc.utf8_trim_whitespace(decode_dictionary(column.take(pa.array(at)) if len(at) < len(left) else column)), ""
        )
        left[at] = some.to_numpy(zero_copy_only=False)
    return list(np.flatnonzero(left).tolist())


def _equal(rows: Rows, header: list[str]) -> list[int]:
    """Rows that say the header again."""
    if len(header) < 2 or not any(header):
        return []
    left = np.arange(len(rows))
    for column, name in zip(rows.columns, header, strict=True):
        if not len(left):
            return []
        same = pc.equal(decode_dictionary(column.take(pa.array(left)) if len(left) < len(rows) else column), name)
        left = left[same.to_numpy(zero_copy_only=False)]
    return [row for row in left.tolist() if row not in rows.ragged] if len(left) <= len(rows) / 2 else []


def _footers(rows: Rows, kept: Positions, width: int, text: Callable[[int], str]) -> dict[int, str]:
    """Why the last of the kept rows are no data."""

    def after_blank(at: int) -> bool:
        line = int(rows.lines[kept[at]])
        return not text(line - 1).strip(" \t,;|\"'")

    found = footers(len(kept), lambda at: rows.cells(int(kept[at])), after_blank, width)
    return {int(kept[len(kept) - 1 - back]): why for back, why in enumerate(found)}
