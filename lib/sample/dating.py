"""Dating the sample's changes back: the one liberty that is taken, since this store is thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from sqlalchemy import Engine, text, update

from lib.store import database
from lib.store.schema import audit_log, batches, changes, policies

_LOGS = (audit_log, policies)
"""Tables of which triggers refuse a change."""


@contextmanager
def open_logs(engine: Engine) -> Iterator[None]:
    """Let entries of logs be dated back in this context."""
    names = ", ".join(f"'{table.name}'" for table in _LOGS)
    triggers = text(f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({names})")  # noqa: S608
    with database.writing(engine) as connection:
        statements = {row.name: row.sql for row in connection.execute(triggers)}
        for name in statements:
            connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    with database.writing(engine) as connection:
        for statement in statements.values():
            connection.execute(text(statement))


@contextmanager
def dated(engine: Engine, day: date, hour: int) -> Iterator[None]:
    """Date changes made in this context back to that day; earlier changes have earlier dates already."""
    yield
    then = datetime.combine(day, time(hour), UTC)
    with database.writing(engine) as connection:
        connection.execute(update(changes).where(changes.c.at > then).values(at=then))
        for table in _LOGS:
            connection.execute(update(table).where(table.c.at > then).values(at=then))
        connection.execute(update(batches).where(batches.c.created_at > then).values(created_at=then))
