"""Bringing a file in: what it would change, changing it, and taking it back (design §3).

A preview and the import itself are the same computation on the same stored bytes; a preview whose base has moved is
refused. An import is one transaction.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from tempfile import TemporaryFile
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine

from lib.checking.check import CheckedFile, check
from lib.checking.column_mapping import Remembered
from lib.checking.settings import Settings
from lib.columnar.memory import release_memory
from lib.domain.changes import change_title
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import format_time, quantity
from lib.importing import check_summary
from lib.importing.opened_file import Opened, checked, forget, open_file, opened, table_of
from lib.importing.plan import Plan, plan
from lib.importing.write import land, refuse_undecided
from lib.reading.tables import TableError
from lib.store import batches, check_results, database, remembered, versions
from lib.store.batches import Batch, BatchState
from lib.store.jobs import CHECKING, COMPARING, READING, STORING, WRITING, ProgressReporter

STEPS = (READING, CHECKING, COMPARING, WRITING)
"""The steps of an import; a check has KEEPING for the last."""


Also = Callable[[Connection], None]
"""What else belongs into a transaction."""


def nothing_more(connection: Connection) -> None:
    """Do nothing else."""


def untold(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def read_and_check(content: bytes, name: str, settings: Settings, policy: Policy) -> CheckedFile:
    """A file's bytes as checked licenses. Raises TableError if it is no table, or not one of licenses."""
    return check(table_of(content, name, settings), settings, policy)


def bring_in(engine: Engine, name: str, content: bytes, settings: Settings, actor: Actor) -> int:
    """Keep a file as an open batch; gives the batch's number. Raises RefusalError if the actor may not."""
    require(actor, Action.IMPORT)
    file = batches.compress(content, BytesIO())
    with database.writing_briefly(engine) as connection:
        return batches.add(connection, name, batches.fingerprint(content), file, settings.to_json(), actor)


def check_batch(
    engine: Engine,
    number: int,
    actor: Actor,
    policy: Policy,
    tell: ProgressReporter = untold,
    also: Also = nothing_more,
) -> None:
    """Check an open batch and keep what was found with it, also where an error stops it; `also` in the same transaction.

    Raises RefusalError if the batch is not open, its file is no longer kept, or the actor may not.
    """
    require(actor, Action.IMPORT)
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
        _refuse_settled(batch)
        base = versions.latest_change(connection)
        summary, lists = _found(connection, batch, policy, tell)
    with database.writing(engine) as connection:
        _refuse_settled(batches.batch(connection, number))
        check_results.store(connection, number, base, batch.settings, summary, lists)
        also(connection)


def _found(
    connection: Connection, batch: Batch, policy: Policy, tell: ProgressReporter
) -> tuple[dict[str, Any], check_results.CompressedPages]:
    settings = Settings.from_json(batch.settings)
    tell(READING, 0, 0)
    file = opened(connection, batch)
    known = remembered.for_headings(connection, file.headings)
    try:
        planned = _planned(connection, file, settings, policy, known, tell)
    except TableError as error:
        return check_summary.summary_of_failure(file, settings, error, known, policy), []
    tell(STORING, 0, len(file))
    return check_summary.summary_of(file.top, planned, policy), check_results.compress(check_summary.lists_of(planned))


def commit(
    engine: Engine,
    number: int,
    actor: Actor,
    policy: Policy,
    *,
    base: int | None = None,
    settings: Mapping[str, Any] | None = None,
    reason: str = "",
    tell: ProgressReporter = untold,
    also: Also = nothing_more,
) -> dict[str, Any]:
    """Import an open batch whole, or not at all; gives its receipt. `also` is done in the same transaction.

    Refused if it was imported already, if a question is open, if the store is no longer at change `base`, or if the file
    is no longer to be read by `settings` (as stored): those that a person saw the preview of. The last step that `tell`
    can end is the one before writing begins: all long work but that needs no other writer to wait.
    """
    require(actor, Action.IMPORT)
    began = perf_counter()
    with database.reading(engine) as connection:
        seen = _open(connection, number, base, settings)
        planned = _plan_of(connection, seen, policy, tell)
    return _write(engine, seen, base, planned, actor, policy, began, reason=reason, tell=tell, also=also)


