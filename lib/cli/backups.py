"""Writes the whole store to a file, and fills an empty one from it."""

from pathlib import Path

import click
from sqlalchemy import Engine

from lib.cli.commands import main, open_database, with_store
from lib.cli.options import READABLE_FILE, database_option, local_actor
from lib.cli.terminal import echo
from lib.store import audit, backups, database
from lib.store.audit import AuditAction


@main.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_store
def backup(engine: Engine, file: Path) -> None:
    """Write the whole store to a new file, while it is in use."""
    backups.back_up(engine, file)
    audit.log(engine, AuditAction.DOWNLOAD, local_actor(), "backup of the whole store")
    echo(f"{file} holds the whole store: {file.stat().st_size:,} bytes. Keep it as safe as the store itself.")


@main.command("restore")
@click.argument("file", type=READABLE_FILE)
@database_option
@click.pass_context
def restore(context: click.Context, file: Path, url: str | None) -> None:
    """Fill an empty database from a file that backup wrote."""
    engine = open_database(url or context.obj or database.default_url())
    context.call_on_close(engine.dispose)
    backups.restore(engine, file)
    database.upgrade(engine)
    echo(f"{engine.url.render_as_string(hide_password=True)} holds what {file} holds.")
