"""The process's one engine per database."""

from functools import cache

from sqlalchemy import Engine

from lib import database


def engine() -> Engine:
    """The engine of the configured database, made once and shared by all sessions."""
    return _engine(database.default_url())


@cache
def _engine(url: str) -> Engine:
    return database.connect(url)
