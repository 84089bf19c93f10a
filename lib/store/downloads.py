"""The files that people took along, whose licenses they have, and which customers' licenses changed since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Subquery, func, insert, select, update

from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.measures.cut import Cut
from lib.store import bulk
from lib.store.batches import fingerprint
from lib.store.schema import changes, download_customers, downloads, license_versions
from lib.store.selection import select_licenses

_v, _d, _c = license_versions.c, downloads.c, download_customers.c

WAITED_FOR = (Stage.NOT_REQUESTED, Stage.RECEIVED)
"""The stages of requests that wait for the customer once a file was sent."""

_MAY_MOVE = (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED, Outcome.NEEDS_INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that somebody took along, with the licenses of `cut` as they stood at a `change`; `customers` are how many it
    has licenses of."""

    id: int
    at: datetime
    by: str
    kind: str
    cut: Cut
    change: int
    counts: Mapping[str, int]
    size: int
    sha256: str
    customers: int
    sent_at: datetime | None
    sent_by: str | None


def record(
    connection: Connection,
    *,
    kind: str,
    cut: Cut,
    change: int,
    counts: Mapping[str, int],
    content: bytes | None = None,
    size: int = 0,
    sha256: str = "",
    customers: Iterable[str],
    by: str,
) -> int:
    """Log a file that is taken along; gives the download's number.

    `kind` is such as xlsx, zip, csv, pdf or letter. A file that is not held in memory is told by its size in bytes and its
    SHA-256 in hexadecimal instead of its content.
    """
    told = {"kind": kind, "cut": cut.query(), "change": change, "counts": dict(counts), "by": by, "at": _now()}
    told |= {"size": size, "sha256": sha256}
    if content is not None:
        told |= {"size": len(content), "sha256": fingerprint(content)}
    number: int = connection.execute(insert(downloads).values(told).returning(_d.id)).scalar_one()
    rows = [{"customer": customer, "download_id": number} for customer in dict.fromkeys(customers)]
    if rows:
        connection.execute(insert(download_customers), rows)
    return number


def download(connection: Connection, number: int) -> Download:
    """The download of that number. Raises RefusalError if there is none."""
    row = connection.execute(_asked().where(_d.id == number)).one_or_none()
    if row is None:
        raise RefusalError(f"There is no download #{number}.")
    return _download(row)


def page(
    connection: Connection, *, customer: str | None = None, start: int = 0, count: int = 50
) -> tuple[list[Download], int]:
    """A page of the downloads, of a customer if one is named, the newest first; and how many there are in all."""
    own = [] if customer is None else [_d.id.in_(select(_c.download_id).where(_c.customer == customer))]
    total: int = connection.execute(select(func.count()).select_from(downloads).where(*own)).scalar_one()
    asked = _asked().where(*own).order_by(_d.id.desc()).offset(start).limit(count)
    return [_download(row) for row in connection.execute(asked)], total


def last_downloads(connection: Connection, customers: Sequence[str]) -> dict[str, Download]:
    """The newest download of each of these customers, by customer; without those who have none."""
    last = _last(bulk.is_one_of(connection, _c.customer, customers))
    numbers = {row.customer: row.id for row in connection.execute(select(last.c.customer, last.c.id))}
    asked = _asked().where(_d.id.in_(select(last.c.id)))
    found = {row.id: _download(row) for row in connection.execute(asked)}
    return {customer: found[number] for customer, number in numbers.items()}


def customers_changed_since(connection: Connection, cut: Cut, customers: Sequence[str] | None = None) -> list[str]:
    """The customers with licenses in a cut, or these of them, of whose licenses any came, went or changed after their last
    download; sorted."""
    among = [] if customers is None else [bulk.is_one_of(connection, _c.customer, customers)]
    last = _last(*among)
    known = {row.customer: row.change for row in connection.execute(select(last.c.customer, last.c.change))}
    changed = list(_changed(connection, known))
    chosen = select_licenses(connection, cut)
    mine = bulk.is_one_of(connection, chosen.customer, changed)
    asked = select(chosen.customer).select_from(chosen.source).where(*chosen.conditions, mine).distinct()
    return sorted(connection.execute(asked).scalars())


def keys_waiting(connection: Connection, told: Download) -> list[str]:
    """The keys of a download's licenses that may be moved and whose request now waits for the customer; as those stand now."""
    chosen = select_licenses(connection, told.cut.with_filters(on="", waiting=()))
    c = chosen.profile
    own = select(_c.customer).where(_c.download_id == told.id)
    asked = select(chosen.license_key).select_from(chosen.source)
    may_move = (c["outcome"].in_(_MAY_MOVE), func.coalesce(c["hosting"], "") != Hosting.CLOUD)
    conditions = (*chosen.conditions, *may_move, c["stage"].in_(WAITED_FOR), chosen.customer.in_(own))
    return list(connection.execute(asked.where(*conditions).order_by(chosen.license_key)).scalars())


def set_sent(connection: Connection, number: int, by: str, *, is_sent: bool) -> None:
    """Say that a download was sent, or that it was not."""
    told = {"sent_at": _now(), "sent_by": by} if is_sent else {"sent_at": None, "sent_by": None}
    connection.execute(update(downloads).where(_d.id == number).values(told))


def last_marking(connection: Connection, number: int) -> int | None:
    """The newest change that marked a download as sent, or took that back; None if no license was moved with it."""
    own = changes.c.counts["download"].as_integer() == number
    found: int | None = connection.execute(select(func.max(changes.c.id)).where(own)).scalar_one()
    return found


def _last(*conditions: ColumnElement[bool]) -> Subquery:
    """Each customer's newest download: `customer`, its `id`, and its `change`."""
    newest = (
        select(_c.customer, func.max(_c.download_id).label("id")).where(*conditions).group_by(_c.customer).subquery()
    )
    asked = select(newest.c.customer, newest.c.id, _d.change)
    return asked.select_from(newest.join(downloads, _d.id == newest.c.id)).subquery("last")


def _changed(connection: Connection, last: Mapping[str, int]) -> set[str]:
    """The customers of those, each with the change of its last download, whose licenses changed after it.

    What came or changed stands since a later change; what went was closed by one. The latter is only asked of those that
    nothing came to: closed versions have no index of customers, so all that were closed since are looked through once.
    """
    came = _latest(connection, last, _v.since, _v.until.is_(None))
    rest = {customer: change for customer, change in last.items() if customer not in came}
    return came | (_latest(connection, rest, _v.until, _v.until.is_not(None)) if rest else set())


def _latest(
    connection: Connection, last: Mapping[str, int], column: ColumnElement[int], kind: ColumnElement[bool]
) -> set[str]:
    """Those of the customers with a version of a kind whose `column` is after their own change."""
    since = min(last.values(), default=0)
    own = bulk.is_one_of(connection, _v.customer, list(last))
    newest = func.max(column).label("newest")
    asked = select(_v.customer, newest).where(kind, column > since, own).group_by(_v.customer)
    return {customer for customer, change in connection.execute(asked) if change > last[customer]}


def _asked() -> Any:
    number = select(func.count()).where(_c.download_id == _d.id).scalar_subquery()
    return select(downloads, number.label("customers"))


def _download(row: Row[Any]) -> Download:
    told = row._asdict()
    return Download(**{**told, "cut": Cut.from_query(told["cut"])})


def _now() -> datetime:
    return datetime.now(UTC)
