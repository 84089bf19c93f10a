"""The same doings without a browser: check, import, undo, redo, batches, upgrades, progress, upgrade-database."""

import getpass
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import update_wrapper
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from lib import database, exports, intake, report
from lib.check import Checked, Settings
from lib.cut import Cut
from lib.dates import DateOrder
from lib.eligibility import OUTCOME_TITLES, Outcome
from lib.judging import judge_all
from lib.policy import Policy
from lib.problems import RefusalError
from lib.progress import standing
from lib.store import batches, versions, views
from lib.tables import TableError
from lib.words import counted

POLICY = Policy()
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Refused(click.ClickException):
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
            raise Refused(str(error)) from error
        except OperationalError as error:
            raise Refused(f"The database does not answer: {error.orig}. Check the address and try again.") from error


def _database_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--database", "url", metavar="URL", help="The database; DATABASE_URL, else SQLite in data/.")(
        command
    )


def _with_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the opened and upgraded database as its first argument."""

    @_database_option
    @click.pass_context
    def opened(context: click.Context, /, url: str | None, **given: Any) -> Any:
        engine = database.connect(url or context.obj or database.default_url())
        context.call_on_close(engine.dispose)
        database.upgrade(engine)
        return command(engine, **given)

    return update_wrapper(opened, command)


def _reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--mapping", metavar="JSON", help='Columns and their fields: {"Key": "license_key", …}.'),
        click.option(
            "--date-order",
            type=click.Choice([order.value for order in DateOrder]),
            help="The order of day, month and year.",
        ),
        click.option("--encoding", help="The file's encoding, such as cp1252."),
        click.option("--delimiter", help="What parts the cells, such as ; or tab."),
        click.option("--header-line", type=click.IntRange(min=0), help="The header's line, 0 if there is none."),
        click.option("--sheet", help="Which sheet of a workbook."),
    ):
        command = option(command)
    return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@_database_option
@click.pass_context
def main(context: click.Context, url: str | None) -> None:
    """Move legacy plugin licenses to Marketplace, from the command line."""
    context.obj = url


@main.command()
@click.argument("file", type=_FILE)
@_reading_options
@click.option("--json", "as_json", is_flag=True, help="Everything, for another program.")
@click.option("--database", metavar="URL", expose_value=False, help="Taken like everywhere; a check needs none.")
def check(file: Path, as_json: bool, **reading: Any) -> None:
    """Say what a file holds and what is wrong with it, without importing it."""
    content = file.read_bytes()
    try:
        checked = intake.read_and_check(content, file.name, _settings(**reading), POLICY)
    except TableError as error:
        if as_json:
            _print_json(report.refused_report(content, file.name, error))
        raise
    if as_json:
        _print_json(report.file_report(content, file.name, checked, POLICY, datetime.now(UTC).date()))
    else:
        _print_checked(checked)


@main.command("import")
@click.argument("file", type=_FILE)
@_reading_options
@click.option("--by", metavar="WHO", default=getpass.getuser, help="Who imports; you, if not said.")
@click.option("--json", "as_json", is_flag=True, help="The receipt, for another program.")
@_with_store
def import_(engine: Engine, file: Path, by: str, as_json: bool, **reading: Any) -> None:
    """Import a legacy export: whole, or not at all."""
    receipt = intake.import_file(engine, file.name, file.read_bytes(), _settings(**reading), by, POLICY)
    if as_json:
        _print_json(receipt)
        return
    _print_counts(receipt)
    with database.reading(engine) as connection:
        _print_problems(batches.problems_of(connection, receipt["batch"])["message"].tolist())


@main.command()
@click.argument("batch", type=int)
@click.option("--by", metavar="WHO", default=getpass.getuser)
@click.option("--reason", default="", help="Why, for the history.")
@_with_store
def undo(engine: Engine, batch: int, by: str, reason: str) -> None:
    """Take an imported batch back; licenses that changed since are kept."""
    _print_turn(batch, "undone", intake.undo(engine, batch, by, reason))


@main.command()
@click.argument("batch", type=int)
@click.option("--by", metavar="WHO", default=getpass.getuser)
@click.option("--reason", default="", help="Why, for the history.")
@_with_store
def redo(engine: Engine, batch: int, by: str, reason: str) -> None:
    """Take the undoing of a batch back."""
    _print_turn(batch, "redone", intake.redo(engine, batch, by, reason))


@main.command("batches")
@_with_store
def batches_(engine: Engine) -> None:
    """List every file that was brought in, newest first."""
    with database.reading(engine) as connection:
        for row in batches.all_batches(connection).to_dict("records"):
            counts = (row["receipt"] or {}).get("counts", {})
            told = ", ".join(
                f"{counts[name]:,} {name}" for name in ("new", "changed", "unchanged", "held") if name in counts
            )
            when, state = f"{row['created_at']:%Y-%m-%d %H:%M}", row["state"]
            click.echo(f"#{row['id']}  {when}  {state:9}  {row['created_by']}  {row['name']}  {told}")


@main.command()
@click.option("--customer", metavar="NAME", help="One customer; all, if not said.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A .csv or .xlsx file; else CSV is printed."
)
@click.option("--by", metavar="WHO", default=getpass.getuser)
@_with_store
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
@_with_store
def progress(engine: Engine, as_json: bool) -> None:
    """Say where the migration stands."""
    with database.reading(engine) as connection:
        cube, version = views.cube(connection, Cut()), versions.latest_change(connection)
    now = standing(cube)
    told = {"data_version": version, "policy": POLICY.version, **report.progress_report(cube)}
    if as_json:
        _print_json(told)
        return
    click.echo(f"{counted(now.licenses, 'license')}, data version {version}, policy v{POLICY.version}")
    for outcome, number in told["outcomes"].items():
        click.echo(f"{number:>9,}  {OUTCOME_TITLES[Outcome(outcome)]}")
    click.echo(f"{now.users_added:>9,}  users to add by upgrades (Unlimited adds no number)")
    click.echo(f"{now.borderline:>9,}  Cloud licenses near the line")


@main.command("upgrade-database")
@_with_store
def upgrade_database(engine: Engine) -> None:
    """Bring the database's tables to this version of the application."""
    click.echo(f"The database at {engine.url.render_as_string(hide_password=True)} is up to date.")


