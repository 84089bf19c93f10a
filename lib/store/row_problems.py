"""What was wrong in a batch's rows: stored at once, grouped by cause, and listed."""

from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Select, func, select, update

from lib.checking.causes import Cause, sort_causes
from lib.checking.problem import Problem, Severity
from lib.checking.problem_table import ProblemTable, problem_from
from lib.reading.problem_codes import ProblemCode
from lib.store import bulk
from lib.store.schema import batches, rejections

# Problems handed to the database at once: Arrow columns, since a million would be too many Python objects.
_PART = 20_000

FORGOTTEN = "The text of this cell is no longer stored."
"""What stands in place of a message, which repeats the cell's text, once that is deleted."""

_CAUSE = ("severity", "code", "column", "field")
_PROBLEM = ("severity", "row", "line", "column", "field", "code", "value", "message")


def write(connection: Connection, number: int, problems: ProblemTable) -> None:
    """Store the problems of a batch, in their order."""
    starts = range(0, len(problems), _PART)
    bulk.add_rows(connection, rejections.name, (_part(number, problems, start) for start in starts))


def _part(number: int, problems: ProblemTable, start: int) -> pa.Table:
    rows = problems.table(start, start + _PART)
    return rows.add_column(0, "batch_id", pa.repeat(number, len(rows)))


def forget_cells(connection: Connection, before: datetime) -> int:
    """Delete the texts of cells in files brought in before a time, not what was wrong with them; gives how many."""
    old = select(batches.c.id).where(batches.c.created_at < before)
    cells = update(rejections).where(rejections.c.batch_id.in_(old), rejections.c.message != FORGOTTEN)
    return connection.execute(cells.values(value=None, message=FORGOTTEN)).rowcount


def causes(connection: Connection, number: int) -> list[Cause]:
    """What was wrong in a batch by cause: errors first, then the commonest."""
    columns = [rejections.c[name] for name in _CAUSE]
    query = select(*columns, func.count().label("times")).where(rejections.c.batch_id == number).group_by(*columns)
    return sort_causes(
        Cause(Severity(row.severity), ProblemCode(row.code), row.column, row.field, row.times)
        for row in connection.execute(query)
    )


def problems(
    connection: Connection, number: int, cause: Cause | None = None, *, start: int = 0, count: int | None = None
) -> list[Problem]:
    """A page of a batch's problems, of one cause or any, in order."""
    query = select(*(rejections.c[name] for name in _PROBLEM)).where(rejections.c.batch_id == number)
    if cause is not None:
        query = _of_cause(query, cause)
    rows = connection.execute(query.order_by(rejections.c.id).offset(start).limit(count))
    return [problem_from(row._asdict()) for row in rows]


def _of_cause(query: Select[Any], cause: Cause) -> Select[Any]:
    same = [rejections.c[name].is_not_distinct_from(getattr(cause, name)) for name in _CAUSE]
    return query.where(*same)
