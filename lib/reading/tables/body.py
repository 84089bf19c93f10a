"""The rows below a header: regular ones go to a fast parser as they stand, the others are read one by one."""

import io
from codecs import BOM_UTF8
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as fast

from lib.columnar.arrow import encode_repeats
from lib.columnar.memory import release_memory
from lib.reading.tables.cell_splitting import Dialect
from lib.reading.tables.lines import Lines, Marks, Positions, find_marks
from lib.reading.tables.records import read_record
from lib.reading.tables.table import TableError

_MANY = 300_000
_LEAST_BLOCK = 1 << 20
_MOST_BLOCK = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Shape:
    """How many cells a row has, and how many of them have a name in the header; the rest may be left out."""

    width: int
    named: int


@dataclass(slots=True)
class Body:
    """The rows found: bytes a strict parser reads, the line each row starts on, and the rows that do not fit."""

    pieces: list[bytes | memoryview] = field(default_factory=list)
    lines: list[Positions] = field(default_factory=list)
    single: list[int] = field(default_factory=list)
    ragged: dict[int, list[str]] = field(default_factory=dict)
    count: int = 0
    spanning: bool = False
    longest: int = 0

    def add_regular(self, piece: memoryview, lines: Positions) -> None:
        """Take rows as they stand."""
        self.pieces.append(piece)
        self.close()
        self.lines.append(lines)
        self.count += len(lines)

    def add(self, cells: list[str], line: int, shape: Shape, dialect: Dialect) -> None:
        """Take one row, written anew as the parser expects it; a row that does not fit leaves an empty one."""
        if shape.named <= len(cells) < shape.width:
            cells = [*cells, *[""] * (shape.width - len(cells))]
        if len(cells) != shape.width:
            self.ragged[self.count] = cells
            cells = [""] * shape.width
        mark = dialect.quote
        text = dialect.delimiter.join(f"{mark}{cell.replace(mark, mark * 2)}{mark}" for cell in cells)
        piece = f"{text}\n".encode()
        self.spanning = self.spanning or any("\n" in cell or "\r" in cell for cell in cells)
        self.longest = max(self.longest, len(piece))
        self.pieces.append(piece)
        self.single.append(line)
        self.count += 1

    def close(self) -> None:
        """Put the lines of single rows with the others."""
        if self.single:
            self.lines.append(np.array(self.single, np.int64))
            self.single.clear()


@dataclass(frozen=True, slots=True)
class Records:
    """Records by one way to pair the quotes: the line each starts on, and which of them are irregular."""

    starts: Positions
    irregular: Positions


def read_body(lines: Lines, first: int, shape: Shape, dialect: Dialect, *, trusting: bool = True) -> Body:
    """The rows from this line on. `trusting=False` reads each row one by one, for comparison."""
    body, width = Body(), shape.width
    marks = find_marks(lines, dialect.delimiter, dialect.quote, escaped=dialect.escaped)
    view = memoryview(lines.data)
    pairings: dict[int, Records] = {}
    at, slow = first, 0
    while at < len(lines):
        flip = int(marks.quotes[at]) & 1
        if trusting:
            if flip not in pairings:
                pairings[flip] = _records(lines, marks, width, flip)
            after = _take_regular(body, lines, view, pairings[flip], at)
            if after > at:
                at = after
                continue
        record = read_record(lines, at, width, dialect)
        if record.cells:
            body.add(record.cells, int(lines.numbers[at]), shape, dialect)
        at += record.taken
        slow += 1
        if trusting and slow > _MANY and slow > body.count // 4:
            raise _too_irregular(body, width)
    body.close()
    return body


def _too_irregular(body: Body, width: int) -> TableError:
    message = (
        f"Too many of the first {body.count:,} rows do not fit the {width} columns found, or have quotes out of "
        "place. Check how the file was exported, or choose its delimiter and header line."
    )
    return TableError("irregular", message)


