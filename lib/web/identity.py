"""Who somebody is, by what they signed in with or where they come from."""

import getpass
import hashlib
import ipaddress
import json
import os
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor, Role
from lib.store.people import Account

MAX_AGE = 12 * 60 * 60
"""Seconds after which a person must sign in again, whatever the identity provider's cookie says."""

SIGN_IN = "Sign in"
SIGN_OUT = "Sign out"

# Seconds that the identity provider's clock may be ahead of ours.
_CLOCK_SKEW = 300

_OF_ONE_SIGN_IN = ("iss", "sub", "email", "iat", "auth_time", "nonce", "sid", "jti")

LISTS = {role: f"APP_{role.upper()}S" for role in reversed(Role)}
"""Where the environment lists the people of each role, the highest first: APP_ADMINS, APP_EDITORS, …"""

_FORWARDING_HEADERS = ("x-real-ip", "forwarded", "via")


ASKER: ContextVar[str] = ContextVar("asker", default="")
"""Who asks for a file by a message of their browser; empty where a page runs, which finds out itself."""


@dataclass(frozen=True, slots=True)
class User(Actor):
    """A person who may see pages; a `local` one needs no sign-in."""

    local: bool = False
    sign_in: str = ""
    """The number of their sign-in."""
    role_by_claim: Role | None = None
    """The role that the identity provider gave them then."""


class AccessError(RefusalError):
    """A page refused to this visitor: why, and as `remedy` the button to offer."""

    def __init__(self, text: str, *, title: str = "No access", remedy: str = "") -> None:
        super().__init__(text)
        self.title = title
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Visit:
    """Where somebody comes from: the headers of their request, by lower-case name, and their address if it is known."""

    headers: Mapping[str, str]
    address: str | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in: the account, a number that no other sign-in has, and the role that the identity provider gives it."""

    account: Account
    number: str
    role: Role | None = None


def needs_sign_in(claims: Mapping[str, object] | None) -> bool:
    """Whether people must sign in here; `claims` are None if no sign-in is configured."""
    mode = os.environ.get("APP_AUTH_MODE", "").strip().lower()
    if mode not in ("", "local", "oidc"):
        raise AccessError(f'APP_AUTH_MODE is "{mode}". Set it to "oidc" or "local", or leave it out.')
    return mode == "oidc" or (not mode and claims is not None)


def sign_in_of(claims: Mapping[str, object] | None) -> SignIn:
    """The sign-in that an identity provider tells of. Raises AccessError if it is none, old, or of an unverified address."""
    if claims is None:
        raise AccessError("Sign-in is asked for but not configured. Add [auth] to .streamlit/secrets.toml.")
    if not claims.get("is_logged_in"):
        raise AccessError("Use your company account to see the license migration.", title="Sign in", remedy=SIGN_IN)
    if not is_recent(claims.get("auth_time", claims.get("iat"))):
        raise AccessError("Your last sign-in was more than 12 hours ago.", title="Sign in again", remedy=SIGN_IN)
    email = folded(str(claims.get("email") or "").strip())
    if not is_verified(claims):
        raise AccessError(
            f"Your identity provider does not say that {email or 'an email address'} is yours. Confirm the address there "
            "and sign in again, or ask an administrator to trust the provider (APP_TRUSTED_ISSUERS).",
            remedy=SIGN_OUT,
        )
    account = Account(email, str(claims.get("iss") or ""), str(claims.get("sub") or ""))
    return SignIn(account, number_of(claims), role_in_claims(claims))


def number_of(claims: Mapping[str, object]) -> str:
    """A digest of what is new in each sign-in."""
    # Its time and random number; the email alone would be the same in all.
    parts = {name: claims.get(name) for name in _OF_ONE_SIGN_IN}
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def is_recent(signed_in_at: object) -> bool:
    """Whether a sign-in's time (seconds since 1970) is recent."""
    # A time to come is a forged or a broken one.
    if not isinstance(signed_in_at, int | float):
        return False
    return -_CLOCK_SKEW < time.time() - signed_in_at < MAX_AGE


def is_verified(claims: Mapping[str, object]) -> bool:
    """Whether the email address is the person's own, by the word of the provider or of those who trust it."""
    # Some providers let people enter any address; some that do not never say so.
    return claims.get("email_verified") is True or claims.get("iss") in listed("APP_TRUSTED_ISSUERS")


def listed(variable: str) -> list[str]:
    """The entries of a list in the environment, which commas part."""
    entries = map(str.strip, os.environ.get(variable, "").split(","))
    return list(filter(None, entries))


def folded(email: str) -> str:
    """An email address in lower case."""
    # English letters only: in Unicode other letters fold to them, so that one person's address would be another's.
    return "".join(character.lower() if character.isascii() else character for character in email)


def role_in_environment(email: str) -> Role | None:
    """The highest role whose list in the environment has that email."""
    for role, variable in LISTS.items():
        if email in map(folded, listed(variable)):
            return role
    return None


def role_in_claims(claims: Mapping[str, object]) -> Role | None:
    """The highest role that the identity provider gives, by the claim that APP_ROLE_CLAIM names (`groups`, `access.roles`).

    APP_ROLE_VALUES says which of its values is which role (`license-team=editor`), else they are the names of roles.
    """
    value: object = claims
    for name in filter(None, os.environ.get("APP_ROLE_CLAIM", "").strip().split(".")):
        value = value.get(name) if isinstance(value, Mapping) else None
    texts = value if isinstance(value, list) else [value]
    entries = (entry.rpartition("=") for entry in listed("APP_ROLE_VALUES"))
    role_names = {text.strip(): role.strip().lower() for text, _, role in entries} or {str(role): role for role in Role}
    roles = {role_names.get(text) for text in texts if isinstance(text, str)}
    return next((role for role in reversed(Role) if role in roles), None)


def refuse_visits_from_elsewhere(visit: Visit) -> None:
    """Raises AccessError unless the visit comes from this machine."""
    # The visit is checked, too: a proxy on this machine lets visitors from elsewhere in.
    if forwarding := next(filter(is_forwarding_header, visit.headers), None):
        raise AccessError(
            f"This visit came through a proxy (it has the header {forwarding}), and this server has no sign-in. "
            "Configure [auth] in .streamlit/secrets.toml, or open it on its own machine without a proxy."
        )
    is_from_elsewhere = visit.address is not None and not is_loopback(visit.address)
    hosts = (st.config.get_option("server.address"), host_name(visit.headers.get("host", "localhost")))
    if is_from_elsewhere or not all(map(is_loopback, hosts)):
        raise AccessError(
            "This server can be reached from other machines and has no sign-in. "
            "Configure [auth] in .streamlit/secrets.toml, or serve on localhost only."
        )


def is_forwarding_header(name: str) -> bool:
    """Whether a header, by its lower-case name, is one that proxies add."""
    return name.startswith("x-forwarded-") or name in _FORWARDING_HEADERS


def host_name(host: str) -> str | None:
    """The name in a Host header, without its port; None if there is none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


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
