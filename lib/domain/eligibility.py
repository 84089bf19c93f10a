"""The verdict on one license: where it stands, why, and how far it must grow (domain.md §3); the rules give it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lib.domain.cloud_plan import PlanDetail
from lib.domain.codes import Flag, Item, ReasonCode
from lib.domain.facts import Consent
from lib.domain.tiers import Size


class Outcome(StrEnum):
    """Where a license stands."""

    ELIGIBLE = "eligible"
    UPGRADE_NEEDED = "upgrade_needed"
    NEEDS_INFO = "needs_info"
    NOT_ELIGIBLE = "not_eligible"
    ALREADY_MIGRATED = "already_migrated"
    LEGACY_PLAN = "legacy_plan"
    EXPIRED = "expired"


OUTCOME_TITLES = {
    Outcome.ELIGIBLE: "Eligible",
    Outcome.UPGRADE_NEEDED: "Upgrade needed",
    Outcome.NEEDS_INFO: "Needs information",
    Outcome.NOT_ELIGIBLE: "Not eligible",
    Outcome.ALREADY_MIGRATED: "Migrated",
    Outcome.LEGACY_PLAN: "Cloud: legacy plan",
    Outcome.EXPIRED: "Cloud: expired",
}

OUTCOME_MEANINGS = {
    Outcome.ELIGIBLE: "A Server license that matches or exceeds the server tier: it moves without an upgrade.",
    Outcome.UPGRADE_NEEDED: "A Server license below the server tier: it moves once it is upgraded to that tier.",
    Outcome.NEEDS_INFO: "The product, the hosting, a size or a Cloud license's end of maintenance is missing: ask for it.",
    Outcome.NOT_ELIGIBLE: "Another product, an evaluation, a Data Center license, or the customer declined the upgrade.",
    Outcome.ALREADY_MIGRATED: "A SEN is recorded: Marketplace has the license.",
    Outcome.LEGACY_PLAN: "A Cloud license that got a free plan, since its maintenance ran or had just ended at the move.",
    Outcome.EXPIRED: "A Cloud license whose maintenance had ended before the move: it needs a new subscription.",
}
"""What each outcome says of a license (domain.md §3, §4)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a code for machines, a sentence for people."""

    code: ReasonCode
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judgement on one license. Sizes are in users; `users_added` is None if either is Unlimited."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    needs: tuple[Item, ...] = ()
    flags: tuple[Flag, ...] = ()
    from_size: Size | None = None
    to_tier: Size | None = None
    tier_steps: int | None = None
    users_added: int | None = None
    consent: Consent | None = None
    plan_detail: PlanDetail | None = None
    plan_end: date | None = None
    borderline: bool = False
