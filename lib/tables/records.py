"""One record at a time: lines of text to cells, and the repairs of a record that does not come out at the table's width.

A repair is a guess, so it is accepted only if it gives exactly as many cells as the table is wide.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lib.tables.lines import Lines

csv.field_size_limit(2**31 - 1)

USUAL_DELIMITERS = (",", ";", "\t", "|")
Closing = Callable[[str, int, str, str], int]
"""Where the quote stands that closes a cell: from the text, where the cell starts, the delimiter, the quote."""

_NARROWEST_TELLING = 3
_MOST_LINES = 1000
_MOST_JOINED = 20
_MOST_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are parted: a delimiter, a quote, and whether a backslash takes the next character."""

    delimiter: str = ","
    quote: str = '"'
    escaped: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record and how many lines it takes; `fits` if they are as many as the table is wide."""

    cells: list[str]
    taken: int
    fits: bool


def strict(text: str, dialect: Dialect) -> list[str] | None:
    """The cells if every quote that opens a cell also closes one; quotes inside a bare cell are data."""
    if dialect.quote not in text:
        return text.split(dialect.delimiter)
    if f"{dialect.delimiter} {dialect.quote}" in text and dialect.delimiter != " ":
        return _by_habit(text, dialect, _closing_after_pairs)
    try:
        rows = list(csv.reader((text,), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def trimmed(cells: list[str], width: int) -> list[str]:
    """The cells without empty ones beyond the table's width."""
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


def read_record(lines: Lines, first: int, width: int, dialect: Dialect) -> Record:
    """The record that starts on this line, repaired if a repair makes it fit; no cells if the line is blank."""
    text = lines.slice(first, first + 1)
    if not text.strip():
        return Record([], 1, fits=False)
    cells, taken = by_the_rules(lines, first, dialect)
    if taken > 1 and _swallows(lines, first, taken, width, dialect):
        cells, taken = None, 1
    if cells is not None and len(trimmed(cells, width)) == width:
        return Record(trimmed(cells, width), taken, fits=True)
    if len(text) <= _MOST_TEXT and (repaired := _repaired(lines, first, text, width, dialect)):
        return repaired
    if cells is None:
        cells = strict(text, dialect) or text.split(dialect.delimiter)
    return Record(trimmed(cells, width), taken, fits=False)


def _repaired(lines: Lines, first: int, text: str, width: int, dialect: Dialect) -> Record | None:
    """The record by the first repair that makes it fit."""
    for repair in _REPAIRS:
        for found in repair(text, width, dialect):
            if len(trimmed(found, width)) == width:
                return Record(trimmed(found, width), 1, fits=True)
    if dialect.quote not in text:
        return None
    return _joined(lines, first, width, dialect) or _with_bare_quotes(text, width, dialect)


def _with_bare_quotes(text: str, width: int, dialect: Dialect) -> Record | None:
    """A row in which the quotes are data, an unterminated one for example."""
    cells = trimmed(text.split(dialect.delimiter), width)
    return Record(cells, 1, fits=True) if len(cells) == width else None


def by_the_rules(lines: Lines, first: int, dialect: Dialect) -> tuple[list[str] | None, int]:
    """The cells up to the line on which the last quote closes, and the lines taken; None if its quotes break the rules."""
    text = lines.slice(first, first + 1)
    if dialect.escaped and "\\" in text:
        return _escaped(lines, first, dialect)
    if text.count(dialect.quote) % 2 == 0:
        return strict(text, dialect), 1
    size = len(text)
    for after in range(first + 1, min(len(lines), first + _MOST_LINES)):
        line = lines.slice(after, after + 1)
        size += len(line)
        if size > _MOST_TEXT:
            break
        if line.count(dialect.quote) % 2:
            return strict(lines.slice(first, after + 1), dialect), after + 1 - first
    return None, 1


def _escaped(lines: Lines, first: int, dialect: Dialect) -> tuple[list[str] | None, int]:
    """The record where a backslash takes the next character, a line's end included."""
    for taken in range(1, min(len(lines) - first, _MOST_JOINED) + 1):
        cells = _with_escapes(lines.slice(first, first + taken), dialect)
        if cells is not None:
            return cells, taken
    return None, 1


def _with_escapes(text: str, dialect: Dialect) -> list[str] | None:
    """The cells by a backslash dialect; None if the text stops inside a cell. `\\N` is its empty cell."""
    if len(text) - len(text.rstrip("\\")) & 1:
        return None
    kept = text.replace("\\N", "\\\\N")
    try:
        rows = list(
            csv.reader((kept,), delimiter=dialect.delimiter, quotechar=dialect.quote, escapechar="\\", strict=True)
        )
    except csv.Error:
        return None
    return ["" if cell == "\\N" else cell for cell in rows[0]] if len(rows) == 1 else None


def _swallows(lines: Lines, first: int, taken: int, width: int, dialect: Dialect) -> bool:
    """Whether a record of several lines holds lines that are whole rows of their own: then its quote is a stray one."""
    if width < _NARROWEST_TELLING:
        return False
    texts = (lines.slice(at, at + 1) for at in range(first + 1, first + taken - 1))
    bare = [text for text in texts if dialect.quote not in text]
    return bool(bare) and all(text.count(dialect.delimiter) + 1 == width for text in bare)


