"""The rows below a header: regular ones go to a fast parser as they stand, the others are read one by one."""

import io
from codecs import BOM_UTF8
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from lib.columnar.arrow import encode_repeats
from lib.columnar.memory import release_memory
from lib.columnar.threads import threads_for
from lib.reading.tables.cell_splitting import Dialect
from lib.reading.tables.lines import Lines, Positions
from lib.reading.tables.marks import Marks, find_marks
from lib.reading.tables.records import read_record
from lib.reading.tables.refusals import too_irregular

_MANY_SINGLE_ROWS = 300_000
_SMALLEST_BLOCK = 1 << 20
_LARGEST_BLOCK = (1 << 31) - 1
_NARROWEST_TELLING_WIDTH = 3
# The rounds in which columns are made whole; after each, the memory of their chunks goes back to the system.
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """How many cells a row has, and how many of them have a name in the header; the rest may be left out."""

    width: int
    named_width: int


@dataclass(slots=True)
class Body:
    """The rows of a text: bytes for a strict parser, the line each row starts on, and the rows that do not fit."""

    pieces: list[bytes | memoryview] = field(default_factory=list)
    lines: list[Positions] = field(default_factory=list)
    single_lines: list[int] = field(default_factory=list)
    """Lines of rows that were added one by one, and are not in `lines` yet."""

    ragged: dict[int, list[str]] = field(default_factory=dict)
    row_count: int = 0
    has_line_breaks: bool = False
    longest_row: int = 0
    """In bytes."""

    def add_regular_rows(self, piece: memoryview, lines: Positions) -> None:
        """Add rows as they stand in the file."""
        self.pieces.append(piece)
        self.flush_single_lines()
        self.lines.append(lines)
        self.row_count += len(lines)

    def add_row(self, cells: list[str], line: int, shape: Shape, dialect: Dialect) -> None:
        """Add one row, all quoted; a ragged one leaves an empty row."""
        if shape.named_width <= len(cells) < shape.width:
            cells = [*cells, *[""] * (shape.width - len(cells))]
        if len(cells) != shape.width:
            self.ragged[self.row_count] = cells
            cells = [""] * shape.width
        piece = quoted_line(cells, dialect)
        self.has_line_breaks = self.has_line_breaks or any("\n" in cell or "\r" in cell for cell in cells)
        self.longest_row = max(self.longest_row, len(piece))
        self.pieces.append(piece)
        self.single_lines.append(line)
        self.row_count += 1

    def flush_single_lines(self) -> None:
        """Put the lines of single rows with the others."""
        if self.single_lines:
            self.lines.append(np.array(self.single_lines, np.int64))
            self.single_lines.clear()


def quoted_line(cells: list[str], dialect: Dialect) -> bytes:
    """A row with every cell quoted."""
    quote = dialect.quote
    quoted = (f"{quote}{cell.replace(quote, quote * 2)}{quote}" for cell in cells)
    return f"{dialect.delimiter.join(quoted)}\n".encode()


@dataclass(frozen=True, slots=True)
class RecordIndex:
    """Records by one way to pair the quotes: the line each starts on, and the lines of those that are irregular.

    `irregular` ends with the number of all lines.
    """

    starts: Positions
    irregular: Positions


@dataclass(slots=True)
class RegularRows:
    """Finds runs of records that a strict parser reads as they stand."""

    lines: Lines
    marks: Marks
    width: int
    indexes: dict[int, RecordIndex] = field(default_factory=dict)
    """By whether a record is taken to start outside quotes (0) or inside (1)."""

    def index_at(self, line: int) -> RecordIndex:
        """The records by the pairing that lets one start on this line."""
        # After a repaired record with an odd number of quotes, all later ones pair the other way round.
        starts_inside = int(self.marks.quotes[line]) % 2
        if starts_inside not in self.indexes:
            self.indexes[starts_inside] = index_records(self.lines, self.marks, self.width, starts_inside)
        return self.indexes[starts_inside]

    def take(self, body: Body, first: int) -> int:
        """Add the regular records from this line on; return the line after."""
        lines, records = self.lines, self.index_at(first)
        stop = int(records.irregular[np.searchsorted(records.irregular, first)])
        if stop <= first:
            return first
        begin, end = np.searchsorted(records.starts, (first, stop))
        starts = records.starts[begin:end]
        last_byte = lines.start_or_end(stop)
        piece = memoryview(lines.data)[lines.start_or_end(first) : last_byte]
        body.add_regular_rows(piece, lines.numbers[starts])
        if stop - first > len(starts):
            body.has_line_breaks = True
        sizes = np.diff(np.concatenate((lines.starts[starts], [last_byte])))
        body.longest_row = max(body.longest_row, int(sizes.max()))
        if last_byte and lines.data[last_byte - 1] not in b"\r\n":
            body.pieces.append(b"\n")
        return stop


