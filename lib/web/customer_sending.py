"""Marking as sent: of one customer at once, of several after a dialog that names them; and the way back."""

from collections.abc import Sequence

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.requests import sendings
from lib.store import database
from lib.store import sendings as stored_sendings
from lib.store.sendings import Sending
from lib.web import batch_state, cached, session, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import Role, User

_MESSAGE = "sending_message"
# The number of the sending that is told of, in the address: the session ends with a reload, the address does not.
_SENDING = "sending"


def mark(customers: Sequence[str], cut: Cut, download: int | None, user: User) -> None:
    """Mark the lists of these customers as sent, or say why not."""
    try:
        actor = session.recheck(user, Action.MARK_SENT)
        result = sendings.mark_sent(engine(), customers, actor, cached.policy(), cut=cut, download=download)
    except RefusalError as refusal:
        tell(str(refusal))
        return
    requests = quantity(len(result.move.keys), "request is", "requests are")
    recipients = "" if len(customers) == 1 else f" for {quantity(len(customers), 'customer')}"
    sentence = f"Marked as sent{recipients}. {requests} now waiting for the customer."
    tell(sentence, result.number)


def withdraw(number: int, user: User) -> None:
    """Undo a marking as sent, or say why not."""
    try:
        actor = session.recheck(user, Action.MARK_SENT)
        sendings.unmark_sent(engine(), number, actor)
        tell("Marked as not sent.")
    except RefusalError as refusal:
        tell(str(refusal))


def tell(sentence: str, number: int | None = None) -> None:
    """Show a sentence above the work, with the marking that its button undoes; an empty one shows nothing."""
    st.session_state[_MESSAGE] = sentence
    if number is None:
        st.query_params.pop(_SENDING, None)
    else:
        st.query_params[_SENDING] = str(number)


def message(user: User) -> None:
    """What the last marking did, above the work; with *Undo* until it is closed, also after a reload."""
    sentence, sending = st.session_state.pop(_MESSAGE, ""), sending_in_address()
    if sending and not sentence:
        recipients = "" if sending.customers == 1 else f" for {quantity(sending.customers, 'customer')}"
        sentence = f"Marked as sent{recipients} by {sending.by}, {time_text(sending.at)}."
    if not sentence:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="sending_message"):
        st.markdown(f":material/outgoing_mail: {widgets.escape(sentence)}", width="content")
        if sending and may(user, Action.MARK_SENT):
            st.button("Undo", key="undo_sending", icon=":material/undo:", on_click=withdraw, args=(sending.id, user))
            st.button("Close", key="close_sending", type="tertiary", on_click=tell, args=("",))


def sending_in_address() -> Sending | None:
    """The marking that the address tells of, if it still stands."""
    number = batch_state.number_in_url(st.query_params.get(_SENDING, ""))
    if number is None:
        return None
    try:
        with database.reading(engine()) as connection:
            sending = stored_sendings.sending(connection, number)
    except RefusalError:
        return None
    return None if sending.withdrawn_at else sending


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
