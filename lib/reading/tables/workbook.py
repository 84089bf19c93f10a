"""Workbooks (Excel, OpenDocument): cells as the text a person would have typed."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import BytesIO

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from lib.reading.tables.cell_splitting import trim_cells
from lib.reading.tables.cleanup import Rows, drop_spare_columns, remove_non_data
from lib.reading.tables.header import HeaderPlace, Row, find_header
from lib.reading.tables.refusals import (
    damaged_workbook,
    no_such_sheet,
    protected_workbook,
    several_sheets,
    too_large_for_memory,
    workbook_without_rows,
)
from lib.reading.tables.row_kinds import count_license_fields
from lib.reading.tables.table import IgnoredLine, Table
from lib.reading.tables.workbook_limits import refuse_oversized

Cell = int | float | str | bool | time | date | datetime | timedelta
Sheets = dict[str, list[Row]]
"""The rows of each sheet by its title."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_OLE_STREAMS = ("Workbook".encode("utf-16-le"), "Encrypt".encode("utf-16-le"))
_EXACT_BELOW = 10**15
"""Whole numbers that a spreadsheet's 15 digits hold exactly."""

_ROWS_AT_TOP = 50


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are a workbook, by what is packed in them."""
    if content.startswith(_OLE):
        return any(stream in content for stream in _OLE_STREAMS)
    if not content.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return any(part in archive.namelist() for part in _WORKBOOK_PARTS)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def read_workbook(content: bytes, name: str, *, header_line: int | None = None, sheet: str | None = None) -> Table:
    """The table on one sheet; its lines are the sheet's row numbers, and it has no encoding or delimiter.

    Raises TableError `which_sheet` where several sheets hold rows and neither `sheet` nor a header decides.
    """
    with opened_workbook(content, name) as book:
        titles = book.sheet_names if sheet is None or sheet not in book.sheet_names else [sheet]
        sheets = {title: filled_rows(book, title) for title in titles}
    return table_of_rows(name, choose_rows(sheets, name, sheet), header_line)


@contextmanager
def opened_workbook(content: bytes, name: str) -> Iterator[CalamineWorkbook]:
    """A workbook to read sheets from, if it fits into memory. Raises TableError, also for what comes up while it is read."""
    refuse_oversized(content, name)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            yield book
    except PasswordError:
        raise protected_workbook(name) from None
    except (CalamineError, OSError, ValueError) as error:
        raise damaged_workbook(name, error) from None
    except MemoryError:
        raise too_large_for_memory(name) from None
    except BaseException as error:
        # The reader is written in Rust, whose panics are no Exception and have a class that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged_workbook(name, ValueError("its reader gave up")) from None


def filled_rows(book: CalamineWorkbook, title: str) -> list[Row]:
    """The rows of a sheet that are not blank, as texts."""
    grid = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    rows = []
    for number, row in enumerate(grid, start=1):
        cells = trim_cells(list(map(cell_text, row)), 0)
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
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return number_text(cell) if isinstance(cell, float) else str(cell)


def number_text(number: float) -> str:
    """A number as text; one too large to have all its digits gets an exponent, so that it is recognised as mangled."""
    if abs(number) >= _EXACT_BELOW:
        return f"{number:.14E}"
    return str(int(number)) if number.is_integer() else repr(number)


def choose_rows(sheets: Sheets, name: str, sheet: str | None) -> list[Row]:
    """The rows of the sheet a person chose, of the only one that has any, or of the only one with a license header."""
    if sheet is not None:
        return rows_of_sheet(sheets, name, sheet)
    filled = {title: rows for title, rows in sheets.items() if rows}
    if not filled:
        raise workbook_without_rows(name)
    if len(filled) == 1:
        return next(iter(filled.values()))
    with_license_header = list(filter(has_license_header, filled.values()))
    if len(with_license_header) != 1:
        raise several_sheets(name, filled)
    return with_license_header[0]


def rows_of_sheet(sheets: Sheets, name: str, sheet: str) -> list[Row]:
    """The rows of one sheet. Raises TableError if there are none."""
    if sheet not in sheets:
        raise no_such_sheet(sheet, sheets)
    if not sheets[sheet]:
        raise workbook_without_rows(name)
    return sheets[sheet]


def has_license_header(rows: list[Row]) -> bool:
    """Whether one of the first rows has a license's words."""
    return any(count_license_fields(cells) > 1 for _, cells in rows[:_ROWS_AT_TOP])


def table_of_rows(name: str, rows: list[Row], header_line: int | None) -> Table:
    """The table of a sheet's rows that are data."""
    place = find_header(rows, usual_width(rows), header_line)
    header, below = header_and_rows(rows, place)
    texts = {number: "\t".join(cells) for number, cells in rows}
    data, header = drop_spare_columns(fill_up(below, len(header)), header, len(header))
    data, non_data = remove_non_data(data, header, lambda line: texts.get(line, ""))
    above = []
    for index, reason in place.above:
        line, cells = rows[index]
        above.append(IgnoredLine(line, texts[line], reason, len(cells) == len(header)))
    line = rows[place.index][0] if place.index >= 0 else 0
    return Table(name, header, data.columns, data.lines.astype(np.int64), "", "", line, data.ragged, above + non_data)


def usual_width(rows: Sequence[Row]) -> int:
    """The commonest number of cells of the first rows."""
    widths = [len(cells) for _, cells in rows[:_ROWS_AT_TOP]]
    return max(set(widths), key=lambda width: (widths.count(width), width))


def header_and_rows(rows: list[Row], place: HeaderPlace) -> tuple[list[str], list[Row]]:
    """The names of the columns, and the rows below them."""
    if place.index >= 0:
        return rows[place.index][1] or [""], rows[place.index + 1 :]
    below = rows[len(place.above) :]
    width = max(len(cells) for _, cells in below)
    return [f"Column {index + 1}" for index in range(width)], below


def fill_up(rows: Sequence[Row], width: int) -> Rows:
    """Rows filled up to the header's width, because a sheet leaves out empty cells at the end; longer ones are ragged."""
    ragged = {index: cells for index, (_, cells) in enumerate(rows) if len(cells) > width}
    even = [fill_row(cells, width) for _, cells in rows]
    # Without rows there is nothing to turn round, but there are columns.
    columns = list(zip(*even, strict=True)) or [()] * width
    arrays = [pa.array(list(column), pa.string()) for column in columns]
    lines = np.array([line for line, _ in rows], np.int64)
    return Rows(arrays, lines, ragged)


def fill_row(cells: list[str], width: int) -> list[str]:
    """A row filled up; a longer one gives an empty row."""
    if len(cells) > width:
        return [""] * width
    return cells + [""] * (width - len(cells))
