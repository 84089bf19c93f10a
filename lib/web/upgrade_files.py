"""The files of *Upgrade lists*: made when somebody asks for them, and noted, so that changes since can be told."""

from functools import partial

import streamlit as st

from lib.documents import exports, upgrade_files
from lib.documents.letters.pdf import MOST
from lib.documents.upgrade_files import Kind
from lib.domain.policy import Policy
from lib.domain.roles import Action
from lib.measures.cut import Cut
from lib.requests import downloads
from lib.store import database, license_queries, versions
from lib.web import session
from lib.web.connection import engine
from lib.web.session import User

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
    actor = session.recheck(user, Action.DOWNLOAD_UPGRADES)
    with database.reading(engine()) as connection:
        content = upgrade_files.file(connection, kind, cut, actor=actor, policy=policy)
        change = versions.latest_change(connection)
        customers, counts = (
            license_queries.upgrade_customer_keys(connection, cut),
            license_queries.upgrade_totals(connection, cut),
        )
    downloads.log(
        engine(), kind=kind, cut=cut, change=change, counts=counts, content=content, customers=customers, actor=actor
    )
    return content


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
