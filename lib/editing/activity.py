"""Any change taken back by its number, whatever its kind: one place for the list of all changes and the command line."""

from sqlalchemy import Connection, Engine

from lib.domain.changes import CUSTOMER_KINDS, POLICY_KINDS, ChangeKind, change_title
from lib.domain.refusal import RefusalError
from lib.domain.requests import STAGE_TITLES, Stage
from lib.domain.roles import RULES, Action, Actor, may
from lib.domain.text import format_time, quantity
from lib.editing import change_reversal, customer_merges, customer_parts, regrouping
from lib.importing import reversal
from lib.policies import saving
from lib.store import change_list, database, merges, policies, request_moves
from lib.store.change_list import Activity

# The kinds of change that are not undone, and what to do instead.
_FINAL = {
    ChangeKind.ERASE: "An erasure is for good: nothing brings the contacts back.",
    ChangeKind.UNDO_MERGE: "Merge the customers again instead, on the page Customers.",
    ChangeKind.UNDO_PART: "Split the licenses again instead, on the customer's page.",
    ChangeKind.UNDO_REGROUP: "Regroup the licenses again instead, on the page Customers.",
    ChangeKind.POLICY_UNDO: "Choose the version that you want on the page Policy instead.",
}


def action_to_undo(change: Activity) -> Action:
    """What somebody must be allowed to do to undo a change."""
    if change.batch_id is not None:
        return Action.UNDO_IMPORT
    if change.kind in CUSTOMER_KINDS:
        return Action.MERGE_CUSTOMERS
    if change.kind in POLICY_KINDS:
        return Action.CHANGE_POLICY
    return Action.UNDO_CHANGE


def refusal_to_undo(change: Activity, actor: Actor, zone: str) -> str | None:
    """Why somebody cannot undo a change, without looking at its licenses; times are by a zone."""
    if change.reversal:
        return f"Undone by {change.reversal.by}, {format_time(change.reversal.at, zone)}."
    if change.kind in _FINAL:
        return _FINAL[change.kind]
    action = action_to_undo(change)
    if not may(actor, action):
        return RULES[action].refusal
    return None


def undo(engine: Engine, number: int, actor: Actor, reason: str = "") -> None:
    """Undo a change. Raises RefusalError if that cannot be done, if all its licenses changed since, or if the actor may not."""
    with database.reading(engine) as connection:
        change = change_to_undo(connection, number, actor)
        merge = merges.number_of_change(connection, number)
    if change.batch_id is not None:
        reverse = reversal.redo if change.kind is ChangeKind.UNDO else reversal.undo
        reverse(engine, change.batch_id, actor, reason)
    elif change.kind is ChangeKind.MERGE and merge is not None:
        customer_merges.undo_merge(engine, merge, actor, reason)
    elif change.kind is ChangeKind.PART:
        customer_parts.undo_part(engine, number, actor, reason)
    elif change.kind is ChangeKind.REGROUP:
        regrouping.undo_regrouping(engine, number, actor, reason)
    elif change.kind is ChangeKind.POLICY:
        saving.undo(engine, number, actor, reason)
    else:
        change_reversal.undo_change(engine, number, actor, reason)


def change_to_undo(connection: Connection, number: int, actor: Actor) -> Activity:
    """A change that somebody may undo. Raises RefusalError for others."""
    change = change_list.activity(connection, number)
    if change is None:
        raise RefusalError(f"There is no change #{number}. Look it up on the page Activity.")
    if refusal := refusal_to_undo(change, actor, policies.current(connection).time_zone):
        raise RefusalError(refusal)
    return change


def is_redo(change: Activity) -> bool:
    """Whether undoing a change brings back what another one did."""
    return change.kind in (ChangeKind.UNDO, ChangeKind.STAGE_UNDO, ChangeKind.RECONCILE_UNDO)


def title(change: Activity) -> str:
    """What a change did, in a few words: "Import #3", "Pack #7"."""
    if change.kind is ChangeKind.STAGE and "pack" in change.counts:
        return f"Pack #{change.counts['pack']}"
    return change_title(change.kind, change.batch_id)


def sentence(connection: Connection, change: Activity) -> str:
    """What a change did, in a sentence: "7 requests moved to “Verified”"."""
    requests = quantity(change.licenses, "request")
    if change.kind is ChangeKind.STAGE:
        stages = sorted({after for _, after in request_moves.stage_steps(connection, change.id)})
        to = " or ".join(f"“{STAGE_TITLES[Stage(stage)]}”" for stage in stages)
        pack = f"Pack #{change.counts['pack']}: " if "pack" in change.counts else ""
        if to:
            return f"{pack}{requests} moved to {to}."
        return f"{pack}{requests} moved."
    return f"{title(change)}: {quantity(change.licenses, 'license')}."
