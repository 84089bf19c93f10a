"""How much is going on in a store, in a few counts."""

from sqlalchemy import Connection, func, select

from lib.store.schema import batches, jobs


def job_counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many jobs there are, by kind and state."""
    query = select(jobs.c.kind, jobs.c.state, func.count().label("jobs")).group_by(jobs.c.kind, jobs.c.state)
    return {(row.kind, row.state): row.jobs for row in connection.execute(query)}


def batch_counts(connection: Connection) -> dict[str, int]:
    """How many files came in, by what became of them."""
    query = select(batches.c.state, func.count().label("files")).group_by(batches.c.state)
    return {row.state: row.files for row in connection.execute(query)}
