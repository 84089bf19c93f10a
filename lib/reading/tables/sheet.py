"""One sheet of a workbook: its filled rows as texts, and what a person sees of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from lib.reading.tables.cell_splitting import trim_cells
from lib.reading.tables.header import Row
from lib.reading.tables.row_kinds import count_license_fields
from lib.reading.tables.shown_cells import Archive, ShownCells, ShownSheet

Place = tuple[int, int]
"""A row and a column."""

Cell = int | float | str | bool | time | date | datetime | timedelta

_EXACT_BELOW = 10**15
"""Whole numbers that a spreadsheet's 15 digits hold exactly."""

ROWS_AT_TOP = 50


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled rows of a sheet, what it shows instead of its values, its merged cells (first and last place from 0), its calendar."""

    rows: list[Row]
    shown: ShownCells
    is_hidden: bool = False
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    counts_from_1904: bool = False


Sheets = Mapping[str, Sheet]
"""Sheets by title."""


def read_sheet(book: CalamineWorkbook, title: str, archive: Archive, looks: Mapping[str, ShownSheet]) -> Sheet:
    """A sheet of a workbook, as it is shown."""
    # What is shown is known from the archive or a look at it, not from the values.
    look = looks.get(title) or archive.look_at(title)
    merged = look.merged
    if merged is None:
        merged = book.get_sheet_by_name(title).merged_cell_ranges or []
    rows, is_hidden = filled_rows(book, title, look.shown), title in hidden_sheets(book)
    return Sheet(rows, look.shown, is_hidden, list(merged), look.counts_from_1904)


def hidden_sheets(book: CalamineWorkbook) -> list[str]:
    """The sheets that a person does not see."""
    return [data.name for data in book.sheets_metadata if data.visible is not SheetVisibleEnum.Visible]


def filled_rows(book: CalamineWorkbook, title: str, shown_cells: ShownCells | None = None) -> list[Row]:
    """The rows of a sheet that are not blank, as shown texts."""
    texts = shown_cells.by_row() if shown_cells else {}
    rows = []
    for number, values in enumerate(book.get_sheet_by_name(title).to_python(skip_empty_area=False), start=1):
        cells = list(map(cell_text, values))
        for column, text in texts.get(number, {}).items():
            if column <= len(cells):
                cells[column - 1] = text
        cells = trim_cells(cells, 0)
        if any(cell.strip() for cell in cells):
            rows.append((number, cells))
    return rows


def cell_text(cell: Cell) -> str:
    """A cell as text: dates as ISO, whole numbers without a fraction."""
    if isinstance(cell, str):
        return cell
    # A bool is an int and a datetime a date, so they come first.
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime):
        if cell.time() == time():
            return cell.date().isoformat()
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        return number_text(cell)
    return str(cell)


def number_text(number: float) -> str:
    """A number as text."""
    # One too large to have all its digits gets an exponent, so that it is recognised as mangled.
    if abs(number) >= _EXACT_BELOW:
        return f"{number:.14E}"
    if number.is_integer():
        return str(int(number))
    return repr(number)


def has_license_header(rows: list[Row]) -> bool:
    """Whether one of the first rows has a license's words."""
    return any(count_license_fields(cells) > 1 for _, cells in rows[:ROWS_AT_TOP])
