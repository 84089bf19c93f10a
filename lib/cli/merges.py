"""Customers that are one: saying so, taking it back, and which may be."""

import click
from sqlalchemy import Connection, Engine

from lib.cli.commands import CommandError, actor_option, main, with_store
from lib.domain.customers import MergeState
from lib.domain.roles import Actor
from lib.domain.text import format_time, quantity
from lib.editing import customer_merges
from lib.store import customer_queries, database
from lib.store import merges as stored

_REASON = click.option("--reason", default="", help="Why, for the history.")
_MOST_NAMED = 5
"""Customers that a sentence names."""


@main.command("merge")
@click.argument("customer")
@click.argument("into")
@actor_option
@_REASON
@with_store
def merge_(engine: Engine, customer: str, into: str, actor: Actor, reason: str) -> None:
    """Say that CUSTOMER is the same as INTO, by name: its licenses become those of INTO, also those of later files."""
    with database.reading(engine) as connection:
        one, other = (_customer(connection, name) for name in (customer, into))
    number = customer_merges.merge(engine, one, other, actor, reason)
    with database.reading(engine) as connection:
        licenses = quantity(stored.number_moved(connection, number), "license")
    click.echo(f'Merge {number}: "{one}" is "{other}" now, with its {licenses}.')


@main.command("undo-merge")
@click.argument("merge", metavar="N", type=int)
@actor_option
@_REASON
@with_store
def undo_merge(engine: Engine, merge: int, actor: Actor, reason: str) -> None:
    """Take merge N back: the customer has its own licenses again."""
    change = customer_merges.undo_merge(engine, merge, actor, reason)
    click.echo(f"Merge {merge} is taken back, as change {change}.")


@main.command("merges")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many suggestions to list."
)
@with_store
def merges_(engine: Engine, limit: int) -> None:
    """List the merges that hold, and customers that are probably one."""
    with database.reading(engine) as connection:
        told, _ = stored.page(connection, (MergeState.CONFIRMED,), count=None)
        found, total = stored.suggestions(connection, limit=limit)
    for one in told:
        click.echo(f'Merge {one.id}: "{one.customer}" is "{one.into}", by {one.by} at {format_time(one.at)}')
    for pair in found:
        names = " / ".join(
            f"{name} ({quantity(licenses, 'license')})"
            for name, licenses in ((pair.name, pair.licenses), (pair.into_name, pair.into_licenses))
        )
        click.echo(f"{pair.score:>3}  {names}: {pair.why}")
    click.echo(
        f"{quantity(len(told), 'merge')}, {quantity(total, 'suggestion')}"
        + (f", {len(found)} shown" * (total > len(found)))
    )


def _customer(connection: Connection, name: str) -> str:
    """The key of the one customer that a person means."""
    found = [name] if stored.is_customer(connection, name) else customer_queries.find_customers(connection, name)
    if not found:
        raise CommandError(f'No customer is called "{name}". Give part of the name as the licenses spell it.')
    if len(found) > 1:
        named = ", ".join(f'"{customer}"' for customer in found[:_MOST_NAMED])
        raise CommandError(
            f'{len(found):,} customers are called "{name}": {named}{", …" * (len(found) > _MOST_NAMED)}. Say which.'
        )
    return found[0]
