"""One record at a time: the lines it takes and its cells, repaired where it does not fit."""

from dataclasses import dataclass

from lib.reading.tables.cell_splitting import Dialect, split_strictly, split_with_escapes, trim_cells
from lib.reading.tables.lines import Lines
from lib.reading.tables.repairs import (
    OF_QUOTES,
    OF_THE_DIALECT,
    USUAL_DELIMITERS,
    first_fitting,
    not_doubled,
    quotes_as_data,
)

_NARROWEST_TELLING = 3
_MOST_LINES = 1000
_MOST_JOINED = 20
_MOST_TRIES = 3
_MOST_TEXT = 1_000_000
_MOST_TEXT_JOINED = 20_000


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record and how many lines it takes; `fits` if they are as many as the table is wide.

    `guessed` if they are so only by a dialect other than the table's.
    """

    cells: list[str]
    taken: int
    fits: bool
    guessed: bool = False


def read_record(lines: Lines, first: int, width: int, dialect: Dialect) -> Record:
    """The record that starts on this line, repaired if a repair makes it fit; no cells if the line is blank."""
    text = lines.slice(first, first + 1)
    if not text.strip():
        return Record([], 1, fits=False)
    cells, taken = read_by_rules(lines, first, dialect)
    if taken > 1 and _swallows(lines, first, taken, width, dialect):
        cells, taken = None, 1
    if cells is not None and len(trim_cells(cells, width)) == width:
        return Record(trim_cells(cells, width), taken, fits=True)
    if len(text) <= _MOST_TEXT:
        repaired = _repaired(lines, first, text, width, dialect, broken=cells is None)
        if repaired:
            return repaired
    if cells is None:
        cells = split_strictly(text, dialect) or text.split(dialect.delimiter)
    return Record(trim_cells(cells, width), taken, fits=False)


def read_by_rules(lines: Lines, first: int, dialect: Dialect) -> tuple[list[str] | None, int]:
    """The cells up to the line on which the last quote closes, and the lines taken; None if its quotes break the rules."""
    text = lines.slice(first, first + 1)
    if dialect.escaped and "\\" in text:
        return _escaped(lines, first, dialect)
    if text.count(dialect.quote) % 2 == 0:
        return split_strictly(text, dialect), 1
    size = len(text)
    for after in range(first + 1, min(len(lines), first + _MOST_LINES)):
        line = lines.slice(after, after + 1)
        size += len(line)
        if size > _MOST_TEXT:
            break
        if line.count(dialect.quote) % 2:
            return split_strictly(lines.slice(first, after + 1), dialect), after + 1 - first
    return None, 1


def _escaped(lines: Lines, first: int, dialect: Dialect) -> tuple[list[str] | None, int]:
    """The record where a backslash takes the next character, a line's end included."""
    for taken in range(1, min(len(lines) - first, _MOST_JOINED) + 1):
        cells = split_with_escapes(lines.slice(first, first + taken), dialect)
        if cells is not None:
            return cells, taken
    return None, 1


def _swallows(lines: Lines, first: int, taken: int, width: int, dialect: Dialect) -> bool:
    """Whether a record of several lines holds lines that are whole rows of their own: then its quote is a stray one."""
    if width < _NARROWEST_TELLING:
        return False
    texts = (lines.slice(at, at + 1) for at in range(first + 1, first + taken - 1))
    unquoted = [text for text in texts if dialect.quote not in text]
    return bool(unquoted) and all(text.count(dialect.delimiter) + 1 == width for text in unquoted)


def _repaired(lines: Lines, first: int, text: str, width: int, dialect: Dialect, *, broken: bool) -> Record | None:
    """The record by the first repair that makes it fit; where its quotes are in order, they stay as they are."""
    odd = broken and text.count(dialect.quote) % 2 == 1
    if odd and (joined := _joined(lines, first, width, dialect)):
        return joined
    if broken and (cells := first_fitting(OF_QUOTES, text, width, dialect)):
        return Record(cells, 1, fits=True)
    if cells := first_fitting(OF_THE_DIALECT, text, width, dialect):
        return Record(cells, 1, fits=True, guessed=True)
    if odd and (other := _by_another_delimiter(lines, first, width, dialect)):
        return other
    if broken and not odd and (joined := _joined(lines, first, width, dialect)):
        return joined
    if broken and (cells := first_fitting((quotes_as_data,), text, width, dialect)):
        return Record(cells, 1, fits=True)
    return None


def _by_another_delimiter(lines: Lines, first: int, width: int, dialect: Dialect) -> Record | None:
    """A record over several lines with a delimiter of its own."""
    text = lines.slice(first, first + 1)
    for other in USUAL_DELIMITERS:
        if other != dialect.delimiter and text.count(other) >= width - 1 >= _NARROWEST_TELLING - 1:
            cells, taken = read_by_rules(lines, first, Dialect(other, dialect.quote))
            if cells is not None and len(trim_cells(cells, width)) == width:
                return Record(trim_cells(cells, width), taken, fits=True, guessed=True)
    return None


def _is_row(line: str, width: int, dialect: Dialect) -> bool:
    """Whether a line may be a row of its own, by the number of its delimiters, or where rows are narrow, by the rules."""
    if width >= _NARROWEST_TELLING:
        return line.count(dialect.delimiter) >= width - 1
    cells = split_strictly(line, dialect)
    return cells is not None and len(cells) == width


def _joined(lines: Lines, first: int, width: int, dialect: Dialect) -> Record | None:
    """A record over several lines with stray quotes in it, unless the lines that follow are rows of their own."""
    tries = 0
    for after in range(first + 1, min(len(lines), first + _MOST_JOINED)):
        line = lines.slice(after, after + 1)
        if len(line) > _MOST_TEXT_JOINED or _is_row(line, width, dialect):
            return None
        if dialect.quote in line:
            tries += 1
            cells = first_fitting((not_doubled,), lines.slice(first, after + 1), width, dialect)
            if cells:
                return Record(cells, after + 1 - first, fits=True)
            if tries == _MOST_TRIES:
                return None
    return None
