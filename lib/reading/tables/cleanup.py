"""The rows below a header, without empty columns at the end and without padding."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.arrow import decode_dictionary, encode_repeats
from lib.reading.tables.cell_splitting import trim_cells
from lib.reading.tables.lines import Positions


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


def cells_at(column: pa.Array, rows: Positions) -> pa.Array:
    """The texts of a column in these rows."""
    if len(rows) < len(column):
        column = column.take(pa.array(rows))
    return decode_dictionary(column)
