"""One license changed at a time, and what such changes keep from being taken back with an older one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, case, func, insert, select, union_all

from lib.history import OF_CUSTOMERS
from lib.schema import batches, changes, license_versions
from lib.store import counting, versions

KEPT = ("license_key", "change", "at", "by", "kind", "batch_id", "file")
"""What is told of a license that is kept, and of the change that it is kept for."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """A later change for which `licenses` licenses are kept; `file` is the name of its batch's file."""

    change: int
    at: datetime
    by: str
    kind: str
    batch_id: int | None
    file: str | None
    licenses: int


def replace(connection: Connection, version: Mapping[str, Any], change: int) -> None:
    """Close the version of a license that stands and let another stand in its place, from this change on."""
    versions.close(connection, [version["license_key"]], change)
    connection.execute(insert(license_versions).values({**version, "since": change, "until": None}))
    counting.count_change(connection, change)


def kept(connection: Connection, change: int, *, start: int = 0, count: int = 50) -> tuple[pd.DataFrame, int]:
    """A page of the licenses that taking a change back would leave alone, by key (KEPT), and how many there are in all."""
    later = _later(change)
    total: int = connection.execute(select(func.count()).select_from(later)).scalar_one()
    asked = (
        select(later.c.license_key, later.c.change, *_about())
        .select_from(_joined(later))
        .order_by(later.c.license_key)
        .offset(start)
        .limit(count)
    )
    rows = [tuple(row) for row in connection.execute(asked)]
    return pd.DataFrame(rows, columns=list(KEPT), dtype=object), total


def keepers(connection: Connection, change: int) -> list[Keeper]:
    """The changes for which licenses would be left alone if an older one were taken back, the newest first."""
    later = _later(change)
    asked = (
        select(later.c.change, *_about(), func.count().label("licenses"))
        .select_from(_joined(later))
        .group_by(later.c.change, *_about())
        .order_by(later.c.change.desc())
    )
    return [Keeper(**row._asdict()) for row in connection.execute(asked)]


def _about() -> list[Any]:
    return [changes.c.at, changes.c.by, changes.c.kind, changes.c.batch_id, batches.c.name.label("file")]


def _joined(later: FromClause) -> FromClause:
    return later.join(changes, changes.c.id == later.c.change).outerjoin(batches, batches.c.id == changes.c.batch_id)


def _later(change: int) -> FromClause:
    """Each license that is no longer as a change left it, with the newest `change` of it: what began or what ended it.

    Changes that only say whose it is do not count. It is said whether a version stands or is closed, for each kind has an
    index of its own.
    """
    changed = versions.keys_changed_since(change).subquery("changed")
    now, gone, there = (license_versions.alias(name) for name in ("now", "gone", "there"))
    stands = (now.c.license_key == changed.c.license_key) & now.c.until.is_(None)
    closed = (gone.c.license_key == changed.c.license_key) & gone.c.until.is_not(None)
    still = select(there.c.license_key).where(there.c.license_key == changed.c.license_key, there.c.until.is_(None))
    begun = select(changed.c.license_key, _changing(now, change).label("change")).select_from(changed.join(now, stands))
    ended = select(changed.c.license_key, func.max(gone.c.until).label("change")).select_from(
        changed.join(gone, closed)
    )
    return union_all(begun, ended.where(~still.exists()).group_by(changed.c.license_key)).subquery("later")


def _changing(now: FromClause, change: int) -> ColumnElement[int]:
    """The newest change after one that made a license what it is now."""
    before, made = license_versions.alias("before"), changes.alias("made")
    newest = (
        select(func.max(before.c.since))
        .join(made, made.c.id == before.c.since)
        .where(before.c.license_key == now.c.license_key, before.c.until.is_not(None), before.c.since > change)
        .where(made.c.kind.not_in(OF_CUSTOMERS))
    )
    of_customers = now.c.since.in_(select(changes.c.id).where(changes.c.kind.in_(OF_CUSTOMERS)))
    return case((of_customers, func.coalesce(newest.scalar_subquery(), now.c.since)), else_=now.c.since)
