"""A customer's answer by email, read and taken over."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from lib.cli.commands import POLICY, CommandError, actor_option, main, with_store
from lib.cli.files import read_text_file
from lib.domain.display import display_text
from lib.domain.licenses import COLUMNS
from lib.domain.requests import ITEM_TITLES
from lib.domain.roles import Actor
from lib.editing import edits
from lib.requests.replies import Answer, Reply, read_reply

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TITLES: dict[Any, str] = {**ITEM_TITLES, "license_key": "License key", "expert_email": "Expert email"}


@main.command()
@click.argument("key")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what the mail answers, and change nothing.")
@actor_option
@click.option("--note", default="", help="Why, for the history.")
@with_store
def reply(engine: Engine, key: str, file: Path, dry_run: bool, actor: Actor, note: str) -> None:
    """Take what a customer's mail answers over into a license; what cannot be read or contradicts itself is told."""
    read = read_reply(read_text_file(file))
    told = list(_in_words(read))
    if dry_run:
        click.echo("\n".join(told))
        return
    if read.keys and key not in read.keys:
        raise CommandError(
            "\n".join([*told, f"The mail is about {', '.join(read.keys)}, not {key}. Nothing was changed."])
        )
    texts = read.texts_for(key)
    if not texts:
        raise CommandError("\n".join([*told, "Nothing in the mail can be taken over."]))
    change = edits.edit(engine, key, None, texts, actor, note or "The customer's answer", POLICY)
    click.echo("\n".join([*told, f"License {key} is edited, as change {change}."]))


def _in_words(read: Reply) -> Iterator[str]:
    yield from map(_line, read.answers)
    for name in read.contradictions:
        yield f"{COLUMNS[name].title}: the mail says different things. Enter what is right."
    yield from (f"{_TITLES[item]}: not answered" for item in read.unanswered)
    yield from (f"Line {one.line} was not recognised: {one.text}" for one in read.unrecognised)


def _line(found: Answer) -> str:
    said = ", ".join(display_text(name, value) or "none" for name, value in found.values.items())
    told = ". ".join(filter(None, (said, found.problem)))
    return f"{_TITLES[found.item]} (line {found.line}): {told}"
