"""Other readings of a record whose cells are not as many as the table is wide.

A repair is a guess, so it is accepted only if it gives exactly as many cells as the table is wide.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from lib.reading.tables.cell_splitting import (
    Dialect,
    quote_after_pairs,
    quote_as_spreadsheets,
    quote_at_delimiters,
    quote_before_next_opens,
    split_by_quote_rule,
    split_strictly,
    split_with_escapes,
    trim_cells,
)

Repair = Callable[[str, int, Dialect], Iterator[list[str] | None]]
"""Readings of a record's text, given the table's width and dialect; None where one does not come to an end."""

_MOST_JOINED_PIECES = 8
"""Delimiters inside cells of one row that are tried."""

USUAL_DELIMITERS = (",", ";", "\t", "|")


def first_fitting(repairs: tuple[Repair, ...], text: str, width: int, dialect: Dialect) -> list[str] | None:
    """The cells by the first repair that makes them fit."""
    for repair in repairs:
        for cells in repair(text, width, dialect):
            if cells is not None and len(trim_cells(cells, width)) == width:
                return trim_cells(cells, width)
    return None


def quotes_not_doubled(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """Quotes inside a quoted cell that nobody doubled, by three habits."""
    if dialect.quote in text:
        for rule in (quote_as_spreadsheets, quote_after_pairs, quote_at_delimiters):
            yield split_by_quote_rule(text, dialect, rule)


def quotes_left_open(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A quote that opens a cell and is not closed before the next one opens is data."""
    if dialect.quote in text:
        yield split_by_quote_rule(text, dialect, quote_before_next_opens, allow_open=True)


def quotes_by_width(text: str, width: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """Delimiters between the first and the last quote of a cell are its own, if the row is as wide as the table in one way."""
    pieces = text.split(dialect.delimiter)
    if dialect.quote in text and width < len(pieces) <= width + _MOST_JOINED_PIECES:
        rows = list(islice(joined_pieces(pieces, width, dialect), 2))
        yield rows[0] if len(rows) == 1 else None


def joined_pieces(pieces: list[str], width: int, dialect: Dialect) -> Iterator[list[str]]:
    """The ways to make that many cells of pieces."""
    # Only a cell in quotes can have been torn apart.
    if width == 0 or len(pieces) < width:
        if not pieces and width == 0:
            yield []
        return
    for count in range(1, len(pieces) - width + 2):
        cell = dialect.delimiter.join(pieces[:count])
        if count == 1 or is_in_quotes(cell, dialect):
            for others in joined_pieces(pieces[count:], width - 1, dialect):
                yield [unquoted(cell, dialect), *others]


def is_in_quotes(cell: str, dialect: Dialect) -> bool:
    """Whether a cell begins and ends with a quote; spreadsheets put `=` before the first."""
    opening = cell.strip().removeprefix("=")
    return len(opening) > 1 and opening.startswith(dialect.quote) and opening.endswith(dialect.quote)


def unquoted(cell: str, dialect: Dialect) -> str:
    """A cell without its outer quotes, if they are its own."""
    if is_in_quotes(cell, dialect) and not cell.strip().startswith("="):
        return cell.strip()[1:-1].replace(dialect.quote * 2, dialect.quote)
    return cell


def quotes_as_data(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """All quotes are data."""
    if dialect.quote in text:
        yield text.split(dialect.delimiter)


def backslash_escapes(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A row with backslash escapes, though the file has no such habit."""
    if "\\" in text and not dialect.escaped:
        yield split_with_escapes(text, dialect)


def row_quoted_as_a_whole(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A row that was quoted as if it were one cell."""
    quote = dialect.quote
    if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
        yield split_strictly(text[1:-1].replace(quote * 2, quote), dialect)
        yield split_strictly(text[1:-1], dialect)


def other_quote(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A row whose cells are quoted by apostrophes, or by double quotes where apostrophes are usual."""
    for quote in ("'", '"'):
        opens_cell = text.startswith(quote) or dialect.delimiter + quote in text
        if quote != dialect.quote and opens_cell and dialect.delimiter + dialect.quote not in text:
            yield split_strictly(text, Dialect(dialect.delimiter, quote))


def other_delimiter(text: str, width: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A row with a delimiter of its own."""
    for delimiter in USUAL_DELIMITERS:
        enough = delimiter != dialect.delimiter and text.count(delimiter) >= max(width - 1, 1)
        # In narrow tables, one comma in a cell already looks like a delimiter.
        if enough and (width > 2 or dialect.delimiter not in text):
            yield split_strictly(text, Dialect(delimiter, dialect.quote))


QUOTE_REPAIRS: tuple[Repair, ...] = (quotes_not_doubled, quotes_left_open, quotes_by_width)
DIALECT_REPAIRS: tuple[Repair, ...] = (backslash_escapes, row_quoted_as_a_whole, other_quote, other_delimiter)
