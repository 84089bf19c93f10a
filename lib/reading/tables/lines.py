"""Where the lines of a text begin and end, whatever ends them, and where its quotes and delimiters stand."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.integer[Any]]
_NONE: Positions = np.empty(0, np.int64)
_LF, _CR = 10, 13
_CHUNK = 1 << 20
_NEAR = 1 << 16
_SMALL = 2**31 - 2
_LINE_END = re.compile(rb"\n|\r(?![\r\n])")
_LONE_RETURN = re.compile(rb"\r(?![\r\n])")


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of UTF-8 bytes that are not blank: where each starts, ends, and its number in the file from 1."""

    data: bytes
    starts: Positions
    ends: Positions
    numbers: Positions

    def __len__(self) -> int:
        """The number of lines that are not blank."""
        return len(self.starts)

    def slice(self, first: int, after: int) -> str:
        """The text from the start of one line to the end of the line before `after`."""
        return self.data[self.starts[first] : self.ends[after - 1]].decode(errors="replace")


def split_lines(data: bytes) -> Lines:
    """The lines of this text; LF, CR, CRLF and CRs before an LF each end one."""
    buffer = np.frombuffer(data, np.uint8)
    kind = np.int32 if len(data) < _SMALL else np.int64
    found: list[tuple[Positions, Positions, Positions]] = [(_NONE, _NONE, _NONE)]
    at, lines_before = 0, 0
    while at < len(data):
        stop = _cut(data, at + _CHUNK)
        ends, nexts = _breaks(buffer[at:stop])
        if not len(nexts) or nexts[-1] < stop - at:
            ends, nexts = np.append(ends, stop - at), np.append(nexts, stop - at)
        starts = np.concatenate(([0], nexts[:-1]))
        kept = ends > starts
        part = starts[kept] + at, ends[kept] + at, np.flatnonzero(kept) + 1 + lines_before
        found.append((part[0].astype(kind), part[1].astype(kind), part[2].astype(kind)))
        at, lines_before = stop, lines_before + len(ends)
    starts, ends, numbers = (np.concatenate(parts) for parts in zip(*found[min(1, len(found) - 1) :], strict=True))
    return Lines(data, starts, ends, numbers)


def _cut(data: bytes, limit: int) -> int:
    """A place near the limit that no line end stands across; after a whole line if there is one."""
    if limit >= len(data):
        return len(data)
    found = data.rfind(b"\n", limit - _CHUNK, limit)
    if found >= 0:
        return found + 1
    lone = _LONE_RETURN.search(data, max(limit - _NEAR, 0), limit)
    if lone:
        return lone.end()
    if data[limit - 1] == _CR and data[limit] == _CR:
        return limit
    after = _LINE_END.search(data, limit)
    return after.end() if after else len(data)


def _breaks(buffer: npt.NDArray[np.uint8]) -> tuple[Positions, Positions]:
    """Where lines end and where the next ones start."""
    feeds = np.flatnonzero(buffer == _LF)
    returns = np.flatnonzero(buffer == _CR)
    if not len(returns):
        return feeds, feeds + 1
    if len(returns) == len(feeds) and bool(np.all(returns + 1 == feeds)):
        return returns, feeds + 1
    return _mixed_breaks(feeds, returns)


def _mixed_breaks(feeds: Positions, returns: Positions) -> tuple[Positions, Positions]:
    """CRs that run up to an LF belong to it; any other CR ends a line of its own."""
    runs = np.concatenate(([0], np.cumsum(np.diff(returns) != 1)))
    last_of_run = returns[np.searchsorted(runs, runs, "right") - 1]
    feed_after = np.searchsorted(feeds, last_of_run)
    padded = np.concatenate((feeds, [-1]))
    absorbed = padded[feed_after] == last_of_run + 1
    taken = np.bincount(feed_after[absorbed], minlength=len(feeds))
    ends = np.concatenate((feeds - taken, returns[~absorbed]))
    nexts = np.concatenate((feeds, returns[~absorbed])) + 1
    order = np.argsort(nexts, kind="stable")
    return ends[order], nexts[order]


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


