"""What stands before Streamlit: only our hosts, origins and addresses pass, and without a sign-in only the way to one.

Streamlit checks who somebody is for pages alone. Downloads, uploads and messages that are no run of a page are checked here.
"""

from http import HTTPStatus
from urllib.parse import quote, unquote, urlsplit

import anyio.to_thread
import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, require
from lib.web import browser_scripts, sample_world
from lib.web.browser_messages import BrowserMessages
from lib.web.identity import AccessError, User
from lib.web.menu import ADDRESSES
from lib.web.sign_in_cookies import hardened
from lib.web.upload_limits import HELD, HeldFile
from lib.web.visits import is_our_host, is_our_origin, is_tls, path_of, user_or_error

HEALTH = ("/healthz", "/readyz", "/_stcore/health")
"""Asked by probes, which may know the server by its number only."""

_STREAM = "/_stcore/stream"
_UPLOAD = "/_stcore/upload_file/"
_MEDIA = "/media/"
_STATIC = "/static/"
_SIGN_IN, _SIGNED_IN = "/auth/login", "/oauth2callback"
_OTHERS = (
    *HEALTH,
    _STREAM,
    "/_stcore/host-config",
    _SIGN_IN,
    "/auth/logout",
    _SIGNED_IN,
    sample_world.BEGIN,
    sample_world.END,
    "/favicon.png",
    "/manifest.json",
)
_FOLDERS = (_UPLOAD, _MEDIA, _STATIC, "/app/static/", browser_scripts.ADDRESS)

_MOST_HEADER_BYTES = 1 << 16
"""Of all headers of a request together; the server itself stops at as many only where they come piece by piece."""

_DEEDS = ("/auth/logout", sample_world.BEGIN, sample_world.END)
"""Addresses that change something when they are opened, which a link on another site's page must not do."""

_FROM_ELSEWHERE = ("cross-site", "same-site")
"""What a browser says of a request that another site's page makes (Sec-Fetch-Site)."""

_RETURN = "return_to"
"""The cookie that holds the page that somebody wanted to see when they had to sign in."""

_RETURN_SECONDS = 600


