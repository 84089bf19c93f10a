"""What was wrong in a batch written at once: a million problems without a Python object for each."""

import pyarrow as pa
from sqlalchemy import Connection

from lib.checking.problem_table import ProblemTable
from lib.store import bulk
from lib.store.schema import rejections

_AT_ONCE = 20_000


def write(connection: Connection, number: int, problems: ProblemTable) -> None:
    """Keep the problems of a batch, in their order."""
    starts = range(0, len(problems), _AT_ONCE)
    bulk.add_rows(connection, rejections.name, (_told(number, problems, start) for start in starts))


def _told(number: int, problems: ProblemTable, start: int) -> pa.Table:
    told = problems.table(start, start + _AT_ONCE)
    return told.add_column(0, "batch_id", pa.repeat(number, len(told)))
