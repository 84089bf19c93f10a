"""The numbers of the first screen, and what its terms mean: progress, glossary."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine

from lib.cli import json_reports
from lib.cli.commands import main, with_store
from lib.cli.files import print_count
from lib.cli.options import json_option
from lib.cli.output import print_json, print_lines
from lib.cli.terminal import echo
from lib.dashboard import glossary, notes
from lib.dashboard.cloud_numbers import PLAN_GROUPS, cloud_counts
from lib.dashboard.numbers import StoredNumbers
from lib.dashboard.view import view_of
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.store import change_log, database, license_counts, policies


@main.command()
@json_option
@with_store
def progress(engine: Engine, as_json: bool) -> None:
    """Show how far the migration is."""
    with database.reading(engine) as connection:
        report = report_of(connection)
        sentence = report.pop("sentence")
    if as_json:
        print_json(report)
        return
    licenses = quantity(report["licenses"], "license")
    echo(f"{licenses}, data version {report['data_version']}, policy v{report['policy']}")
    echo(sentence)
    for title, count in counts_of(report):
        print_count(count, title)


def report_of(connection: Connection) -> dict[str, Any]:
    """The numbers of all licenses, with the sentence that Progress begins with."""
    numbers = StoredNumbers(connection, policies.current(connection))
    view = view_of(numbers, Cut(), target=numbers.policy.target_date)
    now = numbers.progress(Cut())
    plans = [group for group in cloud_counts(numbers, view).groups if group.code in PLAN_GROUPS]
    return {
        "data_version": change_log.latest_change(connection),
        "policy": numbers.policy.version,
        **json_reports.progress_report(license_counts.cube(connection, Cut())),
        "under_way": now.under_way,
        "waiting": now.waiting,
        "legacy_plans": {plan.code: plan.number for plan in plans},
        "sentence": notes.pace(numbers, view),
    }


def counts_of(report: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The counts of a report, each with its title."""
    for outcome, count in report["outcomes"].items():
        yield OUTCOME_TITLES[Outcome(outcome)], count
    yield "requests under way", report["under_way"]
    yield "of these waiting for the customer", report["waiting"]
    yield "users to add by upgrades (upgrades to Unlimited are not counted)", report["users_added"]
    for code, count in report["legacy_plans"].items():
        yield f"legacy plans {PLAN_GROUPS[code].lower()}", count
    yield "borderline Cloud licenses", report["borderline"]


@main.command("glossary")
@json_option
def print_glossary(as_json: bool) -> None:
    """Say what the terms on screens and in files mean."""
    terms = list(glossary.terms())
    if as_json:
        print_json([{"kind": term.kind, "term": term.title, "meaning": term.meaning} for term in terms])
        return
    print_lines(f"{term.title} ({term.kind.lower()}): {term.meaning}" for term in terms)
