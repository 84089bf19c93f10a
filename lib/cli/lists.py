"""Lists of licenses and where they stand: upgrades, progress."""

from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from lib import database, exports, report
from lib.cli.commands import POLICY, Refused, by_option, main, print_json, with_store
from lib.cut import Cut
from lib.eligibility import OUTCOME_TITLES, Outcome
from lib.progress import standing
from lib.store import counts, versions, views
from lib.words import counted


@main.command()
@click.option("--customer", metavar="NAME", help="One customer; all, if not said.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A .csv or .xlsx file; else CSV is printed."
)
@by_option
@with_store
def upgrades(engine: Engine, customer: str | None, out: Path | None, by: str) -> None:
    """Write the list of licenses that must grow, with the tier each needs."""
    ending = _ending(out)
    with database.reading(engine) as connection:
        cut = Cut(customer=_customers(connection, customer)) if customer else Cut()
        content = exports.upgrade_list(connection, cut, ending, by=by, policy=POLICY)
        totals = views.upgrade_totals(connection, cut)
    if out is None:
        click.echo(content.decode("utf-8-sig"), nl=False)
        return
    out.write_bytes(content)
    customers = counted(totals["customers"], "customer")
    click.echo(f"{counted(totals['upgrades'], 'upgrade')} of {customers} written to {out}.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For another program.")
@with_store
def progress(engine: Engine, as_json: bool) -> None:
    """Say where the migration stands."""
    with database.reading(engine) as connection:
        cube, version = counts.cube(connection, Cut()), versions.latest_change(connection)
    now = standing(cube)
    told = {"data_version": version, "policy": POLICY.version, **report.progress_report(cube)}
    if as_json:
        print_json(told)
        return
    click.echo(f"{counted(now.licenses, 'license')}, data version {version}, policy v{POLICY.version}")
    for outcome, number in told["outcomes"].items():
        click.echo(f"{number:>9,}  {OUTCOME_TITLES[Outcome(outcome)]}")
    click.echo(f"{now.users_added:>9,}  users to add by upgrades (Unlimited adds no number)")
    click.echo(f"{now.borderline:>9,}  Cloud licenses near the line")


def _customers(connection: Any, name: str) -> tuple[str, ...]:
    found = tuple(views.customers_named(connection, name))
    if not found:
        raise Refused(f'No customer is called "{name}". Give part of the name as the licenses spell it.')
    return found


def _ending(out: Path | None) -> exports.Ending:
    if out is None:
        return exports.Ending.CSV
    ending = out.suffix.lower().removeprefix(".")
    if ending not in list(exports.Ending):
        raise Refused(f"{out.name} must end in .csv or .xlsx; other files are not written.")
    return exports.Ending(ending)
