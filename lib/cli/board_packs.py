"""The board pack from the command line: board-pack."""

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from lib.cli.commands import POLICY, actor_option, main, with_store
from lib.cli.lists import cut_of
from lib.dashboard.board_pack import board_pack
from lib.dashboard.numbers import StoredNumbers, total
from lib.dashboard.view import UNITS, view_of
from lib.documents import exports
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.store import database


@main.command("board-pack")
@click.option("--customer", metavar="NAME", help="One customer; all, if not said.")
@click.option("--unit", type=click.Choice(UNITS), default=UNITS[0], help="What to count.", show_default=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day whose numbers to show; today, if not said.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The workbook to write.")
@actor_option
@with_store
def write_board_pack(
    engine: Engine, customer: str | None, unit: str, on: datetime | None, out: Path, actor: Actor
) -> None:
    """Write the numbers behind every chart as a workbook, with charts of Excel's own."""
    with database.reading(engine) as connection:
        cut = cut_of(connection, customer).with_filters(on=f"{on:%Y-%m-%d}" if on else "")
        numbers = StoredNumbers(connection, POLICY)
        view = view_of(numbers, cut, unit, target=POLICY.target_date)
        about = exports.about_of(connection, cut, actor=actor, policy=POLICY)
        out.write_bytes(board_pack(numbers, view, about))
        licenses = total(numbers, cut)
    click.echo(f"Board pack of {quantity(licenses, 'license')} written to {out}.")
