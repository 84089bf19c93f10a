"""The database: SQLite in a file by default, PostgreSQL for several servers; opening, upgrading and locking it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from lib.store.outages import refusal

ROOT = Path(__file__).resolve().parents[2]
ATTACHED = ("incoming_0", "incoming_1")
"""The names of the files that SQLite attaches to copy rows from within a transaction."""

_LOG_SIZE = 64 << 20
"""Bytes that SQLite's write-ahead log is cut to after a transaction that made it larger."""

_WRITER_LOCK = 7_261_501
"""PostgreSQL's advisory lock number that all writers of this application share."""

_WORKER_LOCK = 7_261_502
"""PostgreSQL's advisory lock number that all workers share."""

# Seconds that a writer of SQLite waits for another; an import of a million rows writes for less.
_TIMEOUT = 60

_CONNECT_SECONDS = 10
"""Seconds that a machine with PostgreSQL has to answer."""


def default_url() -> str:
    """Where the licenses are stored: `DATABASE_URL`, else a SQLite file in `data/` beside the project's code."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{ROOT / 'data' / 'licenses.sqlite'}"


def connect(url: str) -> Engine:
    """An engine for the database at `url`."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return sqlite_engine(url, address.database)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    # Parameters are cells of other people's files: errors, which are logged, do not repeat them.
    # A machine that is gone does not refuse a connection; without a limit a page would wait for minutes.
    limits = {} if "connect_timeout" in address.query else {"connect_timeout": _CONNECT_SECONDS}
    engine = create_engine(address, pool_pre_ping=True, hide_parameters=True, connect_args=limits)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", prepare_postgresql)
    return engine


def prepare_postgresql(connection: Any, record: object) -> None:
    """Set up a new connection of PostgreSQL's driver."""
    # Compiling a query takes PostgreSQL up to a second, and it does so for many that take some milliseconds.
    connection.execute("SET jit = off")
    connection.commit()


def sqlite_engine(url: str, path: str | None) -> Engine:
    """An engine for a SQLite file, each of whose connections is prepared."""
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        keep_to_owner(path)
        prepare_sqlite(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def keep_to_owner(path: str | None) -> None:
    """Let only the owner read a new SQLite file and its log."""
    # Rights that somebody chose for a file that exists stay.
    if path and path != ":memory:" and not (file := Path(path)).stat().st_size:
        file.chmod(0o600)


def prepare_sqlite(connection: Any) -> None:
    """Set up a new connection of SQLite's driver."""
    # SQLAlchemy, not the driver, begins transactions: see the event `begin` above.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_TIMEOUT * 1000}")
    # Of a new file, and so before its journal is set up: wide rows fit better, and indexes are flatter.
    connection.execute("PRAGMA page_size=16384")
    use_write_ahead_log(connection)
    for setting in ("synchronous=NORMAL", f"journal_size_limit={_LOG_SIZE}", "foreign_keys=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {setting}")
    # SQLite's own knows only the letters of English: a search for "größe" would miss "GRÖSSE Ä".
    connection.create_function("lower", 1, lower_case, deterministic=True)


def use_write_ahead_log(connection: Any) -> None:
    """Let readers of SQLite go on while somebody writes."""
    # Two connections that set this on a new file get "busy" at once, whatever the timeout: so it is tried again.
    deadline = monotonic() + _TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.02)
        else:
            return


def lower_case(text: Any) -> Any:
    """A text in lower case; any other value as it is."""
    return text.lower() if isinstance(text, str) else text


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database, however many queries follow.

    Here and below, a database or disk that cannot go on raises a RefusalError (see `outages`).
    """
    # SQLite's transactions see one moment anyway.
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with _outages_as_refusals(), engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that keeps all other writers waiting."""
    with _outages_as_refusals(), _connection_to_write(engine) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
        yield connection


