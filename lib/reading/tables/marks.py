"""Where the quotes and delimiters of a text stand, counted line by line for both ways to pair the quotes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lib.reading.tables.lines import CHUNK, CR, LF, NO_POSITIONS, Lines, Positions


@dataclass(frozen=True, slots=True)
class Marks:
    """Quotes and delimiters counted up to each line's start, and one more count for the end of the text.

    `inside` counts the delimiters that stand inside quotes if the text starts outside. `misplaced` holds, for a text
    that starts outside quotes and for one that starts inside, where a quote stands that can neither open nor close.
    """

    quotes: Positions
    delimiters: Positions
    inside: Positions
    misplaced: tuple[Positions, Positions]
    escapes: Positions


class ChunkMarks(NamedTuple):
    """The marks of one chunk of the text, as if it began outside quotes: counts up to each line's start, and in all.

    `inside` and `misplaced` are as in `Marks`.
    """

    quotes: Positions
    delimiters: Positions
    inside: Positions
    all_quotes: int
    all_delimiters: int
    all_inside: int
    misplaced: tuple[Positions, Positions]


class MarkBytes(NamedTuple):
    """The bytes of the quote and the delimiter."""

    quote: int
    delimiter: int


def find_marks(lines: Lines, delimiter: str, quote: str, *, escaped: bool) -> Marks:
    """The marks of these lines, for marks of one byte each."""
    buffer = np.frombuffer(lines.data, np.uint8)
    mark_bytes = MarkBytes(ord(quote), ord(delimiter))
    has_quotes = quote.encode() in lines.data
    find = partial(marks_of_chunk, buffer, lines.starts, mark_bytes, has_quotes=has_quotes)
    # numpy lets go of Python's lock, so that all processors count.
    with ThreadPoolExecutor() as threads:
        chunks = list(threads.map(find, range(0, len(buffer), CHUNK)))
    escapes = np.flatnonzero(buffer == ord("\\")) if escaped else NO_POSITIONS
    return join_chunks(chunks, lines.starts.dtype.type, escapes)


def join_chunks(chunks: list[ChunkMarks], number_type: type, escapes: Positions) -> Marks:
    """The marks of the whole text.

    Each chunk was counted as if it began outside quotes. After an odd number of quotes it begins inside: then what was
    counted inside is outside, and the two ways to pair its quotes change places.
    """
    quote_counts: list[Positions] = []
    delimiter_counts: list[Positions] = []
    inside_counts: list[Positions] = []
    misplaced: tuple[list[Positions], list[Positions]] = ([NO_POSITIONS], [NO_POSITIONS])
    quotes = delimiters = inside = 0
    for chunk in chunks:
        begins_inside = quotes % 2
        chunk_inside, all_inside = chunk.inside, chunk.all_inside
        if begins_inside:
            chunk_inside, all_inside = chunk.delimiters - chunk.inside, chunk.all_delimiters - chunk.all_inside
        quote_counts.append(chunk.quotes + quotes)
        delimiter_counts.append(chunk.delimiters + delimiters)
        inside_counts.append(chunk_inside + inside)
        misplaced[0].append(chunk.misplaced[begins_inside])
        misplaced[1].append(chunk.misplaced[1 - begins_inside])
        quotes += chunk.all_quotes
        delimiters += chunk.all_delimiters
        inside += all_inside
    return Marks(
        with_total(quote_counts, quotes, number_type),
        with_total(delimiter_counts, delimiters, number_type),
        with_total(inside_counts, inside, number_type),
        (np.concatenate(misplaced[0]), np.concatenate(misplaced[1])),
        escapes,
    )


def with_total(counts: list[Positions], total: int, number_type: type) -> Positions:
    """The counts of all chunks, and the total at the end."""
    return np.concatenate([*counts, [total]]).astype(number_type)


def marks_of_chunk(
    buffer: npt.NDArray[np.uint8], line_starts: Positions, mark_bytes: MarkBytes, start: int, *, has_quotes: bool
) -> ChunkMarks:
    """The marks of one chunk, as if it began outside quotes."""
    stop = min(start + CHUNK, len(buffer))
    first, last = np.searchsorted(line_starts, (start, stop))
    borders = line_starts[first:last] - start
    chunk = buffer[start:stop]
    if not has_quotes:
        return marks_without_quotes(chunk, borders, mark_bytes.delimiter)
    places = np.flatnonzero((chunk == mark_bytes.delimiter) | (chunk == mark_bytes.quote))
    is_quote = chunk[places] == mark_bytes.quote
    delimiters, quotes = places[~is_quote], places[is_quote]
    # The running parity of the quotes tells for each mark whether it stands inside quotes.
    is_inside = np.bitwise_xor.accumulate(is_quote)[~is_quote]
    inside_before = np.concatenate(([0], np.cumsum(is_inside)))
    delimiters_before = np.searchsorted(delimiters, borders)
    return ChunkMarks(
        quotes=np.searchsorted(quotes, borders),
        delimiters=delimiters_before,
        inside=inside_before[delimiters_before],
        all_quotes=len(quotes),
        all_delimiters=len(delimiters),
        all_inside=int(inside_before[-1]),
        misplaced=misplaced_quotes(buffer, quotes + start, mark_bytes),
    )


def marks_without_quotes(chunk: npt.NDArray[np.uint8], borders: Positions, delimiter: int) -> ChunkMarks:
    """The marks of a chunk in which there are only delimiters."""
    places = np.flatnonzero(chunk == delimiter)
    delimiters_before = np.searchsorted(places, borders)
    none_before = np.zeros_like(delimiters_before)
    no_misplaced = (NO_POSITIONS, NO_POSITIONS)
    return ChunkMarks(none_before, delimiters_before, none_before, 0, len(places), 0, no_misplaced)


def misplaced_quotes(
    buffer: npt.NDArray[np.uint8], places: Positions, mark_bytes: MarkBytes
) -> tuple[Positions, Positions]:
    """Quotes that open where no cell begins or close where none ends, for each of the two ways to pair them."""
    if not len(places):
        return NO_POSITIONS, NO_POSITIONS
    # A quote beside another quote is a doubled one: it closes and opens again, which changes nothing.
    is_border = np.zeros(256, bool)
    is_border[[*mark_bytes, LF, CR]] = True
    can_open = is_border[buffer[places - 1]]
    can_close = is_border[buffer[np.minimum(places + 1, len(buffer) - 1)]]
    can_open[0] |= places[0] == 0
    can_close[-1] |= places[-1] == len(buffer) - 1
    is_second = np.arange(len(places)) % 2 == 1
    fits_outside_first = np.where(is_second, can_close, can_open)
    fits_inside_first = np.where(is_second, can_open, can_close)
    return places[~fits_outside_first], places[~fits_inside_first]
