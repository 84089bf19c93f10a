"""Licenses that need an upgrade, and letters to customers: upgrades, letters."""

from collections.abc import Mapping
from pathlib import Path

import click
from sqlalchemy import Connection, Engine

from lib.cli.commands import CommandError, main, with_store
from lib.cli.options import actor_option, choice, customer_option, out_option
from lib.cli.output import make_folder, write_file
from lib.cli.terminal import echo
from lib.documents import exports, letters, upgrade_files
from lib.documents.customer_editions import CUSTOMER_FORMATS
from lib.documents.exports.file_formats import PDF
from lib.documents.letters import Language
from lib.documents.list_formats import UpgradeFormat
from lib.documents.upgrade_files import TABLE, UPGRADE_FORMATS
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.requests import downloads
from lib.store import change_log, customer_lists, customer_queries, database, policies


@main.command()
@customer_option
@click.option(
    "--format", "suffix", type=click.Choice([*UPGRADE_FORMATS]), help="By default the ending of the file's name."
)
@out_option(
    "A file that ends in .xlsx, .zip (a workbook for each customer), .csv or .pdf (letters); else CSV is printed.",
    required=False,
)
@click.option("--for-customer", is_flag=True, help="The edition that one customer gets, without what is ours.")
@actor_option
@with_store
def upgrades(
    engine: Engine, customer: str | None, suffix: str | None, out: Path | None, for_customer: bool, actor: Actor
) -> None:
    """Write the list of licenses that need an upgrade."""
    formats = CUSTOMER_FORMATS if for_customer else UPGRADE_FORMATS
    upgrade_format = format_of(suffix, out, {one.format.suffix: one for one in formats.values()})
    with database.reading(engine) as connection:
        cut = cut_of(connection, customer)
        if for_customer:
            refuse_unless_one(cut)
        file = upgrade_files.file(connection, upgrade_format, cut, actor=actor, policy=policies.current(connection))
        change = change_log.latest_change(connection)
        customers = customer_lists.listed_keys(connection, cut)
    if out is not None:
        write_file(out, [file.content])
    downloads.log(
        engine,
        kind=upgrade_format.suffix,
        cut=cut,
        change=change,
        counts=file.totals.to_json(),
        content=file.content,
        customers=[key for key in customers if key not in file.omitted],
        actor=actor,
    )
    if out is None:
        echo(str(file.content, "utf-8-sig"), nl=False)
        print_hint(file.hint)
        return
    upgrade_count, customer_count = file.totals.upgrades, file.totals.customers
    echo(f"{quantity(upgrade_count, 'upgrade')} of {quantity(customer_count, 'customer')} written to {out}.")
    print_hint(file.hint)
    if file.remark:
        raise CommandError(file.remark)


def print_hint(hint: str) -> None:
    """Print what to mind beside the list, not in it."""
    if hint:
        echo(hint, err=True)


@main.command("letters")
@customer_option
@click.option("--language", type=choice(Language), help="By default that of each customer's country.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for a PDF each; else the letters are printed.",
)
@actor_option
@with_store
def write_letters(engine: Engine, customer: str | None, language: str | None, out: Path | None, actor: Actor) -> None:
    """Write letters about questions and upgrades."""
    with database.reading(engine) as connection:
        cut = cut_of(connection, customer)
        about = exports.about_of(connection, cut, actor=actor, policy=policies.current(connection))
        all_letters = letters.letters_of(connection, cut, Language(language) if language else None)
        customer_letters, doubtful = upgrade_files.certain_letters(connection, cut, all_letters)
    remark = upgrade_files.remark_of_doubts(doubtful)
    if out is None:
        for key, name, letter in customer_letters:
            log_letter(engine, key, about.data_version, letter.body.encode(), actor)
            echo(f"{name}\nTo: {letter.to or '?'}\nSubject: {letter.subject}\n\n{letter.body}\n")
        if remark:
            raise CommandError(remark)
        return
    make_folder(out)
    stems = exports.numbered(exports.safe_name(name) for _, name, _ in customer_letters)
    omissions = []
    for stem, (key, name, letter) in zip(stems, customer_letters, strict=True):
        if characters := letters.missing_glyphs(letter):
            omissions.append((name, characters))
            continue
        content = letters.letter_pdf([letter], about.as_of)
        write_file(out / PDF.file_name(stem), [content])
        log_letter(engine, key, about.data_version, content, actor)
    echo(f"{quantity(len(customer_letters) - len(omissions), 'letter')} written to {out}.")
    if omissions or remark:
        raise CommandError(" ".join(filter(None, (remark, letters.omission_sentence(omissions)))))


def log_letter(engine: Engine, customer_key: str, change: int, content: bytes, actor: Actor) -> None:
    """Log a letter as a download of its customer's licenses."""
    downloads.log(
        engine,
        kind="letter",
        cut=Cut(customer=(customer_key,)),
        change=change,
        counts={"letters": 1},
        content=content,
        customers=[customer_key],
        actor=actor,
    )


def refuse_unless_one(cut: Cut) -> None:
    """Raises CommandError unless a cut is one customer's."""
    if len(cut.customer) != 1:
        raise CommandError("A customer's edition is for one customer: give --customer with a name that only one has.")


def cut_of(connection: Connection, customer: str | None) -> Cut:
    """The licenses of a customer, by part of its name; all licenses without one."""
    if not customer:
        return Cut()
    keys = tuple(customer_queries.find_customers(connection, customer))
    if not keys:
        raise CommandError(
            f'No customer is called "{customer}". Give part of the name as it is spelled in the licenses.'
        )
    return Cut(customer=keys)


def format_of(suffix: str | None, out: Path | None, formats: Mapping[str, UpgradeFormat]) -> UpgradeFormat:
    """The format that was asked for, else the one that the file's name ends in; CSV where there is no file."""
    if suffix is None and out is None:
        return formats[TABLE.format.suffix]
    ending = suffix or (out.suffix.lower().removeprefix(".") if out else "")
    if ending not in formats:
        name = out.name if out else ending
        *others, last = (f".{one}" for one in formats)
        raise CommandError(f"{name} must end in {', '.join(others)} or {last}; other files are not written.")
    if out is None and ending != TABLE.format.suffix:
        raise CommandError(f"A file of the kind {ending} cannot be printed. Say where to: --out FILE.{ending}")
    return formats[ending]
