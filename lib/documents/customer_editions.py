"""The edition of a list that its one customer gets: workbook, PDF or CSV, without a word that is only for us."""

from sqlalchemy import Connection

from lib.documents import exports
from lib.documents.exports.customer_sheets import CustomerSheet
from lib.documents.exports.file_formats import CSV, PDF, XLSX
from lib.documents.letters import Language
from lib.documents.list_formats import UpgradeFile, UpgradeFormat
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.measures.cut import Cut
from lib.store import change_log, customer_lists


def only_sheet(connection: Connection, cut: Cut, language: Language | None = None) -> CustomerSheet:
    """The list of the one customer of a cut. Raises RefusalError if that has no license to list."""
    as_of = change_log.last_change_at(connection)
    for sheet in exports.customer_sheets(connection, cut, as_of.date(), language):
        return sheet
    raise RefusalError(
        "None of this customer's licenses is movable, so there is no list to send. Use the workbook for us."
    )


def customer_workbook(connection: Connection, cut: Cut, language: Language | None = None, *, actor: Actor) -> bytes:
    """The customer's own edition of its list as a workbook, by default in the customer's language.

    Raises RefusalError if it has nothing to list, or if the actor may not have it.
    """
    require(actor, Action.DOWNLOAD_UPGRADES)
    sheet = only_sheet(connection, cut, language)
    return exports.customer_book(sheet, change_log.last_change_at(connection))


def write_customer_book(connection: Connection, cut: Cut, actor: Actor, policy: Policy) -> UpgradeFile:
    """The customer's own edition of its list as a workbook."""
    content = customer_workbook(connection, cut, actor=actor)
    return UpgradeFile(content, customer_lists.list_totals(connection, cut))


def write_customer_csv(connection: Connection, cut: Cut, actor: Actor, policy: Policy) -> UpgradeFile:
    """The customer's own edition of its list as CSV."""
    content = exports.customer_csv(only_sheet(connection, cut))
    return UpgradeFile(content, customer_lists.list_totals(connection, cut))


def write_customer_pdf(connection: Connection, cut: Cut, actor: Actor, policy: Policy) -> UpgradeFile:
    """The customer's own edition of its list as PDF."""
    content = exports.customer_pdf(only_sheet(connection, cut), change_log.last_change_at(connection))
    return UpgradeFile(content, customer_lists.list_totals(connection, cut))


CUSTOMER_WORKBOOK = UpgradeFormat(
    format=XLSX,
    title="Workbook",
    help="For the customer: one page with its licenses, what is needed and what to do.",
    stem="Balsamiq licenses",
    write=write_customer_book,
    goes_to_customers=True,
    edition="customer_",
)
CUSTOMER_TABLE = UpgradeFormat(
    format=CSV,
    title="CSV",
    help="For the customer: the same list for a spreadsheet.",
    stem="Balsamiq licenses",
    write=write_customer_csv,
    goes_to_customers=True,
    edition="customer_",
)
CUSTOMER_PDF = UpgradeFormat(
    format=PDF,
    title="PDF",
    help="For the customer: the same page, to be read or printed as it is.",
    stem="Balsamiq licenses",
    write=write_customer_pdf,
    goes_to_customers=True,
    edition="customer_",
)
CUSTOMER_FORMATS = {one.suffix: one for one in (CUSTOMER_WORKBOOK, CUSTOMER_PDF, CUSTOMER_TABLE)}
"""The formats of the edition that one customer gets, by suffix."""
