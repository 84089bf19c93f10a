"""Who is looking at a page, and which role they have."""

from dataclasses import replace
from typing import Never

import streamlit as st

from lib.domain.roles import RULES, Action, Role, may
from lib.web import widgets
from lib.web.identity import SIGN_IN, SIGN_OUT, AccessError, User, Visit, role_of, user_of

__all__ = ["SIGN_IN", "SIGN_OUT", "AccessError", "Role", "User", "recheck", "require", "visitor"]


def require(role: Role) -> User:
    """The user if they have that role; otherwise the page says why not, and ends.

    The first statement of every page: hiding it in the menu does not stop its address from working.
    """
    try:
        user = visitor()
    except AccessError as error:
        refuse(error)
    if not user.role.includes(role):
        refuse(AccessError(f"This page needs the role “{role}”; yours is “{user.role}”. Ask an administrator for it."))
    return user


def recheck(user: User, action: Action) -> User:
    """The user with their role of this moment; raises AccessError if it no longer allows the action.

    For callbacks and for downloads that are built on click, since the page may have been drawn long before.
    """
    role = user.role if user.local else role_of(user.name)
    current = replace(user, role=role) if role else None
    if current is None or not may(current, action):
        lowest = RULES[action].lowest
        raise AccessError(f"{user.name} may no longer do this. Ask an administrator for the role “{lowest}”.")
    return current


def visitor() -> User:
    """The person at the browser; raises AccessError for anybody who may see no page."""
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    address = st.context.ip_address  # None for this machine
    # Streamlit defines the attribute only if secrets.toml has a section [auth], and offers no other way to ask.
    claims = dict(st.user) if "is_logged_in" in st.user else None
    return user_of(Visit(headers, address if isinstance(address, str) else None), claims)


def refuse(error: AccessError) -> Never:
    """Show why there is no access and what to do, and end the page."""
    widgets.notice(error.title, str(error))
    if error.remedy == SIGN_IN:
        st.button(SIGN_IN, type="primary", on_click=st.login, key="sign_in")
    elif error.remedy == SIGN_OUT:
        st.button(SIGN_OUT, on_click=st.logout, key="sign_out")
    st.stop()
