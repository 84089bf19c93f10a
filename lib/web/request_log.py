"""A line in the log for each request that is no part of a page, and a number by which proxy and server mean the same one."""

import logging
import re
import secrets
from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.monitoring import logs
from lib.web.gate import HEALTH
from lib.web.visits import path_of

_HEADER = "X-Request-ID"
_NUMBER = re.compile(r"[0-9a-fA-F-]{8,64}")
_STATIC = ("/static/", "/app/static/")
_log = logging.getLogger(__name__)


class RequestLog:
    """ASGI middleware: logs what was asked and how it ended, never by whom or with which filters."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        number = number_of(request)
        status = 0

        async def send_with_number(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[_HEADER] = number
            await send(message)

        start = perf_counter()
        with logs.within(request=number):
            try:
                # A websocket's messages have no headers, and a page has hundreds of them.
                await self.app(scope, receive, send_with_number if scope["type"] == "http" else send)
            finally:
                log(request, status, perf_counter() - start)


def number_of(request: HTTPConnection) -> str:
    """The number that the proxy gave a request, else a new one."""
    number = request.headers.get(_HEADER, "")
    if _NUMBER.fullmatch(number):
        return number
    return secrets.token_hex(16)


def log(request: HTTPConnection, status: int, seconds: float) -> None:
    """Log a request that is over, by its method and the first parts of its path: the others may be secrets of a session."""
    path = path_of(request)
    if path in HEALTH or path.startswith(_STATIC):
        return
    place = "/".join(path.split("/")[:3])
    method = request.scope.get("method", "websocket")
    _log.info("%s %s: %s after %d ms", method, place, status or "closed", round(1000 * seconds))
