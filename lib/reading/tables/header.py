"""Which row of a table is its header, and what stands above it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lib.reading.tables.row_kinds import CellKind, count_license_fields, filled_cells, is_comment, kind_of
from lib.reading.tables.table import IgnoredReason

Row = tuple[int, list[str]]
"""The line a row starts on, and its cells."""

_NEAR_THE_TOP = 50
_ROWS_COMPARED = 30
_NAMED_SHARE = 0.4
_USUAL_SHARE = 0.7
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_DATA_KINDS = (CellKind.NUMBER, CellKind.DATE, CellKind.EMAIL)


@dataclass(frozen=True, slots=True)
class HeaderPlace:
    """The header's index among the first rows (-1: there is none), and why each row above it is left out."""

    index: int
    above: list[tuple[int, IgnoredReason]]


def find_header(rows: Sequence[Row], width: int, chosen_line: int | None = None) -> HeaderPlace:
    """Where the header is: on the line a person chose, else by the words of a license, else by its shape."""
    if chosen_line is not None:
        return header_on_line(rows, chosen_line)
    index = row_with_most_fields(rows)
    if index is not None:
        return HeaderPlace(index, reasons_above(rows, index))
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
    return HeaderPlace(index, reasons_above(rows, index))


def reasons_above(rows: Sequence[Row], header: int) -> list[tuple[int, IgnoredReason]]:
    """Why each row above the header is left out."""
    reasons = []
    for index, (_, cells) in enumerate(rows[:header]):
        reasons.append((index, IgnoredReason.COMMENT if is_comment(cells, 0) else IgnoredReason.PREAMBLE))
    return reasons


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
