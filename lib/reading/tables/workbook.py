"""Workbooks (Excel, OpenDocument): cells as the text a person would have typed."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from io import BytesIO

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from lib.columnar.arrow import encode_repeats
from lib.domain.products import Hosting, read_product
from lib.reading.cells import read_hosting
from lib.reading.headings import SHEET_HEADING
from lib.reading.tables.cleanup import Rows, drop_spare_columns
from lib.reading.tables.far_cells import leave_out_far_cells
from lib.reading.tables.header import HeaderPlace, Row, find_header, header_names
from lib.reading.tables.header_rows import Spans
from lib.reading.tables.joined_tables import join_sheets
from lib.reading.tables.non_data import remove_non_data
from lib.reading.tables.old_workbook import read_old_workbook, refuse_lies
from lib.reading.tables.open_document import read_open_document
from lib.reading.tables.refusals import (
    SparseWorkbookError,
    damaged_workbook,
    no_such_sheet,
    protected_workbook,
    several_sheets,
    too_large_for_memory,
    workbook_without_rows,
)
from lib.reading.tables.row_kinds import field_named
from lib.reading.tables.sheet import ROWS_AT_TOP, Place, Sheet, Sheets, has_license_header, read_sheet
from lib.reading.tables.sheet_notices import with_shown_cells
from lib.reading.tables.shown_cells import opened_archive
from lib.reading.tables.stacked_tables import with_further_tables
from lib.reading.tables.table import IgnoredLine, Table
from lib.reading.tables.workbook_limits import MOST_CELLS, refuse_oversized

VALUES_ONLY = (
    "Of this kind of workbook (.xlsb) only values are read. Not seen are errors of formulas and formulas without a result, which "
    "count as blanks; merged cells, whose value only the first row has; hidden rows; formats that make codes of numbers, such as "
    "00123; and a calendar that begins in 1904. Save it as .xlsx if it has any of these."
)
_BINARY_PART = "xl/workbook.bin"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WORKBOOK_PARTS = ("xl/workbook.xml", _BINARY_PART, "content.xml")
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


def is_binary_workbook(content: bytes) -> bool:
    """Whether a workbook is of a kind whose reader trusts sizes that it says: a damaged one may end the process that reads it."""
    if not is_workbook(content):
        return False
    if content.startswith(_OLE):
        return True
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return _BINARY_PART in archive.namelist()


def read_workbook(content: bytes, name: str, *, header_line: int | None = None, sheets: Sequence[str] = ()) -> Table:
    """The table on one sheet, or on several, one after another; its lines are the sheets' row numbers.

    Raises TableError `which_sheet` where several sheets hold rows and neither `sheets` nor a header decides.
    """
    content, far_notices = fit_into_memory(content, name)
    with opened_workbook(content, name) as book:
        titles = book.sheet_names if not sheets or not {*sheets} <= {*book.sheet_names} else list(dict.fromkeys(sheets))
        archive = opened_archive(content)
        looks = read_open_document(content) or read_old_workbook(content)
        filled = {title: read_sheet(book, title, archive, looks) for title in titles}
    selection = choose_sheets(filled, name, sheets)
    tables = {}
    for title in selection:
        table = with_title(
            table_of_sheet(name, filled[title], header_line), title, is_one_of_several=len(selection) > 1
        )
        table = replace(table, sheet=title)
        tables[title] = with_shown_cells(table, filled, title)
    table = join_sheets(tables) if len(tables) > 1 else tables[selection[0]]
    return replace(table, notices=[*table.notices, *far_notices, *notices_on_kind(content)])


def notices_on_kind(content: bytes) -> list[str]:
    """That a workbook of this kind is read by its values only."""
    if _BINARY_PART.encode() in content and content.startswith(_ZIP):
        return [VALUES_ONLY]
    return []


def fit_into_memory(content: bytes, name: str) -> tuple[bytes, list[str]]:
    """The workbook, if need be without cells far from its tables, and a notice of them. Raises TableError."""
    try:
        refuse_oversized(content, name)
    except SparseWorkbookError:
        nearer, notices = leave_out_far_cells(content)
        refuse_oversized(nearer, name)
        return nearer, notices
    return content, []


@contextmanager
def opened_workbook(content: bytes, name: str) -> Iterator[CalamineWorkbook]:
    """A workbook that fits into memory, to read sheets from. Raises TableError, also for what comes up while it is read."""
    try:
        refuse_lies(content, 2 * MOST_CELLS)
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


def choose_sheets(sheets: Sheets, name: str, choice: Sequence[str]) -> list[str]:
    """The sheets a person chose, else the only one with licenses."""
    # Those in sight come first: a hidden sheet is often an old copy.
    if choice:
        for sheet in choice:
            refuse_empty_sheet(sheets, name, sheet)
        return list(dict.fromkeys(choice))
    filled = [title for title in sheets if sheets[title].rows]
    if not filled:
        raise workbook_without_rows(name)
    with_header = [title for title in filled if has_license_header(sheets[title].rows)]
    in_sight = [title for title in with_header if not sheets[title].is_hidden]
    for titles in (filled, in_sight, with_header):
        if len(titles) == 1:
            return titles
    raise several_sheets(name, in_sight or filled)


def refuse_empty_sheet(sheets: Sheets, name: str, sheet: str) -> None:
    """Raises TableError if there is no such sheet, or nothing in it."""
    if sheet not in sheets:
        raise no_such_sheet(sheet, sheets)
    if not sheets[sheet].rows:
        raise workbook_without_rows(name)


def with_title(table: Table, title: str, *, is_one_of_several: bool) -> Table:
    """The table with a column of its sheet's title, where that may say what no column says: the product or the hosting."""
    fields = {field_named(heading) for heading in table.header}
    product = "product" not in fields and read_product(title)
    hosting = "hosting" not in fields and isinstance(read_hosting(title), Hosting)
    if SHEET_HEADING in table.header or not (is_one_of_several or product or hosting):
        return table
    titles = encode_repeats(pa.repeat(pa.scalar(title, pa.string()), len(table)))
    ragged = {row: fill_row_in_two(cells, len(table.header), title) for row, cells in table.ragged.items()}
    return replace(table, header=[*table.header, SHEET_HEADING], columns=[*table.columns, titles], ragged=ragged)


