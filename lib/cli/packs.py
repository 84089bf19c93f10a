"""Import packs for Atlassian: made, submitted, written again, and answered."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from lib.cli.commands import CommandError, main, with_store
from lib.cli.options import NUMBER, actor_option, count_option, file_argument, local_actor, note_option, out_option
from lib.cli.output import make_folder, print_lines, write_file
from lib.cli.terminal import echo
from lib.domain.days import day_of
from lib.domain.policy import Policy
from lib.domain.roles import Actor
from lib.domain.text import format_day, format_time, quantity
from lib.requests import packs
from lib.requests.packs import AnswerResult, Pack
from lib.store import audit, database, policies
from lib.store import packs as stored_packs
from lib.store.audit import AuditAction
from lib.store.packs import SubmittedPack


@main.command()
@click.argument("keys", metavar="KEY…", nargs=-1)
@click.option("--all-verified", is_flag=True, help="All licenses whose requests are verified, instead of keys.")
@out_option("The archive to write.")
@click.option("--submit", is_flag=True, help="Submit it too: store it, and move the requests of its licenses.")
@actor_option
@note_option
@with_store
def pack(
    engine: Engine, keys: Sequence[str], all_verified: bool, out: Path, submit: bool, actor: Actor, note: str
) -> None:
    """Pack verified licenses for Atlassian's import.

    Licenses that cannot be in it are listed, here and in the pack.
    """
    if bool(keys) == all_verified:
        raise CommandError("Say which licenses: either their keys, or --all-verified.")
    if all_verified:
        with database.reading(engine) as connection:
            keys = stored_packs.verified_keys(connection)
    # If the folder cannot be made, nothing should be submitted.
    if submit:
        make_folder(out.parent)
    pack = submit_pack(engine, keys, actor, note) if submit else draft_pack(engine, keys, actor)
    write_file(out, [pack.content], hint=" A submitted pack is kept: write it with packs.")
    sizes = ", ".join(f"{count:,} of {app}" for app, count in pack.apps.items())
    audit.log(engine, AuditAction.DOWNLOAD, actor, f"pack of {quantity(len(pack.licenses), 'license')}")
    echo(f"{quantity(len(pack.licenses), 'license')} packed to {out}: {sizes}.")
    print_lines([*sentences_by_key(pack.refused), *(f"Notice: {notice}" for notice in pack.notices)])


@main.command("packs")
@click.argument("number", metavar="[N]", type=NUMBER, required=False)
@out_option("Write pack N again, byte for byte.", required=False)
@count_option("the newest")
@with_store
def list_packs(engine: Engine, number: int | None, out: Path | None, count: int) -> None:
    """List the submitted packs, or write pack N again."""
    if (number is None) != (out is None):
        raise CommandError("To write a pack again, give its number and --out FILE.")
    if number is not None and out is not None:
        write_pack_again(engine, number, out)
        return
    with database.reading(engine) as connection:
        page, total = stored_packs.page(connection, count=count)
        zone = policies.current(connection).time_zone
    echo("\n".join(line_of_pack(pack, zone) for pack in page) or "No pack was submitted yet.")
    if total > len(page):
        echo(f"… and {quantity(total - len(page), 'older pack')}.")


@main.command()
@file_argument
@actor_option
@note_option
@with_store
def answer(engine: Engine, file: Path, actor: Actor, note: str) -> None:
    """Record the SENs in Atlassian's answer to a pack.

    FILE is JSON or CSV with id and sen.
    """
    lines = packs.read_answer_file(file.read_bytes(), file.name)
    result = packs.record_answer(engine, lines, actor, note, policies.in_force(engine))
    if not (result.sens or result.same):
        raise CommandError("\n".join(["No SEN was recorded.", *result.sentences]))
    print_lines([answer_in_words(result), *result.sentences])


def submit_pack(engine: Engine, keys: Sequence[str], actor: Actor, note: str) -> Pack:
    """Submit a pack of licenses."""
    policy = policies.in_force(engine)
    submission = packs.submit_pack(engine, keys, actor, policy, today_by(policy), note=note)
    echo(f"Pack #{submission.number} is submitted, as change {submission.change}.")
    return submission.pack


def draft_pack(engine: Engine, keys: Sequence[str], actor: Actor) -> Pack:
    """A pack of licenses that is not submitted. Raises CommandError if it would be empty."""
    policy = policies.in_force(engine)
    pack = packs.build_pack(engine, keys, actor, policy, today_by(policy))
    if not pack.licenses:
        sentences = sentences_by_key(pack.refused)
        raise CommandError("\n".join(["No license can be in a pack, so none was written.", *sentences]))
    return pack


def write_pack_again(engine: Engine, number: int, out: Path) -> None:
    """Write a submitted pack to a file."""
    actor = local_actor()
    with database.reading(engine) as connection:
        content = stored_packs.content(connection, number, actor)
    write_file(out, [content])
    audit.log(engine, AuditAction.DOWNLOAD, actor, f"pack #{number}")
    echo(f"Pack #{number} is written to {out}.")


def answer_in_words(result: AnswerResult) -> str:
    """How many SENs an answer recorded."""
    before = f" {quantity(len(result.same), 'SEN was', 'SENs were')} recorded before." if result.same else ""
    if result.change is None:
        return f"Nothing changed.{before}"
    return f"{quantity(len(result.sens), 'SEN is', 'SENs are')} recorded, as change {result.change}.{before}"


def sentences_by_key(sentences: Mapping[str, str]) -> list[str]:
    """Sentences about licenses, each with its key."""
    return [f"{key}: {sentence}" for key, sentence in sentences.items()]


def line_of_pack(pack: SubmittedPack, zone: str) -> str:
    """A submitted pack as a line of a list."""
    last_answer = f", last answer on {format_time(pack.answered_at, zone)}" if pack.answered_at else ""
    return (
        f"#{pack.number}  {format_time(pack.at, zone)}  by {pack.by}, as of {format_day(pack.day)}: "
        f"{quantity(pack.licenses, 'license')}, {pack.waiting:,} waiting, {pack.answered:,} with a SEN{last_answer}"
    )


def today_by(policy: Policy) -> date:
    """The day that packs are as of."""
    return day_of(datetime.now(UTC), policy.time_zone)
