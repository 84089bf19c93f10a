"""Which pairs are worth comparing: those that share a number, an address, a name, a domain or all dates.

Only pairs of one app are, except by SEN. A block that would give too many pairs is skipped: what so many share says nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.matching.coding import BLANK, Codes, combine, look_up, map_texts, members
from lib.matching.sides import Sides

MOST_PAIRS = 10_000
"""Pairs of one block at most, where an address or a whole name is shared."""

MOST_WEAK_PAIRS = 900
"""The same where only part of a name, a domain or the dates are shared."""

# Letters that begin two names which may be one with a typing error.
_PREFIX = 4


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of licenses, by their rows on either side."""

    ours: NDArray[np.int64]
    theirs: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ours)

    def numbers(self, width: int) -> NDArray[np.int64]:
        """A number for each pair, the same for the same pair, if there are so many of theirs."""
        return self.ours * width + self.theirs

    def where(self, mask: NDArray[np.bool_]) -> "Pairs":
        """Some of the pairs."""
        return Pairs(self.ours[mask], self.theirs[mask])


def candidates(sides: Sides) -> Pairs:
    """The pairs that are worth comparing, each once, in the order of the rows."""
    ours, theirs = sides.ours, sides.theirs
    by_sen = pairs_of_equals(ours.sen, theirs.sen, MOST_PAIRS)
    # A recorded SEN says which license it is, or that it is none of these: other signs must not contradict it.
    our_rest = np.flatnonzero((ours.sen == BLANK) & (ours.app != BLANK))
    their_rest = np.flatnonzero(~members(theirs.sen, ours.sen) & (theirs.app != BLANK))
    blocks = [by_sen]
    for one, other, most in block_keys(sides, our_rest, their_rest):
        pairs = pairs_of_equals(one, other, most)
        blocks.append(Pairs(our_rest[pairs.ours], their_rest[pairs.theirs]))
    return distinct_pairs(blocks, len(theirs))


def block_keys(sides: Sides, our_rows: Codes, their_rows: Codes) -> Iterator[tuple[Codes, Codes, int]]:
    """What pairs must share to be compared: codes of both sides, and how many pairs a block may give."""
    ours, theirs = sides.ours, sides.theirs
    split = len(our_rows)

    def within_app(one: Codes, other: Codes, *more: Codes) -> tuple[Codes, Codes]:
        app = np.concatenate([ours.app[our_rows], theirs.app[their_rows]])
        key = combine(np.concatenate([one[our_rows], other[their_rows]]), app, *more)
        return key[:split], key[split:]

    for our_emails in ours.emails:
        for their_emails in theirs.emails:
            yield *within_app(our_emails, their_emails), MOST_PAIRS
    yield *within_app(ours.name, theirs.name), MOST_PAIRS
    yield *within_app(ours.sorted_name, theirs.sorted_name), MOST_WEAK_PAIRS
    yield *within_app(ours.name_letters, theirs.name_letters), MOST_WEAK_PAIRS
    for our_domains in ours.domains:
        for their_domains in theirs.domains:
            yield *within_app(our_domains, their_domains), MOST_WEAK_PAIRS
    end = np.concatenate([ours.days("end")[our_rows], theirs.days("end")[their_rows]])
    country = np.concatenate([ours.country[our_rows], theirs.country[their_rows]])
    for day in ("start", "end"):
        yield *within_app(ours.days(day), theirs.days(day), country), MOST_WEAK_PAIRS
    for beginning in beginnings(sides):
        yield *within_app(look_up(beginning, ours.name), look_up(beginning, theirs.name), country), MOST_WEAK_PAIRS
        yield *within_app(look_up(beginning, ours.name), look_up(beginning, theirs.name), end), MOST_WEAK_PAIRS


def beginnings(sides: Sides) -> list[Codes]:
    """The first word and the first letters of each name, coded by name."""
    return [
        map_texts(sides.names, lambda name: name.partition(" ")[0])[1],
        map_texts(sides.names, lambda name: name.replace(" ", "")[:_PREFIX])[1],
    ]


def pairs_of_equals(ours: Codes, theirs: Codes, most: int) -> Pairs:
    """The rows with equal codes, without blank ones and those that would give more pairs than `most`."""
    order = np.argsort(theirs, kind="stable")
    ordered = theirs[order]
    first = np.searchsorted(ordered, ours, "left")
    counts = np.searchsorted(ordered, ours, "right") - first
    counts[ours == BLANK] = 0
    own_counts = np.bincount(ours[ours != BLANK], minlength=1)
    counts[counts * own_counts[np.maximum(ours, 0)] > most] = 0
    starts = np.repeat(first - np.cumsum(counts) + counts, counts)
    return Pairs(np.repeat(np.arange(len(ours)), counts), order[starts + np.arange(len(starts))])


def distinct_pairs(blocks: list[Pairs], width: int) -> Pairs:
    """All pairs of the blocks, each once."""
    numbers = np.unique(np.concatenate([block.numbers(width) for block in blocks]))
    return Pairs(numbers // max(1, width), numbers % max(1, width))