def read_body(lines: Lines, first: int, shape: Shape, dialect: Dialect, *, trusting: bool = True) -> Body:
    """The rows from this line on. `trusting=False` reads each row one by one, for comparison."""
    body = Body()
    marks = find_marks(lines, dialect.delimiter, dialect.quote, escaped=dialect.escaped)
    regular = RegularRows(lines, marks, shape.width)
    at, single_rows = first, 0
    while at < len(lines):
        if trusting:
            stop = regular.take(body, at)
            if stop > at:
                at = stop
                continue
        record = read_record(lines, at, shape.width, dialect)
        if record.cells:
            body.add_row(record.cells, int(lines.numbers[at]), shape, dialect)
        at += record.line_count
        single_rows += 1
        if trusting and single_rows > _MANY_SINGLE_ROWS and single_rows > body.row_count // 4:
            raise too_irregular(body.row_count, shape.width)
    body.flush_single_lines()
    return body


def index_records(lines: Lines, marks: Marks, width: int, starts_inside: int) -> RecordIndex:
    """The records if the text starts outside (0) or inside (1) quotes."""
    starts = np.flatnonzero((marks.quotes[:-1] + starts_inside) % 2 == 0)
    borders = np.concatenate((starts, [len(lines)]))
    outside = marks.inside if starts_inside else marks.delimiters - marks.inside
    irregular = np.diff(outside[borders]) + 1 != width
    for places in (marks.misplaced[starts_inside], marks.escapes):
        line = np.searchsorted(lines.starts, places, "right") - 1
        record = np.searchsorted(starts, line, "right") - 1
        irregular[record[record >= 0]] = True
    ends_inside = (int(marks.quotes[-1]) + starts_inside) % 2
    if ends_inside and len(irregular):
        irregular[-1] = True
    if width >= _NARROWEST_TELLING_WIDTH:
        irregular |= records_that_swallow_rows(marks, borders, width)
    # The end of the text stands behind the last irregular record, so that each search has an answer.
    return RecordIndex(starts, np.append(starts[irregular], len(lines)))


def records_that_swallow_rows(marks: Marks, borders: Positions, width: int) -> npt.NDArray[np.bool_]:
    """Records whose inner lines without quotes are split into rows."""
    is_bare = np.diff(marks.quotes) == 0
    is_row = is_bare & (np.diff(marks.delimiters) + 1 == width)
    bare_before = np.concatenate(([0], np.cumsum(is_bare)))
    rows_before = np.concatenate(([0], np.cumsum(is_row)))
    last = np.maximum(borders[1:] - 1, borders[:-1])
    inner = np.minimum(borders[:-1] + 1, last)
    bare_inside = bare_before[last] - bare_before[inner]
    rows_inside = rows_before[last] - rows_before[inner]
    return np.asarray((bare_inside > 0) & (bare_inside == rows_inside), bool)


def columns_of(body: Body, width: int, dialect: Dialect) -> list[pa.Array]:
    """One array per column, as `encode_repeats` makes it."""
    release_memory()
    if not body.row_count:
        return [pa.array([], pa.string())] * width
    columns = dict(enumerate(parse_pieces(body, width, dialect)))
    release_memory()
    # The larger ones last, once there is more room; each column's chunks are freed as soon as it is whole.
    order = sorted(columns, key=lambda index: columns[index].nbytes)
    encoded: dict[int, pa.Array] = {}
    with threads_for(body.row_count) as threads:
        step = width // _ROUNDS + 1
        for start in range(0, width, step):
            some = order[start : start + step]
            encoded |= zip(some, threads.map(lambda index: encode_repeats(columns.pop(index)), some), strict=True)
            release_memory()
    return [encoded[index] for index in range(width)]


def parse_pieces(body: Body, width: int, dialect: Dialect) -> list[pa.ChunkedArray]:
    """The columns of the body's rows, in the parser's chunks."""
    if bytes(body.pieces[0][:3]) == BOM_UTF8:
        # The parser takes the first mark for the file's own and drops it, but this one is a cell's text.
        body.pieces.insert(0, BOM_UTF8)
    names = [str(index) for index in range(width)]
    # A row may cross the border of two blocks, but not of three, or the parser gives up.
    block_size = min(max(_SMALLEST_BLOCK, 2 * body.longest_row + 16), _LARGEST_BLOCK)
    table = arrow_csv.read_csv(
        pa.PythonFile(JoinedPieces(body.pieces), "r"),
        arrow_csv.ReadOptions(column_names=names, block_size=block_size),
        arrow_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote,
            newlines_in_values=body.has_line_breaks,
        ),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    assert table.num_rows == body.row_count, "the parser and the index of lines disagree"
    return list(table.columns)


class JoinedPieces(io.RawIOBase):
    """Pieces of a file as one, without a copy of them all."""

    def __init__(self, pieces: list[bytes | memoryview]) -> None:
        self._pieces: deque[memoryview[int]] = deque(memoryview(piece) for piece in pieces)

    def readable(self) -> bool:
        """It can be read, as Arrow asks."""
        return True

    def readinto(self, target: Any) -> int:
        """Fill the target with the next bytes; return their number."""
        filled = 0
        while self._pieces and filled < len(target):
            piece = self._pieces.popleft()
            part = piece[: len(target) - filled]
            target[filled : filled + len(part)] = part
            filled += len(part)
            if len(part) < len(piece):
                self._pieces.appendleft(piece[len(part) :])
        return filled
