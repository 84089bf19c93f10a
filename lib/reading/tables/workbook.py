"""Workbooks (Excel, OpenDocument): cells as the text a person would have typed."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from lib.reading.tables.cell_splitting import trim_cells
from lib.reading.tables.cleanup import Rows, drop_spare_columns, remove_non_data
from lib.reading.tables.dialect_detection import count_license_fields
from lib.reading.tables.header import Row, find_header
from lib.reading.tables.refusals import file_phrase
from lib.reading.tables.table import Ignored, Table, TableError

Cell = int | float | str | bool | time | date | datetime | timedelta
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_MOST_UNPACKED = 2_000_000_000
_EXACT = 10**15
_LOOKED_AT = 50


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are a workbook, told by what is packed in them."""
    if content.startswith(_OLE):
        return b"W\0o\0r\0k\0b\0o\0o\0k\0" in content or b"E\0n\0c\0r\0y\0p\0t\0" in content
    if not content.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return any(part in archive.namelist() for part in _PARTS)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def read_workbook(content: bytes, name: str, *, header_line: int | None = None, sheet: str | None = None) -> Table:
    """The table on one sheet; its lines are the sheet's row numbers, and it has no encoding or delimiter.

    Raises TableError `which_sheet` where several sheets hold rows and neither `sheet` nor a header decides.
    """
    _refuse_unpacking_without_end(content, name)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            sheets = {title: _rows(book, title) for title in book.sheet_names}
    except PasswordError:
        message = f"{file_phrase(name)} is protected by a password. Save it without one and drop it again."
        raise TableError("workbook", message) from None
    except (CalamineError, OSError, ValueError) as error:
        message = (
            f"{file_phrase(name)} is a damaged workbook ({error}). Open it, save it again, or save the sheet as CSV."
        )
        raise TableError("workbook", message) from None
    return _table(name, _chosen(sheets, name, sheet), header_line)


def _refuse_unpacking_without_end(content: bytes, name: str) -> None:
    if content.startswith(_ZIP):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > _MOST_UNPACKED:
            message = (
                f"{file_phrase(name)} unpacks to {size // 1_000_000:,} MB, too much to be read. Save the sheet as CSV."
            )
            raise TableError("workbook", message)


def _rows(book: CalamineWorkbook, title: str) -> list[Row]:
    """The rows of a sheet that are not blank, each with its number and its cells as text."""
    grid = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    rows = ((number, trim_cells([cell_text(cell) for cell in cells], 0)) for number, cells in enumerate(grid, start=1))
    return [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]


def cell_text(cell: Cell) -> str:
    """A cell as text: dates as ISO, whole numbers without a fraction.

    A number too large to have kept all its digits is written with an exponent, so that it is seen to be mangled.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, float):
        if abs(cell) >= _EXACT:
            return f"{cell:.14E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _chosen(sheets: dict[str, list[Row]], name: str, sheet: str | None) -> list[Row]:
    """The rows of the sheet that was told, of the only one that has any, or of the only one with a license header."""
    filled = {title: rows for title, rows in sheets.items() if rows}
    if sheet is not None and sheet in sheets:
        filled = {sheet: sheets[sheet]} if sheets[sheet] else {}
    elif sheet is not None:
        raise TableError("which_sheet", f'There is no sheet "{sheet}". Choose one of: {_listed(sheets)}.')
    if not filled:
        raise TableError("empty", f"{file_phrase(name)} holds no rows. Export it again, and check that it holds rows.")
    known = [rows for rows in filled.values() if any(count_license_fields(cells) > 1 for _, cells in rows[:_LOOKED_AT])]
    if len(filled) > 1 and len(known) != 1:
        raise TableError("which_sheet", f"{file_phrase(name)} has several sheets. Choose one of: {_listed(filled)}.")
    return known[0] if len(filled) > 1 else next(iter(filled.values()))


def _listed(sheets: dict[str, list[Row]]) -> str:
    return ", ".join(f'"{title}"' for title in sheets)


def _table(name: str, found: list[Row], header_line: int | None) -> Table:
    widths = [len(cells) for _, cells in found[:_LOOKED_AT]]
    width = max(set(widths), key=lambda size: (widths.count(size), size))
    heading = find_header(found, width, header_line)
    if heading.at < 0:
        below = found[len(heading.above) :]
        header = [f"Column {index + 1}" for index in range(max(len(cells) for _, cells in below))]
    else:
        below, header = found[heading.at + 1 :], found[heading.at][1] or [""]
    texts = {number: "\t".join(cells) for number, cells in found}
    rows, header = drop_spare_columns(_arranged(below, len(header)), header, len(header))
    rows, more = remove_non_data(rows, header, lambda line: texts.get(line, ""))
    above = [(*found[index], why) for index, why in heading.above]
    ignored = [Ignored(line, texts[line], why, len(cells) == len(header)) for line, cells, why in above]
    line = found[heading.at][0] if heading.at >= 0 else 0
    return Table(name, header, rows.columns, rows.lines.astype(np.int64), "", "", line, rows.ragged, ignored + more)


def _arranged(below: Sequence[Row], width: int) -> Rows:
    """Rows filled up to the header's width, for a sheet has no short rows; longer ones are ragged."""
    ragged = {index: cells for index, (_, cells) in enumerate(below) if len(cells) > width}
    even = [[""] * width if len(cells) > width else cells + [""] * (width - len(cells)) for _, cells in below]
    columns = [pa.array([cells[column] for cells in even], pa.string()) for column in range(width)]
    return Rows(columns, np.array([line for line, _ in below], np.int64), ragged)
