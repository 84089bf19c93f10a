"""Options and arguments that several commands share."""

import getpass
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from lib.domain.roles import Actor, Role

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class NumberType(click.IntRange):
    """Numbers of things in the database, which holds none below 1 or above 2,147,483,647."""

    def __init__(self, expected: str = "a number") -> None:
        super().__init__(min=1, max=2**31 - 1)
        self._expected = expected

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number that a text means; else says what to give."""
        try:
            number = click.INT.convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"'{value}' is not a number. Give {self._expected}, such as 2.", param, ctx)
        return super().convert(number, param, ctx)


NUMBER = NumberType()
"""Numbers of batches, changes and rows."""

READABLE_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def local_actor(name: str | None = None) -> Actor:
    """The person at the command line, by that name or their account's: who has the database may do all."""
    account = getpass.getuser()
    return Actor(account if name is None else name, Role.ADMIN, account=account)


database_option = click.option(
    "--database", "url", metavar="URL", help="The database; by default DATABASE_URL, else SQLite in data/."
)
actor_option = click.option(
    "--by",
    "actor",
    metavar="WHO",
    callback=lambda _context, _parameter, name: local_actor(name),
    help="Who makes the change; by default you.",
)
reason_option = click.option("--reason", default="", help="The reason, for the history.")
note_option = click.option("--note", default="", help="The reason, for the history.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for another program.")
customer_option = click.option("--customer", metavar="NAME", help="One customer only; by default all.")

file_argument = click.argument("file", type=READABLE_FILE)
batch_argument = click.argument("batch", type=NUMBER)
change_argument = click.argument("change", type=NUMBER)


def choice(values: type[StrEnum]) -> click.Choice[str]:
    """One of an enumeration's values; click by itself would take the names of its members."""
    return click.Choice([value.value for value in values])


def count_option(order: str) -> Decorator:
    """How many rows a list has, in this order."""
    return click.option("--count", type=NUMBER, default=50, show_default=True, help=f"How many to list, {order} first.")


def out_option(help: str, *, required: bool = True) -> Decorator:
    """The file to write."""
    path = click.Path(dir_okay=False, writable=True, path_type=Path)
    return click.option("--out", type=path, required=required, help=help)


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator, listed in the help in this order."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
