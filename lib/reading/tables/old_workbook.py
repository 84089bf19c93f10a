"""What the sheets of a workbook before 2007 (`.xls`) show where its reader gives other values: errors, codes, hidden rows.

Such a file is a small file system (MS-CFB), and its stream `Workbook` a list of records (MS-XLS).
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lib.reading.tables.shown_cells import ShownCells, ShownSheet, is_code_format, shown_number

_MAGIC = b"\xd0\xcf\x11\xe0"
_LAST = 0xFFFFFFFA
"""Numbers of sectors from here on end a chain."""

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BEGIN, _END, _SHEET, _FORMAT, _STYLE, _CALENDAR = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0, 0x0022
_TEXTS, _SIZE = 0x00FC, 0x0200
_CELLS = frozenset((0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E))
_ROW, _BOOL_OR_ERROR, _NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS, _FORMULA = 0x0208, 0x0205, 0x0203, 0x027E, 0x00BD, 0x0006


def read_old_workbook(content: bytes) -> Mapping[str, ShownSheet]:
    """The sheets of a workbook before 2007 by title; none of any other file, or if it is damaged."""
    if not content.startswith(_MAGIC):
        return {}
    try:
        book = OldBook(workbook_stream(content))
        cells_by_title = {title: book.shown_cells(start) for title, start in book.starts.items()}
    except (struct.error, IndexError, ValueError, OverflowError):
        return {}
    return {title: ShownSheet(cells, counts_from_1904=book.counts_from_1904) for title, cells in cells_by_title.items()}


def refuse_lies(content: bytes, most_cells: int) -> None:
    """Raises ValueError for a workbook before 2007 that says it is far larger than it is.

    Its reader takes memory for what is said, and where there is none the whole process ends.
    """
    if not content.startswith(_MAGIC):
        return
    try:
        data = workbook_stream(content)
        starts = numbers_at(data, _SHEET, 0)
        cells = sum(grid_cells(data, start) + said_cells(data, start) for start in starts)
        texts = sum(numbers_at(data, _TEXTS, 4))
    except (struct.error, IndexError) as error:
        raise ValueError("it ends too early") from error
    if texts > len(data) or cells > most_cells:
        raise ValueError("it says that it is larger than it can be")


def numbers_at(data: bytes, wanted: int, place: int) -> list[int]:
    """The number at a place of each record of a kind, of what is of the whole workbook."""
    return [struct.unpack_from("<I", data, at + place)[0] for kind, at in records(data, 0) if kind == wanted]


def grid_cells(data: bytes, start: int) -> int:
    """The cells of the grid that the reader makes of a sheet: its rows from the first cell to the last, in 32 bits."""
    places = [struct.unpack_from("<HH", data, at) for kind, at in records(data, start) if kind in _CELLS]
    if not places:
        return 0
    columns: list[int] = [column for _, column in places]
    rows: int = (places[-1][0] - places[0][0] + 1) % (1 << 32)
    return rows * (max(columns) - min(columns) + 1)


def said_cells(data: bytes, start: int) -> int:
    """The cells that a sheet says it has."""
    cells = 0
    for kind, at in records(data, start):
        if kind == _SIZE:
            form = "<HHHH" if struct.unpack_from("<H", data, at - 2)[0] < 14 else "<IIHH"
            first_row, end_row, first_column, end_column = struct.unpack_from(form, data, at)
            cells += (end_row - first_row) % (1 << 32) * ((end_column - first_column) % (1 << 16))
    return cells


def records(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """The kind and the place of each record of a part of the workbook, without the parts inside it."""
    depth = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 1:
            yield kind, at + 4
        elif depth < 1:
            return
        at += 4 + length


def workbook_stream(content: bytes) -> bytes:
    """The bytes of the stream with the workbook; none if there is no such stream."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    first_directory, cutoff, first_small = struct.unpack_from("<I4xII", content, 48)

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    table = numbers_of(b"".join(map(sector, sectors_of_table(content, sector, size))))
    directory = b"".join(map(sector, chain(table, first_directory)))
    root = b""
    for at in range(0, len(directory), 128):
        name = directory[at : at + 64].decode("utf-16-le", errors="ignore").partition("\0")[0]
        first, length = struct.unpack_from("<II", directory, at + 116)
        if at == 0:
            root = b"".join(map(sector, chain(table, first)))
        if name in ("Workbook", "Book"):
            if length >= cutoff:
                return b"".join(map(sector, chain(table, first)))[:length]
            small = numbers_of(b"".join(map(sector, chain(table, first_small))))
            return b"".join(root[number * 64 : number * 64 + 64] for number in chain(small, first))[:length]
    return b""


