"""One record at a time: lines of text to cells, and the repairs of a record that does not come out at the table's width.

A repair is a guess, so it is accepted only if it gives exactly as many cells as the table is wide.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass

csv.field_size_limit(2**31 - 1)

USUAL_DELIMITERS = (",", ";", "\t", "|")
_MOST_LINES = 1000
_MOST_JOINED = 20
_MOST_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are parted: a delimiter, a quote ("" for none), and whether a backslash takes the next character."""

    delimiter: str = ","
    quote: str = '"'
    escaped: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record and how many lines it takes; `fits` if they are as many as the table is wide."""

    cells: list[str]
    taken: int
    fits: bool


class Lines:
    """The lines of a text, without the blank ones: `slice(i, k)` is the text from line i up to line k."""

    def __len__(self) -> int:
        raise NotImplementedError

    def slice(self, first: int, after: int) -> str:
        """The text from one line to before another, without the last line's end."""
        raise NotImplementedError


def strict(text: str, dialect: Dialect) -> list[str] | None:
    """The cells if every quote that opens a cell also closes one; quotes inside a bare cell are data."""
    if dialect.quote not in text or not dialect.quote:
        return text.split(dialect.delimiter)
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
    """The record that starts on this line, repaired if a repair makes it fit."""
    text = lines.slice(first, first + 1)
    cells, taken = _regular(lines, first, text, dialect)
    if cells is not None and len(trimmed(cells, width)) == width and not _swallows(lines, first, taken, width, dialect):
        return Record(trimmed(cells, width), taken, fits=True)
    for repair in _REPAIRS:
        for found in repair(text, width, dialect):
            if len(trimmed(found, width)) == width:
                return Record(trimmed(found, width), 1, fits=True)
    if joined := _joined(lines, first, width, dialect):
        return joined
    if dialect.quote and dialect.quote in text:
        found = trimmed(text.split(dialect.delimiter), width)
        if len(found) == width:
            return Record(found, 1, fits=True)
    if cells is None or (taken > 1 and _swallows(lines, first, taken, width, dialect)):
        cells, taken = strict(text, dialect) or text.split(dialect.delimiter), 1
    return Record(trimmed(cells, width), taken, fits=False)


def _regular(lines: Lines, first: int, text: str, dialect: Dialect) -> tuple[list[str] | None, int]:
    """The record by the rules: up to the line on which its last quote closes; None if its quotes break them."""
    if dialect.escaped and "\\" in text:
        return _escaped(lines, first, dialect)
    if not dialect.quote or text.count(dialect.quote) % 2 == 0:
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
    quoting = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
    form = {"delimiter": dialect.delimiter, "quotechar": dialect.quote or None, "quoting": quoting, "escapechar": "\\"}
    kept = text.replace("\\N", "\\\\N") if "\\N" in text else text
    try:
        rows = list(csv.reader((kept,), strict=True, **form))  # type: ignore[call-overload]
    except csv.Error:
        return None
    return ["" if cell == "\\N" else cell for cell in rows[0]] if len(rows) == 1 else None


def _swallows(lines: Lines, first: int, taken: int, width: int, dialect: Dialect) -> bool:
    """Whether a record of several lines holds lines that are whole rows of their own: then its quote is a stray one."""
    if taken < 2 or width < 2:
        return False
    inner = range(first + 1, first + taken - 1) if width > 2 else ()
    texts = [lines.slice(at, at + 1) for at in inner]
    bare = [text for text in texts if dialect.quote not in text]
    return bool(bare) and all(len(text.split(dialect.delimiter)) == width for text in texts)


def _joined(lines: Lines, first: int, width: int, dialect: Dialect) -> Record | None:
    """A record over several lines with stray quotes in it, unless the lines that follow are rows of their own."""
    quote = dialect.quote
    if not quote or quote not in lines.slice(first, first + 1):
        return None
    for after in range(first + 1, min(len(lines), first + _MOST_JOINED)):
        line = lines.slice(after, after + 1)
        own = strict(line, dialect)
        if (own is not None and len(own) == width) or len(line) > _MOST_TEXT // 50:
            return None
        if quote in line:
            text = lines.slice(first, after + 1)
            for cells in _lenient(text, width, dialect):
                if len(trimmed(cells, width)) == width:
                    return Record(trimmed(cells, width), after + 1 - first, fits=True)
    return None


def _lenient(text: str, _: int, dialect: Dialect) -> Iterator[list[str]]:
    """Quotes inside a quoted cell that nobody doubled: a quote closes only before a delimiter or the end."""
    if dialect.quote and dialect.quote in text:
        for doubled_first in (True, False):
            cells = _closing_before_delimiters(text, dialect, doubled_first)
            if cells is not None:
                yield cells


def _closing_before_delimiters(text: str, dialect: Dialect, doubled_first: bool) -> list[str] | None:
    delimiter, quote = dialect.delimiter, dialect.quote
    cells: list[str] = []
    at = 0
    while True:
        start = at
        while text.startswith(" ", start) and delimiter != " ":
            start += 1
        if text.startswith(quote, start):
            end = _closing(text, start + 1, delimiter, quote, doubled_first)
            if end < 0:
                return None
            cells.append(text[start + 1 : end].replace(quote * 2, quote))
            at = end + 1
            while text.startswith(" ", at) and delimiter != " ":
                at += 1
        else:
            end = text.find(delimiter, at)
            cells.append(text[at:end] if end >= 0 else text[at:])
            at = end if end >= 0 else len(text)
        if at >= len(text):
            return cells
        at += 1


def _closing(text: str, at: int, delimiter: str, quote: str, doubled_first: bool) -> int:
    """Where the quote stands that closes the cell, or -1."""
    while True:
        at = text.find(quote, at)
        if at < 0:
            return -1
        after = text[at + 1 :][:1] if at + 1 < len(text) else ""
        if after == quote:
            closes = not doubled_first and text[at + 2 : at + 3] in (delimiter, "")
            if closes:
                return at + 1
            at += 2
            continue
        if after in (delimiter, "") or _only_spaces_before(text, at + 1, delimiter):
            return at
        at += 1


def _only_spaces_before(text: str, at: int, delimiter: str) -> bool:
    if not text.startswith(" ", at) or delimiter == " ":
        return False
    while text.startswith(" ", at):
        at += 1
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
    if quote and len(text) > 1 and text.startswith(quote) and text.endswith(quote):
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
