"""Who is looking at a page, and what this person may do."""

import getpass
import ipaddress
import os
import time
from dataclasses import dataclass, replace
from typing import Never
from urllib.parse import urlsplit

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import RULES, Action, Actor, Role
from lib.web import widgets

__all__ = ["SIGN_IN", "SIGN_OUT", "AccessError", "Role", "User", "recheck", "require", "visitor"]

MAX_AGE = 12 * 60 * 60
"""Seconds after which a person must sign in again, whatever the identity provider's cookie says."""


@dataclass(frozen=True, slots=True)
class User(Actor):
    """A person who may see pages; a `local` one needs no sign-in."""

    local: bool = False


class AccessError(RefusalError):
    """Nobody may see a page right now. The text says why and what to do; `remedy` is the button to offer."""

    def __init__(self, text: str, *, title: str = "No access", remedy: str = "") -> None:
        super().__init__(text)
        self.title = title
        self.remedy = remedy


SIGN_IN = "Sign in"
SIGN_OUT = "Sign out"


def require(role: Role) -> User:
    """The user, if this person may do what `role` may; otherwise a screen that says why not, and the page ends.

    The first statement of every page, since a page can be reached without its way there.
    """
    try:
        user = visitor()
    except AccessError as error:
        _refuse(error)
    if not user.role.includes(role):
        _refuse(AccessError(f"This page needs the role “{role}”; yours is “{user.role}”. Ask an administrator for it."))
    return user


def recheck(user: User, action: Action) -> User:
    """The user with the role that they have now, where no page runs: a file that is built or a button that is pressed.

    Raises AccessError if they may no longer do that.
    """
    now = user.role if user.local else _role_of(user.name)
    lowest = RULES[action].lowest
    if now is None or not now.includes(lowest):
        raise AccessError(f"{user.name} may no longer do this. Ask an administrator for the role “{lowest}”.")
    return replace(user, role=now)


def visitor() -> User:
    """The person at the browser, asked anew on each run; raises AccessError for anybody who may not see anything."""
    mode = os.environ.get("APP_AUTH_MODE", "").strip().lower()
    if mode not in ("", "local", "oidc"):
        raise AccessError(f'APP_AUTH_MODE is "{mode}". Set it to "oidc" or "local", or leave it out.')
    if mode == "oidc" or (not mode and _sign_in_is_configured()):
        return _signed_in()
    if not _all_on_this_machine():
        raise AccessError(
            "This server can be reached from other machines and has no sign-in. "
            "Configure [auth] in .streamlit/secrets.toml, or serve on localhost only."
        )
    return User(_account(), Role.ADMIN, local=True)


def _sign_in_is_configured() -> bool:
    return "is_logged_in" in st.user


def _signed_in() -> User:
    if not _sign_in_is_configured():
        raise AccessError("Sign-in is asked for but not configured. Add [auth] to .streamlit/secrets.toml.")
    if not st.user.get("is_logged_in"):
        raise AccessError("Use your company account to see the license migration.", title="Sign in", remedy=SIGN_IN)
    if not _is_recent(st.user.get("iat")):
        raise AccessError("Your last sign-in was more than 12 hours ago.", title="Sign in again", remedy=SIGN_IN)
    email = str(st.user.get("email") or "").strip().casefold()
    role = _role_of(email)
    if role is None or st.user.get("email_verified") is False:
        raise AccessError(
            f"{email or 'This account'} is not on the list of people who may see the license migration. "
            "Ask an administrator to be added.",
            remedy=SIGN_OUT,
        )
    return User(email, role)


def _is_recent(issued_at: object) -> bool:
    """Whether a sign-in's `iat` claim (seconds since 1970) is younger than MAX_AGE; an absent one is not."""
    return isinstance(issued_at, int | float) and time.time() - issued_at < MAX_AGE


def _role_of(email: str) -> Role | None:
    """The highest role whose list in the environment names that email."""
    for role, variable in ((Role.ADMIN, "APP_ADMINS"), (Role.EDITOR, "APP_EDITORS"), (Role.VIEWER, "APP_VIEWERS")):
        listed = os.environ.get(variable, "").casefold().split(",")
        if email and email in map(str.strip, listed):
            return role
    return None


def _all_on_this_machine() -> bool:
    """Whether the server listens on loopback only and this visit came straight from the same machine.

    The visit is looked at too, for the server may have been started another way or stand behind a proxy.
    """
    asked_for = urlsplit(f"//{st.context.headers.get('Host', 'localhost')}").hostname
    visitor = st.context.ip_address  # None for this machine
    from_elsewhere = isinstance(visitor, str) and not _is_loopback(visitor)
    return _is_loopback(st.config.get_option("server.address")) and _is_loopback(asked_for) and not from_elsewhere


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "local user"


def _refuse(error: AccessError) -> Never:
    widgets.notice(error.title, str(error))
    if error.remedy == SIGN_IN:
        st.button(SIGN_IN, type="primary", on_click=st.login, key="sign_in")
    elif error.remedy == SIGN_OUT:
        st.button(SIGN_OUT, on_click=st.logout, key="sign_out")
    st.stop()
