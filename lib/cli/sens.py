"""Recording SENs of many licenses at once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Engine

from lib.cli.commands import POLICY, CommandError, actor_option, main, with_store
from lib.cli.files import read_text_file
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.requests import sens
from lib.requests.sen_lines import remark_sentence
from lib.requests.sens import SEN_OUTCOME_TITLES, SenMatch, SenMatches, SenOutcome
from lib.store import database

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@main.command("sens")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would be recorded, and record nothing.")
@actor_option
@click.option("--note", default="", help="Why, for the history.")
@with_store
def sens_(engine: Engine, file: Path, dry_run: bool, actor: Actor, note: str) -> None:
    """Record SENs: lines such as KEY SEN-1234567, a table with id and sen, or JSON; lines that do not match are told."""
    lines = sens.read_sen_lines(read_text_file(file))
    if dry_run:
        with database.reading(engine) as connection:
            matches = sens.preview_sens(connection, lines, POLICY)
    else:
        matches = sens.record_sens(engine, lines, actor, note, POLICY)
    sentences = list(_sentences(matches))
    if not matches.sens:
        raise CommandError("\n".join(["No SEN was recorded.", *sentences]))
    click.echo("\n".join([_in_words(matches), *sentences]))


def _sentences(matches: SenMatches) -> Iterator[str]:
    """Why lines record nothing, and what an answer says of licenses besides their SENs."""
    for match in matches.lines:
        if match.outcome is not SenOutcome.RECORDED:
            yield f"{match.place}: {match.sentence}"
        elif match.remark:
            yield f"{match.place}:{remark_sentence(match.remark)}"


def _others(matches: SenMatches) -> list[SenMatch]:
    return [match for match in matches.lines if match.outcome is not SenOutcome.RECORDED]


def _in_words(matches: SenMatches) -> str:
    number = len(matches.sens)
    result = f"{quantity(number, 'SEN is', 'SENs are')} recorded, as change {matches.change}"
    if matches.change is None:
        result = f"{quantity(number, 'SEN')} would be recorded"
    outcomes = Counter(match.outcome for match in _others(matches))
    others = [f"{SEN_OUTCOME_TITLES[outcome]}: {lines}" for outcome, lines in outcomes.items()]
    return ". ".join([result, *others, ""]).strip()
