"""Erases a customer's contacts, or lists what that would reach."""

import click
from sqlalchemy import Engine

from lib.cli.commands import main, with_store
from lib.cli.merges import customer_key
from lib.cli.options import actor_option
from lib.cli.output import print_lines
from lib.cli.terminal import echo
from lib.domain.roles import Actor
from lib.editing import erasures


@main.command("erase-contacts")
@click.argument("customer")
@click.option("--apply", "is_applied", is_flag=True, help="Erase for good instead of listing.")
@actor_option
@with_store
def erase_contacts(engine: Engine, customer: str, is_applied: bool, actor: Actor) -> None:
    """Erase the contacts of a customer, for good.

    Without --apply it is listed what that reaches.
    """
    key = customer_key(engine, customer, actor)
    if not is_applied:
        print_lines(erasures.sentences(erasures.preview(engine, key, actor)))
        echo("Nothing was changed; --apply erases.")
        return
    change, reach = erasures.erase(engine, key, actor)
    print_lines(erasures.sentences(reach))
    echo(f"Erased, as change {change}. Backups and files that people downloaded are yours to delete.")
