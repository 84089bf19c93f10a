"""Matches legacy licenses with Marketplace's: the whole way from two tables to one proposed partner for each license."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from lib.matching.assignment import assign, is_only_pair
from lib.matching.blocking import Pairs, candidates
from lib.matching.comparing import UNKNOWN, Compared, compare
from lib.matching.confidence import CONFIDENCES, Confidence, confidences, doubts, probabilities
from lib.matching.levels import LEVELS, Comparison
from lib.matching.sides import Sides, prepare

PairOfIds = tuple[str, str]
"""A license key and the id of a Marketplace license."""

AUTOMATIC = (Confidence.CERTAIN, Confidence.STRONG)
"""The confidences that may be applied without a person, where nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Proposed partners.

    `proposals` has a row for each, the surest first: license_key, id, confidence, probability (0 to 1), score (bits),
    reasons (codes of levels), weights (of each reason), doubts (codes), rivals (other pairs of either license).
    `candidates` is how many pairs were compared.
    """

    proposals: pd.DataFrame
    candidates: int


def match(
    ours: pa.Table, theirs: pa.Table, accepted: Collection[PairOfIds] = (), rejected: Collection[PairOfIds] = ()
) -> Matches:
    """The proposed partner of each legacy license, if it has any.

    `ours` has the columns `sides.OUR_COLUMNS`, `theirs` `sides.THEIR_COLUMNS`. A person's `rejected` pairs are never
    proposed; the licenses of `accepted` ones are proposed to nobody else.
    """
    sides = prepare(ours, theirs)
    pairs = candidates(sides)
    pairs = pairs.where(~is_excluded(sides, pairs, accepted, rejected))
    compared = compare(sides, pairs)
    chosen, is_alone, levels = choose(compared, len(theirs))
    return Matches(proposals(sides, compared, chosen, is_alone, levels), len(pairs))


def is_excluded(
    sides: Sides, pairs: Pairs, accepted: Collection[PairOfIds], rejected: Collection[PairOfIds]
) -> NDArray[np.bool_]:
    """The pairs that a person rejected, and all pairs of licenses whose partner a person accepted."""
    keys, ids = sides.ours.rows["license_key"].to_numpy(), sides.theirs.rows["id"].to_numpy()
    excluded = np.isin(keys, [key for key, _ in accepted])[pairs.ours]
    excluded |= np.isin(ids, [id for _, id in accepted])[pairs.theirs]
    rejected_pairs = set(rejected)
    if rejected_pairs:
        maybe = np.isin(keys, [key for key, _ in rejected])[pairs.ours]
        for place in np.flatnonzero(maybe).tolist():
            excluded[place] |= (keys[pairs.ours[place]], ids[pairs.theirs[place]]) in rejected_pairs
    return excluded


def choose(compared: Compared, theirs: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int8]]:
    """The places of the pairs that are chosen, whether nobody competed with each, and the confidence of every pair.

    A surer pair always comes before a less sure one, whatever their scores: the classes are the law, the scores only
    decide within them.
    """
    pairs, levels, scores = compared.pairs, confidences(compared, theirs), compared.scores.astype(np.float64)
    is_free = np.ones(len(pairs), dtype=np.bool_)
    chosen: list[NDArray[np.int64]] = []
    alone: list[NDArray[np.bool_]] = []
    for level in range(len(CONFIDENCES)):
        places = np.flatnonzero(is_free & (levels == level))
        among = Pairs(pairs.ours[places], pairs.theirs[places])
        is_chosen = assign(among, scores[places])
        chosen.append(places[is_chosen])
        alone.append(is_only_pair(among)[is_chosen])
        is_free &= ~np.isin(pairs.ours, among.ours[is_chosen]) & ~np.isin(pairs.theirs, among.theirs[is_chosen])
    return np.concatenate(chosen), np.concatenate(alone), levels


def proposals(
    sides: Sides,
    compared: Compared,
    chosen: NDArray[np.int64],
    is_alone: NDArray[np.bool_],
    levels: NDArray[np.int8],
) -> pd.DataFrame:
    """The frame of `Matches`."""
    pairs = compared.pairs
    only = Compared(
        Pairs(pairs.ours[chosen], pairs.theirs[chosen]),
        {name: level[chosen] for name, level in compared.levels.items()},
        {name: weight[chosen] for name, weight in compared.weights.items()},
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
            "confidence": np.array([str(name) for name in CONFIDENCES], dtype=object)[levels[chosen]],
            "probability": probabilities(only, len(sides.theirs)),
            "score": only.scores.round(1),
            "reasons": reasons,
            "weights": weights,
            "doubts": joined([np.where(mask, str(doubt), "") for doubt, mask in masks.items()]),
            "rivals": rivals,
        }
    )
    order = np.lexsort((-only.scores, levels[chosen]))
    return frame.iloc[order].reset_index(drop=True)


def occurrences_among(rows: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each wanted row is among some rows."""
    counts = np.bincount(rows, minlength=int(wanted.max(initial=0)) + 1)
    return counts[wanted]


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


def joined(columns: list[NDArray[np.object_]]) -> NDArray[np.object_]:
    """The texts of each row, without empty ones, with commas between them."""
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return np.array([",".join(filter(None, row)) for row in rows], dtype=object)


def is_automatic(proposals: pd.DataFrame, confidence: Confidence) -> pd.Series:
    """Which proposals may be applied without a person, up to a confidence: nothing may speak against them."""
    allowed = AUTOMATIC[: AUTOMATIC.index(confidence) + 1]
    return proposals["confidence"].isin([str(name) for name in allowed]) & (proposals["doubts"] == "")
