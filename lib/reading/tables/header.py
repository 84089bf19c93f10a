"""Which row of a table is its header, and what stands above it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lib.reading.tables.header_rows import Spans, is_group_row, names_of_columns
from lib.reading.tables.row_kinds import (
    CellKind,
    count_license_fields,
    explains_columns,
    filled_cells,
    is_comment,
    kind_of,
    license_fields,
    looks_like_header,
)
from lib.reading.tables.table import IgnoredReason

Row = tuple[int, list[str]]
"""The line a row starts on, and its cells."""

_NEAR_THE_TOP = 50
_ROWS_COMPARED = 30
_NAMED_SHARE = 0.4
_ENOUGH = 3
_USUAL_SHARE = 0.7
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_DATA_KINDS = (CellKind.NUMBER, CellKind.DATE, CellKind.EMAIL)


@dataclass(frozen=True, slots=True)
class HeaderPlace:
    """The header's index among the first rows (-1: there is none), and why each row above it is left out."""

    index: int
    above: list[tuple[int, IgnoredReason]]
    group: int = -1
    """The index of the row above that names groups of columns (-1: there is none)."""


def find_header(rows: Sequence[Row], width: int, chosen_line: int | None = None) -> HeaderPlace:
    """Where the header is: on the line a person chose, else by the words of a license, else by its shape."""
    if chosen_line is not None:
        return header_on_line(rows, chosen_line)
    index = row_of_fields(rows)
    if index is not None:
        return header_at(rows, index)
    index = first_row_of_table(rows, width)
    if looks_like_data(rows, index, width):
        return HeaderPlace(-1, reasons_above(rows, index))
    return HeaderPlace(index, reasons_above(rows, index))


def header_on_line(rows: Sequence[Row], line: int) -> HeaderPlace:
    """The header on this line or below it; 0 means none."""
    if line <= 0:
        return HeaderPlace(-1, [])
    below = (index for index, (number, _) in enumerate(rows) if number >= line)
    index = next(below, len(rows) - 1)
    return header_at(rows, index)


def header_at(rows: Sequence[Row], index: int) -> HeaderPlace:
    """The header at this index, with the row of groups above it, if there is one."""
    group = index - 1 if has_groups_above(rows, index) else -1
    above = [(place, reason) for place, reason in reasons_above(rows, index) if place != group]
    return HeaderPlace(index, above, group)


def has_groups_above(rows: Sequence[Row], index: int) -> bool:
    """Whether the row right above a header names groups of its columns, and is none of another table."""
    if index < 1 or not is_group_row(rows[index - 1][1], rows[index][1]):
        return False
    line, cells = rows[index - 1]
    lines_of_row = 1 + sum(cell.count("\n") for cell in cells)
    is_right_above = rows[index][0] <= line + lines_of_row
    return is_right_above and not (index > 1 and looks_like_header(rows[index - 2][1]))


def header_names(rows: Sequence[Row], place: HeaderPlace, spans: Spans | None = None) -> list[str]:
    """The names of the columns at a header's place; `spans` are the cells that a sheet merges side by side."""
    cells = rows[place.index][1]
    if place.group < 0:
        return cells or [""]
    group_line, groups = rows[place.group]
    return names_of_columns(groups, cells, (spans or {}).get(group_line, ()))


def reasons_above(rows: Sequence[Row], header: int) -> list[tuple[int, IgnoredReason]]:
    """Why each row above the header is left out."""
    reasons = []
    for index, (_, cells) in enumerate(rows[:header]):
        reasons.append((index, IgnoredReason.COMMENT if is_comment(cells, 0) else IgnoredReason.PREAMBLE))
    return reasons


def row_of_fields(rows: Sequence[Row]) -> int | None:
    """The header by a license's words: the first row that names a license well, else the row that names most."""
    most = row_with_most_fields(rows)
    if most is None:
        return None
    # Of tables below one another, the first one is the file's, even if the others have more columns.
    first = next((index for index in range(most) if names_license(rows[index][1])), most)
    if continues_header(rows, first):
        return first + 1
    return first


