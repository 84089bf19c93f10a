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
    Item.HOSTING: "Hosting",
    Item.EDITORS: "Number of editors",
    Item.HOST_TIER: "Server's user tier",
    Item.SERVER_CONFIRMED: "Confirmation of Server",
    Item.MATCH_AGREED: "Agreement to match",
    Item.MYATLASSIAN_EMAIL: "myAtlassian email",
    Item.HOLDER_NAME: "Holder's first and last name",
    Item.COMPANY: "Organization",
    Item.ADDRESS: "Full address with country",
}
"""What a request, or the verdict before it, may lack of the customer, in the order of asking. The license key is there
always, and the Expert email may be left out."""


def on_way(stage: Stage) -> Stage | None:
    """The stage of `WAY` that a stage counts as; None for one that ended beside it."""
    return None if stage in ENDED else _AS.get(stage, stage)


def stage_from_fields(outcome: Outcome, reason: ReasonCode, asked: bool) -> Stage:
    """The stage that a license's own fields tell: a recorded SEN says that it has moved, a refusal to match that the
    customer declined, and any other item that only a request holds (`asked`) that a request came in."""
    if outcome is Outcome.ALREADY_MIGRATED:
        return Stage.MIGRATED
    if reason is ReasonCode.DECLINED_TO_MATCH:
        return Stage.DECLINED
    return Stage.RECEIVED if asked else Stage.NOT_REQUESTED


def stage_after(before: Stage | None, told: Stage, told_before: Stage | None = None) -> Stage:
    """The stage of a license whose fields changed: the further one on the way, for a file never takes a request back.

    Without a SEN nothing has moved, whatever was said before; a refusal comes and goes with the customer's answer; what
    people cancelled or saw fail stays so until a SEN is there. Where the fields tell what they told before, a license
    stays where people moved it.
    """
    if before is None:
        return told
    if told is told_before:
        return before
    if told is Stage.MIGRATED and before is Stage.MATCHED:
        return before
    if before in (Stage.MIGRATED, Stage.MATCHED, Stage.DECLINED) or told in (Stage.MIGRATED, Stage.DECLINED):
        return told
    return before if before in ENDED else max(before, told, key=list(Stage).index)


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

    `missing_items` are the items of `ITEM_TITLES` that it lacks; `reaches_tier` says whether its size is that of the server's tier
    or larger, False where either is not known.
    """

    stage: Stage
    outcome: Outcome
    missing_items: tuple[Item, ...] = ()
    has_sen: bool = False
    reaches_tier: bool = False
    in_cloud: bool = False


def missing_items(fields: Mapping[str, Any], needs: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items of `ITEM_TITLES` that a license lacks before its request can be submitted, in the order of asking.

    `fields` are its values by name, `needs` what its verdict needs.
    """
    # Twin of `store.license_profiles.MISSING`, which says the same in SQL; tests/store/test_twins.py holds them together.
    there = {
        Item.SERVER_CONFIRMED: fields["server_confirmed"] is True,
        Item.MATCH_AGREED: fields["match_agreed"] is True,
        Item.MYATLASSIAN_EMAIL: bool(fields["myatlassian_email"]),
        Item.HOLDER_NAME: bool(fields["holder_first_name"] and fields["holder_last_name"]),
        Item.COMPANY: bool(fields["company"]),
        Item.ADDRESS: bool(fields["address"] and fields["country"]),
    }
    return tuple(item for item in ITEM_TITLES if not there.get(item, item not in needs))


def reverts_migration(before: Stage, to: Stage) -> bool:
    """Whether a license that has migrated would no longer count as such."""
    return on_way(before) is Stage.MIGRATED and on_way(to) is not Stage.MIGRATED


def may_move(actor: Actor, before: Stage, to: Stage) -> bool:
    """Whether somebody may bring a request from one stage to another."""
    return may(actor, Action.REVERT_MIGRATION if reverts_migration(before, to) else Action.MOVE_REQUEST)


def refusal_of_move(request: Request, to: Stage, actor: Actor) -> str | None:
    """Why a person may not move a request to a stage, in a sentence; None if it may be (domain.md §5)."""
    return _refusal_of_role(request, to, actor) or _refusal_of_way(request, to) or _REFUSALS.get(to, _nothing)(request)


def _refusal_of_role(request: Request, to: Stage, actor: Actor) -> str | None:
    if not may(actor, Action.MOVE_REQUEST):
        return RULES[Action.MOVE_REQUEST].refusal
    if not may_move(actor, request.stage, to):
        return RULES[Action.REVERT_MIGRATION].refusal
    return None


def _refusal_of_way(request: Request, to: Stage) -> str | None:
    title, wanted = STAGE_TITLES[request.stage], STAGE_TITLES[to]
    if request.in_cloud:
        return "It is a Cloud license: those need no request."
    if to is request.stage:
        return f'It is at "{title}" already.'
    if to in moves_from(request.stage):
        return None
    if reverts_migration(request.stage, to):
        return "It has migrated. To take that back, undo the change that recorded its SEN, or clear the SEN."
    ways = ", ".join(f'"{STAGE_TITLES[stage]}"' for stage in moves_from(request.stage))
    return f'From "{title}" a request cannot go to "{wanted}", only to {ways}.'


def _refusal_to_submit(request: Request) -> str | None:
    if request.missing_items:
        return f"It lacks: {', '.join(ITEM_TITLES[item] for item in request.missing_items)}."
    if request.outcome not in (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED):
        title = OUTCOME_TITLES[request.outcome]
        return f'Its verdict is "{title}": only licenses that are eligible or need an upgrade can be submitted.'
    return None


def _refusal_to_migrate(request: Request) -> str | None:
    return None if request.has_sen else "No SEN is recorded. Record the one that Atlassian gave: it then has migrated."


def _refusal_to_match(request: Request) -> str | None:
    if not request.has_sen:
        return "No SEN is recorded, so there is no Marketplace license that could match."
    if not request.reaches_tier:
        return "Its size does not reach the server's tier. Enter what it has grown to first."
    return None


def _nothing(request: Request) -> None:
    """There is nothing else to refuse."""


_REFUSALS = {
    Stage.SUBMITTED: _refusal_to_submit,
    Stage.MIGRATED: _refusal_to_migrate,
    Stage.MATCHED: _refusal_to_match,
}
