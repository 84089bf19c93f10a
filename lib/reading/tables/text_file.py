"""A file's bytes to its table: what it is, what text it holds, which of its lines are rows."""

import re
from dataclasses import dataclass

import numpy as np

from lib.reading.tables.body import Shape, columns_of, read_body
from lib.reading.tables.cell_splitting import trim_cells
from lib.reading.tables.cleanup import Rows, drop_spare_columns, remove_non_data, strip_cell_padding, strip_padding
from lib.reading.tables.decoding import decode
from lib.reading.tables.dialect_detection import (
    DialectSample,
    as_one_column,
    detect_dialect,
    head_of,
    padding_of,
    without_outer_quotes,
)
from lib.reading.tables.header import HeaderPlace, find_header
from lib.reading.tables.lines import Lines, split_lines
from lib.reading.tables.refusals import file_phrase, refusal, refuse_other_files
from lib.reading.tables.table import Ignored, Table, TableError
from lib.reading.tables.workbook import is_workbook, read_workbook

_SEPARATOR_LINE = re.compile(rb"[ \t\"]*sep=([^\r\n\"\x80-\xff])\"?[ \t]*(?=[\r\n]|$)", re.IGNORECASE)
_SOMETHING = re.compile(rb"\S")
_LONGEST_FIRST_LINE = 5_000_000
MOST_LINES = 10_000_000
"""Lines beyond which a file is refused: short lines cost many times their own size while they are read."""

MOST_COLUMNS = 10_000
"""Columns beyond which a file is refused: no export of licenses has so many."""


@dataclass(frozen=True, slots=True)
class TextOptions:
    """What a person said about the file, where it was read wrongly."""

    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None


def read_table(
    content: bytes,
    name: str = "",
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_line: int | None = None,
    sheet: str | None = None,
) -> Table:
    """The table in the bytes of a CSV file or workbook, found out without being told anything.

    `encoding`, `delimiter`, `header_line` (physical, from 1; 0: the file has none) and `sheet` override what would be
    found. A file with a header and no rows is a table of no rows. Raises TableError with a code and a sentence.
    """
    if is_workbook(content):
        return read_workbook(content, name, header_line=header_line, sheet=sheet)
    refuse_other_files(content, name)
    return read_text_file(content, name, TextOptions(encoding, delimiter, header_line))


def refuse_unreadable(content: bytes, name: str) -> None:
    """Raise TableError if the first bytes tell that a file is empty, or neither a text nor a workbook."""
    if not content:
        raise _empty(name)
    if not is_workbook(content):
        refuse_other_files(content, name)


def _empty(name: str) -> TableError:
    return TableError("empty", f"{file_phrase(name)} is empty. Export it again, and check that it holds rows.")


def read_text_file(content: bytes, name: str, told: TextOptions, *, trusting: bool = True) -> Table:
    """The table in the bytes of a text; `trusting=False` reads every row one by one."""
    _refuse_delimiter(told.delimiter)
    _refuse_endless(content.count(b"\n"), name)
    data, encoding = decode(content, name, told.encoding)
    lines = split_lines(data)
    separator, ignored = _separator_line(lines)
    if separator:
        lines = Lines(data, lines.starts[1:], lines.ends[1:], lines.numbers[1:])
    if not len(lines) or not _SOMETHING.search(data):
        raise _empty(name)
    _refuse_endless(len(lines), name)
    if int(lines.ends[0] - lines.starts[0]) > _LONGEST_FIRST_LINE:
        raise refusal(name, "one line without end", "Export the list again, with a line for each row.")
    found = _arranged(lines, told.delimiter or separator, told.header_line)
    if found.shape.width > MOST_COLUMNS:
        message = f"{file_phrase(name)} has more than {MOST_COLUMNS:,} columns. Export those of the licenses only."
        raise TableError("too_many_columns", message)
    body = read_body(found.lines, found.first, found.shape, found.sample.dialect, trusting=trusting)
    columns = columns_of(body, found.shape.width, found.sample.dialect)
    rows = Rows(columns, np.concatenate([np.empty(0, np.int64), *body.lines]), body.ragged)
    return _table(name, encoding, found, rows, ignored)


def _refuse_endless(lines: int, name: str) -> None:
    if lines > MOST_LINES:
        message = f"{file_phrase(name)} has more than {MOST_LINES:,} lines. Split it into several files."
        raise TableError("too_many_rows", message)


def _refuse_delimiter(mark: str | None) -> None:
    if mark is not None and (len(mark) != 1 or not mark.isascii() or mark in '"\r\n'):
        raise TableError("delimiter", f"{mark!r} cannot part cells. Choose one plain character, such as ; or a tab.")


