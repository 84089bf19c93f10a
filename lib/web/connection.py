"""The process's one engine per database, and which database a visit works on."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import ParamSpec, TypeVar

import streamlit as st
from sqlalchemy import Engine
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.store import database

P = ParamSpec("P")
T = TypeVar("T")

SAMPLE = "sample_store"
"""The session's database of sample data, where the visitor looks at any."""

_DOWNLOADED: ContextVar[str] = ContextVar("downloaded", default="")
"""The database that a download is built from, outside of a page's run."""


def store() -> str:
    """The URL of the sample that this visit works on, empty for the configured database."""
    if _DOWNLOADED.get() or get_script_run_ctx(suppress_warning=True) is None:
        return _DOWNLOADED.get()
    return str(st.session_state.get(SAMPLE, ""))


def from_this_store(build: Callable[P, T]) -> Callable[P, T]:
    """The same function, reading this visit's database where no page runs."""
    url = store()
    if not url:
        return build

    def build_there(*args: P.args, **kwargs: P.kwargs) -> T:
        token = _DOWNLOADED.set(url)
        try:
            return build(*args, **kwargs)
        finally:
            _DOWNLOADED.reset(token)

    return build_there


def engine(url: str = "") -> Engine:
    """The engine of a database, by default of the one that this visit works on."""
    return _engine(url or store() or database.default_url())


def configured_engine() -> Engine:
    """The engine of the configured database, whatever a visit works on: it says who may come in."""
    return _engine(database.default_url())


# Cached by the resolved URL, so that "" follows DATABASE_URL when a test changes it.
@cache
def _engine(url: str) -> Engine:
    return database.connect(url)
