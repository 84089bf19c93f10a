"""One record at a time: the lines it takes and its cells, repaired where they do not fit the table's width."""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.reading.tables.cell_splitting import Dialect, split_strictly, split_with_escapes, trim_cells
from lib.reading.tables.lines import Lines
from lib.reading.tables.repairs import (
    DIALECT_REPAIRS,
    QUOTE_REPAIRS,
    USUAL_DELIMITERS,
    first_fitting,
    quotes_as_data,
    quotes_by_width,
    quotes_not_doubled,
)

# Columns from which the number of delimiters shows whether a line is a row; below it, one comma in a text would do.
_NARROWEST_TELLING_WIDTH = 3

_MOST_LINES = 1000
_MOST_JOINED_LINES = 20
_MOST_TRIES = 3
_LONGEST_TEXT = 1_000_000
_LONGEST_JOINED_LINE = 20_000


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record and how many lines it has; `fits` if it has as many cells as the table is wide.

    It is `guessed` if it fits only by a dialect other than the table's.
    """

    cells: list[str]
    line_count: int
    fits: bool
    guessed: bool = False


def fitting(cells: list[str] | None, width: int) -> list[str] | None:
    """The cells without empty ones at the end, if they are then as many as the table is wide."""
    if cells is None:
        return None
    trimmed = trim_cells(cells, width)
    return trimmed if len(trimmed) == width else None


def read_record(lines: Lines, first: int, width: int, dialect: Dialect) -> Record:
    """The record that starts on this line, repaired if a repair makes it fit; no cells if the line is blank."""
    text = lines.slice(first, first + 1)
    if not text.strip():
        return Record([], 1, fits=False)
    cells, line_count = read_by_rules(lines, first, dialect)
    # A stray quote may pair with one many rows later. Better to repair this one line than to lose those rows.
    if line_count > 1 and swallows_rows(lines, first, line_count, width, dialect):
        cells, line_count = None, 1
    fitting_cells = fitting(cells, width)
    if fitting_cells is not None:
        return Record(fitting_cells, line_count, fits=True)
    if len(text) <= _LONGEST_TEXT:
        repaired = repair_record(lines, first, width, dialect, quotes_broken=cells is None)
        if repaired:
            return repaired
    if cells is None:
        cells = split_strictly(text, dialect) or text.split(dialect.delimiter)
    return Record(trim_cells(cells, width), line_count, fits=False)


def read_by_rules(lines: Lines, first: int, dialect: Dialect) -> tuple[list[str] | None, int]:
    """The cells up to the line on which the last quote closes, and the number of lines.

    No cells if the quotes break the rules.
    """
    text = lines.slice(first, first + 1)
    if dialect.escaped and "\\" in text:
        return read_with_escapes(lines, first, dialect)
    if text.count(dialect.quote) % 2 == 0:
        return split_strictly(text, dialect), 1
    size = len(text)
    for index in range(first + 1, min(len(lines), first + _MOST_LINES)):
        line = lines.slice(index, index + 1)
        size += len(line)
        if size > _LONGEST_TEXT:
            break
        if line.count(dialect.quote) % 2:
            return split_strictly(lines.slice(first, index + 1), dialect), index + 1 - first
    return None, 1


def read_with_escapes(lines: Lines, first: int, dialect: Dialect) -> tuple[list[str] | None, int]:
    """The record where a backslash escapes even a line's end."""
    most = min(len(lines) - first, _MOST_JOINED_LINES)
    for line_count in range(1, most + 1):
        cells = split_with_escapes(lines.slice(first, first + line_count), dialect)
        if cells is not None:
            return cells, line_count
    return None, 1


def swallows_rows(lines: Lines, first: int, line_count: int, width: int, dialect: Dialect) -> bool:
    """Whether a record of several lines holds lines that are whole rows of their own: then its quote is a stray one."""
    if width < _NARROWEST_TELLING_WIDTH:
        return False
    inner = (lines.slice(index, index + 1) for index in range(first + 1, first + line_count - 1))
    unquoted = [line for line in inner if dialect.quote not in line]
    return bool(unquoted) and all(line.count(dialect.delimiter) + 1 == width for line in unquoted)


def repair_record(lines: Lines, first: int, width: int, dialect: Dialect, *, quotes_broken: bool) -> Record | None:
    """The record by the first repair that makes it fit; where its quotes are in order, they stay as they are."""
    for repaired in possible_repairs(lines, first, width, dialect, quotes_broken=quotes_broken):
        if repaired:
            return repaired
    return None


def possible_repairs(
    lines: Lines, first: int, width: int, dialect: Dialect, *, quotes_broken: bool
) -> Iterator[Record | None]:
    """Repairs of a record, each tried when it is asked for."""
    text = lines.slice(first, first + 1)
    # From the surest to the boldest: a wrong repair that comes first would hide the right one.
    left_open = quotes_broken and text.count(dialect.quote) % 2 == 1
    if left_open:
        yield join_lines(lines, first, width, dialect)
    if quotes_broken:
        yield one_line_record(first_fitting(QUOTE_REPAIRS, text, width, dialect))
    yield one_line_record(first_fitting(DIALECT_REPAIRS, text, width, dialect), guessed=True)
    if left_open:
        yield read_by_other_delimiter(lines, first, width, dialect)
    if quotes_broken and not left_open:
        yield join_lines(lines, first, width, dialect)
    if quotes_broken:
        yield one_line_record(first_fitting((quotes_as_data,), text, width, dialect))
    elif f"={dialect.quote}" in text:
        yield one_line_record(first_fitting((quotes_by_width,), text, width, dialect))


def one_line_record(cells: list[str] | None, *, guessed: bool = False) -> Record | None:
    """The record of cells that fit, if there are any."""
    if not cells:
        return None
    return Record(cells, 1, fits=True, guessed=guessed)


def read_by_other_delimiter(lines: Lines, first: int, width: int, dialect: Dialect) -> Record | None:
    """A record over several lines with a delimiter of its own."""
    text = lines.slice(first, first + 1)
    if width < _NARROWEST_TELLING_WIDTH:
        return None
    for delimiter in USUAL_DELIMITERS:
        if delimiter != dialect.delimiter and text.count(delimiter) >= width - 1:
            cells, line_count = read_by_rules(lines, first, Dialect(delimiter, dialect.quote))
            fitting_cells = fitting(cells, width)
            if fitting_cells is not None:
                return Record(fitting_cells, line_count, fits=True, guessed=True)
    return None


def could_be_row(line: str, width: int, dialect: Dialect) -> bool:
    """Whether a line may be a row of its own, by the number of its delimiters, or where rows are narrow, by the rules."""
    if width >= _NARROWEST_TELLING_WIDTH:
        return line.count(dialect.delimiter) >= width - 1
    cells = split_strictly(line, dialect)
    return cells is not None and len(cells) == width


def join_lines(lines: Lines, first: int, width: int, dialect: Dialect) -> Record | None:
    """A record over several lines with stray quotes in it, unless the lines that follow are split into rows."""
    tries = 0
    for index in range(first + 1, min(len(lines), first + _MOST_JOINED_LINES)):
        line = lines.slice(index, index + 1)
        if len(line) > _LONGEST_JOINED_LINE or could_be_row(line, width, dialect):
            return None
        if dialect.quote in line:
            tries += 1
            cells = first_fitting((quotes_not_doubled,), lines.slice(first, index + 1), width, dialect)
            if cells:
                return Record(cells, index + 1 - first, fits=True)
            if tries == _MOST_TRIES:
                return None
    return None
