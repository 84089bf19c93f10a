"""Many versions written at once: Arrow columns handed to SQLite and PostgreSQL without a Python object per cell."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import chain, repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import adbc_driver_sqlite.dbapi
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv
from sqlalchemy import ARRAY, ColumnElement, Connection, Integer, Table, Text, any_, func, literal, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import BigInteger, Boolean

from lib.columnar.combinations import prefetch
from lib.store.database import ATTACHED
from lib.store.schema import customers_index, license_versions, profiles

_JOINED = 100_000
"""Rows whose texts are joined to one."""


def _handed_over(table: Table) -> dict[str, pa.DataType]:
    return {
        column.name: pa.int64() if isinstance(column.type, Integer | BigInteger | Boolean) else pa.string()
        for column in table.columns
    }


ARROW_TYPES = _handed_over(profiles) | _handed_over(license_versions)
"""How each column of `license_versions` and `profiles` is handed over: whole numbers, or text that either database can read."""


def content_hashes(connection: Connection) -> pa.Table:
    """The `license_key` and the `content` hash of every version that stands now, as Arrow columns."""
    if connection.dialect.name == "postgresql":
        return _contents_copied(connection)
    return _contents_joined(connection)


def _contents_copied(connection: Connection) -> pa.Table:
    query = "SELECT license_key, content FROM license_versions WHERE until IS NULL"
    text = io.BytesIO()
    with connection.connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        text.writelines(copy)
    return _parsed(text.getbuffer(), {name: ARROW_TYPES[name] for name in ("license_key", "content")})


def _contents_joined(connection: Connection) -> pa.Table:
    """SQLite joins many keys to one text, and their lengths and hashes to another: a row for each would take five times
    as long. Arrow's own driver must not open this file beside Python's: each has a SQLite of its own, and when one closes
    a file, the system drops the locks that the other holds on it."""
    joined = (
        "SELECT group_concat(license_key, ''), group_concat(length(CAST(license_key AS BLOB)) || ',' || content, char(10))"
        " FROM license_versions WHERE +until IS NULL AND rowid > ? AND rowid <= ?"
    )
    newest = connection.exec_driver_sql("SELECT max(rowid) FROM license_versions").scalar() or 0
    parts = []
    for start in range(0, newest + 1, _JOINED):
        keys, numbers = connection.exec_driver_sql(joined, (start, start + _JOINED)).one()
        rows = _parsed((numbers or "").encode(), {"length": pa.int64(), "content": pa.int64()})
        offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(rows["length"].to_numpy(), dtype=np.int32)])
        texts = pa.StringArray.from_buffers(len(rows), pa.py_buffer(offsets), pa.py_buffer((keys or "").encode()))
        parts.append(pa.table({"license_key": texts, "content": rows["content"]}))
    connection.exec_driver_sql("PRAGMA shrink_memory")  # of pages that are not read again
    return pa.concat_tables(parts)


def _parsed(text: bytes | memoryview, types: dict[str, pa.DataType]) -> pa.Table:
    if not text:
        return pa.table({name: pa.array([], kind) for name, kind in types.items()})
    return pyarrow.csv.read_csv(
        pa.BufferReader(text),
        pyarrow.csv.ReadOptions(column_names=list(types)),
        pyarrow.csv.ParseOptions(newlines_in_values=True),
        pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )


def append_versions(connection: Connection, versions: Iterable[pa.RecordBatch], same: Mapping[str, int]) -> None:
    """Add versions, given in batches of Arrow columns; `same` are the columns that are the same in all of them.

    While one batch is written, a second thread makes the next.
    """
    with closing(prefetch(_with(batch, same) for batch in versions)) as batches:
        first = next(batches, None)
        if first is None:
            return
        rows = chain((first,), batches)
        if connection.dialect.name == "postgresql":
            copy(connection, "license_versions", first.schema.names, rows)
        else:
            _attach(connection, first.schema, rows)


def _with(batch: pa.RecordBatch, same: Mapping[str, int]) -> pa.RecordBatch:
    """A batch with more columns, of which each says the same in all rows."""
    columns = [*batch.columns, *(pa.repeat(value, len(batch)) for value in same.values())]
    return pa.record_batch(columns, [*batch.schema.names, *same])


def add_rows(connection: Connection, table: str, parts: Iterable[pa.Table]) -> None:
    """Add rows to a table that is no table of versions, given in parts of Arrow columns."""
    if connection.dialect.name == "postgresql":
        whole = (part.combine_chunks() for part in parts)  # empty chunks become zeros in CSV
        first = next(whole, None)
        if first is not None:
            copy(connection, table, first.column_names, chain((first,), whole))
        return
    for part in parts:
        names, marks = ", ".join(f'"{name}"' for name in part.column_names), ", ".join("?" * part.num_columns)
        rows = list(zip(*(column.to_pylist() for column in part.columns), strict=True))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
        if rows:
            connection.exec_driver_sql(statement, rows)


def copy(connection: Connection, table: str, names: Sequence[str], parts: Iterable[pa.RecordBatch | pa.Table]) -> None:
    """Add rows to a table of PostgreSQL, given in parts of Arrow columns in the order of `names`.

    COPY tells an empty text, written as "", from nothing, which is not quoted.
    """
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f"COPY {table} ({quoted}) FROM STDIN (FORMAT csv)"
    try:
        with connection.connection.cursor().copy(statement) as target:
            for part in parts:
                text = io.BytesIO()
                pyarrow.csv.write_csv(part, text, options)
                target.write(text.getbuffer())
    except psycopg.Error as error:  # as SQLAlchemy tells it of any other statement
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def _attach(connection: Connection, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
    """Arrow batches go into SQLite files of their own first: their driver cannot join this connection's transaction.

    Each file has the very table that they are for. So SQLite copies its rows as they stand, without taking them apart, as
    long as there is no index to keep.
    """
    table = license_versions.name
    asked = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
    definition = connection.exec_driver_sql(asked, (table,)).scalar_one()
    with TemporaryDirectory(prefix="import", ignore_cleanup_errors=True) as folder:
        paths = [str(Path(folder) / f"{name}.sqlite") for name in ATTACHED]
        shared = _Shared(batches)
        with ThreadPoolExecutor(len(paths)) as threads:
            readers = [pa.RecordBatchReader.from_batches(schema, shared) for _ in paths]
            count = sum(threads.map(_written_to, paths, repeat(definition), readers))
        for name, path in zip(ATTACHED, paths, strict=True):
            connection.exec_driver_sql(f"ATTACH ? AS {name}", (path,))
        with without_indexes(connection, count):
            for name in ATTACHED:
                connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {name}.{table}")  # noqa: S608 - our own names


class _Shared(Iterator[pa.RecordBatch]):
    """Batches for whichever thread asks first."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches, self._one_at_a_time = batches, Lock()

    def __next__(self) -> pa.RecordBatch:
        with self._one_at_a_time:
            return next(self._batches)


