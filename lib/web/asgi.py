"""What the server does around Streamlit: headers, a health check, and a warm start."""

import functools
import gc
import importlib
import logging
import os
import pkgutil
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

import anyio.to_thread
import streamlit as st
from altair.utils import schemapi
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import lib
from lib.domain.refusal import RefusalError
from lib.monitoring import logs, metrics
from lib.store import database
from lib.web import worker_process
from lib.web.connection import engine
from lib.web.sign_in_cookies import refuse_weak_secret
from lib.web.visits import is_tls

_log = logging.getLogger(__name__)

# The hash is that of the one script inside Streamlit's page; it changes with Streamlit, and a browser test notices.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
_TLS_ONLY = "max-age=31536000"
"""For a year, a browser that came by TLS comes by nothing else."""


class SecurityHeaders:
    """ASGI middleware: security headers on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if is_tls(HTTPConnection(scope)):
                    headers["Strict-Transport-Security"] = _TLS_ONLY
            await send(message)

        await self.app(scope, receive, send_with_headers)


async def health(request: Request) -> PlainTextResponse:
    """Whether the database answers: 200 `ok`, or 503."""
    try:
        # In a thread, since a database that hangs must not hold up every session on the event loop.
        await anyio.to_thread.run_sync(database.is_ready, engine())
    except (SQLAlchemyError, OSError):
        _log.exception("The database does not answer")
        return PlainTextResponse("The database does not answer.", status_code=503)
    return PlainTextResponse("ok")


async def readiness(request: Request) -> PlainTextResponse:
    """Whether visitors may be sent here: 200 `ok`, or 503 if the database does not answer or its tables are older."""
    try:
        is_current = await anyio.to_thread.run_sync(database.is_current, engine())
    except (RefusalError, SQLAlchemyError, OSError):
        _log.exception("The database does not answer")
        return PlainTextResponse("The database does not answer.", status_code=503)
    if not is_current:
        return PlainTextResponse("The database is not upgraded yet.", status_code=503)
    return PlainTextResponse("ok")


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Upgrade the database, start a worker, and import everything before the first visitor comes."""
    try:
        refuse_weak_secret()
    except RefusalError as error:
        _log.critical("%s", error)
        # An exception would come with a traceback, in which the sentence is lost.
        os._exit(1)
    # Once more, since the server has set up its own loggers meanwhile.
    logs.configure(logging.WARNING)
    database.upgrade(engine())
    metrics.serve(engine())
    with own_worker():
        warm_up()
        yield
    engine().dispose()


def own_worker() -> AbstractContextManager[None]:
    """A worker beside this server, unless APP_WORKER is `none`."""
    # Under a process manager the worker is a process of its own.
    if os.environ.get("APP_WORKER", "").strip().lower() == "none":
        return nullcontext()
    return worker_process.keep_worker_running(database.default_url())


@functools.cache
def freeze_pages() -> None:
    """Exempt what the first visit imported too, once."""
    gc.collect()
    gc.freeze()


def warm_up() -> None:
    """Import what pages need, and exempt it from garbage collection."""
    for module in pkgutil.walk_packages(lib.__path__, "lib."):
        # Modules of the web call Streamlit when imported, which only works while a page runs; the command line is not needed.
        if not module.name.startswith(("lib.web", "lib.cli")):
            importlib.import_module(module.name)
    for heavy in ("pandas", "pyarrow"):
        importlib.import_module(heavy)
    # Altair validates every part of a chart against its schema, which takes a quarter of the time; the tests have done so.
    schemapi.disable_debug_mode()
    # Collecting garbage then passes over some hundred thousand objects that never go away.
    gc.collect()
    gc.freeze()
