"""The contacts in a file that is being imported, hidden until somebody who may see them asks to; what is imported stays the same."""

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.store import audit
from lib.store.audit import AuditAction
from lib.web import session, widgets
from lib.web.connection import engine
from lib.web.session import Role

_REVEALED = "revealed_files"
_NONE: frozenset[int] = frozenset()


def are_hidden(number: int) -> bool:
    """Whether the contacts of a batch's file are hidden in this tab."""
    return number not in st.session_state.get(_REVEALED, _NONE)


def bar(number: int) -> None:
    """The button that reveals or hides the contacts of a batch's file."""
    user = session.require(Role.IMPORTER)
    with st.container(horizontal=True, vertical_alignment="center", key="file_contacts"):
        if are_hidden(number):
            st.button(
                "Reveal contacts",
                key="reveal_file",
                type="tertiary",
                icon=":material/visibility:",
                help="Names, email addresses and other texts about people are hidden. Revealing them is logged.",
                on_click=reveal,
                args=(number, user),
            )
        else:
            st.button(
                "Hide contacts",
                key="hide_file",
                type="tertiary",
                icon=":material/visibility_off:",
                on_click=hide,
                args=(number,),
            )


def reveal(number: int, user: session.User) -> None:
    """Reveal the contacts of a batch's file, or say why not."""
    try:
        actor = session.recheck(user, Action.REVEAL)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    audit.log(engine(), AuditAction.REVEAL, actor, f"contacts in the file of import #{number}")
    st.session_state[_REVEALED] = st.session_state.get(_REVEALED, _NONE) | {number}


def hide(number: int) -> None:
    """Hide what was revealed."""
    st.session_state[_REVEALED] = st.session_state.get(_REVEALED, _NONE) - {number}