def _written_to(path: str, definition: str, rows: pa.RecordBatchReader) -> int:
    """Write rows into the table of a new SQLite file, which needs no safety of its own; gives how many they were."""
    with (
        closing(adbc_driver_sqlite.dbapi.connect(path, autocommit=True)) as target,
        closing(target.cursor()) as cursor,
    ):
        for setting in ("journal_mode=OFF", "synchronous=OFF", "page_size=65536"):
            cursor.execute(f"PRAGMA {setting}")
        cursor.execute("BEGIN")
        cursor.execute(definition)
        count = cursor.adbc_ingest(license_versions.name, rows, mode="append")
        cursor.execute("COMMIT")
    return count


@contextmanager
def without_indexes(connection: Connection, count: int) -> Iterator[None]:
    """On SQLite, where most rows of `license_versions` are new, or otherwise touched: `count` of them.

    Sorting each index once is then twice as fast as keeping it in order row by row. That of customers, which no writer
    needs, is made anew by `with_indexes` once the transaction is over.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    known = connection.exec_driver_sql("SELECT max(rowid) FROM license_versions").scalar() or 0
    left_out = license_versions.indexes if count > known else ()
    for index in left_out:
        index.drop(connection, checkfirst=True)
    yield
    for index in left_out:
        if index is not customers_index:
            index.create(connection)


def restore_indexes(connection: Connection) -> None:
    """Make the index that `without_indexes` left out, if it did."""
    customers_index.create(connection, checkfirst=True)


def is_one_of(connection: Connection, column: ColumnElement[str], texts: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column has one of some texts, which the database gets as one value, however many they are."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(texts), ARRAY(Text)))
    each = func.json_each(json.dumps(list(texts))).table_valued("value")
    return column.in_(select(each.c.value))
