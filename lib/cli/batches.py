"""Imported files: listed, undone and redone, their held rows, and removing what is no longer needed."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from sqlalchemy import Engine

from lib.cli.commands import main, with_store
from lib.cli.options import actor_option, batch_argument, local_actor, out_option, reason_option
from lib.cli.output import log_printing, write_file
from lib.cli.terminal import echo
from lib.domain.days import local_time
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.editing import change_reversal
from lib.importing import held_rows, imports, retention, reversal
from lib.store import audit, batches, database, policies
from lib.store.audit import AuditAction
from lib.store.batches import Batch


@main.command()
@batch_argument
@actor_option
@reason_option
@with_store
def undo(engine: Engine, batch: int, actor: Actor, reason: str) -> None:
    """Undo an import. Licenses that changed since are left as they are."""
    reasons = reasons_to_keep(engine, batch)
    counts = reversal.undo(engine, batch, actor, reason)
    echo(f"Import #{batch} is undone: {counts_in_words(counts)}.{reasons}")


@main.command()
@batch_argument
@actor_option
@reason_option
@with_store
def redo(engine: Engine, batch: int, actor: Actor, reason: str) -> None:
    """Redo an import that was undone."""
    reasons = reasons_to_keep(engine, batch)
    counts = reversal.redo(engine, batch, actor, reason)
    echo(f"Import #{batch} is redone: {counts_in_words(counts)}.{reasons}")


@main.command("batches")
@with_store
def list_batches(engine: Engine) -> None:
    """List the imported files, newest first."""
    with database.reading(engine) as connection:
        page, _ = batches.page(connection, count=None)
        zone = policies.current(connection).time_zone
    log_printing(engine, "imports", local_actor())
    for batch in page:
        when = f"{local_time(batch.created_at, zone):%Y-%m-%d %H:%M %Z}"
        summary = import_summary(batch)
        echo(f"#{batch.id}  {when}  {batch.state:9}  {batch.created_by}  {batch.name}  {summary}")


@main.command("held")
@batch_argument
@with_store
def list_held_rows(engine: Engine, batch: int) -> None:
    """List the skipped rows of an import, and why."""
    problems = held_rows.held_problems(engine, batch, local_actor(), policies.in_force(engine))
    log_printing(engine, f"held rows of import #{batch}", local_actor())
    for problem in problems:
        echo(problem.message)
    rows = len({problem.row for problem in problems})
    echo(f"{quantity(rows, 'row')} of import #{batch} skipped.")


@main.command()
@batch_argument
@out_option("The file to write: CSV or, if its name ends with .xlsx, a workbook.")
@actor_option
@with_store
def errors(engine: Engine, batch: int, out: Path, actor: Actor) -> None:
    """Write the skipped rows of an import to a file. Correct it there, and import it."""
    file = held_rows.held_rows_file(
        engine, batch, actor, policies.in_force(engine), out.suffix.lower().removeprefix(".")
    )
    parts = file.parts
    # The first part is read before the file is opened: a batch that cannot be read leaves no file behind.
    first_part = next(parts)
    write_file(out, chain([first_part], parts))
    audit.log(engine, AuditAction.DOWNLOAD, actor, f"skipped rows of import #{batch}")
    echo(f"The skipped rows of import #{batch} are written to {out}.")


@main.command()
@batch_argument
@with_store
def discard(engine: Engine, batch: int) -> None:
    """Discard a file that was not imported."""
    imports.discard(engine, batch, local_actor())
    echo(f"Import #{batch} is discarded.")


@main.command()
@with_store
def purge(engine: Engine) -> None:
    """Remove what is older than the policy keeps it.

    Files, drafts, cells and sign-ins go. Receipts stay.
    """
    policy = policies.in_force(engine)
    removal = retention.apply(engine, local_actor(), policy)
    removals = (
        (quantity(len(removal.files), "file"), policy.keep_files_days),
        (quantity(len(removal.drafts), "draft"), policy.keep_drafts_days),
        (quantity(removal.cells, "wrong cell"), policy.keep_cells_days),
        (quantity(removal.sign_ins, "sign-in"), policy.keep_sign_ins_days),
    )
    for things, days in removals:
        echo(f"{things} older than {days} days removed.")
    if numbers := [*removal.files, *removal.drafts]:
        echo(f"Imports: {', '.join(f'#{number}' for number in numbers)}.")


def import_summary(batch: Batch) -> str:
    """What became of a batch's rows; nothing if it was not imported."""
    if batch.receipt is None:
        return ""
    counts = batch.receipt.counts
    return f"{counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged, {counts.held:,} skipped"


def reasons_to_keep(engine: Engine, batch: int) -> str:
    """Why licenses of a batch will be left as they are. Ask before undoing or redoing: after, others differ."""
    reasons = change_reversal.describe_later_changes(
        change_reversal.later_changes_of_batch(engine, batch), policies.in_force(engine).time_zone
    )
    return f" Kept: {reasons}." if reasons else ""


def counts_in_words(counts: Mapping[str, int]) -> str:
    """How many licenses an undo or redo removed, restored and kept."""
    return ", ".join(f"{counts[name]:,} {name}" for name in ("removed", "restored", "kept"))