class _Piece(NamedTuple):
    """The marks of one piece of the text, as if it began outside quotes: counts up to each of its borders, and in all.

    `inside` counts the delimiters inside quotes, `misplaced` is as in `Marks`.
    """

    quotes: Positions
    delimiters: Positions
    inside: Positions
    all_quotes: int
    all_delimiters: int
    all_inside: int
    misplaced: tuple[Positions, Positions]


def find_marks(lines: Lines, delimiter: str, quote: str, *, escaped: bool) -> Marks:
    """The marks of these lines; delimiter and quote are one byte each."""
    buffer = np.frombuffer(lines.data, np.uint8)
    quoted = quote.encode() in lines.data

    def piece_from(start: int) -> _Piece:
        stop = min(start + _CHUNK, len(buffer))
        first, last = np.searchsorted(lines.starts, (start, stop))
        return _piece(buffer, start, stop, lines.starts[first:last], (ord(quote), ord(delimiter)), quoted=quoted)

    with ThreadPoolExecutor() as threads:
        pieces = list(threads.map(piece_from, range(0, len(buffer), _CHUNK)))
    escapes = np.flatnonzero(buffer == ord("\\")) if escaped else _NONE
    return _joined(pieces, lines.starts.dtype.type, escapes)


def _joined(pieces: list[_Piece], number: type, escapes: Positions) -> Marks:
    """The marks of the whole text: a piece after an odd number of quotes is told the other way round."""
    counts: tuple[list[Positions], list[Positions], list[Positions]] = ([], [], [])
    misplaced: tuple[list[Positions], list[Positions]] = ([_NONE], [_NONE])
    quotes = delimiters = inside = 0
    for piece in pieces:
        flip = quotes % 2
        within = piece.delimiters - piece.inside if flip else piece.inside
        for count, upto, before in zip(
            counts, (piece.quotes, piece.delimiters, within), (quotes, delimiters, inside), strict=True
        ):
            count.append(upto + before)
        misplaced[0].append(piece.misplaced[flip])
        misplaced[1].append(piece.misplaced[1 - flip])
        quotes += piece.all_quotes
        delimiters += piece.all_delimiters
        inside += piece.all_delimiters - piece.all_inside if flip else piece.all_inside
    ends = (quotes, delimiters, inside)
    whole: list[Positions] = [
        np.concatenate([*count, [end]]).astype(number) for count, end in zip(counts, ends, strict=True)
    ]
    outside_first, inside_first = (np.concatenate(places) for places in misplaced)
    return Marks(whole[0], whole[1], whole[2], (outside_first, inside_first), escapes)


def _piece(
    buffer: npt.NDArray[np.uint8], start: int, stop: int, borders: Positions, marks: tuple[int, int], *, quoted: bool
) -> _Piece:
    quote, delimiter = marks
    piece, here = buffer[start:stop], borders - start
    if not quoted:
        at = np.flatnonzero(piece == delimiter)
        upto = np.searchsorted(at, here)
        none = np.zeros_like(upto)
        return _Piece(none, upto, none, 0, len(at), 0, (_NONE, _NONE))
    both = np.flatnonzero((piece == delimiter) | (piece == quote))
    is_quote = piece[both] == quote
    at, places = both[~is_quote], both[is_quote]
    parity = np.bitwise_xor.accumulate(is_quote)[~is_quote]
    within, upto = np.concatenate(([0], np.cumsum(parity))), np.searchsorted(at, here)
    misplaced = _misplaced(buffer, places + start, marks)
    return _Piece(np.searchsorted(places, here), upto, within[upto], len(places), len(at), int(within[-1]), misplaced)


def _misplaced(buffer: npt.NDArray[np.uint8], places: Positions, marks: tuple[int, int]) -> tuple[Positions, Positions]:
    """Quotes that open where no cell begins or close where none ends, for each of the two ways to pair them."""
    if not len(places):
        return _NONE, _NONE
    border = np.zeros(256, bool)
    border[[*marks, _LF, _CR]] = True
    opens = border[buffer[places - 1]]
    closes = border[buffer[np.minimum(places + 1, len(buffer) - 1)]]
    opens[0] |= places[0] == 0
    closes[-1] |= places[-1] == len(buffer) - 1
    odd = np.arange(len(places)) % 2 == 1
    return places[~np.where(odd, closes, opens)], places[~np.where(odd, opens, closes)]
