"""The process's one engine per database."""

from functools import cache

from sqlalchemy import Engine

from lib.store import database


def engine(url: str = "") -> Engine:
    """The engine of a database, by default the configured one, shared by all sessions."""
    return _engine(url or database.default_url())


# Cached by the resolved URL, so that "" follows DATABASE_URL when a test changes it.
@cache
def _engine(url: str) -> Engine:
    return database.connect(url)
