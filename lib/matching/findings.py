"""What follows from matches for each license: applied, ready to be, waiting for a person, or missing on Marketplace."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.domain.requests import Stage
from lib.matching.confidence import Confidence, Doubt
from lib.matching.differences import TierState
from lib.matching.match import is_automatic

COLUMNS = (
    "license_key",
    "marketplace_id",
    "rank",
    "state",
    "tier_state",
    "target_stage",
    "confidence",
    "accepted",
    "probability",
    "score",
    "reasons",
    "weights",
    "doubts",
    "differences",
    "rivals",
)
"""The columns of findings."""

App = tuple[str, bool]
"""A plugin, and whether it is the one for Cloud."""


class FindingState(StrEnum):
    """What a comparison means for a license."""

    APPLIED = "applied"
    READY = "ready"
    REVIEW = "review"
    NOT_FOUND = "not_found"
    EXPECTED = "expected"
    NO_EXPORT = "no_export"


FINDING_TITLES = {
    FindingState.APPLIED: "Applied",
    FindingState.READY: "Ready to apply",
    FindingState.REVIEW: "Needs review",
    FindingState.NOT_FOUND: "Recorded as migrated, but not on Marketplace",
    FindingState.EXPECTED: "Legacy plan expected, but not on Marketplace",
    FindingState.NO_EXPORT: "Its app is in no export",
}


def build_findings(
    proposals: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame, links: pd.DataFrame, apps: Collection[App]
) -> pd.DataFrame:
    """The findings (`COLUMNS`) of `Matches.proposals`, and those of licenses that should be on Marketplace and are not.

    `ours` has license_key, product, hosting, sen, stage, outcome; `theirs` id, sen, tier; `links` license_key,
    marketplace_id, tier, as they were applied. Only of `apps`, those that any export had, can it be said that a license is missing.
    """
    rows = proposals.merge(ours[["license_key", "hosting", "sen", "stage"]], on="license_key", how="left")
    rows = rows.merge(theirs[["id", "sen", "tier"]], on="id", how="left", suffixes=("", "_theirs"))
    rows = rows.merge(links, on="license_key", how="left", suffixes=("", "_linked"))
    target = target_stages(rows)
    is_known_sen = (rows["sen_theirs"] == "") | (rows["sen_theirs"] == rows["sen"]) | (rows["hosting"] == Hosting.CLOUD)
    is_linked = (rows["marketplace_id"] == rows["id"]) & same_numbers(rows["tier"], rows["tier_linked"])
    is_applied = is_linked & is_known_sen & ((target == "") | (target == rows["stage"]))
    is_ready = is_automatic(rows, Confidence.STRONG) | (rows["accepted"] & ~has_code(rows["doubts"], Doubt.OTHER_SEN))
    state = np.select(
        [is_applied, is_ready], [str(FindingState.APPLIED), str(FindingState.READY)], str(FindingState.REVIEW)
    )
    matched = rows.assign(marketplace_id=rows["id"], state=state, target_stage=target)
    rest = ours[~ours["license_key"].isin(proposals["license_key"])]
    everything = pd.concat([matched, missing_findings(rest, apps)], ignore_index=True)
    return everything.assign(rank=np.arange(len(everything)))[list(COLUMNS)]


def target_stages(rows: pd.DataFrame) -> "pd.Series[Any]":
    """The stage that each license has once its match is applied, empty where that moves none."""
    # A license whose Marketplace tier is unknown stays matched if a person moved it there.
    stays = np.where(rows["stage"] == Stage.MATCHED, str(Stage.MATCHED), str(Stage.MIGRATED))
    stage = np.where(
        rows["tier_state"] == TierState.MATCHED,
        str(Stage.MATCHED),
        np.where(rows["tier_state"] == TierState.UPGRADE_PENDING, str(Stage.MIGRATED), stays),
    )
    # Cloud licenses have no request, and without a SEN nothing counts as migrated.
    has_stage = (rows["hosting"] != Hosting.CLOUD) & ((rows["sen"] != "") | (rows["sen_theirs"] != ""))
    return pd.Series(np.where(has_stage, stage, ""), index=rows.index, dtype=object)


def same_numbers(one: "pd.Series[float]", other: "pd.Series[float]") -> "pd.Series[bool]":
    """Where two numbers are the same, or both unknown."""
    numbers, others = (pd.to_numeric(column).fillna(-1) for column in (one, other))
    return numbers == others


def has_code(texts: "pd.Series[str]", code: str) -> "pd.Series[bool]":
    """Where a list of codes with commas between them has one."""
    return ("," + texts + ",").str.contains(f",{code},", regex=False)


def missing_findings(ours: pd.DataFrame, apps: Collection[App]) -> pd.DataFrame:
    """Licenses without a partner that should have one: those with a SEN, and those with a legacy plan."""
    is_cloud = ours["hosting"] == Hosting.CLOUD
    is_covered = pd.Series(list(zip(ours["product"], is_cloud, strict=True)), index=ours.index, dtype=object).isin(
        list(apps)
    )
    has_sen = ours["sen"] != ""
    is_expected = is_cloud & (ours["outcome"] == Outcome.LEGACY_PLAN)
    conditions = [is_covered & has_sen, is_covered & is_expected, ~is_covered & (has_sen | is_expected)]
    states = [str(FindingState.NOT_FOUND), str(FindingState.EXPECTED), str(FindingState.NO_EXPORT)]
    state = np.select(conditions, states, "")
    rows: pd.DataFrame = ours.assign(state=state)[state != ""][["license_key", "state"]]
    texts = dict.fromkeys(
        ("marketplace_id", "tier_state", "target_stage", "confidence", "reasons", "weights", "doubts", "differences"),
        "",
    )
    return rows.assign(**texts, accepted=False, probability=0.0, score=0.0, rivals=0)
