"""A configured sign-in without an identity provider: the cookies that it would have left in somebody's browser."""

import json
import time

import pytest
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

ORIGIN = "https://licenses.example.com"
SECRET = "only for these tests, and long enough to sign with"
SECRETS = f"""
[auth]
redirect_uri = "http://localhost:{{port}}/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "license-migration"
client_secret = "unused"
server_metadata_url = "http://localhost:9/.well-known/openid-configuration"
"""
"""The secrets of a server that only knows people by such cookies: its identity provider answers nobody."""


def configure(monkeypatch: pytest.MonkeyPatch, secret: str = SECRET, origin: str = ORIGIN) -> None:
    """Configure a sign-in, and one person for each role."""
    auth = {
        "redirect_uri": f"{origin}/oauth2callback",
        "cookie_secret": secret,
        "client_id": "license-migration",
        "client_secret": "unused",
        "server_metadata_url": "http://localhost:9/.well-known/openid-configuration",
    }
    monkeypatch.setattr(secrets_singleton, "_secrets", {"auth": auth})
    monkeypatch.setenv("APP_AUTH_MODE", "oidc")
    monkeypatch.setenv("APP_ADMINS", "ada@example.com")
    monkeypatch.setenv("APP_EDITORS", "eva@example.com")
    monkeypatch.setenv("APP_IMPORTERS", "ivo@example.com")
    monkeypatch.setenv("APP_LISTERS", "lea@example.com")
    monkeypatch.setenv("APP_VIEWERS", "vic@example.com")


def claims(email: str, **others: object) -> dict[str, object]:
    """What an identity provider says of somebody who signed in a minute ago."""
    return {"is_logged_in": True, "email": email, "email_verified": True, "iat": time.time() - 60, **others}


def cookie(email: str, *, secret: str = SECRET, origin: str = ORIGIN, **others: object) -> str:
    """The header `Cookie` of somebody who signed in."""
    text = json.dumps({"origin": origin, **claims(email, **others)})
    return f"{USER_COOKIE_NAME}={create_signed_value(secret, USER_COOKIE_NAME, text).decode()}"
