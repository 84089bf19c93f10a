"""The files of *Upgrade lists*: made when somebody asks for them, and noted, so that changes since can be told."""

from enum import StrEnum
from functools import partial

import streamlit as st
from sqlalchemy import Connection

from lib import database, downloads, exports, letters
from lib.cut import Cut
from lib.exports import Ending
from lib.letters.pdf import MOST
from lib.policy import Policy
from lib.store import versions, views
from lib.web import session
from lib.web.connection import engine
from lib.web.session import Role, User


class Kind(StrEnum):
    """The kinds of file that a list can be had as."""

    XLSX = "xlsx"
    ZIP = "zip"
    CSV = "csv"
    PDF = "pdf"


_LABELS = {Kind.XLSX: "Workbook", Kind.ZIP: "One file each", Kind.CSV: "CSV", Kind.PDF: "Letters"}
_HELP = {
    Kind.XLSX: "One workbook with all of it.",
    Kind.ZIP: "An archive with a workbook for each customer, and a table of them.",
    Kind.CSV: "The licenses that must grow, for a spreadsheet or another program.",
    Kind.PDF: "The letter to each customer, in the language of its country.",
}
_MIME = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ZIP: "application/zip",
    Kind.CSV: "text/csv",
    Kind.PDF: "application/pdf",
}


def file(kind: Kind, cut: Cut, user: User, policy: Policy) -> bytes:
    """The list of a cut as it is now, built when somebody clicks, if that person still may have it; it is noted who did."""
    session.recheck(user, Role.EDITOR)
    with database.reading(engine()) as connection:
        content = _content(connection, kind, cut, user, policy)
        change = versions.latest_change(connection)
        customers, counts = views.customer_keys(connection, cut), views.upgrade_totals(connection, cut)
    downloads.log(
        engine(), kind=kind, cut=cut, change=change, counts=counts, content=content, customers=customers, by=user.name
    )
    return content


def _content(connection: Connection, kind: Kind, cut: Cut, user: User, policy: Policy) -> bytes:
    if kind is Kind.ZIP:
        return b"".join(exports.upgrades_zip(connection, cut, by=user.name, policy=policy))
    if kind is Kind.PDF:
        about = exports.about_of(connection, cut, by=user.name, policy=policy)
        return letters.letter_pdf([letter for _, _, letter in letters.letters_of(connection, cut)], about.as_of)
    return exports.upgrade_list(connection, cut, Ending(kind), by=user.name, policy=policy)


def buttons(cut: Cut, title: str, told: dict[str, int], user: User, policy: Policy) -> None:
    """A button for each kind of file; one that cannot hold all of it says so."""
    for kind in Kind:
        refusal = _refusal(kind, told)
        st.download_button(
            _LABELS[kind],
            partial(file, kind, cut, user, policy),
            f"{'Letters' if kind is Kind.PDF else 'Upgrades'} {exports.safe_name(title)}.{kind}",
            _MIME[kind],
            key=f"download_{kind}",
            type="primary" if kind is Kind.XLSX else "secondary",
            icon=":material/download:",
            on_click="ignore",
            disabled=bool(refusal),
            help=refusal or _HELP[kind],
            width="content",
        )


def _refusal(kind: Kind, told: dict[str, int]) -> str:
    if kind is Kind.XLSX and max(told["upgrades"], told["unclear"]) > exports.MAX_ROWS:
        return f"A workbook has room for {exports.MAX_ROWS:,} licenses. Choose fewer customers, or take the CSV."
    if kind is Kind.PDF and told["customers"] > MOST:
        return f"One file holds {MOST:,} letters at most. Choose fewer customers."
    return ""