def _joined(lines: Lines, first: int, width: int, dialect: Dialect) -> Record | None:
    """A record over several lines with stray quotes in it, unless the lines that follow are rows of their own."""
    for after in range(first + 1, min(len(lines), first + _MOST_JOINED)):
        line = lines.slice(after, after + 1)
        own = strict(line, dialect)
        if (own is not None and len(own) == width) or len(line) > _MOST_TEXT // 50:
            return None
        if dialect.quote in line:
            text = lines.slice(first, after + 1)
            for cells in _lenient(text, width, dialect):
                if len(trimmed(cells, width)) == width:
                    return Record(trimmed(cells, width), after + 1 - first, fits=True)
    return None


def _lenient(text: str, _: int, dialect: Dialect) -> Iterator[list[str]]:
    """Quotes inside a quoted cell that nobody doubled, by three habits of those who write them."""
    if dialect.quote in text:
        for habit in (_closing_as_spreadsheets, _closing_after_pairs, _closing_at_delimiters):
            cells = _by_habit(text, dialect, habit)
            if cells is not None:
                yield cells


def _by_habit(text: str, dialect: Dialect, closing: Closing) -> list[str] | None:
    """The cells if `closing` tells where a quoted cell ends; what follows up to the delimiter belongs to the cell."""
    delimiter, quote = dialect.delimiter, dialect.quote
    cells: list[str] = []
    at = 0
    while True:
        start = _after_spaces(text, at, delimiter)
        inner = ""
        if text.startswith(quote, start):
            end = closing(text, start + 1, delimiter, quote)
            if end < 0:
                return None
            whole = _ends_cell(text, end + 1, delimiter)
            if whole or start == at:
                inner = text[start + 1 : end].replace(quote * 2, quote)
                at = _after_spaces(text, end + 1, delimiter) if whole else end + 1
        end = text.find(delimiter, at)
        end = end if end >= 0 else len(text)
        cells.append(inner + text[at:end])
        if end == len(text):
            return cells
        at = end + 1


def _after_spaces(text: str, at: int, delimiter: str) -> int:
    while delimiter != " " and text.startswith(" ", at):
        at += 1
    return at


def _closing_as_spreadsheets(text: str, at: int, delimiter: str, quote: str) -> int:
    """`"Esso" Ltd` is the cell `Esso Ltd`, as spreadsheets read it: the word is quoted, and the rest is not."""
    end = _closing_after_pairs(text, at, delimiter, quote)
    word = text.find(quote, at)
    if word < 0 or word == end or text[word + 1 : word + 2].isalnum() or text[word - 1] == " ":
        return end
    after = text.find(delimiter, word)
    rest = text[word + 1 : after if after >= 0 else len(text)]
    return word if rest.count(quote) % 2 == 0 else end


def _closing_after_pairs(text: str, at: int, delimiter: str, quote: str) -> int:
    """A quote closes only before a delimiter or the end; two quotes are one that is data."""
    return _closing(text, at, delimiter, quote, doubled_first=True)


def _closing_at_delimiters(text: str, at: int, delimiter: str, quote: str) -> int:
    """Any quote before a delimiter or the end closes."""
    return _closing(text, at, delimiter, quote, doubled_first=False)


def _closing(text: str, at: int, delimiter: str, quote: str, *, doubled_first: bool) -> int:
    """Where the quote stands that closes the cell, or -1."""
    while True:
        at = text.find(quote, at)
        if at < 0:
            return -1
        after = text[at + 1 : at + 2]
        if after == quote:
            if not doubled_first and text[at + 2 : at + 3] in (delimiter, ""):
                return at + 1
            at += 2
        elif after in (delimiter, "") or (after == " " and _ends_cell(text, at + 1, delimiter)):
            return at
        else:
            at += 1


def _ends_cell(text: str, at: int, delimiter: str) -> bool:
    at = _after_spaces(text, at, delimiter)
    return at == len(text) or text.startswith(delimiter, at)


def _with_backslashes(text: str, _: int, dialect: Dialect) -> Iterator[list[str]]:
    """A row in which a backslash takes the next character, though the file has no such habit."""
    if "\\" in text and not dialect.escaped:
        cells = _with_escapes(text, dialect)
        if cells is not None:
            yield cells


def _quoted_as_a_whole(text: str, _: int, dialect: Dialect) -> Iterator[list[str]]:
    """A row that was quoted once more as if it were one cell."""
    quote = dialect.quote
    if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
        for inner in (text[1:-1].replace(quote * 2, quote), text[1:-1]):
            cells = strict(inner, dialect)
            if cells is not None:
                yield cells


def _with_apostrophes(text: str, _: int, dialect: Dialect) -> Iterator[list[str]]:
    """A row whose cells are quoted by the other kind of quote."""
    for other in ("'", '"'):
        if other != dialect.quote and other in text:
            cells = strict(text, Dialect(dialect.delimiter, other))
            if cells is not None:
                yield cells


def _with_another_delimiter(text: str, width: int, dialect: Dialect) -> Iterator[list[str]]:
    """A row with a delimiter of its own."""
    for other in USUAL_DELIMITERS:
        count = text.count(other)
        if (
            other != dialect.delimiter
            and count >= width - 1
            and count > 0
            and (width > 2 or dialect.delimiter not in text)
        ):
            cells = strict(text, Dialect(other, dialect.quote))
            if cells is not None:
                yield cells


_REPAIRS: tuple[Callable[[str, int, Dialect], Iterator[list[str]]], ...] = (
    _lenient,
    _with_backslashes,
    _quoted_as_a_whole,
    _with_apostrophes,
    _with_another_delimiter,
)
