"""Compares candidate pairs: which level each comparison reaches, and what that weighs, for all pairs at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from lib.domain.tiers import LADDER
from lib.judging.name_likeness import ALIKE, letters, sorted_words
from lib.matching.blocking import Pairs
from lib.matching.coding import BLANK, Codes, frequencies
from lib.matching.levels import LEVELS, Comparison, level_number
from lib.matching.sides import Side, Sides

UNKNOWN = -1
"""The level of a pair where either side has no value."""

Levels = NDArray[np.int8]
Mask = NDArray[np.bool_]
Weights = NDArray[np.float32]

_NEAR_DAYS = 31
# How long after we asked for it a moved license may start.
_SUBMISSION_DAYS = 60

_RENEWAL_DAYS = 1
"""A renewal starts on the day on which maintenance ended, or the next."""

# Letters of a name that may be part of another's: shorter ones are part of too many.
_SHORTEST_PART = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs with the level that each comparison reaches, and its weight in bits."""

    pairs: Pairs
    levels: Mapping[Comparison, Levels]
    weights: Mapping[Comparison, Weights]

    @property
    def scores(self) -> Weights:
        """The sum of each pair's weights."""
        total: Weights = np.sum(list(self.weights.values()), axis=0, dtype=np.float32)
        return total

    def reaches(self, comparison: Comparison, *codes: str) -> Mask:
        """The pairs at one of these levels of a comparison."""
        return np.isin(self.levels[comparison], [level_number(comparison, code) for code in codes])


def compare(sides: Sides, pairs: Pairs) -> Compared:
    """All comparisons of some pairs."""
    emails, shared_emails = compare_emails(sides, pairs)
    names, shared_names = compare_names(sides, pairs)
    countries, shared_countries = compare_countries(sides, pairs)
    levels: dict[Comparison, Levels] = {
        Comparison.SEN: compare_sens(sides, pairs),
        Comparison.EMAIL: emails,
        Comparison.NAME: names,
        Comparison.COUNTRY: countries,
        Comparison.START: compare_starts(sides, pairs),
        Comparison.END: compare_ends(sides, pairs),
        Comparison.SIZE: compare_sizes(sides, pairs),
    }
    shared = {Comparison.EMAIL: shared_emails, Comparison.NAME: shared_names, Comparison.COUNTRY: shared_countries}
    weights = {name: weigh(name, level, shared.get(name)) for name, level in levels.items()}
    return Compared(pairs, levels, weights)


def weigh(comparison: Comparison, levels: Levels, shared: NDArray[np.float64] | None) -> Weights:
    """What each level weighs; `shared` is how frequent the value is that a pair shares."""
    weights = np.zeros(len(levels), dtype=np.float32)
    for number, level in enumerate(LEVELS[comparison]):
        is_at = levels == number
        chance = shared[is_at] if level.u is None and shared is not None else level.u
        weights[is_at] = np.log2(level.m / np.asarray(chance, dtype=np.float64))
    return weights


def first_that_holds(*conditions: Mask) -> Levels:
    """The number of the first condition that holds in each row, `UNKNOWN` where none does."""
    numbers = np.arange(len(conditions), dtype=np.int8)
    return np.select(conditions, list(numbers), default=np.int8(UNKNOWN)).astype(np.int8)


def compare_sens(sides: Sides, pairs: Pairs) -> Levels:
    """Whether the recorded SEN is the Marketplace license's."""
    ours, theirs = sides.ours.sen[pairs.ours], sides.theirs.sen[pairs.theirs]
    return first_that_holds((ours != BLANK) & (ours == theirs))


def compare_emails(sides: Sides, pairs: Pairs) -> tuple[Levels, NDArray[np.float64]]:
    """How the contacts agree, and how frequent what they share is among Marketplace licenses."""
    account, contact = (codes[pairs.ours] for codes in sides.ours.emails)
    theirs = [codes[pairs.theirs] for codes in sides.theirs.emails]
    same_account, same_contact = (
        (ours != BLANK) & ((ours == theirs[0]) | (ours == theirs[1])) for ours in (account, contact)
    )
    domain = shared_code(
        [codes[pairs.ours] for codes in sides.ours.domains], [codes[pairs.theirs] for codes in sides.theirs.domains]
    )
    near = near_emails(sides, (account, contact), theirs, ~(same_account | same_contact))
    any_ours, any_theirs = (account != BLANK) | (contact != BLANK), (theirs[0] != BLANK) | (theirs[1] != BLANK)
    levels = first_that_holds(same_account, same_contact, near, domain != BLANK, any_ours & any_theirs)
    email_shares = shares(sides.theirs.emails, len(sides.emails))
    domain_shares = shares(sides.theirs.domains, len(sides.domains))
    shared = np.select(
        [same_account, same_contact, domain != BLANK],
        [email_shares[account], email_shares[contact], domain_shares[domain]],
        default=1.0,
    )
    return levels, shared


