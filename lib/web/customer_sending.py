"""Marking as sent: of one customer at once, of several after a dialog that names them; and the way back."""

from collections.abc import Sequence

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.requests import sendings
from lib.store import database
from lib.web import cached, session, widgets
from lib.web.connection import engine
from lib.web.session import Role, User

# In the session: what the last marking did, and its number if it can be undone.
_MESSAGE = "sending_message"


def mark(customers: Sequence[str], cut: Cut, download: int | None, user: User) -> None:
    """Mark the lists of these customers as sent, or say why not."""
    try:
        actor = session.recheck(user, Action.MARK_SENT)
        result = sendings.mark_sent(engine(), customers, actor, cached.policy(), cut=cut, download=download)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = (str(refusal), None)
        return
    requests = quantity(len(result.move.keys), "request is", "requests are")
    recipients = "" if len(customers) == 1 else f" for {quantity(len(customers), 'customer')}"
    sentence = f"Marked as sent{recipients}. {requests} now waiting for the customer."
    st.session_state[_MESSAGE] = (sentence, result.number)


def withdraw(number: int, user: User) -> None:
    """Undo a marking as sent, or say why not."""
    try:
        actor = session.recheck(user, Action.MARK_SENT)
        sendings.unmark_sent(engine(), number, actor)
        st.session_state[_MESSAGE] = ("Marked as not sent.", None)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = (str(refusal), None)


def message(user: User) -> None:
    """What the last marking did, with *Undo*; once, above the work."""
    sentence, number = st.session_state.pop(_MESSAGE, ("", None))
    if not sentence:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="sending_message"):
        st.markdown(f":material/outgoing_mail: {widgets.escape(sentence)}", width="content")
        if number is not None:
            st.button("Undo", key="undo_sending", icon=":material/undo:", on_click=withdraw, args=(number, user))


@st.dialog("Mark as sent")
def ask(customers: Sequence[str], cut: Cut, download: int | None) -> None:
    """Name the customers and count their requests, before they are marked as sent."""
    user = session.require(Role.EDITOR)
    with database.reading(engine()) as connection:
        preview = sendings.preview(connection, customers, cut, download)
    st.markdown(
        f"**{quantity(preview.customers, 'customer')}** · {quantity(preview.requests, 'request')} will wait for the customer"
    )
    st.text(preview.names_in_words())
    st.caption("Nobody else is marked. You can undo this afterwards.")
    label = f"Mark {quantity(preview.customers, 'customer')} as sent"
    if st.button(label, type="primary", key="confirm_sending", disabled=not preview.customers):
        mark(customers, cut, download, user)
        st.rerun()


@st.dialog("Undo “sent”")
def ask_to_withdraw(number: int) -> None:
    """Name the customers of a marking of several, before it is undone for all of them."""
    user = session.require(Role.EDITOR)
    with database.reading(engine()) as connection:
        recipients = sendings.preview_withdrawal(connection, number)
    st.markdown(
        f"This was marked for **{quantity(recipients.customers, 'customer')}** at once, and undoing it applies to all of them:"
    )
    st.text(recipients.names_in_words())
    if st.button("Undo for all", type="primary", key="confirm_withdrawal"):
        withdraw(number, user)
        st.rerun()
