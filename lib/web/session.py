"""Who is looking at a page, and which role they have."""

from contextlib import suppress
from dataclasses import replace
from typing import Never

import streamlit as st

from lib.domain.roles import RULES, Action, Role, may
from lib.store import audit
from lib.store.audit import AuditAction
from lib.web import admission, run_memory, widgets
from lib.web.connection import engine
from lib.web.identity import ASKER, SIGN_IN, SIGN_OUT, AccessError, User, Visit

__all__ = [
    "SIGN_IN",
    "SIGN_OUT",
    "AccessError",
    "Role",
    "User",
    "recheck",
    "recheck_download",
    "require",
    "sign_out",
    "visitor",
]


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

    For callbacks and for downloads that are built on click, since the page may have been drawn long before. Refusals are
    logged.
    """
    asker = ASKER.get() or user.name
    # A file is built for whom its button was drawn for, whoever else learned of it.
    role = admission.current_role(user) if asker == user.name else None
    current = replace(user, role=role) if role else None
    if current is None or not may(current, action):
        audit.log(engine(), AuditAction.REFUSAL, replace(user, name=asker), action)
        lowest = RULES[action].lowest
        raise AccessError(f"{asker} may no longer do this. Ask an administrator for the role “{lowest}”.")
    return current


def recheck_download(user: User, action: Action, file: str) -> User:
    """The same as `recheck`, for a download that is logged as this file; those for customers are logged with their content."""
    current = recheck(user, action)
    audit.log(engine(), AuditAction.DOWNLOAD, current, file)
    return current


def visitor() -> User:
    """The person at the browser, in a run of a page the same to its end; raises AccessError for anybody who may see no page."""
    return run_memory.once("visitor", who_visits)


def who_visits() -> User:
    """The person at the browser at this moment; raises AccessError for anybody who may see no page."""
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    address = st.context.ip_address  # None for this machine
    # Streamlit defines the attribute only if secrets.toml has a section [auth], and offers no other way to ask.
    claims = dict(st.user) if "is_logged_in" in st.user else None
    return admission.user_of(Visit(headers, address if isinstance(address, str) else None), claims)


def sign_out() -> None:
    """Sign out here and in all other tabs."""
    # Somebody who is signed out elsewhere, or was never let in, has no sign-in to end.
    with suppress(AccessError):
        admission.sign_out(visitor())
    st.logout()


def refuse(error: AccessError) -> Never:
    """Show why there is no access and what to do, and end the page."""
    widgets.notice(error.title, str(error))
    if error.remedy == SIGN_IN:
        st.button(SIGN_IN, type="primary", on_click=st.login, key="sign_in")
    elif error.remedy == SIGN_OUT:
        st.button(SIGN_OUT, on_click=sign_out, key="sign_out")
    st.stop()
