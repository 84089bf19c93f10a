"""The process's one engine per database."""

from functools import cache

from sqlalchemy import Engine

from lib.store import database


def engine(url: str = "") -> Engine:
    """The engine of a database, by default of the configured one, made once and shared by all sessions."""
    return _engine(url or database.default_url())


@cache
def _engine(url: str) -> Engine:
    return database.connect(url)