def _write(
    engine: Engine,
    seen: Batch,
    base: int | None,
    planned: Plan,
    actor: Actor,
    policy: Policy,
    began: float,
    *,
    reason: str = "",
    tell: ProgressReporter,
    also: Also = nothing_more,
) -> dict[str, Any]:
    """Write what is planned for a batch; where others have changed licenses since it was planned, it is planned anew."""
    release_memory()
    tell(WRITING, 0, len(planned.rows))
    with database.writing(engine) as connection:
        batch = _open(connection, seen.id, base, seen.settings)
        if versions.latest_change(connection) != planned.base:
            planned = _plan_of(connection, batch, policy)
        receipt = land(connection, batch, planned, actor, policy, began, reason=reason, tell=tell)
        also(connection)
    forget()
    return receipt


def _open(connection: Connection, number: int, base: int | None, settings: Mapping[str, Any] | None) -> Batch:
    """An open batch, still to be read by `settings`, of a store that is still at change `base`."""
    batch = batches.batch(connection, number)
    _refuse_settled(batch)
    if base is not None and base != versions.latest_change(connection):
        raise RefusalError(
            "The licenses have changed since this preview: "
            f"{_newest_change(connection)}. Look at the preview again before importing."
        )
    if settings is not None and Settings.from_json(settings) != Settings.from_json(batch.settings):
        raise RefusalError("How the file is read was changed meanwhile. Look at the preview again before importing.")
    return batch


def import_file(
    engine: Engine,
    name: str,
    content: bytes,
    settings: Settings,
    actor: Actor,
    policy: Policy,
    *,
    whole: bool = False,
    tell: ProgressReporter = untold,
) -> dict[str, Any]:
    """Keep a file and import it whole, or not at all; gives the receipt. If it cannot be imported, it is not kept either.

    `whole` refuses a file of which any row would be held.
    """
    require(actor, Action.IMPORT)
    tell(READING, 0, 0)
    began = perf_counter()
    with TemporaryFile() as spool, ThreadPoolExecutor(1) as thread:
        packing = thread.submit(batches.compress, content, spool)
        file = open_file(content, name, settings)
        del content
        with database.reading(engine) as connection:
            planned = _planned(
                connection, file, settings, policy, remembered.for_headings(connection, file.headings), tell
            )
            packed = packing.result()
        refuse_undecided(planned.checked)
        if whole:
            _refuse_held(planned)
        with database.writing_briefly(engine) as connection:
            number = batches.add(connection, name, file.sha256, packed, settings.to_json(), actor)
            batch = batches.batch(connection, number)
    try:
        return _write(engine, batch, None, planned, actor, policy, began, tell=tell)
    except Exception:
        with suppress(RefusalError), database.writing_briefly(engine) as connection:
            batches.remove(connection, number)
        raise


def _refuse_held(planned: Plan) -> None:
    if len(planned.checked.errors):
        held = quantity(planned.counts["held"], "row")
        first = planned.checked.errors[0].message
        raise RefusalError(f"{held} cannot be imported, so nothing was. The first: {first}")


def undo(engine: Engine, number: int, actor: Actor, reason: str = "", also: Also = nothing_more) -> dict[str, int]:
    """Take an imported batch back; licenses that changed since are left alone. Gives removed, restored, kept."""
    return _turn(engine, number, actor, reason, BatchState.IMPORTED, BatchState.UNDONE, also)


def redo(engine: Engine, number: int, actor: Actor, reason: str = "", also: Also = nothing_more) -> dict[str, int]:
    """Take the undoing of a batch back. Gives removed, restored, kept."""
    return _turn(engine, number, actor, reason, BatchState.UNDONE, BatchState.IMPORTED, also)


