"""The store behind the web, empty for each test."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from lib.web import connection
from tests.stores import connected


@pytest.fixture(autouse=True)
def engine(sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The store that is the configured one during a test."""
    monkeypatch.setenv("DATABASE_URL", sqlite_store_url)
    with connected(sqlite_store_url) as engine:
        yield engine
    connection.engine().dispose()
