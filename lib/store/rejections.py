"""What was wrong in a batch written at once: a million problems without a Python object for each."""

import pyarrow as pa
from sqlalchemy import Connection

from lib.faults import SCHEMA, Problems
from lib.store import bulk

_AT_ONCE = 20_000
_NAMES = ("batch_id", *SCHEMA.names)


def write(connection: Connection, number: int, problems: Problems) -> None:
    """Keep the problems of a batch, in their order."""
    parts = (_told(number, problems, start) for start in range(0, len(problems), _AT_ONCE))
    if connection.dialect.name == "postgresql":
        bulk.copy(connection, "rejections", _NAMES, parts)
        return
    for part in parts:
        _insert(connection, part)


def _told(number: int, problems: Problems, start: int) -> pa.Table:
    told = problems.table(start, start + _AT_ONCE).combine_chunks()  # empty chunks become zeros in CSV
    return told.add_column(0, "batch_id", pa.repeat(number, len(told)))


def _insert(connection: Connection, told: pa.Table) -> None:
    names, marks = ", ".join(f'"{name}"' for name in _NAMES), ", ".join("?" * len(_NAMES))
    rows = list(zip(*(column.to_pylist() for column in told.columns), strict=True))
    connection.exec_driver_sql(f"INSERT INTO rejections ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names