class GateError(Exception):
    """A request that is not let through: its status, and a sentence."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


class Gate:
    """ASGI middleware: lets through what may be asked, by whoever may ask it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        try:
            refuse_long_headers(request)
            refuse_foreign(request)
            # In a thread: who somebody is stands in the database, which may take its time.
            reservation = await anyio.to_thread.run_sync(admit, request) if is_of_files(request) else None
        except GateError as error:
            await refuse(error, scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self.app(scope, BrowserMessages(request, receive, send), send)
        else:
            await self.app(scope, receive, Answer(request, send, reservation))


async def refuse(error: GateError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the sentence, or close the websocket before it opens."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
    else:
        await PlainTextResponse(str(error), status_code=error.status)(scope, receive, send)


def is_known(path: str) -> bool:
    """Whether there is something at a path."""
    return path.rstrip("/")[1:] in ADDRESSES or path in _OTHERS or path.startswith(_FOLDERS)


def refuse_long_headers(request: HTTPConnection) -> None:
    """Raises GateError for headers that no browser sends."""
    if sum(len(name) + len(value) for name, value in request.headers.raw) > _MOST_HEADER_BYTES:
        raise GateError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers of this request are too long.")


def refuse_foreign(request: HTTPConnection) -> None:
    """Raises GateError for an unknown path, another host's name, or a request that another site's page makes."""
    path = path_of(request)
    # Two slashes would name another host where a browser is sent on.
    if path.startswith("//") or not is_known(path):
        raise GateError(HTTPStatus.NOT_FOUND, "There is no page at this address.")
    if path not in HEALTH and not is_our_host(request.headers.get("host")):
        text = "This server is not known by this name. Use its own address, or list the name in server.allowedHosts."
        raise GateError(HTTPStatus.MISDIRECTED_REQUEST, text)
    is_reading = request.scope["type"] == "http" and request.scope["method"] in ("GET", "HEAD")
    is_public = is_reading and not path.startswith(_MEDIA)
    is_lured = path in _DEEDS and request.headers.get("sec-fetch-site") in _FROM_ELSEWHERE
    if is_lured or (not is_public and not is_our_origin(request)):
        raise GateError(HTTPStatus.FORBIDDEN, "Requests from other sites are not allowed here.")


def is_of_files(request: HTTPConnection) -> bool:
    """Whether somebody wants a file, or brings one."""
    return request.scope["type"] == "http" and path_of(request).startswith((_MEDIA, _UPLOAD))


def admit(request: HTTPConnection) -> tuple[str, str] | None:
    """Raises GateError if somebody may not have a file or bring one; gives the numbers of a file that is counted now."""
    path = path_of(request)
    try:
        user = user_or_error(request)
        if path.startswith(_UPLOAD):
            require(user, Action.IMPORT)
    except AccessError as error:
        raise GateError(HTTPStatus.UNAUTHORIZED, str(error)) from None
    except RefusalError as error:
        raise GateError(HTTPStatus.FORBIDDEN, str(error)) from None
    if not path.startswith(_UPLOAD):
        return None
    return admit_upload(request, path, user)


def admit_upload(request: HTTPConnection, path: str, user: User) -> tuple[str, str] | None:
    """Count a file that is coming. Raises GateError if too many are."""
    # Each is in memory until it is in the database.
    numbers = path.removeprefix(_UPLOAD).split("/")
    if len(numbers) != 2:
        raise GateError(HTTPStatus.NOT_FOUND, "There is no page at this address.")
    session, file = numbers
    if request.scope["method"] == "DELETE":
        HELD.release(session, file)
    if request.scope["method"] != "PUT":
        return None
    size = request.headers.get("content-length", "")
    if not size.isdecimal():
        raise GateError(HTTPStatus.LENGTH_REQUIRED, "Say how long the file is.")
    largest = int(st.config.get_option("server.maxUploadSize")) << 20
    if not HELD.reserve(session, file, HeldFile(user.name, int(size)), largest, is_active):
        text = "Other files are still being read. Wait until they are done, then drop this one again."
        raise GateError(HTTPStatus.TOO_MANY_REQUESTS, text)
    return session, file


def is_active(session: str) -> bool:
    """Whether a tab's session still exists, and with it the files uploaded there."""
    return runtime.exists() and runtime.get_instance().is_active_session(session)


class Answer:
    """The `send` of a request: cookies are kept as little as possible, files not at all, and a sign-in leads back."""

    def __init__(self, request: HTTPConnection, send: Send, reservation: tuple[str, str] | None) -> None:
        self.request, self.send, self.reservation = request, send, reservation
        self.path = path_of(request)

    async def __call__(self, message: Message) -> None:
        """Send one part of the answer."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            # In place of a file that is not there, Streamlit sends its page.
            if self.path.startswith(_STATIC) and headers.get("content-type", "").startswith("text/html"):
                message["status"] = HTTPStatus.NOT_FOUND
            self.mend_headers(headers)
            if self.reservation and message["status"] >= HTTPStatus.BAD_REQUEST:
                HELD.release(*self.reservation)
        await self.send(message)

    def mend_headers(self, headers: MutableHeaders) -> None:
        """Change the headers of an answer."""
        if self.path.startswith(_MEDIA):
            headers["Cache-Control"] = "no-store"
        if self.path == _SIGN_IN:
            self.remember_page(headers)
        elif self.path == _SIGNED_IN:
            self.lead_back(headers)
        cookies = headers.getlist("set-cookie")
        del headers["set-cookie"]
        for cookie in cookies:
            headers.append("set-cookie", hardened(cookie, is_tls=is_tls(self.request)))

    def remember_page(self, headers: MutableHeaders) -> None:
        """Let the browser remember the page that somebody signs in from."""
        referer = urlsplit(self.request.headers.get("referer", ""))
        if referer.netloc == self.request.headers.get("host"):
            page = quote(f"{referer.path}?{referer.query}" if referer.query else referer.path, safe="")
            headers.append("set-cookie", f"{_RETURN}={page}; path=/; max-age={_RETURN_SECONDS}")

    def lead_back(self, headers: MutableHeaders) -> None:
        """Send somebody who signed in to the page that they came for."""
        page = unquote(self.request.cookies.get(_RETURN, ""))
        headers.append("set-cookie", f"{_RETURN}=; path=/; max-age=0")
        if headers.get("location", "").endswith("/") and is_own_page(page):
            headers["location"] = page


def is_own_page(address: str) -> bool:
    """Whether a path, perhaps with filters after it, is that of one of our pages."""
    base = str(st.config.get_option("server.baseUrlPath") or "").strip("/")
    path, _, query = address.partition("?")
    page = path.removeprefix(f"/{base}" if base else "")
    return page.startswith("/") and page[1:] in ADDRESSES and query.isprintable() and query.isascii()
