"""The table in a text file: its encoding, its dialect, its header, and which of its lines are rows."""

import re
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from lib.reading.tables.body import Body, Shape, columns_of, read_body
from lib.reading.tables.cell_splitting import trim_cells
from lib.reading.tables.cleanup import Rows, drop_spare_columns, strip_cell_padding, strip_padding
from lib.reading.tables.decoding import decode
from lib.reading.tables.dialect_detection import as_one_column, detect_dialect, padding_of, without_outer_quotes
from lib.reading.tables.dialect_sample import DialectSample, head_of
from lib.reading.tables.fixed_width import PADDED_COLUMNS, parted_columns
from lib.reading.tables.header import HeaderPlace, find_header, header_names
from lib.reading.tables.lines import Lines, split_lines
from lib.reading.tables.non_data import remove_non_data
from lib.reading.tables.refusals import (
    empty_file,
    endless_line,
    impossible_delimiter,
    too_many_columns,
    too_many_lines,
)
from lib.reading.tables.stacked_tables import with_further_tables
from lib.reading.tables.table import IgnoredLine, IgnoredReason, Table

_SEPARATOR_LINE = re.compile(rb"[ \t\"]*sep=([^\r\n\"\x80-\xff])\"?[ \t]*(?=[\r\n]|$)", re.IGNORECASE)
"""`sep=;`, which Excel writes and reads above a table."""

_VISIBLE = re.compile(rb"\S")
_LONGEST_FIRST_LINE = 5_000_000
MOST_LINES = 10_000_000
"""Lines beyond which a file is refused: short lines cost many times their own size while they are read."""

MOST_COLUMNS = 10_000
"""Columns beyond which a file is refused: no export of licenses has so many."""


@dataclass(frozen=True, slots=True)
class TextOptions:
    """A person's choices for a text file that was read wrongly."""

    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None


@dataclass(frozen=True, slots=True)
class TextLayout:
    """What the first lines show: the dialect, the header and its place, the rows' shape and first line."""

    lines: Lines
    sample: DialectSample
    header_place: HeaderPlace
    header: list[str]
    shape: Shape
    first_row: int

    def line_number(self, index: int) -> int:
        """The number of the line on which a sample's record starts."""
        return int(self.lines.numbers[self.sample.records[index][0]])

    @property
    def header_line(self) -> int:
        """The number of the header's line; 0 if there is none."""
        if self.header_place.index < 0:
            return 0
        return self.line_number(self.header_place.index)


def read_text_file(content: bytes, name: str, options: TextOptions, *, trusting: bool = True) -> Table:
    """The table in the bytes of a text; `trusting=False` reads every row one by one."""
    refuse_delimiter(options.delimiter)
    # Counted before it is decoded, so that a hostile file costs little; other line breaks are counted below.
    refuse_endless(content.count(b"\n"), name)
    data, encoding = decode(content, name, options.encoding)
    lines = split_lines(data)
    separator, ignored = separator_line(lines)
    if separator:
        lines = lines.without_first()
    refuse_unusable_lines(lines, name)
    delimiter = options.delimiter or separator
    padded = None if delimiter else parted_columns(lines)
    text = Text(
        name, encoding, padded or lines, delimiter, [] if padded is None else [PADDED_COLUMNS], ignored, trusting
    )
    table = read_part(text, 0, None, options.header_line)
    return with_further_tables(table, partial(read_part, text), options.header_line)


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded text to read tables from: its lines, the delimiter if it is known, what to tell, and how it is read."""

    name: str
    encoding: str
    lines: Lines
    delimiter: str | None
    notices: list[str]
    ignored: list[IgnoredLine]
    trusting: bool


def read_part(text: Text, start: int, stop: int | None, header_line: int | None) -> Table:
    """The table between two lines; what was left out above all lines belongs to the first one."""
    lines = text.lines.between(start, stop)
    layout = find_layout(lines, text.delimiter, header_line)
    if layout.shape.width > MOST_COLUMNS:
        raise too_many_columns(text.name, MOST_COLUMNS)
    body = read_body(layout.lines, layout.first_row, layout.shape, layout.sample.dialect, trusting=text.trusting)
    table = table_of(text.name, text.encoding, layout, rows_of(body, layout), [] if start else text.ignored)
    return replace(table, notices=[] if start else text.notices)


def refuse_delimiter(mark: str | None) -> None:
    """Raise TableError `delimiter` for what cannot be one."""
    if mark is not None and (len(mark) != 1 or not mark.isascii() or mark in '"\r\n'):
        raise impossible_delimiter(mark)


def refuse_endless(line_count: int, name: str) -> None:
    """Raise TableError `too_many_rows` for a file that is too long."""
    if line_count > MOST_LINES:
        raise too_many_lines(name, MOST_LINES)


def refuse_unusable_lines(lines: Lines, name: str) -> None:
    """Raise TableError for no lines, too many, or an endless one."""
    # An endless first line is a file that is no text, or one without line ends.
    if not len(lines) or not _VISIBLE.search(lines.data):
        raise empty_file(name)
    refuse_endless(len(lines), name)
    if int(lines.ends[0] - lines.starts[0]) > _LONGEST_FIRST_LINE:
        raise endless_line(name)


def separator_line(lines: Lines) -> tuple[str | None, list[IgnoredLine]]:
    """The delimiter that a first line `sep=;` names, and that line."""
    if not len(lines):
        return None, []
    match = _SEPARATOR_LINE.match(lines.data, int(lines.starts[0]))
    if not match:
        return None, []
    line = IgnoredLine(int(lines.numbers[0]), lines.slice(0, 1), IgnoredReason.SEPARATOR_LINE, wide=False)
    return match[1].decode(), [line]


def find_layout(lines: Lines, delimiter: str | None, header_line: int | None) -> TextLayout:
    """The layout of a text, with a given delimiter and header."""
    sample = detect_dialect(head_of(lines), delimiter)
    unwrapped = without_outer_quotes(lines) if sample.width == 1 else None
    if unwrapped:
        lines = unwrapped
        sample = detect_dialect(head_of(lines), delimiter)
    place = header_place_of(lines, sample, header_line)
    if not delimiter and has_decimal_commas_only(sample, place):
        sample = as_one_column(head_of(lines))
        place = header_place_of(lines, sample, header_line)
    header, shape, first_row = header_and_shape(sample, place)
    return TextLayout(lines, sample, place, header, shape, first_row)


def header_place_of(lines: Lines, sample: DialectSample, header_line: int | None) -> HeaderPlace:
    """Where the header is among the sample's records."""
    rows = [(int(lines.numbers[line]), record.cells) for line, record in sample.records]
    return find_header(rows, sample.width, header_line)


