"""Where the migration stands, in a few numbers that all come from one counting of the licenses."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from lib.eligibility import Outcome
from lib.products import Hosting
from lib.tiers import UNLIMITED

CLOUD_OUTCOMES = (Outcome.LEGACY_PLAN, Outcome.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many licenses of a cut are where.

    `movable` are those their customers have moved or may still move: already migrated, eligible, upgrade needed, and
    those that lack information but are not on Cloud, since Cloud licenses were moved by Balsamiq (domain.md §1).
    `users_added` sums the upgrades that are numbers; the `unlimited` ones, to the tier Unlimited, add none.
    `on_cloud` are the Cloud licenses that have a plan or have expired, `borderline` those of them that are near the line.
    """

    licenses: int
    movable: int
    migrated: int
    eligible: int
    upgrade_needed: int
    users_added: int
    unlimited: int
    needs_info: int
    not_eligible: int
    legacy_plan: int
    expired: int
    on_cloud: int
    borderline: int


def standing(cube: pd.DataFrame) -> Standing:
    """The numbers of a cut from its cube (see `counts.cube`)."""
    outcome, licenses = cube["outcome"], cube["licenses"]

    def count(rows: "pd.Series[bool]") -> int:
        return int(licenses[rows].sum())

    def of(outcomes: Iterable[Outcome]) -> "pd.Series[bool]":
        return outcome.isin(list(outcomes))

    in_doubt = of([Outcome.NEEDS_INFO])
    upgrades = of([Outcome.UPGRADE_NEEDED])
    on_cloud = of(CLOUD_OUTCOMES)
    moving = of([Outcome.ALREADY_MIGRATED, Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED])
    return Standing(
        licenses=int(licenses.sum()),
        movable=count(moving | (in_doubt & (cube["hosting"] != Hosting.CLOUD))),
        migrated=count(of([Outcome.ALREADY_MIGRATED])),
        eligible=count(of([Outcome.ELIGIBLE])),
        upgrade_needed=count(upgrades),
        users_added=int(cube["users_added"].sum()),
        unlimited=count(upgrades & (cube["to_tier"] == UNLIMITED)),
        needs_info=count(in_doubt),
        not_eligible=count(of([Outcome.NOT_ELIGIBLE])),
        legacy_plan=count(of([Outcome.LEGACY_PLAN])),
        expired=count(of([Outcome.EXPIRED])),
        on_cloud=count(on_cloud),
        borderline=count(on_cloud & (cube["borderline"] == True)),  # noqa: E712 - compared cell by cell
    )
