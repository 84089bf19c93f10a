"""Every change with what became of it, found by kind, person, day and text, and the licenses that each wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, union

from lib.domain.changes import KINDS_BY_GROUP, ChangeGroup, ChangeKind
from lib.domain.days import end_of, start_of
from lib.store import policies
from lib.store.schema import batches, changes, license_versions, packs

_c, _v = changes.c, license_versions.c
_MOST_DIGITS = 9

Version = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFilters:
    """Which changes are meant; an empty filter lets all through, the values of `groups` are alternatives.

    `search` is part of a reason, a person or a file's name, the number of a change, or a whole license key.
    """

    groups: tuple[ChangeGroup, ...] = ()
    by: str = ""
    since: date | None = None
    until: date | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Reversal:
    """The change that reverted another one."""

    change: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A change: who made it when and why, what it came to, and which change reverted it."""

    id: int
    at: datetime
    by: str
    kind: ChangeKind
    reason: str
    counts: dict[str, Any]
    batch_id: int | None
    file: str | None
    undoes: int | None
    reversal: Reversal | None = None

    @property
    def licenses(self) -> int:
        """How many licenses it wrote, or took out of the store."""
        count = sum(int(self.counts.get(name, 0)) for name in ("new", "changed", "removed", "restored"))
        # A policy that was taken back counts what it restored among what it changed.
        is_policy = self.kind in KINDS_BY_GROUP[ChangeGroup.POLICY]
        if is_policy:
            return int(self.counts.get("changed", 0))
        return count or int(self.counts.get("licenses", 0))


def page(
    connection: Connection, filters: ActivityFilters, *, start: int = 0, count: int = 50
) -> tuple[list[Activity], int]:
    """A page of the changes, newest first, and how many match."""
    conditions = _conditions(filters, policies.current(connection).time_zone)
    source = changes.outerjoin(batches, batches.c.id == _c.batch_id)
    total: int = connection.execute(select(func.count()).select_from(source).where(*conditions)).scalar_one()
    columns = [_c[name] for name in ("id", "at", "by", "kind", "reason", "counts", "batch_id", "undoes")]
    query = select(*columns, batches.c.name.label("file")).select_from(source).where(*conditions)
    rows = connection.execute(query.order_by(_c.id.desc()).offset(start).limit(count)).all()
    reversals = _reversals(connection, [row.id for row in rows])
    return [
        Activity(**{**row._asdict(), "kind": ChangeKind(row.kind)}, reversal=reversals.get(row.id)) for row in rows
    ], total


def activity(connection: Connection, number: int) -> Activity | None:
    """One change, None if there is none of that number."""
    activities, _ = page(connection, ActivityFilters(search=f"#{number}"), count=1)
    if activities and activities[0].id == number:
        return activities[0]
    return None


def people(connection: Connection) -> list[str]:
    """Everybody who made a change."""
    return list(connection.execute(select(_c.by).distinct().order_by(_c.by)).scalars())


def _reversals(connection: Connection, numbers: Sequence[int]) -> dict[int, Reversal]:
    """The changes that reverted some others, by these."""
    rows = connection.execute(select(_c.undoes, _c.id, _c.by, _c.at).where(_c.undoes.in_(numbers)).order_by(_c.id))
    return {row.undoes: Reversal(row.id, row.by, row.at) for row in rows}


def _conditions(filters: ActivityFilters, zone: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.groups:
        conditions.append(or_(*map(_in_group, filters.groups)))
    if filters.by:
        conditions.append(_c.by == filters.by)
    if filters.since:
        conditions.append(_c.at >= start_of(filters.since, zone))
    if filters.until:
        conditions.append(_c.at < end_of(filters.until, zone))
    if text := filters.search.strip():
        conditions.append(_matches(text))
    return conditions


def _in_group(group: ChangeGroup) -> ColumnElement[bool]:
    if group is ChangeGroup.IMPORTS:
        return _c.batch_id.is_not(None)
    submissions = select(packs.c.change)
    if group is ChangeGroup.PACKS:
        return or_(_c.id.in_(submissions), _c.undoes.in_(submissions))
    return and_(_c.kind.in_(KINDS_BY_GROUP[group]), _c.batch_id.is_(None))


def _matches(text: str) -> ColumnElement[bool]:
    """Whether a change has a text, or the number after `#` and none but it."""
    number = text.removeprefix("#")
    if number.isdecimal() and len(number) <= _MOST_DIGITS and number != text:
        return _c.id == int(number)
    texts = (_c.reason, _c.by, batches.c.name)
    # Apart, since current and closed versions have an index each.
    is_key = _v.license_key == text
    starts = [select(_v.since).where(is_key, _v.until.is_(None)), select(_v.since).where(is_key, _v.until.is_not(None))]
    ends = select(_v.until).where(is_key, _v.until.is_not(None))
    matches = [*(column.icontains(text, autoescape=True) for column in texts), _c.id.in_(union(*starts, ends))]
    if number.isdecimal() and len(number) <= _MOST_DIGITS:
        matches.append(_c.id == int(number))
    return or_(*matches)


def licenses(
    connection: Connection, change: int, *, start: int = 0, count: int = 50
) -> tuple[list[tuple[Version | None, Version | None]], int]:
    """A page of the licenses that a change wrote, by key: each before and after it, None where it was not in the store."""
    is_after, is_before = _v.since == change, and_(_v.until == change, _v.until.is_not(None))
    keys = union(select(_v.license_key).where(is_after), select(_v.license_key).where(is_before)).subquery()
    total: int = connection.execute(select(func.count()).select_from(keys)).scalar_one()
    rows = connection.execute(select(keys.c.license_key).order_by(keys.c.license_key).offset(start).limit(count))
    page_of_keys = list(rows.scalars())
    after, before = (_versions(connection, page_of_keys, condition) for condition in (is_after, is_before))
    return [(before.get(key), after.get(key)) for key in page_of_keys], total


def _versions(connection: Connection, keys: Sequence[str], condition: ColumnElement[bool]) -> dict[str, Version]:
    rows = connection.execute(select(license_versions).where(_v.license_key.in_(keys), condition))
    return {row.license_key: dict(row._mapping) for row in rows}
