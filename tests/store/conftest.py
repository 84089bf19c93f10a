"""A store with its tables, empty, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from lib.store import database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty store; each test that asks for it runs once on each kind of database."""
    engine = database.connect(database_url)
    database.upgrade(engine)
    yield engine
    engine.dispose()
