"""Many rows at once: Arrow columns handed to SQLite and PostgreSQL, and back, without a Python object per cell."""

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
from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Table,
    Text,
    any_,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import BigInteger, Boolean

from lib.columnar.combinations import prefetch
from lib.store.database import ATTACHED
from lib.store.schema import customers_index, license_versions, profiles

_JOINED_ROWS = 100_000
"""Rows whose texts SQLite joins to one."""

# Rows of an empty store from which on PostgreSQL makes its indexes afterwards; readers wait meanwhile.
_MANY_FIRST = 20_000

_IS_OWN_AND_EMPTY = (
    "SELECT pg_has_role(relowner, 'USAGE') AND NOT EXISTS (SELECT FROM license_versions)"
    " FROM pg_class WHERE oid = 'license_versions'::regclass"
)


def _arrow_types(table: Table) -> dict[str, pa.DataType]:
    types = {}
    for column in table.columns:
        is_number = isinstance(column.type, Integer | BigInteger | Boolean)
        types[column.name] = pa.int64() if is_number else pa.string()
    return types


ARROW_TYPES = _arrow_types(profiles) | _arrow_types(license_versions)
"""How columns of `license_versions` and `profiles` are handed over: whole numbers, or text that either database reads."""


def content_hashes(connection: Connection) -> pa.Table:
    """The `license_key` and `content` hash of every current version."""
    if connection.dialect.name == "postgresql":
        return _content_hashes_by_copy(connection)
    return _content_hashes_by_joining(connection)


def _content_hashes_by_copy(connection: Connection) -> pa.Table:
    query = "SELECT license_key, content FROM license_versions WHERE until IS NULL"
    text = io.BytesIO()
    with connection.connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        text.writelines(copy)
    return _parse_csv(text.getbuffer(), {name: ARROW_TYPES[name] for name in ("license_key", "content")})


def _content_hashes_by_joining(connection: Connection) -> pa.Table:
    # SQLite joins many keys to one text, and their lengths and hashes to another: a row for each would take five times as
    # long. Arrow's own driver must not open this file beside Python's: each has a SQLite of its own, and when one closes
    # a file, the system drops the locks that the other holds on it.
    query = (
        "SELECT group_concat(license_key, ''), group_concat(length(CAST(license_key AS BLOB)) || ',' || content, char(10))"
        " FROM license_versions WHERE +until IS NULL AND rowid > ? AND rowid <= ?"  # with `+`, by row number, by no index
    )
    newest = connection.exec_driver_sql("SELECT max(rowid) FROM license_versions").scalar() or 0
    parts = []
    for start in range(0, newest + 1, _JOINED_ROWS):
        keys, numbers = connection.exec_driver_sql(query, (start, start + _JOINED_ROWS)).one()
        rows = _parse_csv((numbers or "").encode(), {"length": pa.int64(), "content": pa.int64()})
        offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(rows["length"].to_numpy(), dtype=np.int32)])
        texts = pa.StringArray.from_buffers(len(rows), pa.py_buffer(offsets), pa.py_buffer((keys or "").encode()))
        parts.append(pa.table({"license_key": texts, "content": rows["content"]}))
    connection.exec_driver_sql("PRAGMA shrink_memory")  # of pages that are not read again
    return pa.concat_tables(parts)


def _parse_csv(text: bytes | memoryview, types: dict[str, pa.DataType]) -> pa.Table:
    if not text:
        return pa.table({name: pa.array([], kind) for name, kind in types.items()})
    return pyarrow.csv.read_csv(
        pa.BufferReader(text),
        pyarrow.csv.ReadOptions(column_names=list(types)),
        pyarrow.csv.ParseOptions(newlines_in_values=True),
        pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )


def append_versions(
    connection: Connection, versions: Iterable[pa.RecordBatch], same: Mapping[str, int], count: int
) -> None:
    """Add `count` versions; `same` are columns with one value in all of them."""
    # While one batch is written, a second thread makes the next.
    with closing(prefetch(_with_columns(batch, same) for batch in versions)) as batches:
        first = next(batches, None)
        if first is None:
            return
        rows = chain((first,), batches)
        if connection.dialect.name == "postgresql":
            with without_indexes(connection, count):
                copy(connection, "license_versions", first.schema.names, rows)
        else:
            _append_by_files(connection, first.schema, rows, count)


def _with_columns(batch: pa.RecordBatch, same: Mapping[str, int]) -> pa.RecordBatch:
    columns = [*batch.columns, *(pa.repeat(value, len(batch)) for value in same.values())]
    return pa.record_batch(columns, [*batch.schema.names, *same])


