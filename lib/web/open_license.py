"""The license that is open beside the list: in the address, but for those who may not see its key in the session only."""

import streamlit as st

from lib.domain.roles import Action, may
from lib.domain.text import storable
from lib.web.session import User

_OPEN = "open_license"
PARAMETER = "license"


def current(user: User) -> str:
    """The key of the open license, empty if none is."""
    key = storable(st.query_params.get(PARAMETER, ""))
    if not key and not may(user, Action.SEE_PERSONAL_DATA):
        key = st.session_state.get(_OPEN, "")
    return key


def query(key: str, user: User) -> dict[str, str]:
    """The part of an address that opens a license."""
    if not may(user, Action.SEE_PERSONAL_DATA):
        return {}
    return {PARAMETER: key}


def remember(key: str, user: User) -> None:
    """Open a license, in the address if its key may be seen there."""
    st.query_params.pop(PARAMETER, None)
    st.query_params.update(query(key, user))
    st.session_state[_OPEN] = key


def forget() -> None:
    """Close the open license."""
    st.query_params.pop(PARAMETER, None)
    st.session_state.pop(_OPEN, None)