def shares(columns: tuple[Codes, Codes], length: int) -> NDArray[np.float64]:
    """How frequent each code is in both columns together."""
    # Never zero: its logarithm is taken.
    both = np.concatenate(columns)
    return np.append(np.maximum(frequencies(both, length), 0.5 / max(1, len(both))), 1.0)


def shared_code(ours: list[Codes], theirs: list[Codes]) -> Codes:
    """A code that either of our columns shares with either of theirs, else `BLANK`."""
    shared = np.full(len(ours[0]), BLANK, dtype=np.int64)
    for one in ours:
        is_shared = (one != BLANK) & np.logical_or.reduce([one == other for other in theirs])
        shared = np.where((shared == BLANK) & is_shared, one, shared)
    return shared


def near_emails(sides: Sides, ours: tuple[Codes, Codes], theirs: list[Codes], is_candidate: Mask) -> Mask:
    """The pairs of which two addresses differ by one letter only."""
    near = np.zeros(len(ours[0]), dtype=np.bool_)
    lengths = np.array([len(text) for text in sides.emails], dtype=np.int64)
    for one in ours:
        for other in theirs:
            rows = np.flatnonzero(is_candidate & ~near & (one != BLANK) & (other != BLANK))
            rows = rows[np.abs(lengths[one[rows]] - lengths[other[rows]]) <= 1]
            texts, others = texts_at(sides.emails, one[rows]), texts_at(sides.emails, other[rows])
            near[rows] = process.cpdist(texts, others, scorer=OSA.distance, score_cutoff=1, workers=-1) <= 1
    return near


def texts_at(texts: list[str], codes: Codes) -> list[str]:
    """The texts that codes stand for."""
    return [texts[code] for code in codes.tolist()]


def compare_names(sides: Sides, pairs: Pairs) -> tuple[Levels, NDArray[np.float64]]:
    """How the companies' names agree, and how frequent the name is that they share."""
    ours, theirs = sides.ours, sides.theirs
    one, other = ours.name[pairs.ours], theirs.name[pairs.theirs]
    is_known = (one != BLANK) & (other != BLANK)
    same_words = ours.sorted_name[pairs.ours] == theirs.sorted_name[pairs.theirs]
    same_letters = ours.name_letters[pairs.ours] == theirs.name_letters[pairs.theirs]
    alike, part = likeness(sides.names, one, other, is_known & ~same_words & ~same_letters)
    levels = first_that_holds(is_known & (one == other), is_known & (same_words | same_letters), alike, part, is_known)
    return levels, shares((theirs.name, theirs.name), len(sides.names))[one]


