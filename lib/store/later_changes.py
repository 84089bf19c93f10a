"""What reverting an older change would leave alone: licenses that changed since, and the changes that did it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, Subquery, case, func, select, union_all

from lib.domain.changes import UNALTERING_KINDS, ChangeKind
from lib.store.frames import fetch_frame
from lib.store.reverts import keys_changed_since
from lib.store.schema import batches, changes, license_versions

COLUMNS = ("license_key", "change", "at", "by", "kind", "batch_id", "file")
"""The columns of `licenses_changed_since`: a license, and its newest change."""


@dataclass(frozen=True, slots=True)
class LaterChange:
    """A later change that touched `licenses` licenses; `file` is the name of its batch's file."""

    change: int
    at: datetime
    by: str
    kind: ChangeKind
    batch_id: int | None
    file: str | None
    licenses: int


def licenses_changed_since(
    connection: Connection, change: int, *, start: int = 0, count: int = 50
) -> tuple[pd.DataFrame, int]:
    """A page of the licenses that reverting a change would leave alone, by key (COLUMNS), and their number in all."""
    later = _newest_changes(change)
    total: int = connection.execute(select(func.count()).select_from(later)).scalar_one()
    query = select(later.c.license_key, later.c.change, *_DESCRIPTION).select_from(_with_descriptions(later))
    page = query.order_by(later.c.license_key).offset(start).limit(count)
    return fetch_frame(connection, page), total


def changes_since(connection: Connection, change: int) -> list[LaterChange]:
    """The changes that would keep licenses from a revert, newest first."""
    later = _newest_changes(change)
    query = (
        select(later.c.change, *_DESCRIPTION, func.count().label("licenses"))
        .select_from(_with_descriptions(later))
        .group_by(later.c.change, *_DESCRIPTION)
        .order_by(later.c.change.desc())
    )
    return [LaterChange(**{**row._asdict(), "kind": ChangeKind(row.kind)}) for row in connection.execute(query)]


_DESCRIPTION: tuple[Any, ...] = (
    changes.c.at,
    changes.c.by,
    changes.c.kind,
    changes.c.batch_id,
    batches.c.name.label("file"),
)


def _with_descriptions(later: FromClause) -> FromClause:
    return later.join(changes, changes.c.id == later.c.change).outerjoin(batches, batches.c.id == changes.c.batch_id)


def _newest_changes(change: int) -> Subquery:
    """Each license that is no longer as a change left it, and its newest `change`, which made or removed it.

    Merges of customers and corrections of stages do not count: they leave a license as it is.
    """
    changed = keys_changed_since(change).subquery("changed")
    now, gone, there = (license_versions.alias(name) for name in ("now", "gone", "there"))
    # Each condition says whether a version is current or closed, since each kind has an index of its own.
    is_current = (now.c.license_key == changed.c.license_key) & now.c.until.is_(None)
    is_closed = (gone.c.license_key == changed.c.license_key) & gone.c.until.is_not(None)
    exists_now = select(there.c.license_key).where(
        there.c.license_key == changed.c.license_key, there.c.until.is_(None)
    )
    current = select(changed.c.license_key, _change_that_made(now, change).label("change"))
    removed = select(changed.c.license_key, func.max(gone.c.until).label("change"))
    return union_all(
        current.select_from(changed.join(now, is_current)),
        removed.select_from(changed.join(gone, is_closed)).where(~exists_now.exists()).group_by(changed.c.license_key),
    ).subquery("later")


def _change_that_made(now: FromClause, change: int) -> ColumnElement[int]:
    """The newest change after one that made a license what it is now, those that leave licenses as they are left out."""
    before, maker = license_versions.alias("before"), changes.alias("made")
    newest = (
        select(func.max(before.c.since))
        .join(maker, maker.c.id == before.c.since)
        .where(before.c.license_key == now.c.license_key, before.c.until.is_not(None), before.c.since > change)
        .where(maker.c.kind.not_in(UNALTERING_KINDS))
    )
    is_unaltered = now.c.since.in_(select(changes.c.id).where(changes.c.kind.in_(UNALTERING_KINDS)))
    return case((is_unaltered, func.coalesce(newest.scalar_subquery(), now.c.since)), else_=now.c.since)