def discard(engine: Engine, number: int, actor: Actor) -> None:
    """Throw an open batch away: it stays in the list, its check goes. Raises RefusalError if it is not open."""
    require(actor, Action.IMPORT)
    with database.writing(engine) as connection:
        _refuse_settled(batches.batch(connection, number))
        check_results.delete_result(connection, number)
        batches.set_state(connection, number, BatchState.DISCARDED)


def purge(engine: Engine, actor: Actor, policy: Policy, now: datetime | None = None) -> list[int]:
    """Let go of the bytes of files that were kept as long as the policy says. Gives the numbers of their batches."""
    require(actor, Action.PURGE)
    with database.writing(engine) as connection:
        return batches.purge(connection, (now or datetime.now(UTC)) - timedelta(days=policy.keep_files_days))


def _turn(
    engine: Engine, number: int, actor: Actor, reason: str, state: BatchState, then: BatchState, also: Also
) -> dict[str, int]:
    require(actor, Action.UNDO_IMPORT)
    with database.writing(engine) as connection:
        batch = batches.batch(connection, number)
        if batch.state is not state:
            raise RefusalError(
                f"Batch #{number} is {batches.BATCH_STATE_TITLES[batch.state].lower()}; nothing was done."
            )
        last = batches.last_change_of_batch(connection, number)
        if last is None:
            raise RefusalError(
                f"Batch #{number} changed nothing when it was imported, so there is nothing to take back."
            )
        told = {"kind": "undo" if then is BatchState.UNDONE else "redo", "batch_id": number, "undoes": last.id}
        change = versions.begin_change(connection, by=actor.name, reason=reason, counts={}, **told)
        counts = versions.revert(connection, last.id, change)
        versions.set_counts(connection, change, counts)
        batches.set_state(connection, number, then)
        also(connection)
    return counts


def _plan_of(connection: Connection, batch: Batch, policy: Policy, tell: ProgressReporter = untold) -> Plan:
    tell(READING, 0, 0)
    file = opened(connection, batch)
    return _planned(connection, file, Settings.from_json(batch.settings), policy, _known(connection, batch, file), tell)


def _planned(
    connection: Connection, file: Opened, settings: Settings, policy: Policy, known: Remembered, tell: ProgressReporter
) -> Plan:
    release_memory()
    tell(CHECKING, 0, len(file))
    with ThreadPoolExecutor(1) as thread:  # the database tells what it has while the file is checked
        stored = thread.submit(versions.content_hashes, connection) if len(file) > versions.FEW else None
        found = checked(file, settings, policy, known)
    release_memory()
    tell(COMPARING, 0, len(file))
    return plan(connection, found, policy, stored.result() if stored else None)


def checked_of(connection: Connection, batch: Batch, policy: Policy) -> CheckedFile:
    """A batch's file checked. Raises TableError if it is no table, or not one of licenses."""
    file = opened(connection, batch)
    return checked(file, Settings.from_json(batch.settings), policy, _known(connection, batch, file))


def _known(connection: Connection, batch: Batch, file: Opened) -> Remembered:
    """What was remembered when a person saw the check of a batch; else what is remembered now."""
    seen = check_results.newest(connection, batch.id)
    if seen and seen.settings == batch.settings and "known" in seen.summary:
        return Remembered(**seen.summary["known"])
    return remembered.for_headings(connection, file.headings)


def _refuse_settled(batch: Batch) -> None:
    if batch.state is BatchState.DISCARDED:
        raise RefusalError(f"Batch #{batch.id} was discarded. Bring the file in again to import it.")
    if batch.state is not BatchState.OPEN:
        raise RefusalError(f"Batch #{batch.id} has been imported already; importing it again would change nothing.")


def _newest_change(connection: Connection) -> str:
    last = batches.last_change(connection)
    did = change_title(last.kind, last.batch_id).lower() if last else ""
    return f"{did} by {last.by} at {format_time(last.at)}" if last else "they were emptied"
