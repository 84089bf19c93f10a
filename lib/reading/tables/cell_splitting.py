"""The text of one record to its cells."""

import csv
from collections.abc import Callable
from dataclasses import dataclass

csv.field_size_limit(2**31 - 1)
_MOST_SKIPPED = 5

Closing = Callable[[str, int, str, str], int]
"""Where the quote stands that closes a cell (-1: nowhere): from the text, the cell's start, the delimiter, the quote."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are parted: a delimiter, a quote, and whether a backslash takes the next character."""

    delimiter: str = ","
    quote: str = '"'
    escaped: bool = False


def trim_cells(cells: list[str], width: int) -> list[str]:
    """The cells without empty ones beyond the table's width."""
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


def split_strictly(text: str, dialect: Dialect) -> list[str] | None:
    """The cells if every quote that opens a cell also closes one; quotes inside a bare cell are data."""
    if dialect.quote not in text:
        return text.split(dialect.delimiter)
    if f"{dialect.delimiter} {dialect.quote}" in text and dialect.delimiter != " ":
        return split_by_habit(text, dialect, closing_after_pairs)
    try:
        rows = list(csv.reader((text,), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def split_with_escapes(text: str, dialect: Dialect) -> list[str] | None:
    r"""The cells if a backslash takes the next character; None if the text stops inside a cell. `\N` is an empty cell."""
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


def split_by_habit(text: str, dialect: Dialect, closing: Closing, *, open_allowed: bool = False) -> list[str] | None:
    """The cells if `closing` tells where a quoted cell ends; what follows up to the delimiter belongs to the cell.

    A quote that nothing closes is data if `open_allowed`; else there are no cells.
    """
    delimiter, quote = dialect.delimiter, dialect.quote
    cells: list[str] = []
    at = 0
    while True:
        start = _after_spaces(text, at, delimiter)
        inner = ""
        if text.startswith(quote, start):
            end = closing(text, start + 1, delimiter, quote)
            if end < 0 and not open_allowed:
                return None
            whole = end >= 0 and _ends_cell(text, end + 1, delimiter)
            if whole or (start == at and end >= 0):
                inner = text[start + 1 : end].replace(quote * 2, quote)
                at = _after_spaces(text, end + 1, delimiter) if whole else end + 1
        end = text.find(delimiter, at)
        end = end if end >= 0 else len(text)
        cells.append(inner + text[at:end])
        if end == len(text):
            return cells
        at = end + 1


def closing_as_spreadsheets(text: str, at: int, delimiter: str, quote: str) -> int:
    """`"Esso" Ltd` is the cell `Esso Ltd`, as spreadsheets read it: the word is quoted, and the rest is not."""
    word = text.find(quote, at)
    after = text[word + 1 : word + 2]
    if word >= 0 and not after.isalnum() and after != quote and not _ends_cell(text, word + 1, delimiter):
        end = text.find(delimiter, word)
        if text.count(quote, word + 1, end if end >= 0 else len(text)) % 2 == 0:
            return word
    return closing_after_pairs(text, at, delimiter, quote)


def closing_after_pairs(text: str, at: int, delimiter: str, quote: str) -> int:
    """A quote closes only before a delimiter or the end; two quotes are one that is data."""
    return _closing(text, at, delimiter, quote, doubled_first=True)


def closing_at_delimiters(text: str, at: int, delimiter: str, quote: str) -> int:
    """Any quote before a delimiter or the end closes."""
    return _closing(text, at, delimiter, quote, doubled_first=False)


def closing_before_next_opens(text: str, at: int, delimiter: str, quote: str) -> int:
    """A quote closes only if no other cell has opened one before it."""
    opens = text.find(delimiter + quote, at)
    for _ in range(_MOST_SKIPPED):
        if opens < 0 or text[opens + 2 : opens + 3] not in (delimiter, ""):
            break
        opens = text.find(delimiter + quote, opens + 1)
    return _closing(text, at, delimiter, quote, doubled_first=True, stop=opens + 1 if opens >= 0 else None)


def _closing(text: str, at: int, delimiter: str, quote: str, *, doubled_first: bool, stop: int | None = None) -> int:
    while True:
        at = text.find(quote, at, stop)
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


def _after_spaces(text: str, at: int, delimiter: str) -> int:
    while delimiter != " " and text.startswith(" ", at):
        at += 1
    return at


def _ends_cell(text: str, at: int, delimiter: str) -> bool:
    at = _after_spaces(text, at, delimiter)
    return at == len(text) or text.startswith(delimiter, at)
