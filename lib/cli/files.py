"""Legacy exports: checked without the store, and imported into it."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from lib.checking.check import CheckedFile
from lib.cli import json_reports
from lib.cli.commands import main, with_store
from lib.cli.options import actor_option, file_argument, json_option
from lib.cli.output import print_json
from lib.cli.reading_options import reading_options, settings_of
from lib.cli.terminal import echo
from lib.domain.days import day_of
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.policy import Policy
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.importing import imports
from lib.importing.imports import STEPS
from lib.importing.wording import COUNT_TITLES, effect_line
from lib.judging.verdicts import judge_all
from lib.reading.tables import TableError
from lib.reading.tables.decoding import decode
from lib.store import database, policies, row_problems
from lib.store.receipt import Receipt
from lib.store.work_steps import ProgressReporter, no_progress

# What a check without a database judges by: the settings that every store starts with.
_POLICY = Policy()

_MOST_PROBLEMS = 20
"""Problems that are printed."""


@main.command()
@file_argument
@reading_options
@json_option
@click.option("--database", metavar="URL", expose_value=False, help="Ignored: a check needs no database.")
def check(file: Path, as_json: bool, **options: Any) -> None:
    """Check a file without importing it."""
    content = file.read_bytes()
    try:
        checked = imports.read_and_check(content, file.name, settings_of(**options), _POLICY)
    except TableError as error:
        if as_json:
            print_json(json_reports.refused_report(content, file.name, error))
        raise
    if as_json:
        today = day_of(datetime.now(UTC), _POLICY.time_zone)
        print_json(json_reports.file_report(content, file.name, checked, _POLICY, today))
    else:
        print_checked(checked)


@main.command("import")
@file_argument
@reading_options
@click.option(
    "--blank", type=click.Choice(["clear", "keep"]), default="keep", help="What a blank cell does to a stored value."
)
@click.option(
    "--hold/--all-or-nothing", default=True, help="If rows have errors, import the others only, or no row at all."
)
@actor_option
@json_option
@with_store
def import_file(
    engine: Engine, file: Path, blank: str, hold: bool, actor: Actor, as_json: bool, **options: Any
) -> None:
    """Import a legacy export in one transaction."""
    settings = settings_of(blank=blank, **options)
    content = file.read_bytes()
    with progress_bar() as report_progress:
        receipt = imports.import_file(
            engine,
            file.name,
            content,
            settings,
            actor,
            policies.in_force(engine),
            refuse_held=not hold,
            report_progress=report_progress,
        )
    if as_json:
        print_json(receipt.to_json())
        return
    print_receipt(receipt)
    with database.reading(engine) as connection:
        print_problems([problem.message for problem in row_problems.problems(connection, receipt.batch)])


def read_text_file(file: Path) -> str:
    """The text of a file, whichever encoding it is in. Raises TableError if it is none."""
    content, _ = decode(file.read_bytes(), file.name)
    return content.decode()


@contextmanager
def progress_bar() -> Iterator[ProgressReporter]:
    """A bar on standard error that names the step under way; nothing if that is no terminal."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    with click.progressbar(STEPS, label=STEPS[0], file=sys.stderr, show_eta=False, width=20) as bar:

        def report_progress(step: str, done: int, total: int) -> None:
            bar.label = f"{step}, {quantity(total, 'row')}" if total else step
            bar.update(STEPS.index(step) - bar.pos)

        yield report_progress
        bar.update(len(STEPS) - bar.pos)


def print_checked(checked: CheckedFile) -> None:
    """Print a checked file: its table and columns, its licenses by outcome, its problems."""
    table = checked.table
    form = [quantity(len(table), "row"), quantity(len(table.header), "column"), table.encoding or ""]
    echo(", ".join([*filter(None, form), f"header on line {table.header_line}"]))
    for column, field in checked.mapping.items():
        echo(f"  {column} → {field}")
    print_other_columns(checked.unmapped)
    licenses = {name: column.take(checked.rows) for name, column in checked.licenses.items()}
    for outcome, count in judge_all(licenses, _POLICY).map(lambda verdict: verdict.outcome).counts():
        print_count(count, OUTCOME_TITLES[outcome])
    skipped = int(checked.held.sum())
    print_count(skipped, "row skipped" if skipped == 1 else "rows skipped")
    print_problems([problem.message for problem in (*checked.undecided, *checked.errors, *checked.warnings)])


def print_receipt(receipt: Receipt) -> None:
    """Print what an import changed."""
    counts = receipt.counts
    if receipt.change is None:
        echo(f"Nothing changed: all {counts.unchanged:,} licenses are in the store as they are in the file.")
    numbers = counts.to_json()
    parts = [f"{numbers[name]:,} {title.lower()}" for name, title in COUNT_TITLES.items()]
    echo(f"Import #{receipt.batch}: {quantity(counts.rows, 'row')} in {receipt.seconds} s: {', '.join(parts)}.")
    echo(effect_line(receipt.effect))
    print_other_columns(receipt.unmapped)
    for outcome, licenses in receipt.effect.verdicts.items():
        if licenses:
            print_count(licenses, OUTCOME_TITLES[outcome])


def print_other_columns(headings: Sequence[str]) -> None:
    """Print the columns that are no field but stay with the licenses."""
    if headings:
        echo(f"Kept with the license: {', '.join(headings)}")


def print_count(count: int, title: str) -> None:
    """Print a number of licenses or rows, aligned with others."""
    echo(f"{count:>9,}  {title}")


def print_problems(messages: Sequence[str]) -> None:
    """Print the first problems, and how many more there are."""
    for message in messages[:_MOST_PROBLEMS]:
        echo(message)
    if len(messages) > _MOST_PROBLEMS:
        echo(f"… and {len(messages) - _MOST_PROBLEMS:,} more; `check --json` lists them all.")