def _take_regular(body: Body, lines: Lines, view: memoryview, records: Records, at: int) -> int:
    """Take the regular records from this line on; the line after them."""
    here = int(np.searchsorted(records.irregular, at))
    after = int(records.irregular[here]) if here < len(records.irregular) else len(lines)
    if after <= at:
        return at
    begin, end = np.searchsorted(records.starts, (at, after))
    starts = records.starts[begin:end]
    stop = int(lines.starts[after]) if after < len(lines) else len(lines.data)
    body.add_regular(view[int(lines.starts[at]) : stop], lines.numbers[starts])
    if after - at > len(starts):
        body.spanning = True
    sizes = np.diff(np.concatenate((lines.starts[starts], [stop])))
    body.longest = max(body.longest, int(sizes.max()))
    if stop and lines.data[stop - 1] not in b"\r\n":
        body.pieces.append(b"\n")
    return after


def _records(lines: Lines, marks: Marks, width: int, flip: int) -> Records:
    """The records if the text starts outside quotes (0) or inside (1)."""
    starts = np.flatnonzero((marks.quotes[:-1] + flip) % 2 == 0)
    borders = np.concatenate((starts, [len(lines)]))
    outside = marks.inside if flip else marks.delimiters - marks.inside
    irregular = np.diff(outside[borders]) + 1 != width
    for position in (marks.misplaced[flip], marks.escapes):
        line = np.searchsorted(lines.starts, position, "right") - 1
        record = np.searchsorted(starts, line, "right") - 1
        irregular[record[record >= 0]] = True
    if (int(marks.quotes[-1]) + flip) % 2 and len(irregular):
        irregular[-1] = True
    if width > 2:
        irregular |= _swallowing(marks, borders, width)
    return Records(starts, starts[irregular])


def _swallowing(marks: Marks, borders: Positions, width: int) -> npt.NDArray[np.bool_]:
    """Records whose inner lines without quotes would all be rows of their own."""
    bare = np.diff(marks.quotes) == 0
    rows = bare & (np.diff(marks.delimiters) + 1 == width)
    bares, owns = (np.concatenate(([0], np.cumsum(kind))) for kind in (bare, rows))
    last = np.maximum(borders[1:] - 1, borders[:-1])
    inner = np.minimum(borders[:-1] + 1, last)
    held = bares[last] - bares[inner]
    return np.asarray((held > 0) & (held == owns[last] - owns[inner]), bool)


def columns_of(body: Body, width: int, dialect: Dialect) -> list[pa.Array]:
    """One array per column, as `compact` gives it."""
    release_memory()
    if not body.count:
        return [pa.array([], pa.string())] * width
    names = [str(index) for index in range(width)]
    if bytes(body.pieces[0][:3]) == BOM_UTF8:
        body.pieces.insert(0, BOM_UTF8)  # the parser takes the first one for the file's own and drops it
    block = min(max(_LEAST_BLOCK, 2 * body.longest + 16), _MOST_BLOCK)
    table = fast.read_csv(
        pa.PythonFile(_Joined(body.pieces), "r"),
        fast.ReadOptions(column_names=names, block_size=block),
        fast.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote,
            newlines_in_values=body.spanning,
        ),
        fast.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    assert table.num_rows == body.count, "the parser and the index of lines disagree"
    columns: dict[int, pa.ChunkedArray] = dict(enumerate(table.columns))
    del table
    release_memory()
    order = sorted(columns, key=lambda index: columns[index].nbytes)  # the larger ones once there is more room
    with ThreadPoolExecutor() as threads:  # each column's pieces go as soon as it is whole
        found = dict(zip(order, threads.map(lambda index: encode_repeats(columns.pop(index)), order), strict=True))
    return [found[index] for index in range(width)]


class _Joined(io.RawIOBase):
    """Pieces of a file as one, without a copy of them all."""

    def __init__(self, pieces: list[bytes | memoryview]) -> None:
        self._pieces: deque[memoryview[int]] = deque(memoryview(piece) for piece in pieces)

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        filled = 0
        while self._pieces and filled < len(target):
            piece = self._pieces.popleft()
            part = piece[: len(target) - filled]
            target[filled : filled + len(part)] = part
            filled += len(part)
            if len(part) < len(piece):
                self._pieces.appendleft(piece[len(part) :])
        return filled