@contextmanager
def writing_briefly(engine: Engine) -> Iterator[Connection]:
    """A short transaction for what is beside the licenses, such as a job or a new file.

    On PostgreSQL it does not wait for the writer of licenses; SQLite has one writer only.
    """
    with _outages_as_refusals(), _connection_to_write(engine) as connection, connection.begin():
        yield connection


@contextmanager
def worker_lock(engine: Engine) -> Iterator[bool]:
    """Whether no other worker is at work, nor will be until this ends."""
    # The lock goes with its process, however that ends: a session's lock on PostgreSQL; beside a SQLite file, which is on
    # one machine, another file that is locked. Heartbeats could not tell who is at work: clocks of servers differ, and on
    # SQLite nobody can write one while an import writes.
    if engine.dialect.name == "postgresql":
        with _outages_as_refusals(), _session_lock(engine) as is_free:
            yield is_free
    elif (folder := scratch_folder(engine)) is None:
        yield True
    else:
        with _file_lock(folder / "turn") as is_free:
            yield is_free


def scratch_folder(engine: Engine) -> Path | None:
    """The folder beside a SQLite file for its worker's own files."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    folder = Path(f"{path}.worker")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def _session_lock(engine: Engine) -> Iterator[bool]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        lock = {"lock": _WORKER_LOCK}
        is_free = bool(connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), lock).scalar())
        try:
            yield is_free
        finally:
            if is_free:
                connection.invalidate()  # ending the session frees the lock, even if it does not answer any more


@contextmanager
def _file_lock(path: Path) -> Iterator[bool]:
    # SQLite locks files on every kind of system, so the lock is an empty database of its own.
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            is_free = False
        else:
            is_free = True
        yield is_free


@contextmanager
def _outages_as_refusals() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if sentence := refusal(error):
            raise sentence from error
        raise


@contextmanager
def _connection_to_write(engine: Engine) -> Iterator[Connection]:
    # IMMEDIATE: SQLite locks at the beginning, since a reader that turns writer may be refused halfway.
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
        try:
            yield connection
        finally:
            # Only now: SQLite cannot detach a file inside a transaction.
            if engine.dialect.name == "sqlite":
                _detach(connection.connection.driver_connection)


def _detach(driver: Any) -> None:
    for _, name, _ in driver.execute("PRAGMA database_list").fetchall():
        if name in ATTACHED:
            driver.execute(f"DETACH {name}")


def upgrade_config() -> Config:
    """Where Alembic finds the upgrades."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


@cache
def upgrades() -> tuple[frozenset[str], frozenset[str]]:
    """The newest upgrades of this version of the application, and all that it knows."""
    script = ScriptDirectory.from_config(upgrade_config())
    return frozenset(script.get_heads()), frozenset(one.revision for one in script.walk_revisions())


def is_current(engine: Engine) -> bool:
    """Whether the tables have this version's upgrades."""
    # Those of a later version are unknown here, and serve as well while servers are replaced.
    newest, all_upgrades = upgrades()
    with reading(engine) as connection:
        heads = frozenset(MigrationContext.configure(connection).get_current_heads())
    return heads == newest or not heads <= all_upgrades


def upgrade(engine: Engine) -> None:
    """Upgrade the database's tables to this version of the application; those of a later version stay as they are."""
    # Without the writers' lock, so that a server starts while an import writes.
    if is_current(engine):
        return
    config = upgrade_config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def overwrite_deleted(connection: Connection) -> None:
    """Let deleted content be overwritten in SQLite's file."""
    # It would stay readable in free pages otherwise.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def clear_remains(engine: Engine) -> None:
    """Remove what was deleted from where a database keeps it for a while: SQLite's log, PostgreSQL's old rows."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
    elif (path := engine.url.database) and path != ":memory:":
        # Apart from SQLAlchemy, which would begin a transaction.
        with closing(sqlite3.connect(path, timeout=_TIMEOUT)) as direct:
            direct.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def is_ready(engine: Engine) -> bool:
    """Whether the database answers."""
    with engine.connect() as connection:
        return connection.execute(text("SELECT 1")).scalar() == 1
