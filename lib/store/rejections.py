"""What was wrong in a batch written at once: a million problems without a Python object for each."""

import io

import psycopg
import pyarrow as pa
import pyarrow.csv
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from lib.faults import SCHEMA, Problems

_AT_ONCE = 20_000
_NAMES = ("batch_id", *SCHEMA.names)
_QUOTED = ", ".join(f'"{name}"' for name in _NAMES)


def write(connection: Connection, number: int, problems: Problems) -> None:
    """Keep the problems of a batch, in their order."""
    send = _copy if connection.dialect.name == "postgresql" else _insert
    for start in range(0, len(problems), _AT_ONCE):
        told = problems.table(start, start + _AT_ONCE).combine_chunks()  # empty chunks become zeros in CSV
        send(connection, told.add_column(0, "batch_id", pa.repeat(number, len(told))))


def _insert(connection: Connection, told: pa.Table) -> None:
    rows = list(zip(*(column.to_pylist() for column in told.columns), strict=True))
    marks = ", ".join("?" * len(_NAMES))
    connection.exec_driver_sql(f"INSERT INTO rejections ({_QUOTED}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def _copy(connection: Connection, told: pa.Table) -> None:
    """COPY tells an empty text, written as "", from nothing, which is not quoted."""
    text = io.BytesIO()
    pyarrow.csv.write_csv(told, text, pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed"))
    statement = f"COPY rejections ({_QUOTED}) FROM STDIN (FORMAT csv)"
    try:
        with connection.connection.cursor().copy(statement) as copy:
            copy.write(text.getbuffer())
    except psycopg.Error as error:  # as SQLAlchemy tells it of any other statement
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error
