"""Licenses that people change here, and what such changes keep from being taken back with an older one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, insert, or_, select, union_all

from lib.domain.changes import CUSTOMER_KINDS
from lib.store import bulk, change_counts, versions
from lib.store.schema import batches, changes, license_versions

COLUMNS = ("license_key", "change", "at", "by", "kind", "batch_id", "file")
"""What is told of a license that is kept, and of the change that it is kept for."""


@dataclass(frozen=True, slots=True)
class LaterChange:
    """A later change for which `licenses` licenses are kept; `file` is the name of its batch's file."""

    change: int
    at: datetime
    by: str
    kind: str
    batch_id: int | None
    file: str | None
    licenses: int


def replace(connection: Connection, rows: Sequence[Mapping[str, Any]], change: int) -> None:
    """Close the versions of licenses that stand and let others stand in their place, from this change on."""
    versions.close(connection, [row["license_key"] for row in rows], change)
    connection.execute(insert(license_versions), [{**row, "since": change, "until": None} for row in rows])
    change_counts.count_change(connection, change)


def holders(connection: Connection, sens: Collection[str]) -> list[tuple[str, str]]:
    """Who has these SENs: each with the key of a license that stands and has it, by key."""
    if not sens:
        return []
    v = license_versions.c
    asked = select(v.sen, v.license_key).where(v.until.is_(None), bulk.is_one_of(connection, v.sen, list(sens)))
    return [(row[0], row[1]) for row in connection.execute(asked.order_by(v.license_key))]


def new_sens(connection: Connection, change: int) -> dict[str, str]:
    """The SENs that a change gave to licenses that had others before, or none, by license key."""
    before, after = license_versions.alias("before"), license_versions.alias("after")
    b, a = before.c, after.c
    same = and_(a.license_key == b.license_key, b.until == change, a.since == change)
    asked = select(a.license_key, a.sen).where(same, a.sen != "", or_(b.sen.is_(None), b.sen != a.sen))
    return {row[0]: row[1] for row in connection.execute(asked)}


def licenses_changed_since(
    connection: Connection, change: int, *, start: int = 0, count: int = 50
) -> tuple[pd.DataFrame, int]:
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
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object), total


def changes_since(connection: Connection, change: int) -> list[LaterChange]:
    """The changes for which licenses would be left alone if an older one were taken back, the newest first."""
    later = _later(change)
    asked = (
        select(later.c.change, *_about(), func.count().label("licenses"))
        .select_from(_joined(later))
        .group_by(later.c.change, *_about())
        .order_by(later.c.change.desc())
    )
    return [LaterChange(**row._asdict()) for row in connection.execute(asked)]


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
        .where(made.c.kind.not_in(CUSTOMER_KINDS))
    )
    of_customers = now.c.since.in_(select(changes.c.id).where(changes.c.kind.in_(CUSTOMER_KINDS)))
    return case((of_customers, func.coalesce(newest.scalar_subquery(), now.c.since)), else_=now.c.since)
