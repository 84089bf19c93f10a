"""Recording SENs of many licenses at once."""

from collections import Counter
from pathlib import Path

import click
from sqlalchemy import Engine

from lib import database, sens
from lib.cli.commands import POLICY, Refused, by_option, main, with_store
from lib.cli.files import text_of
from lib.sens import FATE_TITLES, Fate, Recorded
from lib.words import counted

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@main.command("sens")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would be recorded, and record nothing.")
@by_option
@click.option("--note", default="", help="Why, for the history.")
@with_store
def sens_(engine: Engine, file: Path, dry_run: bool, by: str, note: str) -> None:
    """Record SENs: lines such as KEY SEN-1234567, a table with id and sen, or JSON; lines that do not match are told."""
    pasted = sens.read_sens(text_of(file))
    if dry_run:
        with database.reading(engine) as connection:
            told = sens.preview_sens(connection, pasted, POLICY)
    else:
        told = sens.record_sens(engine, pasted, by, note, POLICY)
    others = [f"Line {one.line}: {one.sentence}" for one in told.lines if one.fate is not Fate.RECORDED]
    if not told.sens:
        raise Refused("\n".join(["No SEN was recorded.", *others]))
    click.echo("\n".join([_in_words(told), *others]))


def _in_words(told: Recorded) -> str:
    number = counted(len(told.sens), "SEN")
    is_one = len(told.sens) == 1
    did = (
        f"{number} would be recorded"
        if told.change is None
        else f"{number} {'is' if is_one else 'are'} recorded, as change {told.change}"
    )
    others = Counter(one.fate for one in told.lines if one.fate is not Fate.RECORDED)
    return ". ".join([did, *(f"{FATE_TITLES[fate]}: {often}" for fate, often in others.items()), ""]).strip()
