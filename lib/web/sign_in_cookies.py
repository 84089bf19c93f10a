"""The cookies of the sign-in: who they name, and how a browser may keep them."""

import json
import re
from collections.abc import Mapping
from typing import Any

from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri, get_secrets_auth_section
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME, XSRF_COOKIE_NAME

from lib.domain.refusal import RefusalError
from lib.web.identity import MAX_AGE

SHORTEST_SECRET = 32
"""Bytes that a cookie secret has at least: who guesses it can sign in as anybody."""

# Different ones in a cookie secret; random text has more.
_FEWEST_CHARACTERS = 10

_PLACEHOLDERS = (
    "change me",
    "change this",
    "replace me",
    "replace this",
    "placeholder",
    "example",
    "your secret",
    "cookie secret",
)


def refuse_weak_secret() -> None:
    """Raises RefusalError if a sign-in is configured whose cookies anybody could forge."""
    section = get_secrets_auth_section()
    if not section:
        return
    secret = str(section.get("cookie_secret") or "")
    words = " ".join(re.findall("[a-z0-9]+", secret.lower()))
    is_placeholder = any(text in words or text.replace(" ", "") in words for text in _PLACEHOLDERS)
    if len(secret.encode()) < SHORTEST_SECRET or len(set(secret)) < _FEWEST_CHARACTERS or is_placeholder:
        raise RefusalError(
            f"The cookie_secret in [auth] of secrets.toml can be guessed, and who has it is an administrator. Put at least "
            f"{SHORTEST_SECRET} random characters there; this makes some: python -c 'import secrets; print(secrets.token_hex(32))'"
        )


def claims_of(cookies: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What the identity provider said of the person whom the cookies name; see `identity.user_of`.

    As Streamlit reads them for a page (`starlette_websocket`), but for requests that no page is drawn for.
    """
    if not get_secrets_auth_section():
        return None
    text = get_cookie_with_chunks(lambda name: signed_text(cookies, name), USER_COOKIE_NAME)
    try:
        claims = json.loads(text or b"{}")
    except ValueError:
        return {}
    if not isinstance(claims, dict) or claims.get("origin") != get_origin_from_redirect_uri():
        return {}
    return claims


def signed_text(cookies: Mapping[str, str], name: str) -> bytes | None:
    """What a cookie says, None if it is missing or not signed by us."""
    return decode_signed_value(get_cookie_secret(), name, cookies.get(name, "").encode("latin-1"))


def hardened(cookie: str, *, is_tls: bool) -> str:
    """A Set-Cookie header with our attributes."""
    # Kept for 12 hours at most, sent to us only, and shown to no script.
    first, *attributes = [part.strip() for part in cookie.split(";")]
    pairs = [attribute.partition("=") for attribute in attributes]
    values = {name.lower(): value for name, _, value in pairs}
    values.setdefault("samesite", "lax")
    # Streamlit's own script reads this one, to send it back beside each upload.
    if not first.startswith(f"{XSRF_COOKIE_NAME}="):
        values["httponly"] = ""
    if is_tls:
        values["secure"] = ""
    if values.get("max-age", "").isdecimal():
        values["max-age"] = str(min(int(values["max-age"]), MAX_AGE))
    return "; ".join([first, *(f"{name}={value}" if value else name for name, value in values.items())])