def sectors_of_table(content: bytes, sector: Callable[[int], bytes], size: int) -> list[int]:
    """The sectors that hold the table of chains."""
    number_of_sectors = len(content) // size
    next_list = struct.unpack_from("<I", content, 68)[0]
    numbers = list(struct.unpack_from("<109I", content, 76))
    for _ in range(number_of_sectors):
        if next_list >= _LAST:
            break
        *more, next_list = numbers_of(sector(next_list))
        numbers += more
    # A hostile file may name one sector a million times.
    return list(dict.fromkeys(number for number in numbers if number < number_of_sectors))


def numbers_of(content: bytes) -> tuple[int, ...]:
    """The numbers of four bytes that these bytes are."""
    return struct.unpack(f"<{len(content) // 4}I", content)


def chain(table: tuple[int, ...], first: int) -> Iterator[int]:
    """The numbers of a chain of sectors, of which none may come twice."""
    passed: set[int] = set()
    while first < _LAST:
        if first in passed:
            raise ValueError("a chain of sectors runs in a circle")
        passed.add(first)
        yield first
        first = table[first]


@dataclass(slots=True)
class OldBook:
    """The records of a workbook: where its sheets start, and which styles make codes of numbers."""

    data: bytes
    starts: dict[str, int] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    """Number formats by the style that cells name."""

    counts_from_1904: bool = False

    def __post_init__(self) -> None:
        formats: dict[int, str] = {}
        styles: list[int] = []
        for kind, at in records(self.data, 0):
            if kind == _SHEET:
                start = struct.unpack_from("<I", self.data, at)[0]
                self.starts[self.text(at + 7, self.data[at + 6])] = start
            elif kind == _FORMAT:
                number, length = struct.unpack_from("<HH", self.data, at)
                formats[number] = self.text(at + 4, length).partition(";")[0]
            elif kind == _CALENDAR:
                self.counts_from_1904 = self.data[at] == 1
            elif kind == _STYLE:
                styles.append(struct.unpack_from("<H", self.data, at + 2)[0])
        codes = ((style, formats.get(number, "")) for style, number in enumerate(styles))
        self.codes = {style: code for style, code in codes if is_code_format(code)}

    def text(self, at: int, length: int) -> str:
        """A text with the byte that says how wide its letters are."""
        if self.data[at] & 1:
            return self.data[at + 1 : at + 1 + 2 * length].decode("utf-16-le")
        return self.data[at + 1 : at + 1 + length].decode("latin-1")

    def shown_cells(self, start: int) -> ShownCells:
        """What a sheet shows."""
        cells = ShownCells()
        for kind, at in records(self.data, start):
            if kind == _ROW:
                row, flags = struct.unpack_from("<H10xH", self.data, at)
                if flags & 0x20:
                    cells.hidden_rows.add(row + 1)
            elif kind in (_BOOL_OR_ERROR, _FORMULA):
                self.add_error(cells, kind, at)
            elif self.codes and kind in (_NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS):
                self.add_codes(cells, kind, at)
        return cells

    def add_error(self, cells: ShownCells, kind: int, at: int) -> None:
        """Add the error that a cell is, or its formula gave."""
        row, column = struct.unpack_from("<HH", self.data, at)
        result = self.data[at + 6 : at + 14]
        if kind == _BOOL_OR_ERROR and result[1] == 1:
            cells.texts[row + 1, column + 1] = _ERRORS.get(result[0], "#VALUE!")
        elif kind == _FORMULA and result[6:8] == b"\xff\xff" and result[0] == 2:
            cells.texts[row + 1, column + 1] = _ERRORS.get(result[2], "#VALUE!")

    def add_codes(self, cells: ShownCells, kind: int, at: int) -> None:
        """Add the numbers of a record that are shown as codes."""
        row, column, style = struct.unpack_from("<HHH", self.data, at)
        if kind == _NUMBER:
            self.add_code(cells, (row, column), style, struct.unpack_from("<d", self.data, at + 6)[0])
        elif kind == _SHORT_NUMBER:
            self.add_code(cells, (row, column), style, short_number(*struct.unpack_from("<I", self.data, at + 6)))
        else:
            length = struct.unpack_from("<H", self.data, at - 2)[0]
            for place in range((length - 6) // 6):
                style, number = struct.unpack_from("<HI", self.data, at + 4 + 6 * place)
                self.add_code(cells, (row, column + place), style, short_number(number))

    def add_code(self, cells: ShownCells, place: tuple[int, int], style: int, number: float) -> None:
        """Add a whole number as its format shows it."""
        if style in self.codes and number >= 0 and number.is_integer():
            text = shown_number(int(number), self.codes[style])
            cells.texts[place[0] + 1, place[1] + 1] = text or str(int(number))


def short_number(bits: int) -> float:
    """A number of four bytes: whole or the upper half of a long one, perhaps a hundredfold."""
    if bits & 2:
        number = float(struct.unpack("<i", struct.pack("<I", bits))[0] >> 2)
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (bits & 0xFFFFFFFC) << 32))[0])
    return number / 100 if bits & 1 else number
