"""Sample data as a world of its own: each visitor has a copy and a worker for it, thrown away at the end."""

import secrets
from collections import OrderedDict
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import RLock

import anyio.to_thread
import streamlit as st
from starlette.requests import Request
from starlette.responses import RedirectResponse

from lib import sample
from lib.web import connection, worker_process

BEGIN, END = "/sample/begin", "/sample/end"
_COOKIE = "sample"
_MOST = 8
"""Worlds that a server keeps; a new one takes the place of the one that nobody opened for longest."""

_WITH_WORK = frozenset(("import", "activity", "reconcile", "policy"))
"""Addresses of the pages that wait for a worker."""


@dataclass(slots=True)
class World:
    """A visitor's copy of the sample, and where they are on the tour, None after it."""

    url: str
    tour: int | None = 0
    has_worker: bool = False
    resources: ExitStack = field(default_factory=ExitStack)

    def start_worker(self) -> None:
        """Run a worker for this copy, unless there is one."""
        if not self.has_worker:
            self.has_worker = True
            self.resources.enter_context(worker_process.keep_worker_running(self.url))

    def remove(self) -> None:
        """End the worker, and delete the copy."""
        self.resources.close()
        connection.engine(self.url).dispose()
        sample.remove(self.url)


_WORLDS: OrderedDict[str, World] = OrderedDict()
_LOCK = RLock()


def enter() -> World | None:
    """Work on the sample if this browser looks at it; gives its world, None otherwise."""
    cookie = st.context.cookies.get(_COOKIE)
    if not isinstance(cookie, str):  # in tests of a page there is no browser
        return None
    if cookie not in _WORLDS:
        with st.spinner("Creating sample data…"):
            open_world(cookie)
    world = open_world(cookie)
    st.session_state[connection.SAMPLE] = world.url
    return world


def open_world(cookie: str) -> World:
    """The world of a browser, created if there is none."""
    with _LOCK:
        if cookie not in _WORLDS:
            _WORLDS[cookie] = World(sample.copy())
        _WORLDS.move_to_end(cookie)
        while len(_WORLDS) > _MOST:
            _WORLDS.popitem(last=False)[1].remove()
        return _WORLDS[cookie]


def leave_world(cookie: str) -> None:
    """Throw away the world of a browser."""
    with _LOCK:
        world = _WORLDS.pop(cookie, None)
    if world:
        world.remove()


def prepare_work(world: World, address: str) -> None:
    """Start the world's worker where the page at this address waits for one."""
    if address in _WITH_WORK:
        world.start_worker()


async def begin(request: Request) -> RedirectResponse:
    """Give this browser a world of its own, and lead to the first page."""
    answer = await end(request)
    answer.set_cookie(_COOKIE, secrets.token_urlsafe(16), httponly=True, samesite="lax")
    return answer


async def end(request: Request) -> RedirectResponse:
    """Throw away this browser's world, and lead to the first page."""
    await anyio.to_thread.run_sync(leave_world, request.cookies.get(_COOKIE, ""))
    answer = RedirectResponse("../", status_code=303)
    answer.delete_cookie(_COOKIE, httponly=True, samesite="lax")
    return answer
