"""The migration request of a Server license: its stages, and the items that make it complete (domain.md §5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lib.domain.codes import Item, ReasonCode
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.roles import RULES, Action, Actor, may


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

STAGE_MEANINGS = {
    Stage.NOT_REQUESTED: "Nobody has asked for the move yet; details in a file do not change that.",
    Stage.RECEIVED: "The customer asked for the move, or answered.",
    Stage.NEEDS_INFO: "The customer was asked, and has not answered.",
    Stage.VERIFIED: "Somebody checked the request.",
    Stage.SUBMITTED: "The license was handed to Atlassian in a pack; its SEN is awaited.",
    Stage.MIGRATED: "A SEN is recorded.",
    Stage.MATCHED: "Migrated, and the Marketplace tier is at least the server tier.",
    Stage.DECLINED: "The customer does not want the move, or not the upgrade.",
    Stage.CANCELLED: "The request was withdrawn.",
    Stage.FAILED: "Atlassian could not move the license.",
}
"""What has happened to a request at each stage: a stage is a deed (domain.md §5)."""

WAY = (Stage.NOT_REQUESTED, Stage.RECEIVED, Stage.VERIFIED, Stage.SUBMITTED, Stage.MIGRATED)
"""The stages of a burn-up and a funnel. Waiting for the customer counts as received, matched as migrated."""

UNDER_WAY = (Stage.RECEIVED, Stage.NEEDS_INFO, Stage.VERIFIED, Stage.SUBMITTED)
"""The stages of requests that somebody works on, the customer included."""

ENDED = frozenset((Stage.DECLINED, Stage.CANCELLED, Stage.FAILED))
"""Where a request ends without a SEN."""

OPEN = (Stage.NOT_REQUESTED, Stage.RECEIVED, Stage.NEEDS_INFO, Stage.VERIFIED)
"""Where items of a request may still be missing: before it is submitted."""

_AS = {Stage.NEEDS_INFO: Stage.RECEIVED, Stage.MATCHED: Stage.MIGRATED}

ITEM_TITLES = {
    Item.HOSTING: "Hosting",
    Item.EDITORS: "Number of editors",
    Item.HOST_TIER: "Server tier",
    Item.SERVER_CONFIRMED: "Confirmation of Server",
    Item.MATCH_AGREED: "Consent to match",
    Item.MYATLASSIAN_EMAIL: "myAtlassian email",
    Item.HOLDER_NAME: "Holder's first and last name",
    Item.COMPANY: "Company",
    Item.ADDRESS: "Full address with country",
}
"""What a customer may be asked for, in the order of asking.

The license key is always there, and the Expert email is optional."""


def on_way(stage: Stage) -> Stage | None:
    """The stage of `WAY` that a stage counts as; None for one that ended beside it."""
    if stage in ENDED:
        return None
    return _AS.get(stage, stage)


def stage_from_fields(outcome: Outcome, reason: ReasonCode) -> Stage:
    """The stage that a license's own fields say: a SEN and a written refusal are deeds, other details are not."""
    if outcome is Outcome.ALREADY_MIGRATED:
        return Stage.MIGRATED
    if reason is ReasonCode.DECLINED_TO_MATCH:
        return Stage.DECLINED
    return Stage.NOT_REQUESTED


def stage_after(before: Stage | None, from_fields: Stage, from_fields_before: Stage | None = None) -> Stage:
    """The stage of a license whose fields changed.

    `from_fields` is what its fields say now (`stage_from_fields`), `from_fields_before` what they said before.
    """
    if before is None:
        return from_fields
    if from_fields is from_fields_before:
        return before  # the fields say nothing new, so the license stays where people moved it
    if from_fields is Stage.MIGRATED and before is Stage.MATCHED:
        return before  # matched is further, and has a SEN as well
    # Without a SEN nothing has migrated, whatever was recorded before, and a refusal comes and goes with the answer.
    decided_by_fields = (Stage.MIGRATED, Stage.DECLINED)
    if before in (*decided_by_fields, Stage.MATCHED) or from_fields in decided_by_fields:
        return from_fields
    return before


def stage_after_answer(before: Stage, *, is_reply: bool) -> Stage:
    """The stage of a license for which a person recorded what its customer says; `is_reply` if the customer wrote it."""
    if before is Stage.NOT_REQUESTED:
        return Stage.RECEIVED
    # Who looks up an item while the customer is being asked still waits for the customer.
    if before is Stage.NEEDS_INFO and is_reply:
        return Stage.RECEIVED
    return before


_MOVES: Mapping[Stage, tuple[Stage, ...]] = {
    Stage.NOT_REQUESTED: (Stage.RECEIVED, Stage.NEEDS_INFO, Stage.DECLINED, Stage.CANCELLED),
    Stage.RECEIVED: (Stage.NEEDS_INFO, Stage.VERIFIED, Stage.DECLINED, Stage.CANCELLED),
    Stage.NEEDS_INFO: (Stage.VERIFIED, Stage.DECLINED, Stage.CANCELLED),
    Stage.VERIFIED: (Stage.NEEDS_INFO, Stage.SUBMITTED, Stage.DECLINED, Stage.CANCELLED),
    Stage.SUBMITTED: (Stage.MIGRATED, Stage.DECLINED, Stage.CANCELLED, Stage.FAILED),
    Stage.MIGRATED: (Stage.MATCHED,),
    Stage.MATCHED: (Stage.MIGRATED,),
    Stage.DECLINED: (Stage.RECEIVED, Stage.NEEDS_INFO),
    Stage.CANCELLED: (Stage.RECEIVED, Stage.NEEDS_INFO),
    Stage.FAILED: (Stage.NEEDS_INFO, Stage.VERIFIED, Stage.CANCELLED),
}


