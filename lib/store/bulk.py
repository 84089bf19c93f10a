"""Many versions written at once: Arrow columns handed to SQLite and PostgreSQL without a Python object per cell."""

import io
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import adbc_driver_sqlite.dbapi
import psycopg
import pyarrow as pa
import pyarrow.csv
from sqlalchemy import Connection, Integer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import BigInteger, Boolean

from lib.database import ATTACHED
from lib.schema import license_versions

ARROW_TYPES = {
    column.name: pa.int64() if isinstance(column.type, Integer | BigInteger | Boolean) else pa.string()
    for column in license_versions.columns
}
"""How each column of `license_versions` is handed over: whole numbers, or text that either database can read."""


def append(connection: Connection, versions: Mapping[str, pa.Array]) -> None:
    """Add versions, given as Arrow columns by name; columns that are not given stay empty."""
    rows = pa.table(dict(versions)).sort_by("license_key")  # in key order the indexes grow fastest
    if connection.dialect.name == "postgresql":
        _copy(connection, rows)
    else:
        _attach(connection, rows)


def _copy(connection: Connection, rows: pa.Table) -> None:
    """COPY tells an empty text, written as "", from nothing, which is not quoted."""
    names = ", ".join(rows.column_names)
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    statement = f"COPY license_versions ({names}) FROM STDIN (FORMAT csv)"
    try:
        with connection.connection.cursor().copy(statement) as copy:
            for batch in rows.to_batches(max_chunksize=50_000):
                text = io.BytesIO()
                pyarrow.csv.write_csv(batch, text, options)
                copy.write(text.getbuffer())
    except psycopg.Error as error:  # as SQLAlchemy tells it of any other statement
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def _attach(connection: Connection, rows: pa.Table) -> None:
    """Arrow batches go into a SQLite file of their own first: their driver cannot join this connection's transaction."""
    names = ", ".join(rows.column_names)
    with TemporaryDirectory(prefix="import", ignore_cleanup_errors=True) as folder:
        path = str(Path(folder) / "rows.sqlite")
        with (
            closing(adbc_driver_sqlite.dbapi.connect(path, autocommit=True)) as source,
            closing(source.cursor()) as cursor,
        ):
            cursor.execute("PRAGMA journal_mode=OFF")
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("BEGIN")
            cursor.adbc_ingest("rows", rows, mode="create")
            cursor.execute("COMMIT")
        connection.exec_driver_sql(f"ATTACH ? AS {ATTACHED}", (path,))
        copied = f"INSERT INTO license_versions ({names}) SELECT {names} FROM {ATTACHED}.rows"  # noqa: S608 - our own names
        connection.exec_driver_sql(copied)