def add_rows(connection: Connection, table: str, parts: Iterable[pa.Table]) -> None:
    """Add rows to any table but that of versions."""
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
    """Add rows to a table of PostgreSQL, columns in the order of `names`."""
    # Quoted as needed, Arrow writes an empty text as "", and nothing without quotes: COPY reads that as NULL.
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f"COPY {table} ({quoted}) FROM STDIN (FORMAT csv)"
    try:
        with connection.connection.cursor().copy(statement) as target:
            for part in parts:
                text = io.BytesIO()
                pyarrow.csv.write_csv(part, text, options)
                target.write(text.getbuffer())
    except psycopg.Error as error:  # as SQLAlchemy raises it for any other statement
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def _append_by_files(connection: Connection, schema: pa.Schema, batches: Iterator[pa.RecordBatch], count: int) -> None:
    # Arrow batches go into SQLite files of their own first: their driver cannot join this connection's transaction. Each
    # file has the very table that they are for, so that SQLite copies its rows as they are, without taking them apart,
    # as long as there is no index to keep.
    table = license_versions.name
    query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
    definition = connection.exec_driver_sql(query, (table,)).scalar_one()
    with TemporaryDirectory(prefix="import", ignore_cleanup_errors=True) as folder:
        paths = [str(Path(folder) / f"{name}.sqlite") for name in ATTACHED]
        shared = _SharedBatches(batches)
        with ThreadPoolExecutor(len(paths)) as threads:
            readers = [pa.RecordBatchReader.from_batches(schema, shared) for _ in paths]
            list(threads.map(_write_file, paths, repeat(definition), readers))
        for name, path in zip(ATTACHED, paths, strict=True):
            connection.exec_driver_sql(f"ATTACH ? AS {name}", (path,))
        with without_indexes(connection, count):
            for name in ATTACHED:
                connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {name}.{table}")  # noqa: S608 - our own names


class _SharedBatches(Iterator[pa.RecordBatch]):
    """Batches for several threads, each for the one that asks first."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches, self._one_at_a_time = batches, Lock()

    def __next__(self) -> pa.RecordBatch:
        with self._one_at_a_time:
            return next(self._batches)


def _write_file(path: str, definition: str, rows: pa.RecordBatchReader) -> None:
    """Write rows into a new SQLite file."""
    with (
        closing(adbc_driver_sqlite.dbapi.connect(path, autocommit=True)) as target,
        closing(target.cursor()) as cursor,
    ):
        # The file is thrown away after a crash, so it needs no safety of its own.
        for setting in ("journal_mode=OFF", "synchronous=OFF", "page_size=65536"):
            cursor.execute(f"PRAGMA {setting}")
        cursor.execute("BEGIN")
        cursor.execute(definition)
        cursor.adbc_ingest(license_versions.name, rows, mode="append")
        cursor.execute("COMMIT")


@contextmanager
def without_indexes(connection: Connection, count: int) -> Iterator[None]:
    """Drop the indexes of `license_versions` while `count` rows change, where sorting them once is faster.

    SQLite's index of customers, which no writer needs, is created again by `restore_indexes` once the transaction is over.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    is_faster = _are_most_rows(connection, count) if is_sqlite else _are_first_rows(connection, count)
    dropped = license_versions.indexes if is_faster else ()
    for index in dropped:
        index.drop(connection, checkfirst=True)
    yield
    for index in dropped:
        if index is not customers_index or not is_sqlite:
            index.create(connection)


def _are_most_rows(connection: Connection, count: int) -> bool:
    """Whether SQLite sorts its indexes once in half the time that it takes to keep them in order."""
    rows = connection.exec_driver_sql("SELECT max(rowid) FROM license_versions").scalar() or 0
    return count > rows


def _are_first_rows(connection: Connection, count: int) -> bool:
    """Whether PostgreSQL's indexes may go: many rows, no others, no reader, and an account that owns the table."""
    if count < _MANY_FIRST or not connection.exec_driver_sql(_IS_OWN_AND_EMPTY).scalar():
        return False
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("LOCK TABLE license_versions IN ACCESS EXCLUSIVE MODE NOWAIT")
    except DBAPIError:
        return False
    return True


def restore_indexes(connection: Connection) -> None:
    """Create the index that `without_indexes` did not, if it is missing."""
    customers_index.create(connection, checkfirst=True)


def is_one_of(connection: Connection, column: ColumnElement[str], texts: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column has one of some texts."""
    # The database gets them as one value, however many they are: SQLite takes at most 32,766 parameters.
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(texts), ARRAY(Text)))
    each = func.json_each(json.dumps(list(texts))).table_valued("value")
    return column.in_(select(each.c.value))


def rows_of_texts(connection: Connection, texts: Sequence[str]) -> FromClause:
    """Texts where statements can join them, as a column `value`."""
    if connection.dialect.name == "postgresql":
        return func.unnest(literal(list(texts), ARRAY(Text))).table_valued("value").render_derived()
    return func.json_each(json.dumps(list(texts))).table_valued("value")


def text_pairs(connection: Connection, pairs: Mapping[str, str]) -> FromClause:
    """Texts by key where statements can join them, as columns `key` and `value`."""
    if connection.dialect.name == "postgresql":
        each = func.json_each_text(cast(literal(json.dumps(pairs), Text), JSON))
    else:
        each = func.json_each(json.dumps(pairs))
    return each.table_valued("key", "value")
