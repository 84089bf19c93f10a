"""The files for us that a list of customers can be had as, the same bytes on the screen and from the command line."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from sqlalchemy import Connection

from lib.documents import doubts, exports, letters
from lib.documents.exports.file_formats import CSV, PDF, XLSX, ZIP
from lib.documents.letters import Letter
from lib.documents.letters.pdf import MOST_LETTERS, MOST_NAMES
from lib.documents.list_formats import UpgradeFile, UpgradeFormat
from lib.documents.spool import spool
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import quantity, quote
from lib.measures.cut import Cut
from lib.measures.list_totals import ListTotals
from lib.store import customer_lists


def write_workbook(connection: Connection, cut: Cut, actor: Actor, policy: Policy) -> UpgradeFile:
    """The list as one workbook."""
    book = exports.upgrades_workbook(connection, cut, actor=actor, policy=policy)
    return UpgradeFile(book.content, book.counts.totals)


def write_archive(connection: Connection, cut: Cut, actor: Actor, policy: Policy) -> UpgradeFile:
    """The list as an archive of workbooks, without those that have no room for their licenses."""
    omissions: list[exports.Omission] = []
    parts = exports.upgrades_zip(connection, cut, actor=actor, policy=policy, report_omission=omissions.append)
    content = spool(parts)
    keys = tuple(omission.customer for omission in omissions)
    totals = totals_without(connection, cut, keys)
    if omissions and not totals.customers:
        raise RefusalError(workbook_remark(omissions))
    return UpgradeFile(content, totals, keys, workbook_remark(omissions))


def workbook_remark(omissions: Sequence[exports.Omission]) -> str:
    """Which customers an archive lacks, and why; empty if none."""
    if not omissions:
        return ""
    names = [quote(omission.name) for omission in omissions[:MOST_NAMES]]
    if len(omissions) > MOST_NAMES:
        names.append(f"and {len(omissions) - MOST_NAMES:,} more")
    reason = f"No workbook for {quantity(len(omissions), 'customer')}: {', '.join(names)}."
    if len({omission.reason for omission in omissions}) > 1:
        return f"{reason} The table {exports.MANIFEST} says why for each."
    return f"{reason} {omissions[0].reason}"


def write_csv(connection: Connection, cut: Cut, actor: Actor, policy: Policy) -> UpgradeFile:
    """The licenses that the list is about, as CSV."""
    content = b"".join(exports.upgrades_csv_parts(connection, cut))
    return UpgradeFile(content, customer_lists.list_totals(connection, cut), hint=exports.hint_on_keys(content))


def write_letters(connection: Connection, cut: Cut, actor: Actor, policy: Policy) -> UpgradeFile:
    """The letters to the customers of the list, as PDF."""
    # Those that no font can show are left out and named.
    about = exports.about_of(connection, cut, actor=actor, policy=policy)
    certain, doubtful = certain_letters(connection, cut, letters.letters_of(connection, cut))
    complete, undrawable = drawable_letters(certain)
    left_out_keys = (*doubtful, *undrawable)
    remark = " ".join(filter(None, (remark_of_doubts(doubtful), letters.omission_sentence(list(undrawable.values())))))
    if left_out_keys and not complete:
        raise RefusalError(remark)
    content = letters.letter_pdf(complete, about.as_of)
    return UpgradeFile(content, totals_without(connection, cut, left_out_keys), left_out_keys, remark)


def certain_letters(
    connection: Connection, cut: Cut, all_letters: Iterable[tuple[str, str, Letter]]
) -> tuple[list[tuple[str, str, Letter]], dict[str, tuple[str, str]]]:
    """The letters to customers that are one firm for certain, and by key the name of each other and why it is left out."""
    reasons = doubts.reasons(connection, cut)
    certain, doubtful = [], {}
    for key, name, letter in all_letters:
        if key in reasons:
            doubtful[key] = (name, reasons[key])
        else:
            certain.append((key, name, letter))
    return certain, doubtful


def remark_of_doubts(doubtful: Mapping[str, tuple[str, str]]) -> str:
    """A sentence that names the customers that may be several firms."""
    return doubts.omission_sentence(list(doubtful.values()))


def drawable_letters(all_letters: Iterable[tuple[str, str, Letter]]) -> tuple[list[Letter], dict[str, tuple[str, str]]]:
    """The letters that can be shown, and by key the name of each other customer and the characters that no font has."""
    complete, omissions = [], {}
    for key, name, letter in all_letters:
        if characters := letters.missing_glyphs(letter):
            omissions[key] = (name, characters)
        else:
            complete.append(letter)
    return complete, omissions


def remark_of_letters(connection: Connection, cut: Cut) -> str:
    """Which customers a file of letters would lack."""
    # A file has room for no more, and a page must not wait for the letters of a whole store.
    first_letters = islice(letters.letters_of(connection, cut), MOST_LETTERS)
    _, omissions = drawable_letters(first_letters)
    return letters.omission_sentence(list(omissions.values()))


def totals_without(connection: Connection, cut: Cut, customers: tuple[str, ...]) -> ListTotals:
    """The totals of a cut less those of some of its customers."""
    totals = customer_lists.list_totals(connection, cut)
    if not customers:
        return totals
    return totals - customer_lists.list_totals(connection, cut.with_filters(customer=customers))


def refusal_of_workbook(totals: ListTotals) -> str:
    """Why a workbook has no room for a list."""
    if max(totals.upgrades, totals.unclear, totals.eligible, totals.cloud, totals.moved) <= exports.MAX_ROWS:
        return ""
    return f"A workbook has room for {exports.MAX_ROWS:,} licenses. Choose fewer customers, or take the CSV."


def refusal_of_letters(totals: ListTotals) -> str:
    """Why a file has no room for the letters."""
    if not totals.eligible + totals.upgrades + totals.unclear + totals.cloud:
        return "Nothing is left to ask these customers."
    if totals.customers <= MOST_LETTERS:
        return ""
    return f"One file holds {MOST_LETTERS:,} letters at most. Choose fewer customers."


WORKBOOK = UpgradeFormat(
    format=XLSX,
    title="Workbook",
    help="One workbook with everything.",
    write=write_workbook,
    refusal=refusal_of_workbook,
)
ARCHIVE = UpgradeFormat(
    format=ZIP,
    title="Separate files (ZIP)",
    help="An archive with each customer's own workbook, to be sent, and a table of them.",
    write=write_archive,
    goes_to_customers=True,
)
TABLE = UpgradeFormat(
    format=CSV,
    title="CSV",
    help="The licenses that put customers into this list, for another program. "
    "A spreadsheet changes keys such as 00123 or 1E10: take the workbook there.",
    write=write_csv,
)
LETTERS = UpgradeFormat(
    format=PDF,
    title="Letters",
    help="The letter to each customer, in the language of its country.",
    stem="Letters",
    write=write_letters,
    refusal=refusal_of_letters,
    remark=remark_of_letters,
    goes_to_customers=True,
)

FORMATS_FOR_US = {one.suffix: one for one in (WORKBOOK, TABLE)}
"""The formats with all that is stored, by suffix."""

UPGRADE_FORMATS = {one.suffix: one for one in (WORKBOOK, ARCHIVE, TABLE, LETTERS)}
"""All formats, by suffix."""


def file(
    connection: Connection, upgrade_format: UpgradeFormat, cut: Cut, *, actor: Actor, policy: Policy
) -> UpgradeFile:
    """The list of a cut as a file.

    Raises RefusalError if the format has no room for all of it, or if the actor may not have it.
    """
    require(actor, Action.DOWNLOAD_UPGRADES)
    return upgrade_format.write(connection, cut, actor, policy)
