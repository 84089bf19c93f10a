"""Who is looking at a page, and which role they have."""

import getpass
import ipaddress
import os
import time
from dataclasses import dataclass, replace
from typing import Never
from urllib.parse import urlsplit

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import RULES, Action, Actor, Role, may
from lib.web import widgets

__all__ = ["SIGN_IN", "SIGN_OUT", "AccessError", "Role", "User", "recheck", "require", "visitor"]

MAX_AGE = 12 * 60 * 60
"""Seconds after which a person must sign in again, whatever the identity provider's cookie says."""


@dataclass(frozen=True, slots=True)
class User(Actor):
    """A person who may see pages; a `local` one needs no sign-in."""

    local: bool = False


class AccessError(RefusalError):
    """A page refused to this visitor: why, and as `remedy` the button to offer."""

    def __init__(self, text: str, *, title: str = "No access", remedy: str = "") -> None:
        super().__init__(text)
        self.title = title
        self.remedy = remedy


SIGN_IN = "Sign in"
SIGN_OUT = "Sign out"


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
    mode = os.environ.get("APP_AUTH_MODE", "").strip().lower()
    if mode not in ("", "local", "oidc"):
        raise AccessError(f'APP_AUTH_MODE is "{mode}". Set it to "oidc" or "local", or leave it out.')
    if mode == "oidc" or (not mode and is_sign_in_configured()):
        return signed_in_user()
    if not is_all_on_this_machine():
        raise AccessError(
            "This server can be reached from other machines and has no sign-in. "
            "Configure [auth] in .streamlit/secrets.toml, or serve on localhost only."
        )
    return User(account_name(), Role.ADMIN, local=True)


def is_sign_in_configured() -> bool:
    """Whether secrets.toml has a section [auth]."""
    # Streamlit defines the attribute only if there is one, and offers no other way to ask.
    return "is_logged_in" in st.user


def signed_in_user() -> User:
    """The person who signed in, with the role that the environment gives them."""
    if not is_sign_in_configured():
        raise AccessError("Sign-in is asked for but not configured. Add [auth] to .streamlit/secrets.toml.")
    if not st.user.get("is_logged_in"):
        raise AccessError("Use your company account to see the license migration.", title="Sign in", remedy=SIGN_IN)
    if not is_recent(st.user.get("iat")):
        raise AccessError("Your last sign-in was more than 12 hours ago.", title="Sign in again", remedy=SIGN_IN)
    email = str(st.user.get("email") or "").strip().casefold()
    role = role_of(email)
    if role is None or st.user.get("email_verified") is False:
        raise AccessError(
            f"{email or 'This account'} is not on the list of people who may see the license migration. "
            "Ask an administrator to be added.",
            remedy=SIGN_OUT,
        )
    return User(email, role)


def is_recent(issued_at: object) -> bool:
    """Whether a sign-in's `iat` claim (seconds since 1970) is younger than MAX_AGE."""
    return isinstance(issued_at, int | float) and time.time() - issued_at < MAX_AGE


def role_of(email: str) -> Role | None:
    """The highest role whose list in the environment has that email."""
    for role, variable in ((Role.ADMIN, "APP_ADMINS"), (Role.EDITOR, "APP_EDITORS"), (Role.VIEWER, "APP_VIEWERS")):
        emails = os.environ.get(variable, "").casefold().split(",")
        # An account without an email must not match the empty text of an empty list.
        if email and email in map(str.strip, emails):
            return role
    return None


def is_all_on_this_machine() -> bool:
    """Whether the server listens on loopback only, and this visit comes from there."""
    if not is_loopback(st.config.get_option("server.address")):
        return False
    # The visit is checked, too: a proxy on this machine lets visitors from elsewhere in.
    host = urlsplit(f"//{st.context.headers.get('Host', 'localhost')}").hostname
    visitor = st.context.ip_address  # None for this machine
    is_from_elsewhere = isinstance(visitor, str) and not is_loopback(visitor)
    return is_loopback(host) and not is_from_elsewhere


def is_loopback(host: str | None) -> bool:
    """Whether a host name or an address means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def account_name() -> str:
    """The account that runs the server, who is a local server's user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "local user"


def refuse(error: AccessError) -> Never:
    """Show why there is no access and what to do, and end the page."""
    widgets.notice(error.title, str(error))
    if error.remedy == SIGN_IN:
        st.button(SIGN_IN, type="primary", on_click=st.login, key="sign_in")
    elif error.remedy == SIGN_OUT:
        st.button(SIGN_OUT, on_click=st.logout, key="sign_out")
    st.stop()
