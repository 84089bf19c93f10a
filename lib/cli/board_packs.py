"""The board pack from the command line: board-pack."""

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from lib.cli.commands import main, with_store
from lib.cli.lists import cut_of
from lib.cli.options import actor_option, customer_option, out_option
from lib.cli.output import write_file
from lib.cli.terminal import echo
from lib.dashboard.board_pack import board_pack
from lib.dashboard.numbers import StoredNumbers, total
from lib.dashboard.view import UNITS, view_of
from lib.documents import exports
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.store import audit, database, policies, sample_stores
from lib.store.audit import AuditAction


@main.command("board-pack")
@customer_option
@click.option("--unit", type=click.Choice(UNITS), default=UNITS[0], help="What to count.", show_default=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day whose numbers to show; by default today.")
@out_option("The workbook to write.")
@actor_option
@with_store
def write_board_pack(
    engine: Engine, customer: str | None, unit: str, on: datetime | None, out: Path, actor: Actor
) -> None:
    """Write the numbers behind every chart as a workbook.

    It has charts of Excel's own.
    """
    with database.reading(engine) as connection:
        cut = cut_of(connection, customer).with_filters(on=f"{on:%Y-%m-%d}" if on else "")
        policy = policies.current(connection)
        numbers = StoredNumbers(connection, policy)
        view = view_of(numbers, cut, unit, target=policy.target_date)
        about = exports.about_of(connection, cut, actor=actor, policy=policy)
        content = board_pack(numbers, view, about, is_sample=sample_stores.is_sample(connection))
        licenses = total(numbers, cut)
    write_file(out, [content])
    audit.log(engine, AuditAction.DOWNLOAD, actor, "board pack")
    echo(f"Board pack of {quantity(licenses, 'license')} written to {out}.")
