"""Files come in as batches, are checked and imported, and imports are undone (design §3).

A preview and the import itself are the same computation on the same stored bytes; a preview is refused if what it shows
has changed. An import is one transaction.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine

from lib.checking.check import CheckedFile, check
from lib.checking.check_summary import CheckSummary
from lib.checking.settings import Settings
from lib.columnar.memory import release_memory
from lib.domain.changes import change_title
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import quantity
from lib.importing.batch_summary import summarize_failure, summarize_plan
from lib.importing.fingerprint import fingerprint_of
from lib.importing.plan import ImportPlan
from lib.importing.preparation import plan_batch, plan_file
from lib.importing.preview_lists import preview_lists
from lib.importing.source_file import forget_file, load_file, open_file, read_source
from lib.importing.write import refuse_undecided, write_batch
from lib.reading.tables import TableError
from lib.store import audit, batches, change_log, check_results, database, policies, remembered
from lib.store.audit import AuditAction
from lib.store.batches import Batch, BatchState
from lib.store.receipt import Receipt
from lib.store.work_steps import CHECKING, COMPARING, READING, STORING, WRITING, ProgressReporter, no_progress

STEPS = (READING, CHECKING, COMPARING, WRITING)
"""The steps of an import; the last one of a check is STORING."""

WithinTransaction = Callable[[Connection], None]
"""What else belongs in a transaction."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a person saw of an import: the newest change then, and its `fingerprint`; nothing if nobody looked."""

    base: int | None = None
    fingerprint: str | None = None


def do_nothing(connection: Connection) -> None:
    """Nothing else belongs in the transaction."""


def read_and_check(content: bytes, name: str, settings: Settings, policy: Policy) -> CheckedFile:
    """A file's bytes as checked licenses. Raises TableError if it is no table, or not one of licenses."""
    return check(read_source(content, name, settings), settings, policy)


def add_file(engine: Engine, name: str, content: bytes, settings: Settings, actor: Actor) -> int:
    """Store a file as an open batch; gives the batch's number. Raises RefusalError if the actor may not."""
    require(actor, Action.IMPORT)
    file = batches.compress(content, BytesIO())
    with database.writing_briefly(engine) as connection:
        return batches.add(connection, name, batches.fingerprint(content), file, settings.to_json(), actor)