def fill_row_in_two(cells: list[str], width: int, title: str) -> list[str]:
    """A row of a wrong width with the title behind its own table's cells."""
    return [*cells[:width], title, *cells[width:]]


def table_of_sheet(name: str, sheet: Sheet, header_line: int | None) -> Table:
    """The table of a sheet, with those below it."""
    read_part = partial(table_of_rows, name, sheet.rows, spans_of(sheet.merged))
    return with_further_tables(read_part(0, None, header_line), read_part, header_line)


def spans_of(merged: Sequence[tuple[Place, Place]]) -> Spans:
    """The first and the last column of cells that are merged side by side, by line."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for (first_row, first), (last_row, last) in merged:
        if first_row == last_row:
            spans.setdefault(first_row + 1, []).append((first, last))
    return spans


def table_of_rows(
    name: str, rows: list[Row], spans: Spans, start: int, stop: int | None, header_line: int | None
) -> Table:
    """The table of a sheet's rows between two lines (None: to the end)."""
    rows = [row for row in rows if start <= row[0] and (stop is None or row[0] < stop)]
    place = find_header(rows, usual_width(rows), header_line)
    header, below = header_and_rows(rows, place, spans)
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


def header_and_rows(rows: list[Row], place: HeaderPlace, spans: Spans) -> tuple[list[str], list[Row]]:
    """The names of the columns, and the rows below them."""
    if place.index >= 0:
        return header_names(rows, place, spans), rows[place.index + 1 :]
    below = rows[len(place.above) :]
    width = max(len(cells) for _, cells in below)
    return [f"Column {index + 1}" for index in range(width)], below


def fill_up(rows: Sequence[Row], width: int) -> Rows:
    """Rows filled up to the header's width; longer ones are ragged."""
    # A sheet leaves out empty cells at the end.
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
