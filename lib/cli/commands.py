"""The command that all others belong to: it opens the database, and ends every error in a sentence."""

from collections.abc import Callable
from functools import update_wrapper
from time import monotonic
from typing import Any

import click
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from lib.cli.options import database_option
from lib.cli.terminal import echo
from lib.domain.refusal import RefusalError
from lib.reading.tables import TableError
from lib.store import catch_up, database

# How long a command that is done prepares later searches; a server's worker does the rest.
_CATCH_UP_SECONDS = 2.0


class CommandError(click.ClickException):
    """A sentence on standard error, and exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        echo(self.message, file=file, err=file is None)


class CommandGroup(click.Group):
    """Commands whose foreseeable errors end in a sentence."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (TableError, RefusalError) as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            message = f"The database does not answer: {error.orig}. Check the address and try again."
            raise CommandError(message) from error
        except DatabaseError as error:
            message = f"The database cannot be used: {error.orig}. Check the address and try again."
            raise CommandError(message) from error


def open_database(url: str) -> Engine:
    """The database at an address. Raises CommandError if that is no address of a database."""
    try:
        return database.connect(url)
    # SQLAlchemy raises an ImportError for a database whose driver is not installed.
    except (ArgumentError, ImportError) as error:
        raise CommandError(
            "The address of the database cannot be used. Write it as sqlite:///FILE or postgresql://USER@HOST/NAME."
        ) from error


def with_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the opened and upgraded database as its first argument."""

    @database_option
    @click.pass_context
    def run(context: click.Context, /, url: str | None, **options: Any) -> Any:
        engine = open_database(url or context.obj or database.default_url())
        context.call_on_close(engine.dispose)
        database.upgrade(engine)
        result = command(engine, **options)
        deadline = monotonic() + _CATCH_UP_SECONDS
        catch_up.catch_up(engine, lambda: monotonic() > deadline)
        return result

    return update_wrapper(run, command)


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@database_option
@click.pass_context
def main(context: click.Context, url: str | None) -> None:
    """Move legacy plugin licenses to Marketplace, from the command line.

    A command ends with 0, or with 2 and a sentence.
    """
    context.obj = url


@main.command("upgrade-database")
@with_store
def upgrade_database(engine: Engine) -> None:
    """Upgrade the database's tables to this version."""
    echo(f"The database at {engine.url.render_as_string(hide_password=True)} is up to date.")