def _settings(mapping: str | None, date_order: str | None, delimiter: str | None, **reading: Any) -> Settings:
    orders = {"*": date_order} if date_order else {}
    mark = "\t" if delimiter in ("tab", "\\t") else delimiter  # a shell makes typing a tab hard
    return Settings(mapping=_mapping(mapping), date_orders=orders, delimiter=mark, **reading)


def _mapping(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    try:
        mapping = json.loads(text)
    except json.JSONDecodeError as error:
        _refuse_mapping(error)
    if not isinstance(mapping, dict) or not all(isinstance(field, str) for field in mapping.values()):
        _refuse_mapping(None)
    return mapping


def _refuse_mapping(cause: Exception | None) -> NoReturn:
    raise Refused('--mapping must be JSON such as {"Key": "license_key", "Plugin": "product"}.') from cause


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


def _print_json(told: Any) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _print_checked(checked: Checked) -> None:
    table = checked.table
    form = [table.encoding] if table.encoding else []
    told = [counted(len(table), "row"), counted(len(table.header), "column"), *form]
    click.echo(", ".join([*told, f"header on line {table.header_line}"]))
    for column, field in checked.mapping.items():
        click.echo(f"  {column} → {field}")
    if checked.unmapped:
        click.echo(f"Not used: {', '.join(checked.unmapped)}")
    licenses = {name: column.take(checked.rows) for name, column in checked.licenses.items()}
    for outcome, number in judge_all(licenses, POLICY).map(lambda verdict: verdict.outcome).counts():
        click.echo(f"{number:>9,}  {OUTCOME_TITLES[outcome]}")
    click.echo(f"{int(checked.held.sum()):>9,}  rows held back")
    _print_problems([problem.message for problem in (*checked.undecided, *checked.errors, *checked.warnings)])


def _print_counts(receipt: dict[str, Any]) -> None:
    counts, effect = receipt["counts"], receipt["effect"]
    if receipt["change"] is None:
        click.echo(f"Nothing changed: all {counts['unchanged']:,} licenses are in the store as they are in the file.")
    told = ", ".join(f"{counts[name]:,} {name}" for name in ("new", "changed", "unchanged", "held", "repeated"))
    click.echo(f"Batch #{receipt['batch']}: {counts['rows']:,} rows in {receipt['seconds']} s: {told}.")
    click.echo(
        f"+{effect['gained']:,} can move, {effect['lost']:,} no longer can, {effect['tier_moves']:,} tier moves, "
        f"{effect['to_expired']:,} Cloud licenses legacy → expired."
    )
    for outcome in Outcome:
        if number := effect[f"now_{outcome}"]:
            click.echo(f"{number:>9,}  {OUTCOME_TITLES[outcome]}")


_SHOWN = 20


def _print_problems(messages: list[str]) -> None:
    for message in messages[:_SHOWN]:
        click.echo(message)
    if len(messages) > _SHOWN:
        click.echo(f"… and {len(messages) - _SHOWN:,} more; `check --json` lists them all.")


def _print_turn(number: int, done: str, counts: dict[str, int]) -> None:
    told = ", ".join(f"{counts[name]:,} {name}" for name in ("removed", "restored", "kept"))
    click.echo(f"Batch #{number} is {done}: {told}.")


if __name__ == "__main__":
    main()
