"""Where the lines of a text begin and end, whatever ends them."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.integer[Any]]
"""Places of bytes, or indexes of lines, ascending."""

NO_POSITIONS: Positions = np.empty(0, np.int64)
LF, CR = 10, 13
CHUNK = 1 << 20
"""Bytes that are searched at once: few enough that the arrays over them stay in the processor's cache."""

_NEAR = 1 << 16
_LARGEST_32_BIT_TEXT = 2**31 - 2
_LINE_END = re.compile(rb"\n|\r(?![\r\n])")
_LONE_CR = re.compile(rb"\r(?![\r\n])")


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

    def slice(self, first: int, stop: int) -> str:
        """The text from one line to the one before `stop`."""
        return self.data[self.starts[first] : self.ends[stop - 1]].decode(errors="replace")

    def start_or_end(self, index: int) -> int:
        """The byte on which a line starts; after the last line, the text's length."""
        if index == len(self):
            return len(self.data)
        return int(self.starts[index])

    def between(self, start: int, stop: int | None) -> "Lines":
        """The lines from a number on, to the one before another (None: to the end)."""
        first = int(np.searchsorted(self.numbers, start))
        last = len(self) if stop is None else int(np.searchsorted(self.numbers, stop))
        if first == 0 and last == len(self):
            return self
        # Whoever reads lines takes the text's end for that of the last one.
        data = self.data if last == len(self) else self.data[: self.starts[last]]
        return Lines(data, self.starts[first:last], self.ends[first:last], self.numbers[first:last])

    def without_first(self) -> "Lines":
        """All lines but the first."""
        return Lines(self.data, self.starts[1:], self.ends[1:], self.numbers[1:])


def split_lines(data: bytes) -> Lines:
    """The lines of this text, ended by LF, CR, CRLF or CRs before LF."""
    buffer = np.frombuffer(data, np.uint8)
    number_type = np.int32 if len(data) < _LARGEST_32_BIT_TEXT else np.int64
    parts: list[tuple[Positions, Positions, Positions]] = []
    at, lines_before = 0, 0
    while at < len(data):
        stop = chunk_end(data, at + CHUNK)
        ends, next_starts = line_breaks(buffer[at:stop])
        if not len(next_starts) or next_starts[-1] < stop - at:
            # The text's last line has no line break.
            ends, next_starts = np.append(ends, stop - at), np.append(next_starts, stop - at)
        starts = np.concatenate(([0], next_starts[:-1]))
        filled = ends > starts
        numbers = np.flatnonzero(filled) + 1 + lines_before
        part = starts[filled] + at, ends[filled] + at, numbers
        parts.append((part[0].astype(number_type), part[1].astype(number_type), part[2].astype(number_type)))
        at, lines_before = stop, lines_before + len(ends)
    if not parts:
        return Lines(data, NO_POSITIONS, NO_POSITIONS, NO_POSITIONS)
    starts, ends, numbers = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Lines(data, starts, ends, numbers)


def chunk_end(data: bytes, limit: int) -> int:
    """A place near the limit that no line break stands across; after a whole line if there is one."""
    if limit >= len(data):
        return len(data)
    feed = data.rfind(b"\n", limit - CHUNK, limit)
    if feed >= 0:
        return feed + 1
    lone_return = _LONE_CR.search(data, max(limit - _NEAR, 0), limit)
    if lone_return:
        return lone_return.end()
    # Inside a long run of CRs any place will do: to look for its end would take too long in a file of nothing else.
    if data[limit - 1] == CR and data[limit] == CR:
        return limit
    line_end = _LINE_END.search(data, limit)
    return line_end.end() if line_end else len(data)


def line_breaks(buffer: npt.NDArray[np.uint8]) -> tuple[Positions, Positions]:
    """Where lines end and where the next ones start."""
    feeds = np.flatnonzero(buffer == LF)
    returns = np.flatnonzero(buffer == CR)
    if not len(returns):
        return feeds, feeds + 1
    if len(returns) == len(feeds) and bool(np.all(returns + 1 == feeds)):
        return returns, feeds + 1
    return mixed_line_breaks(feeds, returns)


def mixed_line_breaks(feeds: Positions, returns: Positions) -> tuple[Positions, Positions]:
    """Where lines end and start if CRs that run up to an LF belong to it, and any other CR ends a line of its own."""
    runs = np.concatenate(([0], np.cumsum(np.diff(returns) != 1)))
    last_of_run = returns[np.searchsorted(runs, runs, "right") - 1]
    feed_after = np.searchsorted(feeds, last_of_run)
    padded_feeds = np.concatenate((feeds, [-1]))
    belongs_to_feed = padded_feeds[feed_after] == last_of_run + 1
    returns_before_feed = np.bincount(feed_after[belongs_to_feed], minlength=len(feeds))
    lone_returns = returns[~belongs_to_feed]
    ends = np.concatenate((feeds - returns_before_feed, lone_returns))
    next_starts = np.concatenate((feeds, lone_returns)) + 1
    order = np.argsort(next_starts, kind="stable")
    return ends[order], next_starts[order]
