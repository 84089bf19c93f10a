"""Matches legacy licenses with Marketplace's: the whole way from two tables to one proposed partner for each license."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from lib.domain.mail_domains import WELL_KNOWN, MailDomains
from lib.matching.assignment import assign, is_only_pair
from lib.matching.blocking import Pairs, candidates
from lib.matching.comparing import UNKNOWN, Compared, compare
from lib.matching.confidence import CONFIDENCES, Confidence, confidences, doubts, probabilities
from lib.matching.differences import differences, tier_states
from lib.matching.levels import LEVELS, Comparison
from lib.matching.sides import Sides, prepare

PairOfIds = tuple[str, str]
"""A license key and the id of a Marketplace license."""

AUTOMATIC = (Confidence.CERTAIN, Confidence.STRONG)
"""The confidences that may be applied without a person, where nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Proposed partners.

    `proposals` has a row for each, the surest first: license_key, id, accepted (by a person), confidence, probability
    (0 to 1), score (bits), reasons (codes of levels), weights (of each reason), doubts, differences (codes), tier_state,
    rivals (other pairs of either license). `candidates` is how many pairs were compared.
    """

    proposals: pd.DataFrame
    candidates: int


def match(
    ours: pa.Table,
    theirs: pa.Table,
    accepted: Collection[PairOfIds] = (),
    rejected: Collection[PairOfIds] = (),
    *,
    least_probability: float = 0.01,
    domains: MailDomains = WELL_KNOWN,
) -> Matches:
    """The proposed partner of each legacy license, if it has any.

    `ours` has the columns `sides.OUR_COLUMNS`, `theirs` `sides.THEIR_COLUMNS`. A person's `rejected` pairs are never
    proposed; the `accepted` ones always are, and their licenses to nobody else. Merely possible pairs must be at least so
    probable. `domains` are those that a policy says are no customer's own.
    """
    sides = prepare(ours, theirs, domains)
    by_person, no_more = pairs_of_ids(sides, accepted), pairs_of_ids(sides, rejected)
    pairs = candidates(sides)
    is_taken = np.isin(pairs.ours, by_person.ours) | np.isin(pairs.theirs, by_person.theirs)
    is_rejected = np.isin(pairs.numbers(len(theirs)), no_more.numbers(len(theirs)))
    pairs = joined_pairs(by_person, pairs.where(~is_taken & ~is_rejected))
    compared = compare(sides, pairs)
    levels = confidences(compared, len(theirs), least_probability)
    choice, is_alone = choose(compared, levels, len(by_person))
    return Matches(proposals(sides, compared, choice, is_alone, levels, len(by_person)), len(pairs))


def pairs_of_ids(sides: Sides, ids: Collection[PairOfIds]) -> Pairs:
    """The rows of pairs, as far as both licenses are there."""
    keys = pd.Index(sides.ours.rows["license_key"].to_numpy())
    numbers = pd.Index(sides.theirs.rows["id"].to_numpy())
    pairs = list(dict.fromkeys(ids))
    ours = keys.get_indexer(pd.Index([key for key, _ in pairs], dtype=object)).astype(np.int64)
    theirs = numbers.get_indexer(pd.Index([id for _, id in pairs], dtype=object)).astype(np.int64)
    return Pairs(ours, theirs).where((ours >= 0) & (theirs >= 0))


def joined_pairs(one: Pairs, other: Pairs) -> Pairs:
    """The pairs of both."""
    return Pairs(np.concatenate([one.ours, other.ours]), np.concatenate([one.theirs, other.theirs]))


def choose(compared: Compared, levels: NDArray[np.int8], accepted: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The places of the pairs that are chosen, and whether nobody competed with each; the first ones are `accepted`.

    A surer pair always comes before a less sure one, whatever their scores: the classes are the law, the scores only
    decide within them.
    """
    pairs, scores = compared.pairs, compared.scores.astype(np.float64)
    is_free = np.arange(len(pairs)) >= accepted
    choice = [np.arange(accepted)]
    alone = [np.ones(accepted, dtype=np.bool_)]
    for level in range(len(CONFIDENCES)):
        places = np.flatnonzero(is_free & (levels == level))
        among = Pairs(pairs.ours[places], pairs.theirs[places])
        is_chosen = assign(among, scores[places])
        choice.append(places[is_chosen])
        alone.append(is_only_pair(among)[is_chosen])
        is_free &= ~np.isin(pairs.ours, among.ours[is_chosen]) & ~np.isin(pairs.theirs, among.theirs[is_chosen])
    return np.concatenate(choice), np.concatenate(alone)