def has_decimal_commas_only(sample: DialectSample, place: HeaderPlace) -> bool:
    """Whether rows only seem to have two cells, by decimal commas."""
    if place.index >= 0 or sample.width != 2 or sample.dialect.delimiter != ",":
        return False
    widths_above = [len(sample.records[index][1].cells) for index, _ in place.above]
    return widths_above == [1]


def header_and_shape(sample: DialectSample, place: HeaderPlace) -> tuple[list[str], Shape, int]:
    """The names of the columns, the shape of the rows, and the index of the line on which they begin."""
    if place.index < 0:
        header = [f"Column {index + 1}" for index in range(sample.width)]
        return header, Shape(sample.width, sample.width), sample.records[len(place.above)][0]
    line, record = sample.records[place.index]
    header = header_names([(index, each.cells) for index, each in sample.records[: place.index + 1]], place)
    named_width = max(len(trim_cells(header, 1)), 1)
    return header, Shape(width_of_rows(sample, place, len(header)), named_width), line + record.line_count


def width_of_rows(sample: DialectSample, place: HeaderPlace, header_width: int) -> int:
    """The header's width, or the rows' own where delimiters are spare."""
    below = [record.cells for _, record in sample.records[place.index + 1 :] if len(record.cells) == sample.width]
    beyond = [cells[header_width:] for cells in below]
    if sample.width > header_width and below and not any(map(any, beyond)):
        return sample.width
    return header_width


def rows_of(body: Body, layout: TextLayout) -> Rows:
    """The body's rows as columns."""
    columns = columns_of(body, layout.shape.width, layout.sample.dialect)
    lines = np.concatenate([np.empty(0, np.int64), *body.lines])
    return Rows(columns, lines, body.ragged)


def table_of(name: str, encoding: str, layout: TextLayout, rows: Rows, ignored: list[IgnoredLine]) -> Table:
    """The table of these rows, without those that are no data."""
    dialect = layout.sample.dialect
    sides = padding_of(head_of(layout.lines), dialect)
    names = [strip_cell_padding(cell, sides) for cell in layout.header]
    rows = strip_padding(rows, sides)
    header = names + [""] * (layout.shape.width - len(names))
    rows, header = drop_spare_columns(rows, header, len(names))
    rows, non_data = remove_non_data(rows, header, lambda number: text_of_line(layout.lines, number))
    ignored = [*ignored, *lines_above(layout, len(header)), *non_data]
    lines = rows.lines.astype(np.int64)
    return Table(
        name, header, rows.columns, lines, encoding, dialect.delimiter, layout.header_line, rows.ragged, ignored
    )


def text_of_line(lines: Lines, number: int) -> str:
    """The text of a line by its number in the file."""
    index = int(np.searchsorted(lines.numbers, number))
    if index < len(lines) and lines.numbers[index] == number:
        return lines.slice(index, index + 1)
    return ""


def lines_above(layout: TextLayout, width: int) -> list[IgnoredLine]:
    """What stands above the header, without blank rows."""
    ignored = []
    for index, reason in layout.header_place.above:
        line, record = layout.sample.records[index]
        if any(cell.strip() for cell in record.cells):
            text = layout.lines.slice(line, line + record.line_count)
            is_wide = len(record.cells) == width
            ignored.append(IgnoredLine(layout.line_number(index), text, reason, is_wide))
    return ignored
