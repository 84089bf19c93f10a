"""Licenses of a customer that are another's: chosen, parted with a reason, and given back."""

import streamlit as st
from sqlalchemy import Connection

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.editing import customer_parts
from lib.store import customer_queries, database
from lib.web import session, widgets
from lib.web.connection import engine
from lib.web.session import User

_LAST = "last_part"
"""The number and the sentence of the part that this session made last."""

_MESSAGE = "part_message"


def panel(key: str, user: User) -> None:
    """A form to give licenses to another customer, and the undo of the last time."""
    if not may(user, Action.MERGE_CUSTOMERS):
        return
    last_part(user)
    if sentence := st.session_state.pop(_MESSAGE, ""):
        st.warning(widgets.escape(sentence), icon=":material/warning:")
    with st.expander("Split licenses off from this customer", icon=":material/call_split:", key="part"):
        form(key, user)


def form(key: str, user: User) -> None:
    """Which licenses go, to whom, and why."""
    with database.reading(engine()) as connection:
        license_keys = customer_queries.current_licenses(connection, key)["license_key"].tolist()
    with st.form("part_form", border=False):
        st.multiselect("Licenses", license_keys, key="part_keys", placeholder="Those that are not this customer's")
        st.text_input("Move them to", key="part_to", placeholder="A new customer, or the name of another one")
        st.text_input("Reason", key="part_reason", placeholder="How you know, for your colleagues")
        st.form_submit_button("Split off", key="part_submit", on_click=part, args=(user,))


def part(user: User) -> None:
    """Part the chosen licenses, or say why they cannot be."""
    if widgets.is_closed("part_keys", "part_to", "part_reason"):
        return
    values = st.session_state
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        with database.reading(engine()) as connection:
            to_customer = named_customer(connection, values["part_to"].strip())
        keys = values["part_keys"]
        change, customer = customer_parts.part(engine(), keys, to_customer, actor, values["part_reason"])
    except RefusalError as refusal:
        values[_MESSAGE] = str(refusal)
        return
    values[_LAST] = (change, f'{quantity(len(keys), "license")} given to "{customer}".')


def named_customer(connection: Connection, name: str) -> str | None:
    """The key of the one customer called so, None for a new one. Raises RefusalError if there are none or several."""
    if not name:
        return None
    keys = customer_queries.find_customers(connection, name)
    if len(keys) != 1:
        raise RefusalError(f'{quantity(len(keys), "customer")} are called "{name}". Give the whole name of one.')
    return keys[0]


def last_part(user: User) -> None:
    """What this session parted last, with its undo."""
    if _LAST not in st.session_state:
        return
    change, sentence = st.session_state[_LAST]
    with st.container(horizontal=True, vertical_alignment="center", key="last_part_row"):
        st.caption(widgets.escape(sentence), width="content")
        st.button("Undo", key="undo_part", type="tertiary", on_click=give_back, args=(change, user))


def give_back(change: int, user: User) -> None:
    """Undo a part, or say why it cannot be."""
    st.session_state.pop(_LAST, None)
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        customer_parts.undo_part(engine(), change, actor)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)
