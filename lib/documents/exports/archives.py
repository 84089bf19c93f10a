"""An archive with a workbook for each customer and a table of them, made and handed over customer by customer."""

import io
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from hashlib import sha256
from zipfile import ZipFile, ZipInfo

from sqlalchemy import Connection

from lib.documents import doubts
from lib.documents.exports.about import About
from lib.documents.exports.csv_files import table_csv
from lib.documents.exports.customer_books import customer_book
from lib.documents.exports.customer_sheets import CustomerSheet, customer_sheets
from lib.documents.exports.file_formats import XLSX
from lib.documents.exports.lists import about_of
from lib.documents.exports.names import free_name, safe_name, shortened
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.measures.cut import Cut

MANIFEST = "manifest.csv"
MANIFEST_TITLES = ("Customer", "File", "Licenses", "Upgrades", "Users added", "SHA-256", "Remark")
"""The manifest's columns. *Licenses* are the rows of a customer's workbook, *Upgrades* those that need one.
A customer whose workbook could not be made has no file, and the reason as its remark."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the manifest: a customer's workbook and what it holds."""

    customer: str
    file: str
    licenses: int
    upgrades: int
    users_added: int
    sha256: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Omission:
    """A customer, by key and by name, that a file lacks, and why."""

    customer: str
    name: str
    reason: str


def ignore_omission(omission: Omission) -> None:
    """Report to nobody."""


def upgrades_zip(
    connection: Connection,
    cut: Cut,
    *,
    actor: Actor,
    policy: Policy,
    report_omission: Callable[[Omission], None] = ignore_omission,
) -> Iterator[bytes]:
    """An archive of a workbook for each customer that a cut has upgrades for, and its manifest, piece by piece.

    Each workbook is the customer's own edition. Customers come by their keys.
    A customer whose workbook has no room, or who may be several firms, is reported and has its reason in the manifest. Raises RefusalError if the actor
    may not have the archive. The connection must stay open until the last piece.
    """
    require(actor, Action.DOWNLOAD_UPGRADES)
    about = about_of(connection, cut, actor=actor, policy=policy)
    return archive(workbooks(connection, cut, about, report_omission), about)


def archive(files: Iterator[tuple[Entry, bytes]], about: About) -> Iterator[bytes]:
    """An archive of files, and of the manifest that says what they are, piece by piece."""
    window, manifest = Window(), []
    with ZipFile(window, "w") as parts:  # type: ignore[call-overload]  # a file as far as ZipFile needs one
        for entry, content in files:
            if entry.file:
                parts.writestr(file_in_archive(entry.file, about), content)
            manifest.append(astuple(entry))
            yield window.take()
        parts.writestr(file_in_archive(MANIFEST, about), table_csv(MANIFEST_TITLES, manifest))
    yield window.take()


def workbooks(
    connection: Connection, cut: Cut, about: About, report_omission: Callable[[Omission], None]
) -> Iterator[tuple[Entry, bytes]]:
    """Each customer's workbook, empty if it has no room, and its line of the manifest."""
    names: dict[str, int] = {}
    doubtful = doubts.reasons(connection, cut)
    for sheet in customer_sheets(connection, cut, about.as_of.date()):
        if sheet.customer in doubtful:
            report_omission(Omission(sheet.customer, sheet.name, doubtful[sheet.customer]))
            yield omission_entry(sheet.name, doubtful[sheet.customer]), b""
            continue
        try:
            content = customer_book(sheet, about.as_of)
        except RefusalError as refusal:
            report_omission(Omission(sheet.customer, sheet.name, str(refusal)))
            yield omission_entry(sheet.name, str(refusal)), b""
            continue
        file = XLSX.file_name(free_name(safe_name(sheet.name), names))
        yield entry_of(sheet, file, content), content


def entry_of(sheet: CustomerSheet, file: str, content: bytes) -> Entry:
    """The line of the manifest for a customer's workbook."""
    digest = sha256(content).hexdigest()
    return Entry(sheet.name, file, len(sheet.rows), sheet.upgrades, sheet.users_added, digest)


def omission_entry(customer: str, reason: str) -> Entry:
    """The line of the manifest for a customer whose workbook could not be made."""
    # A spreadsheet program has no room for the whole of a name that no workbook had room for.
    return Entry(shortened(customer), "", 0, 0, 0, "", reason)


def file_in_archive(name: str, about: About) -> ZipInfo:
    """A file of an archive, readable, with the time of the data: the same data makes the same bytes."""
    info = ZipInfo(name, about.as_of.timetuple()[:6])
    info.external_attr = 0o644 << 16
    return info


class Window:
    """The end of a file that is handed over piece by piece.

    ZipFile goes back only within what it wrote last, to fill in a size: what lies before need not be kept.
    """

    def __init__(self) -> None:
        self._start, self._last = 0, io.BytesIO()

    def write(self, content: bytes) -> int:
        """Write where the file stands."""
        return self._last.write(content)

    def tell(self) -> int:
        """Where the file stands, from its beginning."""
        return self._start + self._last.tell()

    def seek(self, place: int) -> int:
        """Go to a place, counted from the file's beginning."""
        return self._start + self._last.seek(place - self._start)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def take(self) -> bytes:
        """Hand over what was written since the last time."""
        content = self._last.getvalue()
        self._start, self._last = self._start + len(content), io.BytesIO()
        return content