@dataclass(frozen=True, slots=True)
class TextLayout:
    """What the first lines tell: the dialect, the header and its place, the rows' shape and first line."""

    lines: Lines
    sample: DialectSample
    heading: HeaderPlace
    header: list[str]
    shape: Shape
    first: int


def _arranged(lines: Lines, delimiter: str | None, header_line: int | None) -> TextLayout:
    sample = detect_dialect(head_of(lines), delimiter)
    if sample.width == 1 and (unwrapped := without_outer_quotes(lines)):
        lines = unwrapped
        sample = detect_dialect(head_of(lines), delimiter)
    heading = _heading(lines, sample, header_line)
    if not delimiter and _is_one_column(sample, heading):
        sample = as_one_column(head_of(lines))
        heading = _heading(lines, sample, header_line)
    header, shape, first = _header(sample, heading)
    return TextLayout(lines, sample, heading, header, shape, first)


def _heading(lines: Lines, sample: DialectSample, header_line: int | None) -> HeaderPlace:
    rows = [(int(lines.numbers[at]), record.cells) for at, record in sample.records]
    return find_header(rows, sample.width, header_line)


def _is_one_column(sample: DialectSample, heading: HeaderPlace) -> bool:
    """Whether a header of one name stands above rows that only seem to have two cells, by decimal commas."""
    above = [sample.records[index][1].cells for index, _ in heading.above]
    return (
        heading.at < 0 and sample.width == 2 and sample.dialect.delimiter == "," and [len(row) for row in above] == [1]
    )


def _table(name: str, encoding: str, found: TextLayout, rows: Rows, ignored: list[Ignored]) -> Table:
    """The table of these rows, without those that are no data."""
    lines, sample, heading = found.lines, found.sample, found.heading
    sides = padding_of(head_of(lines), sample.dialect)
    header = [strip_cell_padding(cell, sides) for cell in found.header]
    rows = strip_padding(rows, sides)
    rows, header = drop_spare_columns(rows, header + [""] * (found.shape.width - len(header)), len(header))
    rows, more = remove_non_data(rows, header, lambda line: _text(lines, line))
    above = [
        _above(lines, sample, index, why, len(header)) for index, why in heading.above if _says_something(sample, index)
    ]
    line = int(lines.numbers[sample.records[heading.at][0]]) if heading.at >= 0 else 0
    numbers = rows.lines.astype(np.int64)
    ignored = ignored + above + more
    return Table(name, header, rows.columns, numbers, encoding, sample.dialect.delimiter, line, rows.ragged, ignored)


def _says_something(sample: DialectSample, index: int) -> bool:
    return any(cell.strip() for cell in sample.records[index][1].cells)


def _separator_line(lines: Lines) -> tuple[str | None, list[Ignored]]:
    """The delimiter that a first line `sep=;` tells."""
    if not len(lines):
        return None, []
    found = _SEPARATOR_LINE.match(lines.data, int(lines.starts[0]))
    if not found:
        return None, []
    return found[1].decode(), [Ignored(int(lines.numbers[0]), lines.slice(0, 1), "separator line", wide=False)]


def _header(sample: DialectSample, heading: HeaderPlace) -> tuple[list[str], Shape, int]:
    """The names of the columns, the shape of the rows, and the index of the line on which they begin."""
    if heading.at < 0:
        names = [f"Column {index + 1}" for index in range(sample.width)]
        above = len(heading.above)
        return names, Shape(sample.width, sample.width), sample.records[above][0]
    at, record = sample.records[heading.at]
    names = record.cells or [""]
    named = max(len(trim_cells(names, 1)), 1)
    below = [row.cells for _, row in sample.records[heading.at + 1 :] if len(row.cells) == sample.width]
    spare = sample.width > len(names) and bool(below) and not any(any(cells[len(names) :]) for cells in below)
    return names, Shape(sample.width if spare else len(names), named), at + record.taken


def _text(lines: Lines, number: int) -> str:
    """The text of a line by its number; nothing if it is blank."""
    at = int(np.searchsorted(lines.numbers, number))
    return lines.slice(at, at + 1) if at < len(lines) and lines.numbers[at] == number else ""


def _above(lines: Lines, sample: DialectSample, index: int, why: str, width: int) -> Ignored:
    at, record = sample.records[index]
    return Ignored(int(lines.numbers[at]), lines.slice(at, at + record.taken), why, len(record.cells) == width)
