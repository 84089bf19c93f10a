"""Many versions written at once: Arrow columns handed to SQLite and PostgreSQL without a Python object per cell."""

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import adbc_driver_sqlite.dbapi
import psycopg
import pyarrow as pa
import pyarrow.csv
from sqlalchemy import Connection, Integer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import BigInteger, Boolean

from lib.coded import ahead
from lib.database import ATTACHED
from lib.schema import license_versions

ARROW_TYPES = {
    column.name: pa.int64() if isinstance(column.type, Integer | BigInteger | Boolean) else pa.string()
    for column in license_versions.columns
}
"""How each column of `license_versions` is handed over: whole numbers, or text that either database can read."""


def read(connection: Connection, query: str) -> pa.Table:
    """The rows of a query as Arrow columns of texts and whole numbers, none of which is empty.

    SQLite is asked on a connection of its own: it tells what was committed last, not what this transaction has written.
    """
    return _copied(connection, query) if connection.dialect.name == "postgresql" else _fetched(connection, query)


def _copied(connection: Connection, query: str) -> pa.Table:
    text = io.BytesIO()
    with connection.connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy:
        text.writelines(copy)
    types = pyarrow.csv.ConvertOptions(column_types=ARROW_TYPES, strings_can_be_null=False)
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return pyarrow.csv.read_csv(pa.BufferReader(text.getbuffer()), parse_options=parsing, convert_options=types)


def _fetched(connection: Connection, query: str) -> pa.Table:
    path = str(connection.engine.url.database)
    with (
        closing(adbc_driver_sqlite.dbapi.connect(path, autocommit=True)) as source,
        closing(source.cursor()) as cursor,
    ):
        cursor.execute(query)
        rows = cursor.fetch_arrow_table()
    return rows.cast(pa.schema({name: ARROW_TYPES[name] for name in rows.column_names}))  # of no rows it knows no types


def append(connection: Connection, versions: Iterable[pa.RecordBatch], same: Mapping[str, int]) -> None:
    """Add versions, given in batches of Arrow columns; `same` are the columns that are the same in all of them.

    While one batch is written, a second thread makes the next.
    """
    with closing(ahead(iter(versions))) as batches:
        first = next(batches, None)
        if first is None:
            return
        write = _copy if connection.dialect.name == "postgresql" else _attach
        write(connection, first.schema, chain((first,), batches), same)


def _copy(
    connection: Connection, schema: pa.Schema, batches: Iterable[pa.RecordBatch], same: Mapping[str, int]
) -> None:
    """COPY tells an empty text, written as "", from nothing, which is not quoted."""
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    statement = f"COPY license_versions ({', '.join([*schema.names, *same])}) FROM STDIN (FORMAT csv)"
    try:
        with connection.connection.cursor().copy(statement) as copy:
            for batch in batches:
                columns = [*batch.columns, *(pa.repeat(value, len(batch)) for value in same.values())]
                text = io.BytesIO()
                pyarrow.csv.write_csv(pa.record_batch(columns, [*schema.names, *same]), text, options)
                copy.write(text.getbuffer())
    except psycopg.Error as error:  # as SQLAlchemy tells it of any other statement
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def _attach(
    connection: Connection, schema: pa.Schema, batches: Iterable[pa.RecordBatch], same: Mapping[str, int]
) -> None:
    """Arrow batches go into a SQLite file of their own first: their driver cannot join this connection's transaction."""
    names = ", ".join(schema.names)
    with TemporaryDirectory(prefix="import", ignore_cleanup_errors=True) as folder:
        path = str(Path(folder) / "rows.sqlite")
        count = _written_to(path, pa.RecordBatchReader.from_batches(schema, batches))
        connection.exec_driver_sql(f"ATTACH ? AS {ATTACHED}", (path,))
        with _without_indexes(connection, count):
            connection.exec_driver_sql(
                f"INSERT INTO license_versions ({', '.join([names, *same])})"  # noqa: S608 - our own names
                f" SELECT {', '.join([names, *('?' for _ in same)])} FROM {ATTACHED}.rows",
                tuple(same.values()),
            )


def _written_to(path: str, rows: pa.RecordBatchReader) -> int:
    """Write rows into a new SQLite file, which needs no safety of its own; gives how many they were."""
    with (
        closing(adbc_driver_sqlite.dbapi.connect(path, autocommit=True)) as target,
        closing(target.cursor()) as cursor,
    ):
        for setting in ("journal_mode=OFF", "synchronous=OFF", "page_size=65536"):
            cursor.execute(f"PRAGMA {setting}")
        cursor.execute("BEGIN")
        count = cursor.adbc_ingest("rows", rows, mode="create")
        cursor.execute("COMMIT")
    return count


@contextmanager
def _without_indexes(connection: Connection, count: int) -> Iterator[None]:
    """Where most rows are new, sorting each index once is twice as fast as keeping it in order row by row."""
    known = connection.exec_driver_sql("SELECT max(rowid) FROM license_versions").scalar() or 0
    made = (
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'license_versions' AND type = 'index' AND sql IS NOT NULL"
    )
    indexes = connection.exec_driver_sql(made).all() if count > known else []
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, sql in indexes:
        connection.exec_driver_sql(sql)