def names_license(cells: list[str]) -> bool:
    """Whether a row is a header that names a license's key and more."""
    return (
        looks_like_header(cells) and "license_key" in license_fields(cells) and count_license_fields(cells) >= _ENOUGH
    )


def continues_header(rows: Sequence[Row], index: int) -> bool:
    """Whether the row below a header is a header too, so that the first one names groups of its columns."""
    if index + 1 >= len(rows):
        return False
    above, cells = rows[index][1], rows[index + 1][1]
    if cells == above or explains_columns(cells):
        return False
    return looks_like_header(cells) and is_group_row(above, cells)


def row_with_most_fields(rows: Sequence[Row]) -> int | None:
    """The row near the top that names the most license fields."""
    best, most = None, 1
    for index, (_, cells) in enumerate(rows[:_NEAR_THE_TOP]):
        fields, filled = count_license_fields(cells), sum(map(bool, cells))
        if fields > most and fields >= _NAMED_SHARE * filled:
            best, most = index, fields
    return best


def first_row_of_table(rows: Sequence[Row], width: int) -> int:
    """The first row that is no comment or title."""
    for index in range(min(len(rows), _NEAR_THE_TOP)):
        if not is_above_table(rows, index, width):
            return index
    return 0


def is_above_table(rows: Sequence[Row], index: int, width: int) -> bool:
    """Whether a row stands above the header, as titles do."""
    if index + 1 >= len(rows):
        return False
    cells = rows[index][1]
    if is_comment(cells, width):
        return True
    if width < 2:
        return False
    filled = len(filled_cells(cells))
    if filled <= 1 and (width > 2 or len(cells) == 1):
        return True
    filled_below = len(filled_cells(rows[index + 1][1]))
    is_half_empty = width > 3 and filled < 0.5 * width
    if is_half_empty and filled_below > filled and filled_below > 0.6 * width:
        return True
    return filled <= 2 and width > 4 and len(cells) <= 2


def looks_like_data(rows: Sequence[Row], index: int, width: int) -> bool:
    """Whether the possible header looks like the rows below it."""
    cells = rows[index][1]
    next_rows = [row for _, row in rows[index + 1 : index + _ROWS_COMPARED]]
    below = [row for row in next_rows if len(row) == len(cells) == width]
    if not below or not any(kind_of(cell) in _DATA_KINDS for cell in cells):
        return False
    # Each column casts a vote; a text above numbers weighs most, for that is what headers are.
    votes = (vote_for_data(cell.strip(), filled_cells(column)) for cell, *column in zip(cells, *below, strict=True))
    return sum(votes) > 0 and not counts_up(cells)


def vote_for_data(cell: str, below: list[str]) -> int:
    """How much a cell looks like those below it (more than 0), or like the name of their column (less)."""
    if not below or not cell:
        return 0
    if cell in below or has_form_of_all(cell, below):
        return 1
    kinds = [kind_of(other) for other in below]
    usual = max(set(kinds), key=kinds.count)
    if usual is CellKind.TEXT or kinds.count(usual) <= _USUAL_SHARE * len(kinds):
        return 0
    if kind_of(cell) is usual:
        return 1
    if kind_of(cell) is CellKind.TEXT:
        return -3
    return 0


def has_form_of_all(cell: str, below: list[str]) -> bool:
    """Whether a cell with digits in it has letters and digits in the same places as all those below it."""
    return any(map(str.isdigit, cell)) and all(form_of(cell) == form_of(other) for other in below)


def form_of(cell: str) -> str:
    """The cell with digits as 0 and letters as a."""
    return _LETTER.sub("a", _DIGIT.sub("0", cell))


def counts_up(cells: list[str]) -> bool:
    """Whether all cells but the first are numbers in a row, as years are that name columns."""
    numbers = [cell for cell in cells[1:] if cell.strip()]
    if len(numbers) < 2 or not all(map(str.isdecimal, numbers)) or cells[0].isdecimal():
        return False
    steps = {int(after) - int(before) for before, after in pairwise(numbers)}
    return steps == {1}
