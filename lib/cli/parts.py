"""Licenses parted from a customer, and that undone."""

import click
from sqlalchemy import Engine

from lib.cli.commands import main, with_store
from lib.cli.merges import customer_key
from lib.cli.options import NUMBER, actor_option, local_actor, reason_option
from lib.cli.output import log_printing
from lib.cli.terminal import echo
from lib.domain.roles import Actor
from lib.domain.text import format_time, quantity
from lib.editing import customer_parts
from lib.store import database, parts, policies


@main.command("part")
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.option("--to", "name", metavar="CUSTOMER", help="The customer to give the licenses to; a new one if left out.")
@actor_option
@reason_option
@with_store
def part_licenses(engine: Engine, keys: tuple[str, ...], name: str | None, actor: Actor, reason: str) -> None:
    """Give licenses of one customer to another, or to a new one.

    The same licenses in later files stay there.
    """
    to_customer = None if name is None else customer_key(engine, name, actor)
    change, customer = customer_parts.part(engine, keys, to_customer, actor, reason)
    licenses = quantity(len(set(keys)), "license")
    echo(f'Part {change}: {licenses} given to "{customer}". undo-part {change} reverts it.')


@main.command("undo-part")
@click.argument("part", metavar="N", type=NUMBER)
@actor_option
@reason_option
@with_store
def undo_part(engine: Engine, part: int, actor: Actor, reason: str) -> None:
    """Undo part N. Its licenses are with their customer again."""
    change = customer_parts.undo_part(engine, part, actor, reason)
    echo(f"Part {part} is undone, as change {change}.")


@main.command("parts")
@with_store
def list_parts(engine: Engine) -> None:
    """List the parts in force, newest first."""
    with database.reading(engine) as connection:
        rows = parts.parts_in_force(connection)
        zone = policies.current(connection).time_zone
    log_printing(engine, "parts", local_actor())
    for part in rows:
        licenses = quantity(part.licenses, "license")
        echo(f'Part {part.change}: {licenses} given to "{part.customer}", by {part.by} on {format_time(part.at, zone)}')
    echo(quantity(len(rows), "part"))
