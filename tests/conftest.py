"""A database of its own for each test that asks for one, empty or with its tables, on SQLite and on a real PostgreSQL."""

import gc
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, make_url
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from tests.examples import QUICK
from tests.postgresql import connected_postgresql, own_postgresql
from tests.store.commands import Run, runner
from tests.stores import connected, copied, file_of, new_database, sqlite_url_in, upgraded

KINDS = ("sqlite", "postgresql")

SLOWEST_FIRST = ("browser", "worker", "pages", "importing", "documents", "editing", "cli", "requests", "store")
"""Folders whose files go to the processes first, so that none is left with a long one while the others are done."""

MEMORY, ROOM = Path("/dev/shm"), 2 << 30
"""A folder that many systems keep in memory, and the bytes to be free there for all that tests write at a time."""

# Each test has an engine of its own, and each engine would compile every query anew; so those of a kind share what they compiled.
_compiled_queries: dict[type, LRUCache[object, object]] = defaultdict(lambda: LRUCache(2_000))
DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
Engine._compiled_cache = property(  # type: ignore[assignment]
    lambda self: _compiled_queries[type(self.dialect)], lambda self, cache: None
)

settings.load_profile(QUICK)  # unless --hypothesis-profile names another


def pytest_configure() -> None:
    """Have temporary folders in memory where there is room, those of PostgreSQL, Chromium and servers as well."""
    # No test waits for a disk then, and to copy and drop a PostgreSQL database takes a tenth of the work.
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders with slow tests first; within a folder and among the others, tests stay as they are."""
    ranks = {name: rank for rank, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.parent.name, len(ranks)))


def pytest_collection_finish() -> None:
    """Have the collector of cycles pass over all that was imported: Streamlit calls it after each run of a page."""
    _freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Have it pass over what the tests of a file have left, too."""
    if nextitem and nextitem.path != item.path:
        _freeze()


def _freeze() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database that nobody else uses; the test runs once on each kind of database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return sqlite_url_in(tmp_path)


@pytest.fixture
def postgresql_url(postgresql: Engine) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped after the test."""
    with new_database(postgresql) as url:
        yield url


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of a store with its tables, empty, that nobody else uses; the test runs once on each kind of database."""
    url: str = request.getfixturevalue(f"{request.param}_store_url")
    return url


@pytest.fixture
def sqlite_store_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an SQLite store with its tables, empty."""
    return copied(sqlite_template, tmp_path)


@pytest.fixture
def postgresql_store_url(postgresql: Engine, postgresql_template: str) -> Iterator[str]:
    """The URL of a PostgreSQL store with its tables, empty, dropped after the test."""
    with new_database(postgresql, postgresql_template) as url:
        yield url


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


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store with its tables, to be copied: a copy takes a fiftieth of an upgrade."""
    folder = tmp_path_factory.mktemp("template")
    return file_of(upgraded(sqlite_url_in(folder)))


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Engine) -> Iterator[str]:
    """The name of a PostgreSQL store with its tables, to be copied while nobody is connected to it."""
    with new_database(postgresql) as url:
        yield make_url(upgraded(url)).database or ""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Engine]:
    """A PostgreSQL server to make databases on: the one of TEST_DATABASE_URL, else one started for these tests."""
    address = os.environ.get("TEST_DATABASE_URL")
    with connected_postgresql(make_url(address)) if address else own_postgresql() as engine:
        yield engine
