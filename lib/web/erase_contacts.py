"""Erasing a customer's contacts: what it reaches, the name to type, and the deed."""

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.editing import erasures
from lib.web import session, widgets
from lib.web.connection import engine
from lib.web.session import User

# The customer and what erasing its contacts would reach, once somebody asked.
_REACH = "erasure_reach"

_MESSAGE = "erasure_message"


def panel(key: str, name: str, user: User) -> None:
    """The way to erase, for those who may: first what it reaches, then a name to type."""
    message()
    if not may(user, Action.ERASE_CONTACTS):
        return
    with st.expander("Erase this customer's contacts", icon=":material/person_remove:", key="erase"):
        st.caption("For a person who asked to be forgotten. This cannot be undone.")
        preview_key, sentences = st.session_state.get(_REACH, ("", []))
        if preview_key != key:
            st.button("Show what will be erased", key="erase_preview", on_click=preview, args=(key, user))
            return
        st.markdown("\n".join(f"- {widgets.escape(sentence)}" for sentence in sentences))
        answer = st.text_input("Type the customer's name to confirm", key="erase_name", placeholder=name)
        is_confirmed = answer.strip() == name
        st.button(
            "Erase for good",
            key="erase_contacts",
            type="primary",
            disabled=not is_confirmed,
            on_click=erase,
            args=(key, user),
        )


def message() -> None:
    """What came of the last click."""
    if sentence := st.session_state.pop(_MESSAGE, ""):
        st.info(widgets.escape(sentence), icon=":material/info:")


def preview(key: str, user: User) -> None:
    """Find out what erasing would reach."""
    try:
        actor = session.recheck(user, Action.ERASE_CONTACTS)
        st.session_state[_REACH] = (key, erasures.sentences(erasures.preview(engine(), key, actor)))
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)


def erase(key: str, user: User) -> None:
    """Erase, or say why it cannot be."""
    st.session_state.pop(_REACH, None)
    try:
        actor = session.recheck(user, Action.ERASE_CONTACTS)
        change, reach = erasures.erase(engine(), key, actor)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)
    else:
        st.session_state[_MESSAGE] = f"The contacts of {reach.licenses:,} licenses are erased, as change {change}."
