"""An archive with a workbook for each customer and a table of them, made and handed over customer by customer."""

import io
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from zipfile import ZipFile, ZipInfo

from sqlalchemy import Connection

from lib.documents.exports.about import About
from lib.documents.exports.csv_files import table_csv
from lib.documents.exports.lines import SHEET_OF, lines_of
from lib.documents.exports.lists import about_of
from lib.documents.exports.names import free_name, safe_name
from lib.documents.exports.upgrade_books import upgrade_book
from lib.domain.eligibility import Outcome
from lib.domain.policy import Policy
from lib.domain.roles import Action, Actor, require
from lib.measures.cut import Cut
from lib.store import file_rows

MANIFEST = "manifest.csv"
MANIFEST_TITLES = ("Customer", "File", "Licenses", "Upgrades", "Users added", "SHA-256")
"""The manifest's columns. *Licenses* are the rows of all sheets of a customer's workbook, *Upgrades* those that must grow."""

Entry = tuple[str, str, int, int, int, str]
"""A line of the manifest."""


def upgrades_zip(connection: Connection, cut: Cut, *, actor: Actor, policy: Policy) -> Iterator[bytes]:
    """An archive of a workbook for each customer that a cut has upgrades for, and its manifest, piece by piece.

    Each workbook is byte for byte that of `upgrade_list` for the cut narrowed to its customer. Customers come by their
    keys. Raises RefusalError if a workbook has no room, or if the actor may not. The connection must stay open until the last piece.
    """
    require(actor, Action.DOWNLOAD_UPGRADES)
    about = about_of(connection, cut, actor=actor, policy=policy)
    return archive(_workbooks(connection, cut, about), about)


def archive(files: Iterator[tuple[Entry, bytes]], about: About) -> Iterator[bytes]:
    """An archive of files, and of the manifest that says what they are, piece by piece."""
    window, manifest = _Window(), []
    with ZipFile(window, "w") as parts:  # type: ignore[call-overload]  # a file as far as ZipFile needs one
        for entry, content in files:
            parts.writestr(_named(entry[1], about), content)
            manifest.append(entry)
            yield window.taken()
        parts.writestr(_named(MANIFEST, about), table_csv(MANIFEST_TITLES, manifest))
    yield window.taken()


def _workbooks(connection: Connection, cut: Cut, about: About) -> Iterator[tuple[Entry, bytes]]:
    taken: dict[str, int] = {}
    lines = lines_of(file_rows.slices(connection, cut))
    for (customer, name), own in groupby(lines, attrgetter("customer", "name")):
        narrowed = cut.with_filters(customer=(customer,)).description()
        content, counts = upgrade_book(own, replace(about, cut=narrowed))
        file = f"{free_name(safe_name(name), taken)}.xlsx"
        licenses = sum(counts[outcome] for outcome in SHEET_OF)
        told = (licenses, counts[Outcome.UPGRADE_NEEDED], counts["users_added"])
        yield (name, file, *told, sha256(content).hexdigest()), content


def _named(name: str, about: About) -> ZipInfo:
    """A file of an archive, readable, with the time of the data: the same data makes the same bytes."""
    info = ZipInfo(name, about.as_of.timetuple()[:6])
    info.external_attr = 0o644 << 16
    return info


class _Window:
    """What was written last, at the end of a file of which all before was handed over; ZipFile goes back in it only."""

    def __init__(self) -> None:
        self._start, self._last = 0, io.BytesIO()

    def write(self, content: bytes) -> int:
        return self._last.write(content)

    def tell(self) -> int:
        return self._start + self._last.tell()

    def seek(self, place: int) -> int:
        return self._start + self._last.seek(place - self._start)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def taken(self) -> bytes:
        """Hand over what is there."""
        content = self._last.getvalue()
        self._start, self._last = self._start + len(content), io.BytesIO()
        return content
