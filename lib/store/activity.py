"""How much is going on in a store, in a few counts."""

from collections import Counter

from sqlalchemy import Connection, func, select

from lib.domain.changes import ChangeKind
from lib.domain.import_counts import RowCounts
from lib.store.schema import batches, changes, jobs


def job_counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many jobs there are, by kind and state."""
    query = select(jobs.c.kind, jobs.c.state, func.count().label("jobs")).group_by(jobs.c.kind, jobs.c.state)
    return {(row.kind, row.state): row.jobs for row in connection.execute(query)}


def batch_counts(connection: Connection) -> dict[str, int]:
    """How many files came in, by what became of them."""
    query = select(batches.c.state, func.count().label("files")).group_by(batches.c.state)
    return {row.state: row.files for row in connection.execute(query)}


def imported_rows(connection: Connection) -> Counter[str]:
    """How many rows of files were ever imported, also if that was undone since, by what became of them."""
    rows: Counter[str] = Counter()
    for counts in connection.execute(select(changes.c.counts).where(changes.c.kind == ChangeKind.IMPORT)).scalars():
        rows.update(RowCounts.from_json(counts).to_json())
    return rows