def moves_from(stage: Stage) -> tuple[Stage, ...]:
    """The stages that people may move a request to from another, in the order of the way."""
    return _MOVES[stage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What decides whether a license's request may be moved.

    `missing_items` are those of `ITEM_TITLES` that it lacks. `reaches_tier` says whether it has at least the size of the
    server's tier; False if either is unknown.
    """

    stage: Stage
    outcome: Outcome
    missing_items: tuple[Item, ...] = ()
    has_sen: bool = False
    reaches_tier: bool = False
    in_cloud: bool = False


def missing_items(fields: Mapping[str, Any], needs: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items of `ITEM_TITLES` that a request lacks before it can be submitted, in the order of asking.

    `fields` are the license's values by name, `needs` what its verdict needs.
    """
    # Twin of `store.license_profiles.MISSING`, which says the same in SQL; tests/store/test_twins.py holds them together.
    is_present = {
        Item.SERVER_CONFIRMED: fields["server_confirmed"] is True,
        Item.MATCH_AGREED: fields["match_agreed"] is True,
        Item.MYATLASSIAN_EMAIL: bool(fields["myatlassian_email"]),
        Item.HOLDER_NAME: bool(fields["holder_first_name"] and fields["holder_last_name"]),
        Item.COMPANY: bool(fields["company"]),
        Item.ADDRESS: bool(fields["address"] and fields["country"]),
    }
    # What only the verdict reads, such as the hosting, is missing if the verdict needs it.
    return tuple(item for item in ITEM_TITLES if not is_present.get(item, item not in needs))


def reverts_migration(before: Stage, to: Stage) -> bool:
    """Whether a license that has migrated would no longer count as such."""
    return on_way(before) is Stage.MIGRATED and on_way(to) is not Stage.MIGRATED


def may_move(actor: Actor, before: Stage, to: Stage) -> bool:
    """Whether somebody may bring a request from one stage to another."""
    if reverts_migration(before, to):
        return may(actor, Action.REVERT_MIGRATION)
    return may(actor, Action.MOVE_REQUEST)


def refusal_of_move(request: Request, to: Stage, actor: Actor) -> str | None:
    """Why a person may not move a request to a stage; None if they may (domain.md §5)."""
    refusal = refusal_of_role(request, to, actor) or refusal_of_way(request, to)
    if refusal or to not in _REFUSALS:
        return refusal
    return _REFUSALS[to](request)


def refusal_of_role(request: Request, to: Stage, actor: Actor) -> str | None:
    """Why this person may not move a request to a stage."""
    if not may(actor, Action.MOVE_REQUEST):
        return RULES[Action.MOVE_REQUEST].refusal
    if not may_move(actor, request.stage, to):
        return RULES[Action.REVERT_MIGRATION].refusal
    return None


def refusal_of_way(request: Request, to: Stage) -> str | None:
    """Why no way leads from a request's stage to another."""
    title = STAGE_TITLES[request.stage]
    if request.in_cloud:
        return "It is a Cloud license: those need no request."
    if to is request.stage:
        return f'It is already at "{title}".'
    if to in moves_from(request.stage):
        return None
    if reverts_migration(request.stage, to):
        return "It has migrated. To reverse that, undo the change that recorded its SEN, or clear the SEN."
    ways = ", ".join(f'"{STAGE_TITLES[stage]}"' for stage in moves_from(request.stage))
    return f'From "{title}" a request cannot go to "{STAGE_TITLES[to]}", only to {ways}.'


def refusal_to_submit(request: Request) -> str | None:
    """Why a request cannot be submitted yet."""
    if request.missing_items:
        return f"It lacks: {', '.join(ITEM_TITLES[item] for item in request.missing_items)}."
    if request.outcome not in (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED):
        title = OUTCOME_TITLES[request.outcome]
        return f'Its outcome is "{title}": only licenses that are eligible or need an upgrade can be submitted.'
    return None


def refusal_to_migrate(request: Request) -> str | None:
    """Why a license cannot count as migrated yet."""
    if request.has_sen:
        return None
    return "No SEN is recorded. Record the one that Atlassian gave: it then has migrated."


def refusal_to_match(request: Request) -> str | None:
    """Why a license cannot count as matched yet."""
    if not request.has_sen:
        return "No SEN is recorded, so there is no Marketplace license that could match."
    if not request.reaches_tier:
        return "Its size is below the server tier. Enter its new size, or compare with Marketplace's newest export."
    return None


_REFUSALS = {
    Stage.SUBMITTED: refusal_to_submit,
    Stage.MIGRATED: refusal_to_migrate,
    Stage.MATCHED: refusal_to_match,
}
