"""The database: SQLite in a file by default, PostgreSQL for several servers; opening, upgrading and locking it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

ROOT = Path(__file__).resolve().parent.parent
ATTACHED = "incoming"
"""What SQLite calls a file that rows are copied from within a transaction."""

_ONE_WRITER = 7_261_501
"""PostgreSQL's advisory lock number that all writers of this application share."""


def default_url() -> str:
    """Where the licenses are kept: `DATABASE_URL`, else a SQLite file in `data/` beside the project's code."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{ROOT / 'data' / 'licenses.sqlite'}"


def connect(url: str) -> Engine:
    """An engine for the database at `url`; plain `postgresql://` addresses are given the psycopg driver."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(url, address.database)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address, pool_pre_ping=True)


def _sqlite(url: str, path: str | None) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        # SQLAlchemy, not the driver, says when a transaction begins: see `begin` below.
        connection.isolation_level = None
        for setting in (
            "busy_timeout=15000",
            "page_size=16384",  # of a new file: wide rows fit better, and indexes are flatter
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "cache_size=-65536",
        ):
            connection.execute(f"PRAGMA {setting}")
        # SQLite's own knows only the letters of English: a search for "größe" would miss "GRÖSSE Ä".
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database, however many queries follow."""
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other writer can run beside; it ends whole or not at all."""
    with _released(engine) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_WRITER})
        yield connection


@contextmanager
def noting(engine: Engine) -> Iterator[Connection]:
    """A short transaction that writes what stands beside the licenses, such as a job or a file that was brought in.

    On PostgreSQL it does not wait for the writer of licenses; SQLite has one writer only.
    """
    with _released(engine) as connection, connection.begin():
        yield connection


@contextmanager
def _released(engine: Engine) -> Iterator[Connection]:
    """A connection that lets go of an attached file in the end, which SQLite cannot do inside a transaction."""
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
        try:
            yield connection
        finally:
            if engine.dialect.name == "sqlite":
                _detach(connection.connection.driver_connection)


def _detach(driver: Any) -> None:
    if any(name == ATTACHED for _, name, _ in driver.execute("PRAGMA database_list")):
        driver.execute(f"DETACH {ATTACHED}")


def upgrade(engine: Engine) -> None:
    """Bring the database's tables to this version of the application; does nothing if they are already there."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_ready(engine: Engine) -> bool:
    """Whether the database answers."""
    with engine.connect() as connection:
        return connection.execute(text("SELECT 1")).scalar() == 1
