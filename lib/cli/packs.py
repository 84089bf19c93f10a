"""Import packs for Atlassian: made, submitted, had again, and answered."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from lib.cli.commands import POLICY, CommandError, actor_option, local_actor, main, with_store
from lib.domain.roles import Actor
from lib.domain.text import format_day, format_time, quantity
from lib.requests import packs
from lib.requests.packs import AnswerResult
from lib.store import database
from lib.store import packs as store
from lib.store.packs import SubmittedPack

_NOTE = click.option("--note", default="", help="Why, for the history.")
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@main.command()
@click.argument("keys", metavar="KEY…", nargs=-1)
@click.option("--all-verified", is_flag=True, help="All licenses whose requests are verified, instead of keys.")
@click.option("--out", type=_OUT, required=True, help="The archive to write.")
@click.option("--submit", is_flag=True, help="Submit it too: keep it, and move the requests of its licenses.")
@actor_option
@_NOTE
@with_store
def pack(
    engine: Engine, keys: Sequence[str], all_verified: bool, out: Path, submit: bool, actor: Actor, note: str
) -> None:
    """Pack verified licenses for Atlassian's import; licenses that cannot be in it are told and named in it."""
    if bool(keys) == all_verified:
        raise CommandError("Say which licenses: either their keys, or --all-verified.")
    if all_verified:
        with database.reading(engine) as connection:
            keys = store.verified_keys(connection)
    if submit:
        done = packs.submit_pack(engine, keys, actor, POLICY, _today(), note=note)
        click.echo(f"Pack #{done.number} is submitted, as change {done.change}.")
        made = done.pack
    else:
        made = packs.build_pack(engine, keys, actor, POLICY, _today())
        if not made.licenses:
            raise CommandError("\n".join(["No license can be in a pack, so none was written.", *_by_key(made.refused)]))
    _write(out, made.content)
    sizes = ", ".join(f"{number:,} of {app}" for app, number in made.apps.items())
    click.echo(f"{quantity(len(made.licenses), 'license')} packed to {out}: {sizes}.")
    click.echo("\n".join([*_by_key(made.refused), *(f"Notice: {notice}" for notice in made.notices)]))


@main.command("packs")
@click.argument("number", metavar="[N]", type=int, required=False)
@click.option("--out", type=_OUT, help="Write pack N again, byte for byte.")
@click.option("--count", default=50, show_default=True, help="How many to list, the newest first.")
@with_store
def packs_(engine: Engine, number: int | None, out: Path | None, count: int) -> None:
    """List the packs that were submitted, or write pack N again."""
    if (number is None) != (out is None):
        raise CommandError("To write a pack again, give its number and --out FILE.")
    with database.reading(engine) as connection:
        if number is not None and out is not None:
            _write(out, store.content(connection, number, local_actor()))
            click.echo(f"Pack #{number} is written to {out}.")
            return
        found, total = store.page(connection, count=count)
    click.echo("\n".join(map(_line, found)) or "No pack was submitted yet.")
    if total > len(found):
        click.echo(f"… and {quantity(total - len(found), 'older pack')}.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@actor_option
@_NOTE
@with_store
def answer(engine: Engine, file: Path, actor: Actor, note: str) -> None:
    """Record the SENs of Atlassian's answer to a pack: JSON or CSV with id and sen."""
    lines = packs.read_answer_file(file.read_bytes(), file.name)
    result = packs.record_answer(engine, lines, actor, note, POLICY)
    if not (result.sens or result.same):
        raise CommandError("\n".join(["No SEN was recorded.", *result.sentences]))
    click.echo("\n".join([_in_words(result), *result.sentences]))


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise CommandError(
            f"{out} cannot be written: {error.strerror}. A submitted pack is kept: write it with packs."
        ) from error


def _in_words(told: AnswerResult) -> str:
    before = f" {quantity(len(told.same), 'SEN was', 'SENs were')} recorded before." if told.same else ""
    if told.change is None:
        return f"Nothing changed.{before}"
    return f"{quantity(len(told.sens), 'SEN is', 'SENs are')} recorded, as change {told.change}.{before}"


def _by_key(sentences: Mapping[str, str]) -> list[str]:
    return [f"{key}: {sentence}" for key, sentence in sentences.items()]


def _line(pack: SubmittedPack) -> str:
    answered = f", last answer at {format_time(pack.answered_at)}" if pack.answered_at else ""
    return (
        f"#{pack.number}  {format_time(pack.at)}  by {pack.by}, as of {format_day(pack.day)}: "
        f"{quantity(pack.licenses, 'license')}, {pack.waiting:,} waiting, {pack.answered:,} with a SEN{answered}"
    )


def _today() -> date:
    return datetime.now(UTC).date()
