"""Workbooks (Excel, OpenDocument): cells as the text a person would have typed."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

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
from lib.reading.tables.sheet import ROWS_AT_TOP, Sheets, has_license_header, read_sheet
from lib.reading.tables.sheet_notices import with_shown_cells
from lib.reading.tables.shown_cells import opened_archive
from lib.reading.tables.table import IgnoredLine, Table
from lib.reading.tables.workbook_limits import refuse_oversized

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_OLE_STREAMS = ("Workbook".encode("utf-16-le"), "Encrypt".encode("utf-16-le"))


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are a workbook, by what is packed in them."""
    if content.startswith(_OLE):
        return any(stream in content for stream in _OLE_STREAMS)
    if not content.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.namelist()
            is_text = "mimetype" in parts and archive.read("mimetype").endswith(b"opendocument.text")
            return not is_text and any(part in parts for part in _WORKBOOK_PARTS)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def read_workbook(content: bytes, name: str, *, header_line: int | None = None, sheet: str | None = None) -> Table:
    """The table on one sheet; its lines are the sheet's row numbers, and it has no encoding or delimiter.

    Raises TableError `which_sheet` where several sheets hold rows and neither `sheet` nor a header decides.
    """
    with opened_workbook(content, name) as book:
        titles = book.sheet_names if sheet is None or sheet not in book.sheet_names else [sheet]
        archive = opened_archive(content)
        sheets = {title: read_sheet(book, archive, title) for title in titles}
    chosen = choose_sheet(sheets, name, sheet)
    table = table_of_rows(name, sheets[chosen].rows, header_line)
    return with_shown_cells(table, sheets, chosen, counts_from_1904=archive.counts_from_1904)


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


def choose_sheet(sheets: Sheets, name: str, sheet: str | None) -> str:
    """The sheet a person chose, the only one with rows, or the only one with a license header; those in sight come first."""
    if sheet is not None:
        refuse_empty_sheet(sheets, name, sheet)
        return sheet
    filled = [title for title in sheets if sheets[title].rows]
    if not filled:
        raise workbook_without_rows(name)
    with_header = [title for title in filled if has_license_header(sheets[title].rows)]
    in_sight = [title for title in with_header if not sheets[title].is_hidden]
    for titles in (filled, in_sight, with_header):
        if len(titles) == 1:
            return titles[0]
    raise several_sheets(name, in_sight or filled)


def refuse_empty_sheet(sheets: Sheets, name: str, sheet: str) -> None:
    """Raises TableError if there is no such sheet, or nothing in it."""
    if sheet not in sheets:
        raise no_such_sheet(sheet, sheets)
    if not sheets[sheet].rows:
        raise workbook_without_rows(name)


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
    widths = [len(cells) for _, cells in rows[:ROWS_AT_TOP]]
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
