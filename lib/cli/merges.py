"""Customers that are one: merged, unmerged, and suggested."""

import click
from sqlalchemy import Engine

from lib.cli.commands import CommandError, main, with_store
from lib.cli.options import NUMBER, actor_option, local_actor, reason_option
from lib.cli.output import log_printing
from lib.cli.terminal import echo
from lib.domain.customers import MergeState
from lib.domain.roles import Actor
from lib.domain.text import format_time, quantity
from lib.editing import customer_confirmations, customer_merges, regrouping
from lib.store import customer_queries, customer_suggestions, database, merges, policies

_MOST_NAMES = 5
"""Customers that a sentence names."""


@main.command("merge")
@click.argument("customer")
@click.argument("into")
@actor_option
@reason_option
@with_store
def merge_customers(engine: Engine, customer: str, into: str, actor: Actor, reason: str) -> None:
    """Merge CUSTOMER into INTO, because they are one.

    The licenses of CUSTOMER become those of INTO, also those of later files.
    """
    key, into_key = customer_key(engine, customer, actor), customer_key(engine, into, actor)
    number = customer_merges.merge(engine, key, into_key, actor, reason)
    with database.reading(engine) as connection:
        licenses = quantity(merges.number_moved(connection, number), "license")
    echo(f'Merge {number}: "{key}" is "{into_key}" now, with its {licenses}.')


@main.command("undo-merge")
@click.argument("merge", metavar="N", type=NUMBER)
@actor_option
@reason_option
@with_store
def undo_merge(engine: Engine, merge: int, actor: Actor, reason: str) -> None:
    """Undo merge N. The customer has its own licenses again."""
    change = customer_merges.undo_merge(engine, merge, actor, reason)
    echo(f"Merge {merge} is undone, as change {change}.")


@main.command("merges")
@click.option("--limit", type=NUMBER, default=20, show_default=True, help="How many suggestions to list.")
@with_store
def list_merges(engine: Engine, limit: int) -> None:
    """List merges, and customers that are probably one."""
    with database.reading(engine) as connection:
        confirmed, _ = merges.page(connection, (MergeState.CONFIRMED,), count=None)
        suggestions, total = customer_suggestions.suggestions(connection, limit=limit)
        zone = policies.current(connection).time_zone
    log_printing(engine, "merges", local_actor())
    for merge in confirmed:
        when = format_time(merge.at, zone)
        echo(f'Merge {merge.id}: "{merge.customer}" is "{merge.into}", by {merge.by} on {when}')
    for pair in suggestions:
        # Keys, since two customers of one name are alike by name, and `merge` takes keys.
        customer = f'"{pair.customer}" ({quantity(pair.licenses, "license")})'
        into = f'"{pair.into}" ({quantity(pair.into_licenses, "license")})'
        echo(f"{pair.score:>3}  {customer} / {into}: {pair.why}")
    remark = f", {len(suggestions)} shown" if total > len(suggestions) else ""
    echo(f"{quantity(len(confirmed), 'merge')}, {quantity(total, 'suggestion')}{remark}")


@main.command("merge-strong")
@click.option("--apply", "is_applied", is_flag=True, help="Merge them instead of counting them.")
@actor_option
@reason_option
@with_store
def merge_strong(engine: Engine, is_applied: bool, actor: Actor, reason: str) -> None:
    """Merge all customers that are surely one.

    More than the name says so, and nothing speaks against it. Without --apply they are only counted; merges lists them.
    """
    with database.reading(engine) as connection:
        suggestions = customer_suggestions.undecided(connection, customer_suggestions.similar_customers(connection))
    strong = [pair for pair in suggestions if pair.is_strong]
    if not is_applied:
        echo(f"{quantity(len(strong), 'pair')} to merge. Nothing was changed; --apply merges them.")
        return
    count, rest = customer_merges.merge_strong(engine, strong, actor, reason)
    echo(f"{quantity(count, 'pair')} merged, {rest:,} left as people decided meanwhile. merges lists them.")


@main.command("confirm-customer")
@click.argument("customer")
@actor_option
@reason_option
@with_store
def confirm_customer(engine: Engine, customer: str, actor: Actor, reason: str) -> None:
    """Confirm that CUSTOMER is one firm.

    Its licenses disagree on domains, addresses or countries. Letters and files of its own are made again, until something new disagrees.
    """
    key = customer_key(engine, customer, actor)
    number = customer_confirmations.confirm(engine, key, actor, reason)
    echo(f'Confirmation {number}: "{key}" is one customer. undo-confirmation {number} withdraws it.')


@main.command("undo-confirmation")
@click.argument("confirmation", metavar="N", type=NUMBER)
@actor_option
@with_store
def undo_confirmation(engine: Engine, confirmation: int, actor: Actor) -> None:
    """Withdraw confirmation N. Its customer's letters are on hold again."""
    customer_confirmations.withdraw(engine, confirmation, actor)
    echo(f"Confirmation {confirmation} is withdrawn.")


@main.command("regroup")
@click.option("--apply", "is_applied", is_flag=True, help="Move the licenses instead of listing them.")
@actor_option
@reason_option
@with_store
def regroup(engine: Engine, is_applied: bool, actor: Actor, reason: str) -> None:
    """Give licenses the customers of today's rules.

    Without --apply they are only listed.
    """
    departures = regrouping.departures(engine)
    log_printing(engine, "licenses to regroup", actor)
    for departure in departures:
        licenses = quantity(len(departure.license_keys), "license")
        echo(f"{licenses} of {customer_in_words(departure.customer)} to {customer_in_words(departure.into)}")
    total = quantity(sum(len(departure.license_keys) for departure in departures), "license")
    if is_applied:
        change = regrouping.regroup(engine, actor, reason)
        echo(f"{total} moved, as change {change}. undo-regroup {change} reverts it.")
    else:
        echo(f"{total} to move. Nothing was changed; --apply moves them.")


@main.command("undo-regroup")
@click.argument("change", metavar="N", type=NUMBER)
@actor_option
@reason_option
@with_store
def undo_regroup(engine: Engine, change: int, actor: Actor, reason: str) -> None:
    """Undo the regrouping that is change N."""
    reversal = regrouping.undo_regrouping(engine, change, actor, reason)
    echo(f"Change {change} is undone, as change {reversal}.")


def customer_in_words(key: str) -> str:
    """A customer's key in quotes, or that there is none."""
    if not key:
        return "no organization"
    return f'"{key}"'


def customer_key(engine: Engine, name: str, actor: Actor) -> str:
    """The key of the one customer of that key or name. Raises CommandError if there are none or several; it names some of these, which is logged."""
    with database.reading(engine) as connection:
        if merges.is_customer(connection, name):
            return name
        keys = customer_queries.find_customers(connection, name)
    if not keys:
        raise CommandError(f'No customer is called "{name}". Give part of the name as it is spelled in the licenses.')
    if len(keys) > 1:
        log_printing(engine, f"{quantity(len(keys[:_MOST_NAMES]), 'customer')} of a name", actor)
        names = ", ".join(f'"{key}"' for key in keys[:_MOST_NAMES])
        more = ", …" if len(keys) > _MOST_NAMES else ""
        raise CommandError(f'{len(keys):,} customers are called "{name}": {names}{more}. Say which.')
    return keys[0]
