"""What was brought in: the batches, taking them back, what was held in them, and letting their files go."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from sqlalchemy import Engine

from lib.cli.commands import POLICY, actor_option, local_actor, main, with_store
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.editing import edits
from lib.importing import held_rows, imports, reversal
from lib.store import batches, database
from lib.store.batches import Batch

_BATCH = click.argument("batch", type=int)
_REASON = click.option("--reason", default="", help="Why, for the history.")


@main.command()
@_BATCH
@actor_option
@_REASON
@with_store
def undo(engine: Engine, batch: int, actor: Actor, reason: str) -> None:
    """Take an imported batch back; licenses that changed since are kept."""
    _turn(engine, batch, "undone", partial(reversal.undo, engine, batch, actor, reason))


@main.command()
@_BATCH
@actor_option
@_REASON
@with_store
def redo(engine: Engine, batch: int, actor: Actor, reason: str) -> None:
    """Take the undoing of a batch back."""
    _turn(engine, batch, "redone", partial(reversal.redo, engine, batch, actor, reason))


@main.command("batches")
@with_store
def batches_(engine: Engine) -> None:
    """List every file that was brought in, newest first."""
    with database.reading(engine) as connection:
        found, _ = batches.page(connection, count=None)
    for batch in found:
        when = f"{batch.created_at:%Y-%m-%d %H:%M}"
        click.echo(f"#{batch.id}  {when}  {batch.state:9}  {batch.created_by}  {batch.name}  {_counts(batch)}")


def _counts(batch: Batch) -> str:
    if batch.receipt is None:
        return ""
    counts = batch.receipt.counts
    return f"{counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged, {counts.held:,} held"


@main.command("held")
@_BATCH
@with_store
def held_(engine: Engine, batch: int) -> None:
    """Say which rows of a batch are held, and why."""
    found = held_rows.held_problems(engine, batch, local_actor(), POLICY)
    for problem in found:
        click.echo(problem.message)
    rows = len({problem.row for problem in found})
    click.echo(f"{quantity(rows, 'row')} of batch #{batch} {'is' if rows == 1 else 'are'} held.")


@main.command()
@_BATCH
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The CSV file to write.")
@with_store
def errors(engine: Engine, batch: int, out: Path) -> None:
    """Write the held rows of a batch, with what is wrong with each: correct the file, and import it."""
    parts = held_rows.held_rows_csv(engine, batch, local_actor(), POLICY)
    first = next(parts)  # a batch that cannot be read leaves no file behind
    with out.open("wb") as file:
        file.write(first)
        file.writelines(parts)
    click.echo(f"The held rows of batch #{batch} are written to {out}.")


@main.command()
@_BATCH
@with_store
def discard(engine: Engine, batch: int) -> None:
    """Throw a batch away that was not imported."""
    imports.discard(engine, batch, local_actor())
    click.echo(f"Batch #{batch} is discarded.")


@main.command()
@with_store
def purge(engine: Engine) -> None:
    """Let go of the files that were kept as long as the policy says; their receipts stay."""
    numbers = imports.purge(engine, local_actor(), POLICY)
    files = quantity(len(numbers), "file")
    click.echo(f"{files} older than {POLICY.keep_files_days} days let go." + _listed(numbers))


def _listed(numbers: list[int]) -> str:
    return f" Batches: {', '.join(f'#{number}' for number in numbers)}." if numbers else ""


def _turn(engine: Engine, number: int, done: str, turn: Callable[[], dict[str, int]]) -> None:
    why = edits.kept_in_words(edits.keepers_of(engine, number))  # before it is done: after, others differ
    counts = turn()
    told = ", ".join(f"{counts[name]:,} {name}" for name in ("removed", "restored", "kept"))
    click.echo(f"Batch #{number} is {done}: {told}." + (f" Kept: {why}." if why else ""))
