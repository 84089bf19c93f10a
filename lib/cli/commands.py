"""The command that all others belong to, and what they have in common: the database, errors told in a sentence, JSON."""

import getpass
import json
from collections.abc import Callable
from functools import update_wrapper
from time import monotonic
from typing import Any

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor, Role
from lib.reading.tables import TableError
from lib.store import catch_up, database

POLICY = Policy()

_CATCHING_UP = 2.0
"""Seconds that a command takes, once it is done, to prepare later searches; a server's worker does what is left."""


class CommandError(click.ClickException):
    """A sentence on standard error, and exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class _Commands(click.Group):
    """Commands whose foreseen errors end in a sentence."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (TableError, RefusalError) as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(
                f"The database does not answer: {error.orig}. Check the address and try again."
            ) from error


def database_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--database", "url", metavar="URL", help="The database; DATABASE_URL, else SQLite in data/.")(
        command
    )


def with_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the opened and upgraded database as its first argument."""

    @database_option
    @click.pass_context
    def opened(context: click.Context, /, url: str | None, **given: Any) -> Any:
        engine = database.connect(url or context.obj or database.default_url())
        context.call_on_close(engine.dispose)
        database.upgrade(engine)
        given = command(engine, **given)
        until = monotonic() + _CATCHING_UP
        catch_up.catch_up(engine, lambda: monotonic() > until)
        return given

    return update_wrapper(opened, command)


def local_actor(name: str | None = None) -> Actor:
    """The person at the command line, by that name or their account's: who has the database may do all."""
    return Actor(_account() if name is None else name, Role.ADMIN)


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "local user"


actor_option = click.option(
    "--by",
    "actor",
    metavar="WHO",
    callback=lambda _context, _parameter, name: local_actor(name),
    help="Who does it; you, if not said.",
)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@database_option
@click.pass_context
def main(context: click.Context, url: str | None) -> None:
    """Move legacy plugin licenses to Marketplace, from the command line."""
    context.obj = url


@main.command("upgrade-database")
@with_store
def upgrade_database(engine: Engine) -> None:
    """Bring the database's tables to this version of the application."""
    click.echo(f"The database at {engine.url.render_as_string(hide_password=True)} is up to date.")


def print_json(told: Any) -> None:
    """Say something to another program."""
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))
