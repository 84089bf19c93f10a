"""Where the lines of a text begin and end, whatever ends them, and where its quotes and delimiters stand."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.integer[Any]]
_NONE: Positions = np.empty(0, np.int64)
_LF, _CR = 10, 13
_CHUNK = 1 << 22
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


def lines_of(data: bytes) -> Lines:
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


class Counts(NamedTuple):
    """Numbers of marks up to each line's start, being counted."""

    quotes: Positions
    delimiters: Positions
    inside: Positions


def marks_of(lines: Lines, delimiter: str, quote: str, *, escaped: bool) -> Marks:
    """The marks of these lines; delimiter and quote are one byte each."""
    buffer = np.frombuffer(lines.data, np.uint8)
    borders = np.append(lines.starts, lines.starts.dtype.type(len(lines.data)))
    counts = Counts(np.zeros_like(borders), np.zeros_like(borders), np.zeros_like(borders))
    misplaced: tuple[list[Positions], list[Positions]] = ([_NONE], [_NONE])
    quoted = quote.encode() in lines.data
    quotes = delimiters = inside = 0
    for start in range(0, len(buffer), _CHUNK):
        piece = buffer[start : start + _CHUNK]
        first, last = np.searchsorted(borders, (start, start + len(piece)))
        here = borders[first:last] - start
        at = np.flatnonzero(piece == ord(delimiter))
        upto = np.searchsorted(at, here)
        counts.delimiters[first:last] = upto + delimiters
        if quoted:
            marks = piece == ord(quote)
            places = np.flatnonzero(marks)
            counts.quotes[first:last] = np.searchsorted(places, here) + quotes
            within = np.concatenate(([0], np.cumsum(_parity(marks, quotes)[at])))
            counts.inside[first:last] = within[upto] + inside
            _add_misplaced(misplaced, buffer, places + start, (ord(quote), ord(delimiter)), quotes)
            quotes, inside = quotes + len(places), inside + int(within[-1])
        delimiters += len(at)
    counts.quotes[-1], counts.delimiters[-1], counts.inside[-1] = quotes, delimiters, inside
    escapes = np.flatnonzero(buffer == ord("\\")) if escaped else _NONE
    outside_first, inside_first = (np.concatenate(places) for places in misplaced)
    return Marks(counts.quotes, counts.delimiters, counts.inside, (outside_first, inside_first), escapes)


def _parity(marks: npt.NDArray[np.bool_], before: int) -> npt.NDArray[np.uint8]:
    """1 for each byte up to which the number of marks is odd, those before this piece included."""
    parity = np.bitwise_xor.accumulate(marks.view(np.uint8))
    return parity ^ np.uint8(before & 1)


def _add_misplaced(
    misplaced: tuple[list[Positions], list[Positions]],
    buffer: npt.NDArray[np.uint8],
    places: Positions,
    marks: tuple[int, int],
    before: int,
) -> None:
    """Quotes that open where no cell begins or close where none ends, for each of the two ways to pair them."""
    if not len(places):
        return
    border = np.zeros(256, bool)
    border[[*marks, _LF, _CR]] = True
    opens = border[buffer[places - 1]]
    closes = border[buffer[np.minimum(places + 1, len(buffer) - 1)]]
    opens[0] |= places[0] == 0
    closes[-1] |= places[-1] == len(buffer) - 1
    odd = (np.arange(len(places)) + before) % 2 == 1
    misplaced[0].append(places[~np.where(odd, closes, opens)])
    misplaced[1].append(places[~np.where(odd, opens, closes)])
