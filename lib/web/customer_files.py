"""The files of one customer: who downloaded them, and what was sent when."""

import streamlit as st

from lib.domain.policy import Policy
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.store import database, downloads, sendings
from lib.store.downloads import Download
from lib.store.sendings import Sending
from lib.web import customer_sending, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import User

KIND_TITLES = {
    "customer_xlsx": "Workbook",
    "customer_csv": "CSV",
    "customer_pdf": "PDF",
    "email": "Email draft",
    "xlsx": "Workbook for us",
    "zip": "Separate files (ZIP)",
    "csv": "CSV for us",
    "pdf": "Letters (PDF)",
    "letter": "Letter (PDF)",
}
"""What each kind of download is called."""


def files_tab(version: Version, key: str, user: User, policy: Policy) -> None:
    """Every file about the customer that was downloaded, and what was sent to it."""
    with database.reading(engine()) as connection:
        newest, total = downloads.page(connection, customer=key)
        sendings_of_customer = sendings.standing_of_customer(connection, key)
    if may(user, Action.MARK_SENT):
        st.button(
            "Mark as sent",
            key="sent_without_file",
            icon=":material/outgoing_mail:",
            help="For this customer only: what you sent it, such as the letter, says what is stored now.",
            on_click=customer_sending.mark,
            args=([key], Cut(customer=(key,)), None, user),
        )
    for sending in sendings_of_customer:
        if sending.download_id is None:
            with line(f"sending_{sending.id}"):
                st.text("Sent without a file")
                sent_badge(sending, user)
    if not newest:
        st.caption("No files downloaded yet.")
    by_download = {sending.download_id: sending for sending in sendings_of_customer}
    for download in newest:
        with line(f"taken_{download.id}"):
            download_line(key, download, by_download.get(download.id), user)
    if total > len(newest):
        st.caption(f"The newest {len(newest):,} of {total:,}.")


def line(key: str) -> "st.delta_generator.DeltaGenerator":
    """A card that is one line high."""
    return st.container(border=True, horizontal=True, vertical_alignment="center", key=key)


def download_line(customer: str, download: Download, sending: Sending | None, user: User) -> None:
    """One file: who downloaded it, and whether it was sent to this customer."""
    text = f"{KIND_TITLES.get(download.kind, download.kind.upper())} · {download.by}, {time_text(download.at)}"
    if download.customers > 1:
        text = f"{text} · with {quantity(download.customers - 1, 'other customer')}"
    st.text(text)
    if sending:
        sent_badge(sending, user)
    elif may(user, Action.MARK_SENT):
        st.button(
            "Mark as sent",
            key=f"sent_{download.id}",
            help="For this customer only.",
            on_click=customer_sending.mark,
            args=([customer], download.cut, download.id, user),
        )
    if download.customers > 1 and may(user, Action.MARK_SENT):
        label = f"Mark as sent to all {download.customers:,}…"
        if st.button(label, key=f"sent_all_{download.id}", type="tertiary"):
            with database.reading(engine()) as connection:
                everybody = downloads.customers_of(connection, download.id)
            customer_sending.ask(everybody, download.cut, download.id)


def sent_badge(sending: Sending, user: User) -> None:
    """When it was sent and by whom, with *Undo*."""
    text = widgets.escape(f"Sent {time_text(sending.at)}, {sending.by}")
    st.badge(text, icon=":material/outgoing_mail:", color="green")
    if not may(user, Action.MARK_SENT):
        return
    if sending.customers == 1:
        st.button(
            "Undo",
            key=f"unsent_{sending.id}",
            type="tertiary",
            on_click=customer_sending.withdraw,
            args=(sending.id, user),
        )
    elif st.button("Undo…", key=f"unsent_{sending.id}", type="tertiary"):
        customer_sending.ask_to_withdraw(sending.id)
