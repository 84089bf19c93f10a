"""Edits and moves of requests undone and redone, and the licenses that this leaves alone."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, Engine

from lib.domain.changes import CUSTOMER_KINDS, POLICY_KINDS, REVERTING_KINDS, ChangeKind, change_title
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage, may_move
from lib.domain.roles import Action, Actor, require
from lib.domain.text import quantity
from lib.editing.edits import describe_change
from lib.editing.revision import sen_conflict
from lib.store import (
    change_log,
    database,
    later_changes,
    license_sens,
    marketplace_links,
    policies,
    request_moves,
    reverts,
    sendings,
)
from lib.store.change_log import Change
from lib.store.later_changes import LaterChange
from lib.store.sendings import SENDING

_DESCRIBED = 3
"""Later changes that a sentence describes."""


def undo_change(engine: Engine, number: int, actor: Actor, reason: str = "") -> int:
    """Revert an edit or a move of requests, or revert its reversal; gives the number of the new change.

    Licenses that changed since are left alone. Raises RefusalError if that is no such change, if it was reverted already,
    if all its licenses changed since, or if the actor may not (`lib.domain.requests.may_move`).
    """
    with database.writing(engine) as connection:
        return undo_in_transaction(connection, number, actor, reason)


def undo_in_transaction(connection: Connection, number: int, actor: Actor, reason: str = "") -> int:
    """Like `undo_change`, as part of the caller's transaction."""
    require(actor, Action.UNDO_CHANGE)
    original = revertible_change(connection, number)
    refuse_if_all_changed(connection, number)
    kind = REVERTING_KINDS[original.kind]
    # The change comes before the versions that it writes: they refer to it.
    change = change_log.begin_change(connection, actor=actor, kind=kind, reason=reason, undoes=number)
    # Links come first: which licenses changed since is known only until the versions are reverted too.
    marketplace_links.revert(connection, number, change)
    counts = reverts.revert(connection, number, change).to_json()
    # Only what was written shows which licenses these are; a refusal rolls all of it back.
    refuse_forbidden_moves(connection, change, actor)
    refuse_second_holders(connection, change)
    sending = original.counts.get(SENDING)
    if sending:
        counts[SENDING] = sending
        sendings.set_standing(connection, sending, actor, stands=kind is ChangeKind.STAGE_REDO)
    change_log.set_counts(connection, change, counts)
    return change


def revertible_change(connection: Connection, number: int) -> Change:
    """A change of licenses that can be reverted. Raises RefusalError for others."""
    change = change_log.change(connection, number)
    if change is None or change.batch_id is not None:
        raise RefusalError(f"Change {number} is not an edit of a license. An import is undone on the page Activity.")
    if change.kind in CUSTOMER_KINDS:
        raise RefusalError(
            f"Change {number} is not an edit of a license but a {change_title(change.kind, None).lower()}."
        )
    if change.kind in POLICY_KINDS:
        raise RefusalError(f"Change {number} put a policy in force. It is undone on the page Policy.")
    reversal = change_log.reversal_of(connection, number)
    if reversal:
        when = policies.time_in_words(connection, reversal.at)
        raise RefusalError(f"This was already undone by {reversal.by} on {when}.")
    return change


def refuse_if_all_changed(connection: Connection, number: int) -> None:
    """Raises RefusalError if every license of a change has changed since."""
    later = later_changes.changes_since(connection, number)
    if not later or reverts.preview_revert(connection, number).restored:
        return
    licenses = sum(change.licenses for change in later)
    subject = "The license was"
    if licenses > 1:
        subject = f"All {quantity(licenses, 'license')} were"
    what = describe_change(later[0], policies.current(connection).time_zone)
    raise RefusalError(f"{subject} changed since: {what}. Nothing was undone; edit the license instead.")


def refuse_forbidden_moves(connection: Connection, change: int, actor: Actor) -> None:
    """Raises RefusalError if the actor may not move requests so."""
    steps = request_moves.stage_steps(connection, change)
    if not all(may_move(actor, Stage(before), Stage(after)) for before, after in steps):
        raise RefusalError("That would undo a migration, which only an administrator may do.")


def refuse_second_holders(connection: Connection, change: int) -> None:
    """Raises RefusalError if a SEN now has a second holder."""
    sens = license_sens.new_sens(connection, change)
    for sen, holder in license_sens.sen_holders(connection, set(sens.values())):
        # The license itself holds its SEN again by now: only another holder is a conflict.
        keys = [key for key, own in sens.items() if own == sen and key != holder]
        if keys:
            raise RefusalError(f'License "{keys[0]}" would have its SEN back. {sen_conflict(sen, holder)}')


def licenses_changed_since(engine: Engine, number: int, *, start: int = 0, count: int = 50) -> tuple[pd.DataFrame, int]:
    """A page of the licenses that reverting a change leaves alone (`later_changes.licenses_changed_since`), and their number."""
    with database.reading(engine) as connection:
        return later_changes.licenses_changed_since(connection, number, start=start, count=count)


def licenses_changed_since_batch(
    engine: Engine, batch: int, *, start: int = 0, count: int = 50
) -> tuple[pd.DataFrame, int]:
    """The same for licenses that reverting a batch leaves alone."""
    with database.reading(engine) as connection:
        last = last_change_number(connection, batch)
        return later_changes.licenses_changed_since(connection, last, start=start, count=count)


def later_changes_of_batch(engine: Engine, batch: int) -> list[LaterChange]:
    """The changes since a batch of its licenses, newest first."""
    with database.reading(engine) as connection:
        return later_changes.changes_since(connection, last_change_number(connection, batch))


def last_change_number(connection: Connection, batch: int) -> int:
    """The last change of a batch; 0 if there is none."""
    # No change has the number 0, so that all are later than it.
    last = change_log.last_change_of_batch(connection, batch)
    if last is None:
        return 0
    return last.id


def describe_later_changes(later: Sequence[LaterChange], zone: str) -> str:
    """Later changes in words, the first few one by one, with times by a zone."""
    parts = [
        f"{describe_change(change, zone)} ({quantity(change.licenses, 'license')})" for change in later[:_DESCRIBED]
    ]
    others = len(later) - len(parts)
    if others:
        parts.append(f"and {quantity(others, 'more change')}")
    return "; ".join(parts)
