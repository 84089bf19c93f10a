"""Imports undone, and undone imports redone."""

from sqlalchemy import Connection, Engine

from lib.domain.changes import ChangeKind
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.importing.imports import WithinTransaction, do_nothing
from lib.store import batches, change_log, database, reverts
from lib.store.batches import BATCH_STATE_TITLES, BatchState
from lib.store.change_log import Change


def undo(
    engine: Engine,
    number: int,
    actor: Actor,
    reason: str = "",
    in_same_transaction: WithinTransaction = do_nothing,
) -> dict[str, int]:
    """Undo an imported batch, except for licenses that changed since. Gives removed, restored, kept."""
    require(actor, Action.UNDO_IMPORT)
    with database.writing(engine) as connection:
        last = last_change_in_state(connection, number, BatchState.IMPORTED)
        counts = revert(connection, last, ChangeKind.UNDO, actor, reason)
        batches.set_state(connection, number, BatchState.UNDONE)
        in_same_transaction(connection)
    return counts


def redo(
    engine: Engine,
    number: int,
    actor: Actor,
    reason: str = "",
    in_same_transaction: WithinTransaction = do_nothing,
) -> dict[str, int]:
    """Redo a batch that was undone, except for licenses that changed since. Gives removed, restored, kept."""
    require(actor, Action.UNDO_IMPORT)
    with database.writing(engine) as connection:
        last = last_change_in_state(connection, number, BatchState.UNDONE)
        counts = revert(connection, last, ChangeKind.REDO, actor, reason)
        batches.set_state(connection, number, BatchState.IMPORTED)
        in_same_transaction(connection)
    return counts


def last_change_in_state(connection: Connection, number: int, state: BatchState) -> Change:
    """The newest change of a batch. Raises RefusalError if the batch is in another state, or changed nothing."""
    batch = batches.batch(connection, number)
    if batch.state is not state:
        raise RefusalError(f"Import #{number} is {BATCH_STATE_TITLES[batch.state].lower()}; nothing was done.")
    last = change_log.last_change_of_batch(connection, number)
    if last is None:
        raise RefusalError(f"Import #{number} changed nothing when it was imported, so there is nothing to undo.")
    return last


def revert(connection: Connection, last: Change, kind: ChangeKind, actor: Actor, reason: str) -> dict[str, int]:
    """Revert a change of a batch as another of that kind."""
    change = change_log.begin_change(
        connection, actor=actor, kind=kind, reason=reason, batch_id=last.batch_id, undoes=last.id
    )
    counts = reverts.revert(connection, last.id, change).to_json()
    change_log.set_counts(connection, change, counts)
    return counts
