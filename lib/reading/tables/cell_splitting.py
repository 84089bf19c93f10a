"""The text of one record to its cells."""

import csv
from collections.abc import Callable
from dataclasses import dataclass

# A cell may be longer than csv's limit of 128 KB; files are limited in size anyway.
csv.field_size_limit(2**31 - 1)
_MOST_DOUBTFUL_QUOTES = 5

QuoteRule = Callable[[str, int, str, str], int]
"""The place of the quote that closes a cell, or -1: from the text, the cell's start, the delimiter and the quote."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are separated: a delimiter, a quote, and whether a backslash escapes the next character."""

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
    # csv takes a quote after a space for data, but many programs write a space after each comma.
    if f"{dialect.delimiter} {dialect.quote}" in text and dialect.delimiter != " ":
        return split_by_quote_rule(text, dialect, quote_after_pairs)
    try:
        rows = list(csv.reader((text,), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def split_with_escapes(text: str, dialect: Dialect) -> list[str] | None:
    r"""The cells if a backslash escapes the next character; None if the text stops inside a cell. `\N` is an empty cell."""
    backslashes_at_end = len(text) - len(text.rstrip("\\"))
    if backslashes_at_end % 2:
        return None
    # Escape the backslash of \N, so that csv leaves it as it is and it differs from a plain N.
    protected = text.replace("\\N", "\\\\N")
    # csv refuses a last cell with an escaped line end unless the row ends with a plain one.
    if not protected.endswith("\n"):
        protected += "\n"
    reader = csv.reader(
        (protected,), delimiter=dialect.delimiter, quotechar=dialect.quote, escapechar="\\", strict=True
    )
    try:
        rows = list(reader)
    except csv.Error:
        return None
    if len(rows) != 1:
        return None
    return ["" if cell == "\\N" else cell for cell in rows[0]]


def split_by_quote_rule(
    text: str, dialect: Dialect, closing_quote: QuoteRule, *, allow_open: bool = False
) -> list[str] | None:
    """The cells if a rule says where a quoted cell ends; what follows up to the delimiter belongs to the cell.

    A quote that nothing closes is data if `allow_open`; else there are no cells.
    """
    cells: list[str] = []
    at = 0
    while at <= len(text):
        cell = next_cell(text, at, dialect, closing_quote, allow_open=allow_open)
        if cell is None:
            return None
        content, end = cell
        cells.append(content)
        at = end + 1
    return cells


def next_cell(
    text: str, at: int, dialect: Dialect, closing_quote: QuoteRule, *, allow_open: bool
) -> tuple[str, int] | None:
    """The cell that starts here, and the place where it ends."""
    delimiter, quote = dialect.delimiter, dialect.quote
    start = skip_spaces(text, at, delimiter)
    quoted = ""
    if text.startswith(quote, start):
        close = closing_quote(text, start + 1, delimiter, quote)
        if close < 0 and not allow_open:
            return None
        is_whole_cell = close >= 0 and ends_cell(text, close + 1, delimiter)
        # Behind spaces, a quote that does not close the whole cell is part of the cell's text.
        if is_whole_cell or (start == at and close >= 0):
            quoted = text[start + 1 : close].replace(quote * 2, quote)
            at = skip_spaces(text, close + 1, delimiter) if is_whole_cell else close + 1
    end = find_or_end(text, delimiter, at)
    return quoted + text[at:end], end


def find_or_end(text: str, part: str, at: int) -> int:
    """The next place of a part, else the text's length."""
    place = text.find(part, at)
    return place if place >= 0 else len(text)


def quote_as_spreadsheets(text: str, at: int, delimiter: str, quote: str) -> int:
    """The cell `Esso Ltd` for `"Esso" Ltd`, as spreadsheets read it."""
    word_end = text.find(quote, at)
    after = text[word_end + 1 : word_end + 2]
    if word_end >= 0 and not after.isalnum() and after != quote and not ends_cell(text, word_end + 1, delimiter):
        cell_end = find_or_end(text, delimiter, word_end)
        # An odd quote in the rest of the cell shows that the cell goes on behind the delimiter.
        if text.count(quote, word_end + 1, cell_end) % 2 == 0:
            return word_end
    return quote_after_pairs(text, at, delimiter, quote)


def quote_after_pairs(text: str, at: int, delimiter: str, quote: str) -> int:
    """A quote closes only before a delimiter; two quotes are data."""
    return find_closing_quote(text, at, delimiter, quote, pairs_first=True)


def quote_at_delimiters(text: str, at: int, delimiter: str, quote: str) -> int:
    """Any quote before a delimiter or the end closes."""
    return find_closing_quote(text, at, delimiter, quote, pairs_first=False)


def quote_before_next_opens(text: str, at: int, delimiter: str, quote: str) -> int:
    """A quote closes only before another cell opens one."""
    opening = text.find(delimiter + quote, at)
    # The quote in `,",` rather closes a cell that ends with a comma; look past a few of them.
    for _ in range(_MOST_DOUBTFUL_QUOTES):
        if opening < 0 or text[opening + 2 : opening + 3] not in (delimiter, ""):
            break
        opening = text.find(delimiter + quote, opening + 1)
    stop = opening + 1 if opening >= 0 else None
    return find_closing_quote(text, at, delimiter, quote, pairs_first=True, stop=stop)


def find_closing_quote(
    text: str, at: int, delimiter: str, quote: str, *, pairs_first: bool, stop: int | None = None
) -> int:
    """The first quote before a delimiter or the end, or -1.

    In `""` before a delimiter, `pairs_first` takes both for data; else the second one closes.
    """
    while True:
        at = text.find(quote, at, stop)
        if at < 0:
            return -1
        after = text[at + 1 : at + 2]
        if after == quote:
            if not pairs_first and text[at + 2 : at + 3] in (delimiter, ""):
                return at + 1
            at += 2
        elif after in (delimiter, "") or (after == " " and ends_cell(text, at + 1, delimiter)):
            return at
        else:
            at += 1


def skip_spaces(text: str, at: int, delimiter: str) -> int:
    """The next place without a space, unless spaces separate cells."""
    while delimiter != " " and text.startswith(" ", at):
        at += 1
    return at


def ends_cell(text: str, at: int, delimiter: str) -> bool:
    """Whether only spaces stand before a delimiter or the end."""
    at = skip_spaces(text, at, delimiter)
    return at == len(text) or text.startswith(delimiter, at)
