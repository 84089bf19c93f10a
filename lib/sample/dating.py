"""Dating the sample's changes back: the one liberty that is taken, since this store is thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from sqlalchemy import Engine, update

from lib.store import database
from lib.store.schema import batches, changes


@contextmanager
def dated(engine: Engine, day: date, hour: int) -> Iterator[None]:
    """Date changes made in this context back to that day; earlier changes have earlier dates already."""
    yield
    then = datetime.combine(day, time(hour), UTC)
    with database.writing(engine) as connection:
        connection.execute(update(changes).where(changes.c.at > then).values(at=then))
        connection.execute(update(batches).where(batches.c.created_at > then).values(created_at=then))
