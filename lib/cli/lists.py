"""Lists of licenses and where they stand: upgrades, progress."""

from pathlib import Path

import click
from sqlalchemy import Connection, Engine

from lib.cli import json_reports
from lib.cli.commands import POLICY, CommandError, actor_option, main, print_json, with_store
from lib.documents import exports, letters, upgrade_files
from lib.documents.letters import Language
from lib.documents.upgrade_files import Kind
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.measures.progress import progress_counts
from lib.requests import downloads
from lib.store import database, license_counts, license_queries, versions


@main.command()
@click.option("--customer", metavar="NAME", help="One customer; all, if not said.")
@click.option(
    "--format", "kind", type=click.Choice(list(map(str, Kind))), help="By default what the file's name ends in."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that ends in .xlsx, .zip (a workbook for each customer), .csv or .pdf (letters); else CSV is printed.",
)
@actor_option
@with_store
def upgrades(engine: Engine, customer: str | None, kind: str | None, out: Path | None, actor: Actor) -> None:
    """Write the list of licenses that must grow, with the tier each needs."""
    wanted = _kind(kind, out)
    with database.reading(engine) as connection:
        cut = cut_of(connection, customer)
        content = upgrade_files.file(connection, wanted, cut, actor=actor, policy=POLICY)
        totals = license_queries.upgrade_totals(connection, cut)
        change, keys = versions.latest_change(connection), license_queries.upgrade_customer_keys(connection, cut)
    if out is None:
        click.echo(content.decode("utf-8-sig"), nl=False)
        return
    out.write_bytes(content)
    downloads.log(
        engine, kind=wanted, cut=cut, change=change, counts=totals, content=content, customers=keys, actor=actor
    )
    customers = quantity(totals["customers"], "customer")
    click.echo(f"{quantity(totals['upgrades'], 'upgrade')} of {customers} written to {out}.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For another program.")
@with_store
def progress(engine: Engine, as_json: bool) -> None:
    """Say where the migration stands."""
    with database.reading(engine) as connection:
        cube, version = license_counts.cube(connection, Cut()), versions.latest_change(connection)
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
    for file, (key, _, letter) in zip(names, found, strict=True):
        content = letters.letter_pdf([letter], about.as_of)
        (out / f"{file}.pdf").write_bytes(content)
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
    keys = tuple(license_queries.find_customers(connection, customer))
    if not keys:
        raise CommandError(f'No customer is called "{customer}". Give part of the name as the licenses spell it.')
    return Cut(customer=keys)


def _kind(said: str | None, out: Path | None) -> Kind:
    if said is None and out is None:
        return Kind.CSV
    ending = said or (out.suffix.lower().removeprefix(".") if out else "")
    if ending not in list(Kind):
        raise CommandError(
            f"{out.name if out else ending} must end in .xlsx, .zip, .csv or .pdf; other files are not written."
        )
    if out is None and ending != Kind.CSV:
        raise CommandError(f"A file of the kind {ending} cannot be printed. Say where to: --out FILE.{ending}")
    return Kind(ending)
