"""Where the migration stands, in a few numbers that all come from one counting of the licenses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.domain.requests import UNDER_WAY, Stage
from lib.domain.tiers import UNLIMITED

CLOUD_OUTCOMES = (Outcome.LEGACY_PLAN, Outcome.EXPIRED)
MOVING = (Outcome.ALREADY_MIGRATED, Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED)
"""The outcomes of licenses that moved or may move as they are."""


def is_movable(counts: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows (columns outcome and hosting) count licenses that moved or may still move.

    Cloud licenses that lack information are none: Balsamiq moved those (domain.md §1).
    """
    # Twin of `store.selection.is_movable`, which says the same in SQL; tests/store/test_twins.py holds them together.
    in_doubt = (counts["outcome"] == Outcome.NEEDS_INFO) & (counts["hosting"] != Hosting.CLOUD)
    return counts["outcome"].isin(list(MOVING)) | in_doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressCounts:
    """How many licenses of a cut, or their users or customers, have come how far.

    `movable` are those of `is_movable`, `unfinished` those of them without a SEN. `users_added` sums the upgrades whose sizes are numbers; `unlimited` counts the
    licenses that grow to Unlimited instead. `under_way` are requests that somebody works on, `waiting` those of them
    whose customers were asked and have not answered. `on_cloud` are the Cloud licenses with a legacy plan or expired, `borderline` those of them that are near the line.
    """

    licenses: int
    movable: int
    unfinished: int
    migrated: int
    eligible: int
    upgrade_needed: int
    users_added: int
    unlimited: int
    under_way: int
    waiting: int
    needs_info: int
    not_eligible: int
    legacy_plan: int
    expired: int
    on_cloud: int
    borderline: int

    @property
    def fully_migrated(self) -> int:
        """Those whose movable licenses have all migrated: fewer than `migrated` for customers alone."""
        return self.movable - self.unfinished

    @classmethod
    def nothing(cls) -> "ProgressCounts":
        """The numbers of no licenses."""
        return cls(**{field.name: 0 for field in fields(cls)})


PROGRESS_GROUPS = ("outcome", "hosting", "stage", "to_tier", "borderline")
"""What licenses are counted by for `progress_counts`."""


def progress_counts(cube: pd.DataFrame, unit: str = "licenses") -> ProgressCounts:
    """The numbers of a cut from its counts by `PROGRESS_GROUPS` in one of its units; columns may be missing."""
    numbers = cube[unit]
    unlimited = _has(cube, "to_tier", [UNLIMITED]) & _of(cube, [Outcome.UPGRADE_NEEDED])
    return ProgressCounts(
        **{name: int(numbers[rows].sum()) for name, rows in count_masks(cube).items()},
        users_added=int(cube["users_added"].sum()),
        unlimited=int(cube["licenses"][unlimited].sum()),
    )


def count_masks(cube: pd.DataFrame) -> Mapping[str, "pd.Series[bool]"]:
    """The rows that each number of `ProgressCounts` sums up."""
    # Twin of `store.license_counts.customer_masks` in SQL; tests/store/test_twins.py holds them together.
    on_cloud = _of(cube, CLOUD_OUTCOMES)
    movable = is_movable(cube)
    return {
        "licenses": cube["outcome"].notna(),
        "movable": movable,
        "unfinished": movable & ~_of(cube, [Outcome.ALREADY_MIGRATED]),
        "migrated": _of(cube, [Outcome.ALREADY_MIGRATED]),
        "eligible": _of(cube, [Outcome.ELIGIBLE]),
        "upgrade_needed": _of(cube, [Outcome.UPGRADE_NEEDED]),
        "under_way": _has(cube, "stage", UNDER_WAY) & movable,
        "waiting": _has(cube, "stage", [Stage.NEEDS_INFO]) & movable,
        "needs_info": _of(cube, [Outcome.NEEDS_INFO]),
        "not_eligible": _of(cube, [Outcome.NOT_ELIGIBLE]),
        "legacy_plan": _of(cube, [Outcome.LEGACY_PLAN]),
        "expired": _of(cube, [Outcome.EXPIRED]),
        "on_cloud": on_cloud,
        "borderline": on_cloud & _has(cube, "borderline", [True]),
    }


def _of(cube: pd.DataFrame, outcomes: Iterable[Outcome]) -> "pd.Series[bool]":
    return cube["outcome"].isin(list(outcomes))


def _has(cube: pd.DataFrame, name: str, values: Iterable[Any]) -> "pd.Series[bool]":
    if name not in cube:
        return pd.Series(data=False, index=cube.index)
    return cube[name].isin(list(values))