def proposals(
    sides: Sides,
    compared: Compared,
    choice: NDArray[np.int64],
    is_alone: NDArray[np.bool_],
    levels: NDArray[np.int8],
    accepted: int,
) -> pd.DataFrame:
    """The frame of `Matches`."""
    pairs = compared.pairs
    only = Compared(
        Pairs(pairs.ours[choice], pairs.theirs[choice]),
        {name: level[choice] for name, level in compared.levels.items()},
        {name: weight[choice] for name, weight in compared.weights.items()},
    )
    is_match = levels < len(CONFIDENCES)
    rivals = occurrences_among(pairs.ours[is_match], only.pairs.ours)
    rivals = rivals + occurrences_among(pairs.theirs[is_match], only.pairs.theirs) - 2
    reasons, weights = reasons_of(only)
    masks = doubts(sides, only, is_alone)
    frame = pd.DataFrame(
        {
            "license_key": sides.ours.rows["license_key"].to_numpy()[only.pairs.ours],
            "id": sides.theirs.rows["id"].to_numpy()[only.pairs.theirs],
            "accepted": choice < accepted,
            # A person may accept what no comparison would propose.
            "confidence": np.array([*map(str, CONFIDENCES), str(CONFIDENCES[-1])], dtype=object)[levels[choice]],
            "probability": probabilities(only, len(sides.theirs)),
            "score": only.scores.round(1),
            "reasons": reasons,
            "weights": weights,
            "doubts": codes_of(masks),
            "differences": codes_of(differences(sides, only)),
            "tier_state": tier_states(sides, only.pairs),
            "rivals": np.maximum(rivals, 0),
        }
    )
    order = np.lexsort((-only.scores, levels[choice]))
    return frame.iloc[order].reset_index(drop=True)


def occurrences_among(rows: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each of `others` is among some rows."""
    counts = np.bincount(rows, minlength=int(others.max(initial=0)) + 1)
    return counts[others]


def reasons_of(compared: Compared) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The codes of the levels that each pair reaches, and their weights, both with commas between them."""
    codes, weights = [], []
    for comparison in Comparison:
        level = compared.levels[comparison]
        names = np.array([*(each.code for each in LEVELS[comparison]), ""], dtype=object)
        codes.append(names[level])
        rounded = compared.weights[comparison].round(1)
        distinct, places = np.unique(rounded, return_inverse=True)
        texts = np.array([f"{weight:.1f}" for weight in distinct], dtype=object)
        weights.append(np.where(level == UNKNOWN, "", texts[places]))
    return joined(codes), joined(weights)


def codes_of(masks: Mapping[Any, NDArray[np.bool_]]) -> NDArray[np.object_]:
    """The codes whose mask holds in each row, with commas between them."""
    return joined([np.where(mask, str(code), "").astype(object) for code, mask in masks.items()])


def joined(columns: list[NDArray[np.object_]]) -> NDArray[np.object_]:
    """The texts of each row, without empty ones, with commas between them."""
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return np.array([",".join(filter(None, row)) for row in rows], dtype=object)


def is_automatic(proposals: pd.DataFrame, confidence: Confidence) -> pd.Series:
    """Which proposals may be applied without a person, up to a confidence: nothing may speak against them."""
    allowed = AUTOMATIC[: AUTOMATIC.index(confidence) + 1]
    return proposals["confidence"].isin([str(name) for name in allowed]) & (proposals["doubts"] == "")
