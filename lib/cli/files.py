"""A file without the store, and into it: check, import."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from lib.checking.check import CheckedFile
from lib.cli import json_reports
from lib.cli.commands import POLICY, actor_option, main, print_json, with_store
from lib.cli.reading_options import settings_of
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.importing import imports
from lib.importing.imports import STEPS
from lib.judging.verdicts import judge_all
from lib.reading.numeric_dates import DateOrder
from lib.reading.tables import TableError
from lib.reading.tables.decoding import decode
from lib.store import database, row_problems
from lib.store.jobs import ProgressReporter, no_progress
from lib.store.receipt import Receipt

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 20


def _reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    orders = [order.value for order in DateOrder]
    for option in (
        click.option(
            "--mapping",
            metavar="SAID",
            help="Columns and their fields: Key=license_key,Plugin=product, JSON of that, or a JSON file.",
        ),
        click.option(
            "--values",
            metavar="SAID",
            help="What texts mean, by column or field: Plugin:Wirefr=Jira,…, JSON of that, or a JSON file.",
        ),
        click.option("--date-order", type=click.Choice(orders), help="The order of day, month and year."),
        click.option("--encoding", help="The file's encoding, such as cp1252."),
        click.option("--delimiter", help="What parts the cells, such as ; or tab."),
        click.option("--header-line", type=click.IntRange(min=0), help="The header's line, 0 if there is none."),
        click.option("--sheet", help="Which sheet of a workbook."),
    ):
        command = option(command)
    return command


@main.command()
@click.argument("file", type=_FILE)
@_reading_options
@click.option("--json", "as_json", is_flag=True, help="Everything, for another program.")
@click.option("--database", metavar="URL", expose_value=False, help="Taken like everywhere; a check needs none.")
def check(file: Path, as_json: bool, **reading: Any) -> None:
    """Say what a file holds and what is wrong with it, without importing it."""
    content = file.read_bytes()
    try:
        checked = imports.read_and_check(content, file.name, settings_of(**reading), POLICY)
    except TableError as error:
        if as_json:
            print_json(json_reports.refused_report(content, file.name, error))
        raise
    if as_json:
        print_json(json_reports.file_report(content, file.name, checked, POLICY, datetime.now(UTC).date()))
    else:
        _print_checked(checked)


@main.command("import")
@click.argument("file", type=_FILE)
@_reading_options
@click.option(
    "--blank", type=click.Choice(["clear", "keep"]), default="keep", help="What a blank cell does to a stored value."
)
@click.option(
    "--hold/--all-or-nothing", default=True, help="Hold rows with errors and import the rest, or import no row then."
)
@actor_option
@click.option("--json", "as_json", is_flag=True, help="The receipt, for another program.")
@with_store
def import_(engine: Engine, file: Path, blank: str, hold: bool, actor: Actor, as_json: bool, **reading: Any) -> None:
    """Import a legacy export in one transaction."""
    settings = settings_of(blank=blank, **reading)
    with _progress() as report_progress:
        receipt = imports.import_file(
            engine,
            file.name,
            file.read_bytes(),
            settings,
            actor,
            POLICY,
            refuse_held=not hold,
            report_progress=report_progress,
        )
    if as_json:
        print_json(receipt.to_json())
        return
    _print_receipt(receipt)
    with database.reading(engine) as connection:
        _print_problems([problem.message for problem in row_problems.problems(connection, receipt.batch)])


def read_text_file(file: Path) -> str:
    """The text of a file, whichever encoding it is in. Raises TableError if it is none."""
    return decode(file.read_bytes(), file.name)[0].decode()


@contextmanager
def _progress() -> Iterator[ProgressReporter]:
    """A bar on standard error that says which step is under way; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    with click.progressbar(STEPS, label=STEPS[0], file=sys.stderr, show_eta=False, width=20) as bar:

        def report_progress(step: str, done: int, total: int) -> None:
            bar.label = f"{step}, {quantity(total, 'row')}" if total else step
            bar.update(STEPS.index(step) - bar.pos)

        yield report_progress
        bar.update(len(STEPS) - bar.pos)


def _print_checked(checked: CheckedFile) -> None:
    table = checked.table
    form = [table.encoding] if table.encoding else []
    told = [quantity(len(table), "row"), quantity(len(table.header), "column"), *form]
    click.echo(", ".join([*told, f"header on line {table.header_line}"]))
    for column, field in checked.mapping.items():
        click.echo(f"  {column} → {field}")
    if checked.unmapped:
        click.echo(f"Kept with the license: {', '.join(checked.unmapped)}")
    licenses = {name: column.take(checked.rows) for name, column in checked.licenses.items()}
    for outcome, number in judge_all(licenses, POLICY).map(lambda verdict: verdict.outcome).counts():
        click.echo(f"{number:>9,}  {OUTCOME_TITLES[outcome]}")
    click.echo(f"{int(checked.held.sum()):>9,}  rows held back")
    _print_problems([problem.message for problem in (*checked.undecided, *checked.errors, *checked.warnings)])


def _print_receipt(receipt: Receipt) -> None:
    counts, effect = receipt.counts, receipt.effect
    if receipt.change is None:
        click.echo(f"Nothing changed: all {counts.unchanged:,} licenses are in the store as they are in the file.")
    parts = [f"{count:,} {name}" for name, count in counts.to_json().items() if name != "rows"]
    click.echo(f"Batch #{receipt.batch}: {counts.rows:,} rows in {receipt.seconds} s: {', '.join(parts)}.")
    click.echo(
        f"+{effect.gained:,} can move, {effect.lost:,} no longer can, {effect.tier_moves:,} tier moves, "
        f"{effect.to_expired:,} Cloud licenses legacy → expired."
    )
    if receipt.unmapped:
        click.echo(f"Kept with the license: {', '.join(receipt.unmapped)}")
    for outcome, licenses in effect.verdicts.items():
        if licenses:
            click.echo(f"{licenses:>9,}  {OUTCOME_TITLES[outcome]}")


def _print_problems(messages: list[str]) -> None:
    for message in messages[:_SHOWN]:
        click.echo(message)
    if len(messages) > _SHOWN:
        click.echo(f"… and {len(messages) - _SHOWN:,} more; `check --json` lists them all.")
