"""Recording SENs of many licenses at once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Engine

from lib.cli.commands import CommandError, main, with_store
from lib.cli.options import actor_option, file_argument, note_option
from lib.cli.output import log_printing, print_lines
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.requests import sens
from lib.requests.sen_lines import remark_sentence
from lib.requests.sens import SEN_OUTCOME_TITLES, SenMatches, SenOutcome
from lib.store import database, policies


@main.command("sens")
@file_argument
@click.option("--dry-run", is_flag=True, help="Show what would be recorded, and record nothing.")
@actor_option
@note_option
@with_store
def record_sens(engine: Engine, file: Path, dry_run: bool, actor: Actor, note: str) -> None:
    """Record the SENs of many licenses.

    FILE has lines such as KEY SEN-1234567, a table or workbook with id and sen, or JSON. Lines that do not match are listed.
    """
    lines = sens.read_sen_file(file.read_bytes(), file.name)
    if dry_run:
        with database.reading(engine) as connection:
            matches = sens.preview_sens(connection, lines, policies.current(connection))
    else:
        matches = sens.record_sens(engine, lines, actor, note, policies.in_force(engine))
    log_printing(engine, "licenses beside SENs", actor)
    sentences = list(sentences_of(matches))
    if not matches.sens:
        raise CommandError("\n".join(["No SEN was recorded.", *sentences]))
    print_lines([summary_of(matches), *sentences])


def sentences_of(matches: SenMatches) -> Iterator[str]:
    """Why lines record nothing, and what an answer says of licenses besides their SENs."""
    for match in matches.lines:
        if match.outcome is not SenOutcome.RECORDED:
            yield f"{match.place}: {match.sentence}"
        elif match.remark:
            yield f"{match.place}:{remark_sentence(match.remark)}"


def summary_of(matches: SenMatches) -> str:
    """How many SENs are recorded, and how many lines of each kind record nothing."""
    count = len(matches.sens)
    summary = f"{quantity(count, 'SEN is', 'SENs are')} recorded, as change {matches.change}"
    if matches.change is None:
        summary = f"{quantity(count, 'SEN')} would be recorded"
    outcomes = Counter(match.outcome for match in matches.lines if match.outcome is not SenOutcome.RECORDED)
    recorded, unread = matches.line_counts
    lines = f"{quantity(recorded + unread, 'line')}: {recorded:,} recorded, {unread:,} not" if unread else ""
    others = [f"{SEN_OUTCOME_TITLES[outcome]}: {lines}" for outcome, lines in outcomes.items()]
    return ". ".join(filter(None, [summary, lines, *others])) + "."
