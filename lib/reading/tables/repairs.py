"""Other readings of a record that does not come out at the table's width.

A repair is a guess, so it is accepted only if it gives exactly as many cells as the table is wide.
"""

from collections.abc import Callable, Iterator

from lib.reading.tables.cell_splitting import (
    Dialect,
    closing_after_pairs,
    closing_as_spreadsheets,
    closing_at_delimiters,
    closing_before_next_opens,
    split_by_habit,
    split_strictly,
    split_with_escapes,
    trim_cells,
)

Repair = Callable[[str, int, Dialect], Iterator[list[str] | None]]
"""Readings of a record's text, given the table's width and dialect; None where one does not come to an end."""

USUAL_DELIMITERS = (",", ";", "\t", "|")


def first_fitting(repairs: tuple[Repair, ...], text: str, width: int, dialect: Dialect) -> list[str] | None:
    """The cells by the first repair that gives as many as the table is wide."""
    for repair in repairs:
        for found in repair(text, width, dialect):
            if found is not None and len(trim_cells(found, width)) == width:
                return trim_cells(found, width)
    return None


def not_doubled(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """Quotes inside a quoted cell that nobody doubled, by three habits of those who write them."""
    if dialect.quote in text:
        for habit in (closing_as_spreadsheets, closing_after_pairs, closing_at_delimiters):
            yield split_by_habit(text, dialect, habit)


def left_open(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A quote that opens a cell and is not closed before the next one opens is data."""
    if dialect.quote in text:
        yield split_by_habit(text, dialect, closing_before_next_opens, open_allowed=True)


def quotes_as_data(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """All quotes are data."""
    if dialect.quote in text:
        yield text.split(dialect.delimiter)


def _with_backslashes(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A row in which a backslash takes the next character, though the file has no such habit."""
    if "\\" in text and not dialect.escaped:
        yield split_with_escapes(text, dialect)


def _quoted_as_a_whole(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A row that was quoted once more as if it were one cell."""
    quote = dialect.quote
    if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
        yield split_strictly(text[1:-1].replace(quote * 2, quote), dialect)
        yield split_strictly(text[1:-1], dialect)


def _with_the_other_quote(text: str, _: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A row whose cells are quoted by apostrophes, or by double quotes where apostrophes are usual."""
    for other in ("'", '"'):
        opens = text.startswith(other) or dialect.delimiter + other in text
        if other != dialect.quote and opens and dialect.delimiter + dialect.quote not in text:
            yield split_strictly(text, Dialect(dialect.delimiter, other))


def _with_another_delimiter(text: str, width: int, dialect: Dialect) -> Iterator[list[str] | None]:
    """A row with a delimiter of its own."""
    for other in USUAL_DELIMITERS:
        enough = other != dialect.delimiter and text.count(other) >= max(width - 1, 1)
        if enough and (width > 2 or dialect.delimiter not in text):
            yield split_strictly(text, Dialect(other, dialect.quote))


OF_QUOTES: tuple[Repair, ...] = (not_doubled, left_open)
OF_THE_DIALECT: tuple[Repair, ...] = (
    _with_backslashes,
    _quoted_as_a_whole,
    _with_the_other_quote,
    _with_another_delimiter,
)
