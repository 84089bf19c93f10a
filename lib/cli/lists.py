"""Lists of licenses and where they stand: upgrades, progress."""

from pathlib import Path

import click
from sqlalchemy import Connection, Engine

from lib.cli import json_reports
from lib.cli.commands import POLICY, CommandError, actor_option, main, print_json, with_store
from lib.documents import exports, letters, upgrade_files
from lib.documents.exports.file_formats import PDF
from lib.documents.letters import Language
from lib.documents.upgrade_files import TABLE, UPGRADE_FORMATS, UpgradeFormat
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.measures.progress import progress_counts
from lib.requests import downloads
from lib.store import change_log, customer_queries, database, license_counts


@main.command()
@click.option("--customer", metavar="NAME", help="One customer; all, if not said.")
@click.option(
    "--format", "suffix", type=click.Choice(list(UPGRADE_FORMATS)), help="By default what the file's name ends in."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that ends in .xlsx, .zip (a workbook for each customer), .csv or .pdf (letters); else CSV is printed.",
)
@actor_option
@with_store
def upgrades(engine: Engine, customer: str | None, suffix: str | None, out: Path | None, actor: Actor) -> None:
    """Write the list of licenses that must grow, with the tier each needs."""
    upgrade_format = format_of(suffix, out)
    with database.reading(engine) as connection:
        cut = cut_of(connection, customer)
        file = upgrade_files.file(connection, upgrade_format, cut, actor=actor, policy=POLICY)
        change, keys = change_log.latest_change(connection), customer_queries.upgrade_customer_keys(connection, cut)
    if out is None:
        click.echo(file.content.decode("utf-8-sig"), nl=False)
        return
    out.write_bytes(file.content)
    downloads.log(
        engine,
        kind=upgrade_format.suffix,
        cut=cut,
        change=change,
        counts=file.totals.to_json(),
        content=file.content,
        customers=keys,
        actor=actor,
    )
    customers = quantity(file.totals.customers, "customer")
    click.echo(f"{quantity(file.totals.upgrades, 'upgrade')} of {customers} written to {out}.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For another program.")
@with_store
def progress(engine: Engine, as_json: bool) -> None:
    """Say where the migration stands."""
    with database.reading(engine) as connection:
        cube, version = license_counts.cube(connection, Cut()), change_log.latest_change(connection)
    now = progress_counts(cube)
    told = {"data_version": version, "policy": POLICY.version, **json_reports.progress_report(cube)}
    if as_json:
        print_json(told)
        return
    click.echo(f"{quantity(now.licenses, 'license')}, data version {version}, policy v{POLICY.version}")
    for outcome, number in told["outcomes"].items():
        click.echo(f"{number:>9,}  {OUTCOME_TITLES[Outcome(outcome)]}")
    click.echo(f"{now.users_added:>9,}  users to add by upgrades (Unlimited adds no number)")
    click.echo(f"{now.borderline:>9,}  Cloud licenses near the line")


@main.command("letters")
@click.option("--customer", metavar="NAME", help="One customer; all, if not said.")
@click.option(
    "--language", type=click.Choice(list(map(str, Language))), help="By default that of each customer's country."
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="A folder for a PDF each; else they are printed."
)
@actor_option
@with_store
def write_letters(engine: Engine, customer: str | None, language: str | None, out: Path | None, actor: Actor) -> None:
    """Write the letter to each customer who must be asked for something, or told of an upgrade."""
    with database.reading(engine) as connection:
        cut = cut_of(connection, customer)
        about = exports.about_of(connection, cut, actor=actor, policy=POLICY)
        found = list(letters.letters_of(connection, cut, Language(language) if language else None))
    if out is None:
        for _, name, letter in found:
            click.echo(f"{name}\nTo: {letter.to or '?'}\nSubject: {letter.subject}\n\n{letter.body}\n")
        return
    out.mkdir(parents=True, exist_ok=True)
    names = exports.numbered(exports.safe_name(name) for _, name, _ in found)
    for stem, (key, _, letter) in zip(names, found, strict=True):
        content = letters.letter_pdf([letter], about.as_of)
        (out / PDF.file_name(stem)).write_bytes(content)
        downloads.log(
            engine,
            kind="letter",
            cut=Cut(customer=(key,)),
            change=about.data_version,
            counts={"letters": 1},
            content=content,
            customers=[key],
            actor=actor,
        )
    click.echo(f"{quantity(len(found), 'letter')} written to {out}.")


def cut_of(connection: Connection, customer: str | None) -> Cut:
    """The licenses of a customer, by part of its name; all licenses without one."""
    if not customer:
        return Cut()
    keys = tuple(customer_queries.find_customers(connection, customer))
    if not keys:
        raise CommandError(f'No customer is called "{customer}". Give part of the name as the licenses spell it.')
    return Cut(customer=keys)


def format_of(suffix: str | None, out: Path | None) -> UpgradeFormat:
    """The format that was asked for, or the one that the file's name ends in; CSV where there is no file."""
    if suffix is None and out is None:
        return TABLE
    ending = suffix or (out.suffix.lower().removeprefix(".") if out else "")
    if ending not in UPGRADE_FORMATS:
        raise CommandError(
            f"{out.name if out else ending} must end in .xlsx, .zip, .csv or .pdf; other files are not written."
        )
    if out is None and ending != TABLE.suffix:
        raise CommandError(f"A file of the kind {ending} cannot be printed. Say where to: --out FILE.{ending}")
    return UPGRADE_FORMATS[ending]
