"""The log of changes: everything that was done to the licenses, numbered in order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from lib.domain.changes import ChangeKind, change_title
from lib.domain.days import day_of, end_of, local_time
from lib.domain.roles import Actor
from lib.store import audit, policies
from lib.store.audit import AuditAction
from lib.store.schema import batches, changes


@dataclass(frozen=True, slots=True)
class Change:
    """Something done to the licenses; `file` is its batch's file name, `undoes` the change that it reverts."""

    id: int
    at: datetime
    by: str
    kind: ChangeKind
    reason: str
    counts: dict[str, int]
    batch_id: int | None
    file: str | None
    undoes: int | None = None


_CHANGES = select(
    *(changes.c[name] for name in ("id", "at", "by", "kind", "reason", "counts", "batch_id")),
    batches.c.name.label("file"),
    changes.c.undoes,
).select_from(changes.outerjoin(batches, batches.c.id == changes.c.batch_id))


def begin_change(
    connection: Connection,
    *,
    kind: ChangeKind,
    actor: Actor,
    reason: str = "",
    counts: Mapping[str, int] | None = None,
    batch_id: int | None = None,
    undoes: int | None = None,
) -> int:
    """Number a new change; `undoes` is the change that it reverts."""
    row = {
        "at": datetime.now(UTC),
        "by": actor.name,
        "kind": kind,
        "reason": reason,
        "counts": dict(counts or {}),
        "batch_id": batch_id,
        "undoes": undoes,
    }
    number: int = connection.execute(insert(changes).values(row).returning(changes.c.id)).scalar_one()
    audit.record(connection, AuditAction.CHANGE, actor, f"{change_title(kind, batch_id)}, change {number}")
    return number


def set_counts(connection: Connection, change: int, counts: Mapping[str, int]) -> None:
    """Store what a change came to, once it is known."""
    connection.execute(update(changes).where(changes.c.id == change).values(counts=dict(counts)))


def latest_change(connection: Connection) -> int:
    """The newest change's number, 0 if none: the version of all data."""
    newest: int = connection.execute(select(func.coalesce(func.max(changes.c.id), 0))).scalar_one()
    return newest


def last_change(connection: Connection) -> Change | None:
    """The newest change; None if nothing was ever imported."""
    return _one(connection, _CHANGES.order_by(changes.c.id.desc()).limit(1))


def last_change_at(connection: Connection) -> datetime:
    """When the data last changed, by the organization's time zone; now if nothing was ever imported."""
    last = last_change(connection)
    at = datetime.now(UTC) if last is None else last.at
    return local_time(at, policies.current(connection).time_zone)


def newest_in_force(connection: Connection, kinds: Collection[ChangeKind]) -> Change | None:
    """The newest change of these kinds that no other one reverted."""
    reversals = select(changes.c.undoes).where(changes.c.undoes.is_not(None))
    of_kinds = _CHANGES.where(changes.c.kind.in_(kinds), changes.c.id.not_in(reversals))
    return _one(connection, of_kinds.order_by(changes.c.id.desc()).limit(1))


def newest_of_kinds(connection: Connection, kinds: Collection[ChangeKind]) -> Change | None:
    """The newest change of these kinds."""
    return _one(connection, _CHANGES.where(changes.c.kind.in_(kinds)).order_by(changes.c.id.desc()).limit(1))


def change(connection: Connection, number: int) -> Change | None:
    """The change of that number, None if there is none."""
    return _one(connection, _CHANGES.where(changes.c.id == number))


def reversal_of(connection: Connection, number: int) -> Change | None:
    """The change that reverted that one, None if none did."""
    return _one(connection, _CHANGES.where(changes.c.undoes == number))


def original_of(connection: Connection, later: Change) -> Change:
    """The change that another one undid or redid; itself if it is neither."""
    original: Change | None = later
    while original and original.undoes:
        later, original = original, change(connection, original.undoes)
    return original or later


def any_reverted(connection: Connection, kind: ChangeKind) -> bool:
    """Whether any change of a kind was reverted."""
    of_kind = select(changes.c.id).where(changes.c.kind == kind)
    return connection.execute(select(changes.c.id).where(changes.c.undoes.in_(of_kind)).limit(1)).first() is not None


def last_change_of_batch(connection: Connection, number: int) -> Change | None:
    """The newest change of a batch; None if it changed nothing."""
    of_batch = changes_of_batch(connection, number)
    return of_batch[-1] if of_batch else None


def changes_of_batch(connection: Connection, number: int) -> list[Change]:
    """Every change of a batch, oldest first."""
    return _all(connection, _CHANGES.where(changes.c.batch_id == number).order_by(changes.c.id))


def changes_between(connection: Connection, after: int, until: int) -> list[Change]:
    """The changes after one up to another, the oldest first."""
    return _all(connection, _CHANGES.where(changes.c.id > after, changes.c.id <= until).order_by(changes.c.id))


def change_times(connection: Connection) -> dict[int, datetime]:
    """When each change was made, by its number."""
    return {row.id: row.at for row in connection.execute(select(changes.c.id, changes.c.at))}


def change_on(connection: Connection, day: date) -> int:
    """The last change until the end of a day by the policy's time zone, or 0."""
    end = end_of(day, policies.current(connection).time_zone)
    query = select(func.coalesce(func.max(changes.c.id), 0)).where(changes.c.at < end)
    return int(connection.execute(query).scalar_one())


def past_change_on(connection: Connection, day: str) -> int | None:
    """The last change until the end of an ISO day; None if that is the newest one, or the day is empty."""
    if not day:
        return None
    number = change_on(connection, date.fromisoformat(day))
    if number == latest_change(connection):
        return None
    return number


def day_in_view(connection: Connection, on: str) -> date:
    """The day that a cut is of: an ISO text, or today's by the policy's time zone if that is empty."""
    return date.fromisoformat(on) if on else today(connection)


def today(connection: Connection) -> date:
    """The current day by the policy's time zone."""
    return day_of(datetime.now(UTC), policies.current(connection).time_zone)


def _one(connection: Connection, query: Select[Any]) -> Change | None:
    row = connection.execute(query).one_or_none()
    return _change(row) if row else None


def _all(connection: Connection, query: Select[Any]) -> list[Change]:
    return [_change(row) for row in connection.execute(query)]


def _change(row: Row[Any]) -> Change:
    values = row._asdict()
    return Change(**{**values, "kind": ChangeKind(values["kind"])})
