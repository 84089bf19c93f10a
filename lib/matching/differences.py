"""In what two licenses that are one differ, and whether Marketplace's has the size that it must have (domain.md §1, §5)."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lib.matching.blocking import Pairs
from lib.matching.coding import BLANK
from lib.matching.comparing import Compared, tier_holding
from lib.matching.levels import Comparison
from lib.matching.sides import Sides, text_column

Mask = NDArray[np.bool_]


class TierState(StrEnum):
    """Whether a Marketplace license reaches the tier of the customer's server."""

    MATCHED = "matched"
    UPGRADE_PENDING = "upgrade_pending"
    UNKNOWN = "unknown"


class Difference(StrEnum):
    """What the two say differently."""

    TIER = "tier"
    DATES = "dates"
    COMPANY = "company"
    PRODUCT = "product"
    HOSTING = "hosting"


DIFFERENCE_TITLES = {
    Difference.TIER: "Tier below the server's",
    Difference.DATES: "Dates",
    Difference.COMPANY: "Company",
    Difference.PRODUCT: "Product",
    Difference.HOSTING: "Hosting",
}


def tier_states(sides: Sides, pairs: Pairs) -> NDArray[np.object_]:
    """The `TierState` of each pair; a Cloud license has no tier that could be too low."""
    host, tier = tier_holding(sides.ours, "host_tier")[pairs.ours], sides.theirs.numbers("tier")[pairs.theirs]
    is_cloud = is_hosted(sides, pairs, "cloud")[0]
    is_known = (host != BLANK) & (tier != BLANK)
    states = np.where(tier >= host, str(TierState.MATCHED), str(TierState.UPGRADE_PENDING)).astype(object)
    return np.where(is_cloud, str(TierState.MATCHED), np.where(is_known, states, str(TierState.UNKNOWN)))


def differences(sides: Sides, compared: Compared) -> dict[Difference, Mask]:
    """The pairs in which each difference is."""
    pairs = compared.pairs
    our_app, their_app = sides.ours.app[pairs.ours], sides.theirs.app[pairs.theirs]
    ours_in_data_center, theirs_in_data_center = is_hosted(sides, pairs, "data_center")
    our_cloud, their_cloud = is_hosted(sides, pairs, "cloud")
    return {
        Difference.TIER: tier_states(sides, pairs) == str(TierState.UPGRADE_PENDING),
        Difference.DATES: compared.reaches(Comparison.END, "near_end", "other_end"),
        Difference.COMPANY: compared.reaches(Comparison.NAME, "other_name"),
        Difference.PRODUCT: our_app // 2 != their_app // 2,
        Difference.HOSTING: (ours_in_data_center != theirs_in_data_center) | (our_cloud != their_cloud),
    }


def is_hosted(sides: Sides, pairs: Pairs, hosting: str) -> tuple[Mask, Mask]:
    """Which of our and of their licenses run there, pair by pair."""
    ours, theirs = (
        np.asarray(text_column(side.rows, "hosting").to_numpy(zero_copy_only=False) == hosting)
        for side in (sides.ours, sides.theirs)
    )
    return ours[pairs.ours], theirs[pairs.theirs]
