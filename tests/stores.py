"""Databases of their own for tests: empty ones, and stores copied from a template that was upgraded once."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import Engine, text

from lib.store import database


def upgraded(url: str) -> str:
    """Upgrade the database at `url`, and leave it without connections; gives the URL back."""
    engine = database.connect(url)
    database.upgrade(engine)
    engine.dispose()
    return url


def sqlite_url_in(folder: Path) -> str:
    """The URL of the SQLite file of that folder, whether it exists yet or not."""
    return f"sqlite:///{folder / 'licenses.sqlite'}"


def file_of(url: str) -> Path:
    """The file of an SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))


def copied(template: Path, folder: Path) -> str:
    """The URL of a copy of an SQLite store, in that folder."""
    url = sqlite_url_in(folder)
    copyfile(template, file_of(url))
    return url


@contextmanager
def new_database(server: Engine, template: str = "template0") -> Iterator[str]:
    """The URL of a new PostgreSQL database, a copy of the template, dropped at the end."""
    name = f"test_{secrets.token_hex(8)}"
    with server.connect() as connection:
        # Copying the files takes a steady 20 ms; copying through the log (the default) up to 20 times as long.
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' STRATEGY FILE_COPY"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@contextmanager
def new_store(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[Engine]:
    """An empty store with its tables on `sqlite`, in that folder, or on `postgresql`."""
    with _new_store_url(request, kind, folder) as url, connected(url) as engine:
        yield engine


@contextmanager
def _new_store_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield copied(request.getfixturevalue("sqlite_template"), folder)
        return
    server, template = (request.getfixturevalue(name) for name in ("postgresql", "postgresql_template"))
    with new_database(server, template) as url:
        yield url


@contextmanager
def connected(url: str) -> Iterator[Engine]:
    """An engine for that database, closed at the end."""
    engine = database.connect(url)
    try:
        yield engine
    finally:
        engine.dispose()
