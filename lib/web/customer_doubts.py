"""Customers that may be several firms: said where their files are made, with the button that settles it."""

import streamlit as st

from lib.documents import doubts
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.editing import customer_confirmations
from lib.measures.cut import Cut
from lib.store import customer_confirmations as stored
from lib.store import database
from lib.web import cached, session, upgrade_files, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import User

# To look at the licenses of more takes a page longer than its visitor waits.
_MOST_CUSTOMERS = 5_000
_MESSAGE = "doubts_message"


def notice(version: Version, cut: Cut, customers: int) -> None:
    """A warning that names the customers of a list, of so many, whose files are on hold."""
    if customers > _MOST_CUSTOMERS:
        st.caption("Customers that may be several firms are listed once *Separate files* or *Letters* are made.")
        return
    with database.reading(engine()) as connection:
        revision = stored.revision(connection)
    sentences = cached.remarks_on_doubts(version, revision, cut)
    if sentences:
        lines = "\n".join(f"- {widgets.escape(sentence)}" for sentence in sentences)
        st.warning(
            f"**Left out of *Separate files* and *Letters***\n\n{lines}\n\nOpen the customer to confirm it.",
            icon=":material/group_off:",
        )


def panel(key: str, user: User) -> None:
    """What speaks against a customer being one firm, or who confirmed that it is."""
    with database.reading(engine()) as connection:
        reason = doubts.reasons(connection, Cut(customer=(key,))).get(key, "")
        confirmation = stored.confirmations_of(connection, [key]).get(key)
    if sentence := st.session_state.pop(_MESSAGE, ""):
        st.info(widgets.escape(sentence), icon=":material/info:")
    may_decide = may(user, Action.MERGE_CUSTOMERS)
    if reason:
        st.warning(widgets.escape(reason), icon=":material/group_off:")
        if key and may_decide:
            st.button("This is one customer", key="confirm_customer", on_click=confirm, args=(key, user))
    elif confirmation:
        with st.container(horizontal=True, vertical_alignment="center", key="confirmation"):
            by = f"Confirmed as one customer by {confirmation.by} on {time_text(confirmation.at)}."
            st.caption(widgets.escape(by), width="content")
            if may_decide:
                args = (confirmation.id, user)
                st.button("Undo", key="undo_confirmation", type="tertiary", on_click=withdraw, args=args)


def confirm(key: str, user: User) -> None:
    """Record that a customer is one, or say why it cannot be."""
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        customer_confirmations.confirm(engine(), key, actor)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)
    upgrade_files.forget_remarks()


def withdraw(number: int, user: User) -> None:
    """Withdraw a confirmation, or say why it cannot be."""
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        customer_confirmations.withdraw(engine(), number, actor)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)
