"""How sure a match is, in the order of domain.md §6, and what speaks against applying it without a person."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lib.matching.blocking import Pairs
from lib.matching.coding import BLANK
from lib.matching.comparing import Compared
from lib.matching.levels import Comparison
from lib.matching.sides import Sides

Mask = NDArray[np.bool_]


class Confidence(StrEnum):
    """How sure a match is, the surest first."""

    CERTAIN = "certain"
    STRONG = "strong"
    PROBABLE = "probable"
    POSSIBLE = "possible"


CONFIDENCES = tuple(Confidence)

CONFIDENCE_TITLES = {
    Confidence.CERTAIN: "Certain",
    Confidence.STRONG: "Strong",
    Confidence.PROBABLE: "Probable",
    Confidence.POSSIBLE: "Possible",
}


class Doubt(StrEnum):
    """Why a certain or strong match still waits for a person."""

    SEVERAL = "several"
    BOUGHT_ANEW = "bought_anew"
    OTHER_NAME = "other_name"
    OTHER_PRODUCT = "other_product"
    OTHER_SEN = "other_sen"
    CANCELLED = "cancelled"


DOUBT_SENTENCES = {
    Doubt.SEVERAL: "Several licenses have the same contact, so this may be another one of them.",
    Doubt.BOUGHT_ANEW: "Its dates are not those expected: the customer may have bought anew instead of moving.",
    Doubt.OTHER_NAME: "The companies' names differ.",
    Doubt.OTHER_PRODUCT: "It is a license of another product.",
    Doubt.OTHER_SEN: "Another SEN is recorded by now.",
    Doubt.CANCELLED: "It was cancelled on Marketplace.",
}

NO_CONFIDENCE = np.int8(len(CONFIDENCES))
"""What `confidences` gives pairs that are no match at all."""


def confidences(compared: Compared, theirs: int, least_probability: float) -> NDArray[np.int8]:
    """The place among `CONFIDENCES` of each pair, one of so many Marketplace licenses.

    A merely possible pair that is less probable is none.
    """
    is_strong = compared.reaches(Comparison.EMAIL, "same_account", "same_contact")
    is_probable = compared.reaches(Comparison.NAME, "same_name", "same_words")
    by_name = compared.reaches(Comparison.NAME, "alike_name", "part_of_name")
    by_address = compared.reaches(Comparison.EMAIL, "same_domain", "near_email")
    is_worth_a_look = probabilities(compared, theirs) >= least_probability
    conditions = [
        compared.reaches(Comparison.SEN, "same_sen"),
        is_strong,
        is_probable,
        (by_address | by_name) & is_worth_a_look,
    ]
    return np.select(conditions, list(range(len(conditions))), default=NO_CONFIDENCE).astype(np.int8)


def probabilities(compared: Compared, theirs: int) -> NDArray[np.float64]:
    """How probable it is that each pair is one license, if a license had just one partner among so many."""
    odds = compared.scores.astype(np.float64) - np.log2(max(1, theirs))
    result: NDArray[np.float64] = 1.0 / (1.0 + np.exp2(-np.clip(odds, -1000, 1000)))
    return result


def doubts(sides: Sides, compared: Compared, is_alone: Mask) -> dict[Doubt, Mask]:
    """What speaks against each pair; `is_alone` says where no other license has the same contact."""
    pairs = compared.pairs
    is_certain = compared.reaches(Comparison.SEN, "same_sen")
    return {
        Doubt.SEVERAL: ~is_certain & ~is_alone,
        Doubt.BOUGHT_ANEW: ~is_certain & ~has_expected_dates(compared),
        Doubt.OTHER_NAME: ~is_certain & compared.reaches(Comparison.NAME, "other_name"),
        Doubt.OTHER_PRODUCT: sides.ours.app[pairs.ours] != sides.theirs.app[pairs.theirs],
        Doubt.OTHER_SEN: has_other_sen(sides, pairs),
        Doubt.CANCELLED: is_cancelled(sides, pairs),
    }


def has_expected_dates(compared: Compared) -> Mask:
    """Whether a Marketplace license has a moved license's date."""
    # One bought anew has it only by chance.
    # An anniversary is no such date: many who buy anew do so on the day on which their old maintenance ends.
    starts = compared.reaches(Comparison.START, "same_start", "start_at_submission")
    return starts | compared.reaches(Comparison.END, "same_end")


def has_other_sen(sides: Sides, pairs: Pairs) -> Mask:
    """Whether our license has a SEN that is not that of the Marketplace license."""
    ours, theirs = sides.ours.sen[pairs.ours], sides.theirs.sen[pairs.theirs]
    return np.asarray((ours != BLANK) & (ours != theirs))


def is_cancelled(sides: Sides, pairs: Pairs) -> Mask:
    """Whether the Marketplace license was cancelled."""
    status = sides.theirs.rows["status"].to_numpy()
    return np.asarray(status == "cancelled")[pairs.theirs]
