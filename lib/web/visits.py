"""Requests: which page they are for, whose they are, and whether our own pages make them."""

from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import HTTPConnection
from streamlit.auth_util import get_origin_from_redirect_uri
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from lib.domain.refusal import RefusalError
from lib.web.admission import user_of
from lib.web.identity import User, Visit, host_name, is_loopback
from lib.web.sign_in_cookies import claims_of


def path_of(request: HTTPConnection) -> str:
    """The path of a request after the address that the application is served under."""
    base = str(st.config.get_option("server.baseUrlPath") or "").strip("/")
    path: str = request.scope["path"]
    if base and (path == f"/{base}" or path.startswith(f"/{base}/")):
        return path[len(base) + 1 :] or "/"
    return path


def is_our_host(host: str | None) -> bool:
    """Whether a Host header names this server."""
    if st.config.get_option("server.allowedHosts"):
        return is_host_allowed(host)
    name = host_name(host or "")
    if is_loopback(name):
        return True
    if origin := get_origin_from_redirect_uri():
        return name == urlsplit(origin).hostname
    # Without a sign-in nobody from elsewhere is let in, but told what to configure.
    return bool(name) and not is_loopback(st.config.get_option("server.address"))


def is_our_origin(request: HTTPConnection) -> bool:
    """Whether a request comes from one of our own pages: scheme, name and port agree. Only browsers say where it comes from."""
    origin = request.headers.get("origin")
    scheme = "https" if is_tls(request) else "http"
    ours = (f"{scheme}://{request.headers.get('host')}", get_origin_from_redirect_uri())
    return origin is None or origin in ours


def is_tls(request: HTTPConnection) -> bool:
    """Whether the browser speaks TLS, be it with us or with the proxy before us."""
    return request.scope["scheme"] in ("https", "wss") or (get_origin_from_redirect_uri() or "").startswith("https:")


def user_or_error(request: HTTPConnection) -> User:
    """Who makes a request. Raises AccessError for anybody who may see no page."""
    address = request.client.host if request.client else None
    return user_of(Visit(dict(request.headers), address), claims_of(request.cookies))


def admitted_name(request: HTTPConnection) -> str:
    """Who makes a request, empty for anybody who may see no page at this moment."""
    try:
        return user_or_error(request).name
    except RefusalError:
        return ""
