"""The migration request of a Server license: its stages, and the items that make it complete (domain.md §5)."""

from enum import StrEnum

from lib.eligibility import Outcome


class Stage(StrEnum):
    """How far a license has come, in the order of its way; the last three end it beside the way."""

    NOT_REQUESTED = "not_requested"
    RECEIVED = "received"
    NEEDS_INFO = "needs_info"
    VERIFIED = "verified"
    SUBMITTED = "submitted"
    MIGRATED = "migrated"
    MATCHED = "matched"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FAILED = "failed"


STAGE_TITLES = {
    Stage.NOT_REQUESTED: "Not requested",
    Stage.RECEIVED: "Received",
    Stage.NEEDS_INFO: "Waiting for the customer",
    Stage.VERIFIED: "Verified",
    Stage.SUBMITTED: "Submitted",
    Stage.MIGRATED: "Migrated",
    Stage.MATCHED: "Matched",
    Stage.DECLINED: "Declined",
    Stage.CANCELLED: "Cancelled",
    Stage.FAILED: "Failed",
}

WAY = (Stage.NOT_REQUESTED, Stage.RECEIVED, Stage.VERIFIED, Stage.SUBMITTED, Stage.MIGRATED)
"""The stages of a burn-up and a funnel. Waiting for the customer counts as received, matched as migrated."""

UNDER_WAY = (Stage.RECEIVED, Stage.NEEDS_INFO, Stage.VERIFIED, Stage.SUBMITTED)
"""The stages in which somebody has to do something next."""

ENDED = frozenset((Stage.DECLINED, Stage.CANCELLED, Stage.FAILED))
"""Where a request ends without a SEN."""

OPEN = (Stage.NOT_REQUESTED, Stage.RECEIVED, Stage.NEEDS_INFO, Stage.VERIFIED)
"""Where items of a request may still be missing: before it is submitted."""

_AS = {Stage.NEEDS_INFO: Stage.RECEIVED, Stage.MATCHED: Stage.MIGRATED}

ITEM_TITLES = {
    "hosting": "Hosting",
    "editors": "Number of editors",
    "host_tier": "Server's user tier",
    "server_confirmed": "Confirmation of Server",
    "match_agreed": "Agreement to match",
    "myatlassian_email": "myAtlassian email",
    "holder_name": "Holder's first and last name",
    "company": "Organization",
    "address": "Full address with country",
}
"""What a request, or the verdict before it, may lack of the customer, in the order of asking. The license key is there
always, and the Expert email may be left out."""


def on_way(stage: Stage) -> Stage | None:
    """The stage of `WAY` that a stage counts as; None for one that ended beside it."""
    return None if stage in ENDED else _AS.get(stage, stage)


def stage_told(outcome: Outcome, reason: str, asked: bool) -> Stage:
    """The stage that a license's own fields tell: a recorded SEN says that it has moved, a refusal to match that the
    customer declined, and any other item that only a request holds (`asked`) that a request came in."""
    if outcome is Outcome.ALREADY_MIGRATED:
        return Stage.MIGRATED
    if reason == "declined_to_match":
        return Stage.DECLINED
    return Stage.RECEIVED if asked else Stage.NOT_REQUESTED


def stage_after(before: Stage | None, told: Stage) -> Stage:
    """The stage of a license whose fields changed: the further one on the way, for a file never takes a request back.

    Without a SEN nothing has moved, whatever was said before; a refusal comes and goes with the customer's answer; what
    people cancelled or saw fail stays so until a SEN is there.
    """
    if told is Stage.MIGRATED and before is Stage.MATCHED:
        return before
    if before in (None, Stage.MIGRATED, Stage.MATCHED, Stage.DECLINED) or told in (Stage.MIGRATED, Stage.DECLINED):
        return told
    return before if before in ENDED else max(before, told, key=list(Stage).index)