def check_batch(
    engine: Engine,
    number: int,
    actor: Actor,
    policy: Policy,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> None:
    """Check an open batch and store the result with it, also where an error stops the check.

    Raises RefusalError if the batch is not open, its file is no longer stored, or the actor may not.
    """
    require(actor, Action.IMPORT)
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
        refuse_unless_open(batch)
        base = change_log.latest_change(connection)
        summary, lists = summarize(connection, batch, policy, report_progress)
    with database.writing(engine) as connection:
        refuse_unless_open(batches.batch(connection, number))
        check_results.store(connection, number, base, batch.settings, summary, lists)
        in_same_transaction(connection)


def summarize(
    connection: Connection, batch: Batch, policy: Policy, report_progress: ProgressReporter
) -> tuple[CheckSummary, check_results.CompressedPages]:
    """What checking a batch finds, and the rows behind the numbers."""
    settings = Settings.from_json(batch.settings)
    report_progress(READING, 0, 0)
    file = load_file(connection, batch)
    memory = remembered.for_headings(connection, file.headings)
    try:
        plan = plan_file(connection, file, settings, policy, memory, report_progress)
    except TableError as error:
        return summarize_failure(file, settings, error, memory, policy), []
    report_progress(STORING, 0, len(file))
    return summarize_plan(file.preview, plan, policy), check_results.compress(preview_lists(plan))


def commit(
    engine: Engine,
    number: int,
    actor: Actor,
    policy: Policy,
    *,
    base: int | None = None,
    fingerprint: str | None = None,
    settings: Mapping[str, Any] | None = None,
    reason: str = "",
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> Receipt:
    """Import an open batch whole, or not at all.

    `base`, `fingerprint` and `settings` (as stored) are those of the preview that a person saw. Raises RefusalError if the
    settings have changed, if the licenses have and another preview would show it (without a fingerprint: in any case), if
    a question is open, or if the batch was imported already. The last step that `report_progress` can end
    is the one before writing: all long work but that needs no other writer to wait.
    """
    require(actor, Action.IMPORT)
    start = perf_counter()
    with database.reading(engine) as connection:
        batch = open_batch(connection, number, settings)
        if fingerprint is None:
            refuse_unless_at(connection, base)
        plan = plan_batch(connection, batch, policy, report_progress)
    preview = Preview(base, fingerprint)
    return write_plan(
        engine,
        batch,
        preview,
        plan,
        actor,
        policy,
        start,
        reason=reason,
        report_progress=report_progress,
        in_same_transaction=in_same_transaction,
    )


def import_file(
    engine: Engine,
    name: str,
    content: bytes,
    settings: Settings,
    actor: Actor,
    policy: Policy,
    *,
    refuse_held: bool = False,
    report_progress: ProgressReporter = no_progress,
) -> Receipt:
    """Store a file and import it whole, or not at all; one that cannot be imported is not stored either.

    With `refuse_held`, a file with any held row cannot be imported.
    """
    require(actor, Action.IMPORT)
    report_progress(READING, 0, 0)
    start = perf_counter()
    with TemporaryFile() as spool, ThreadPoolExecutor(1) as thread:
        compression = thread.submit(batches.compress, content, spool)
        file = open_file(content, name, settings)
        del content
        with database.reading(engine) as connection:
            memory = remembered.for_headings(connection, file.headings)
            plan = plan_file(connection, file, settings, policy, memory, report_progress)
            compressed = compression.result()
        refuse_undecided(plan.checked)
        if refuse_held:
            refuse_held_rows(plan)
        with database.writing_briefly(engine) as connection:
            number = batches.add(connection, name, file.sha256, compressed, settings.to_json(), actor)
            batch = batches.batch(connection, number)
    try:
        return write_plan(engine, batch, Preview(), plan, actor, policy, start, report_progress=report_progress)
    except Exception:
        with suppress(RefusalError), database.writing_briefly(engine) as connection:
            batches.remove(connection, number)
        raise


def write_plan(
    engine: Engine,
    batch: Batch,
    preview: Preview,
    plan: ImportPlan,
    actor: Actor,
    policy: Policy,
    start: float,
    *,
    reason: str = "",
    report_progress: ProgressReporter,
    in_same_transaction: WithinTransaction = do_nothing,
) -> Receipt:
    """Write what is planned for a batch."""
    # Licenses may have changed since the plan, and then it is made anew.
    release_memory()
    report_progress(WRITING, 0, len(plan.rows))
    with database.writing(engine) as connection:
        batch = open_batch(connection, batch.id, batch.settings)
        if change_log.latest_change(connection) != plan.base:
            plan = plan_batch(connection, batch, policy)
        if preview.base != plan.base and preview.fingerprint != fingerprint_of(plan, policy):
            refuse_unless_at(connection, preview.base)
        receipt = write_batch(
            connection, batch, plan, actor, policy, start, report_progress=report_progress, reason=reason
        )
        in_same_transaction(connection)
    forget_file()
    return receipt


def open_batch(connection: Connection, number: int, settings: Mapping[str, Any] | None) -> Batch:
    """An open batch, still to be read by `settings`."""
    batch = batches.batch(connection, number)
    refuse_unless_open(batch)
    if settings is not None and Settings.from_json(settings) != Settings.from_json(batch.settings):
        raise RefusalError("How the file is read was changed meanwhile. Look at the preview again before importing.")
    return batch


def refuse_unless_at(connection: Connection, base: int | None) -> None:
    """Raises RefusalError if the licenses have changed since a preview at `base`."""
    if base is not None and base != change_log.latest_change(connection):
        raise RefusalError(
            "The licenses have changed since this preview: "
            f"{newest_change(connection)}. Look at the preview again before importing."
        )


def refuse_held_rows(plan: ImportPlan) -> None:
    """Raises RefusalError if any row would be held."""
    if len(plan.checked.errors):
        rows = quantity(plan.counts.held, "row")
        first = plan.checked.errors[0].message
        raise RefusalError(f"{rows} cannot be imported, so nothing was. The first: {first}")


def refuse_unless_open(batch: Batch) -> None:
    """Raises RefusalError if a batch was imported or discarded."""
    if batch.state is BatchState.DISCARDED:
        raise RefusalError(f"Import #{batch.id} was discarded. Upload it again to import it.")
    if batch.state is BatchState.COMPARED:
        raise RefusalError(f"Import #{batch.id} is an export of Marketplace's, which is compared and never imported.")
    if batch.state in (BatchState.ANSWER, BatchState.RECORDED):
        raise RefusalError(f"Import #{batch.id} is an answer to a request, which is recorded on the page Requests.")
    if batch.state is not BatchState.OPEN:
        raise RefusalError(f"Import #{batch.id} has already been imported; importing it again would change nothing.")


def newest_change(connection: Connection) -> str:
    """What was done to the licenses last, by whom and when."""
    last = change_log.last_change(connection)
    if last is None:
        return "they were emptied"
    return f"{change_title(last.kind, last.batch_id).lower()} by {last.by} on {policies.time_in_words(connection, last.at)}"


def discard(engine: Engine, number: int, actor: Actor) -> None:
    """Discard an open batch: it stays in the list, its check goes. Raises RefusalError if it is not open."""
    require(actor, Action.IMPORT)
    with database.writing(engine) as connection:
        refuse_unless_open(batches.batch(connection, number))
        check_results.delete_result(connection, number)
        batches.set_state(connection, number, BatchState.DISCARDED)
        audit.record(connection, AuditAction.CHANGE, actor, f"Import #{number} discarded")
