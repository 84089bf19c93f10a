"""How large a workbook's sheets would become in memory, found by a streamed look before anything opens it.

A sheet is opened as a grid from its first to its last cell, with a copy of each cell's text: a file of one kilobyte may name a
cell at the far end, or repeat one long text a million times.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

from lib.reading.tables.refusals import damaged_workbook, oversized_workbook, sparse_workbook

MOST_UNPACKED_BYTES = 2_000_000_000
MOST_PARTS = 10_000
MOST_CELLS = 30_000_000
"""Of all sheets together: a million rows of thirty columns, which take some three gigabytes to open."""

MOST_TEXT_BYTES = 2_000_000_000
"""Of all cells together, each with its own copy of a text that many share."""

_PIECE = 1 << 20
_COLUMN = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})[0-9]""")
_ROW = re.compile(rb"""\sr\s*=\s*["'][A-Za-z]{0,3}([0-9]{1,7})["']""")
_SHARED_TEXT = re.compile(rb"""\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*([0-9]{1,9})""")
_TEXT_START = re.compile(rb"<(?:\w+:)?(?:si|/sst)\b")
_TEXTS = re.compile(rb"<(?:\w+:)?sst\b")


def refuse_oversized(content: bytes, name: str) -> None:
    """Raises TableError for a workbook that would take too much memory to open."""
    # Workbooks before 2007 hold at most 256 columns and 65,536 rows a sheet, and no text twice.
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > MOST_UNPACKED_BYTES or len(parts) > MOST_PARTS:
                raise oversized_workbook(name, size)
            cells = sum(grid_cells(archive, part) for part in parts)
            if cells > MOST_CELLS:
                raise sparse_workbook(name, cells)
            if (size := text_bytes(archive, parts, cells)) > MOST_TEXT_BYTES:
                raise oversized_workbook(name, size)
    # What a part says of its own length is checked while it is unpacked.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, expat.ExpatError) as error:
        raise damaged_workbook(name, error) from None


def grid_cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """The cells of the grid of one part of the file; 0 for a part that is no sheet."""
    if part.filename == "content.xml":
        return open_document_cells(archive, part)
    return excel_cells(archive, part)


def excel_cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """The cells between the first and the last that a sheet of Excel's names."""
    columns: set[bytes] = set()
    rows: set[int] = set()
    for piece in pieces(archive, part):
        columns.update(_COLUMN.findall(piece))
        numbers = set(map(int, set(_ROW.findall(piece))))
        rows.update((min(numbers), max(numbers)) if numbers else ())
    if not rows:
        return 0
    width = set(map(column_number, columns)) or {1}
    return (max(rows) - min(rows) + 1) * (max(width) - min(width) + 1)


def column_number(letters: bytes) -> int:
    """The number of a column from its letters: 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes in pieces that end before a tag begins."""
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            piece = rest + piece
            cut = piece.rfind(b"<")
            # A tag longer than a piece is no cell's.
            rest = piece[cut:] if len(piece) - cut < _PIECE else b""
            yield piece[:cut] if rest else piece
    yield rest


def text_bytes(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], cells: int) -> int:
    """The bytes of all cells' texts, if they could be too many."""
    # Excel stores a text once for all its cells, so that a small file may hold gigabytes.
    lengths = max((text_lengths(archive, part) for part in parts), key=len)
    if not len(lengths) or cells * int(lengths.max()) <= MOST_TEXT_BYTES:
        return 0
    total = 0
    for part in parts:
        for piece in pieces(archive, part):
            numbers = np.array(_SHARED_TEXT.findall(piece), dtype=np.bytes_).astype(np.int64)
            total += int(lengths[numbers[numbers < len(lengths)]].sum())
    return total


def text_lengths(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> npt.NDArray[np.int64]:
    """The bytes of each text that Excel's cells share; none for a part that does not hold them."""
    starts: list[int] = []
    offset = 0
    for piece in pieces(archive, part):
        if not offset and not _TEXTS.search(piece):
            break
        starts += [offset + match.start() for match in _TEXT_START.finditer(piece)]
        offset += len(piece)
    ends = np.array(starts, dtype=np.int64)
    return ends[1:] - ends[:-1]


def open_document_cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """The cells up to the last that is filled of each row; rows and cells may stand for many like them."""
    counter = OpenDocumentCells()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = counter.start, counter.end
    with archive.open(part) as stream:
        parser.ParseFile(stream)
    return counter.cells


@dataclass(slots=True)
class OpenDocumentCells:
    """Counts cells while the elements of an OpenDocument file go by."""

    cells: int = 0
    row_repeats: int = 1
    columns: int = 0
    filled: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name.endswith(":table-row"):
            self.row_repeats = repeats(attributes, "rows")
            self.columns = self.filled = 0
        elif name.endswith((":table-cell", ":covered-table-cell")):
            self.columns += repeats(attributes, "columns")
            if any(attribute.endswith(":value-type") for attribute in attributes):
                self.filled = self.columns

    def end(self, name: str) -> None:
        """An element ends."""
        if name.endswith(":table-row"):
            self.cells += self.row_repeats * self.filled


def repeats(attributes: dict[str, str], what: str) -> int:
    """How many rows or cells an element stands for."""
    for name, value in attributes.items():
        if name.endswith(f":number-{what}-repeated") and value.isdecimal():
            return int(value)
    return 1
