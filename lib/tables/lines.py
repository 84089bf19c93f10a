"""Where the lines of a text begin and end, whatever ends them, and where its quotes and delimiters stand."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
_LF, _CR = 10, 13
_CHUNK = 1 << 22


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
    ends, nexts = _breaks(data)
    starts = np.concatenate(([0], nexts))
    ends = np.concatenate((ends, [len(data)]))
    kept = ends > starts
    numbers = np.flatnonzero(kept) + 1
    return Lines(data, starts[kept], ends[kept], numbers)


def _breaks(data: bytes) -> tuple[Positions, Positions]:
    """Where lines end and where the next ones start."""
    buffer = np.frombuffer(data, np.uint8)
    feeds = np.flatnonzero(buffer == _LF)
    if b"\r" not in data:
        return feeds, feeds + 1
    returns = np.flatnonzero(buffer == _CR)
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
    escapes: Positions = field(default_factory=lambda: np.empty(0, np.int64))


def marks_of(lines: Lines, delimiter: str, quote: str, *, escaped: bool) -> Marks:
    """The marks of these lines; delimiter and quote are one byte each."""
    buffer = np.frombuffer(lines.data, np.uint8)
    borders = np.concatenate((lines.starts, [len(lines.data)]))
    at = np.flatnonzero(buffer == ord(delimiter))
    delimiters = np.searchsorted(at, borders)
    escapes = np.flatnonzero(buffer == ord("\\")) if escaped else np.empty(0, np.int64)
    if quote.encode() not in lines.data:
        none = np.zeros(len(borders), np.int64)
        nowhere = np.empty(0, np.int64)
        return Marks(none, delimiters, none, (nowhere, nowhere), escapes)
    mark = ord(quote)
    quoted = np.flatnonzero(buffer == mark)
    within = np.concatenate(([0], np.cumsum(_parity(buffer, mark)[at])))[delimiters]
    misplaced = _misplaced(buffer, quoted, mark, ord(delimiter))
    return Marks(np.searchsorted(quoted, borders), delimiters, within, misplaced, escapes)


def _parity(buffer: npt.NDArray[np.uint8], mark: int) -> npt.NDArray[np.uint8]:
    """1 for each byte that an odd number of marks comes before, itself included; in pieces that stay in the cache."""
    parity = np.empty(len(buffer), np.uint8)
    carry = np.uint8(0)
    for start in range(0, len(buffer), _CHUNK):
        piece = parity[start : start + _CHUNK]
        np.bitwise_xor.accumulate((buffer[start : start + _CHUNK] == mark).view(np.uint8), out=piece)
        piece ^= carry
        carry = piece[-1]
    return parity


def _misplaced(
    buffer: npt.NDArray[np.uint8], quoted: Positions, mark: int, delimiter: int
) -> tuple[Positions, Positions]:
    """Quotes that open where no cell begins or close where none ends, for each of the two ways to pair them."""
    border = np.zeros(256, bool)
    border[[mark, delimiter, _LF, _CR]] = True
    opens = border[buffer[quoted - 1]]
    closes = border[buffer[np.minimum(quoted + 1, len(buffer) - 1)]]
    opens[0] |= quoted[0] == 0
    closes[-1] |= quoted[-1] == len(buffer) - 1
    odd = np.arange(len(quoted)) % 2 == 1
    return quoted[~np.where(odd, closes, opens)], quoted[~np.where(odd, opens, closes)]
