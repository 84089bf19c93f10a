"""A store with its tables, empty, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.store.commands import Run, runner
from tests.stores import connected


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """An empty store; each test that asks for it runs once on each kind of database."""
    with connected(store_url) as engine:
        yield engine


@pytest.fixture
def sqlite(sqlite_store_url: str) -> Iterator[Engine]:
    """An empty store on SQLite alone, where the database makes no difference."""
    with connected(sqlite_store_url) as engine:
        yield engine


@pytest.fixture
def run(store_url: str) -> Run:
    """Run the program on an empty store."""
    return runner(store_url)