def likeness(names: list[str], ours: Codes, theirs: Codes, is_candidate: Mask) -> tuple[Mask, Mask]:
    """The pairs whose names are alike, and those of which one is part of the other."""
    alike, part = np.zeros(len(ours), dtype=np.bool_), np.zeros(len(ours), dtype=np.bool_)
    rows = np.flatnonzero(is_candidate)
    # Many pairs are of the same two names, which are compared once.
    numbers, places = np.unique(ours[rows] * len(names) + theirs[rows], return_inverse=True)
    one, other = texts_at(names, numbers // max(1, len(names))), texts_at(names, numbers % max(1, len(names)))
    in_any_order = pairwise([sorted_words(name) for name in one], [sorted_words(name) for name in other], fuzz.ratio)
    unspaced_one, unspaced_other = [letters(name) for name in one], [letters(name) for name in other]
    without_spaces = pairwise(unspaced_one, unspaced_other, fuzz.ratio)
    shorter = np.minimum([len(name) for name in unspaced_one], [len(name) for name in unspaced_other])
    has_all_words = pairwise(one, other, fuzz.token_set_ratio) == 100
    alike[rows] = (np.maximum(in_any_order, without_spaces) >= ALIKE)[places]
    part[rows] = (has_all_words & (shorter >= _SHORTEST_PART))[places]
    return alike, part


def pairwise(one: list[str], other: list[str], scorer: Any) -> NDArray[np.uint8]:
    """How alike the texts of two lists are, place by place (0 to 100)."""
    return process.cpdist(one, other, scorer=scorer, dtype=np.uint8, workers=-1)


def compare_countries(sides: Sides, pairs: Pairs) -> tuple[Levels, NDArray[np.float64]]:
    """Whether both are in one country, and how frequent that is."""
    one, other = sides.ours.country[pairs.ours], sides.theirs.country[pairs.theirs]
    is_known = (one != BLANK) & (other != BLANK)
    codes = sides.theirs.country
    all_shares = shares((codes, codes), int(max(codes.max(initial=0), one.max(initial=0))) + 1)
    return first_that_holds(is_known & (one == other), is_known), all_shares[one]


def compare_starts(sides: Sides, pairs: Pairs) -> Levels:
    """Whether the Marketplace license starts when ours should."""
    ours, theirs = sides.ours, sides.theirs
    start = theirs.days("start")[pairs.theirs]
    expected, submitted = ours.days("start")[pairs.ours], ours.days("submitted_on")[pairs.ours]
    end = ours.days("end")[pairs.ours]
    after_submission = start - submitted
    at_submission = (submitted != BLANK) & (after_submission >= 0) & (after_submission <= _SUBMISSION_DAYS)
    is_renewal = (end != BLANK) & (start >= end) & is_anniversary(end, start)
    is_known = (start != BLANK) & ((expected != BLANK) | (submitted != BLANK))
    levels = first_that_holds((start == expected), at_submission, is_renewal, is_known)
    return np.where(is_known, levels, np.int8(UNKNOWN)).astype(np.int8)


def compare_ends(sides: Sides, pairs: Pairs) -> Levels:
    """Whether maintenance ends when ours does, or was renewed since."""
    ours, theirs = sides.ours.days("end")[pairs.ours], sides.theirs.days("end")[pairs.theirs]
    is_known = (ours != BLANK) & (theirs != BLANK)
    is_renewed = (theirs - ours > _NEAR_DAYS) & is_anniversary(ours, theirs)
    is_near = np.abs(theirs - ours) <= _NEAR_DAYS
    levels = first_that_holds(ours == theirs, is_renewed, is_near, is_known)
    return np.where(is_known, levels, np.int8(UNKNOWN)).astype(np.int8)


def is_anniversary(day: Codes, later: Codes) -> Mask:
    """Whether days are whole years apart, or the next day."""
    birthday = month_and_day(day)
    later_days = (month_and_day(later), month_and_day(later - _RENEWAL_DAYS))
    is_one: Mask = (later_days[0] == birthday) | (later_days[1] == birthday)
    return is_one


def month_and_day(days: Codes) -> Codes:
    """A number for the month and day of each date."""
    dates = pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32())
    numbers: Codes = 100 * pc.month(dates).to_numpy().astype(np.int64) + pc.day(dates).to_numpy()
    return numbers


def compare_sizes(sides: Sides, pairs: Pairs) -> Levels:
    """Whether the Marketplace license's tier is that of the server, or the one that holds our editors."""
    tier = sides.theirs.numbers("tier")[pairs.theirs]
    host = tier_holding(sides.ours, "host_tier")[pairs.ours]
    own = tier_holding(sides.ours, "editors")[pairs.ours]
    is_known = (tier != BLANK) & ((host != BLANK) | (own != BLANK))
    levels = first_that_holds(tier == host, tier == own, is_known)
    return np.where(is_known, levels, np.int8(UNKNOWN)).astype(np.int8)


def tier_holding(side: Side, name: str) -> Codes:
    """The smallest tier of the ladder for each size in a column, `BLANK` where there is none."""
    sizes, ladder = side.numbers(name), np.array(LADDER, dtype=np.int64)
    return np.where(sizes == BLANK, BLANK, ladder[np.searchsorted(ladder, np.maximum(sizes, 1))])
