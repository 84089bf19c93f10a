"""The files that people downloaded, whose licenses they have, and which customers' licenses changed since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, func, insert, select, update

from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Actor
from lib.measures.cut import Cut
from lib.store import audit, bulk
from lib.store.audit import AuditAction
from lib.store.batches import fingerprint
from lib.store.schema import changes, download_customers, downloads, license_versions
from lib.store.selection import select_licenses

_v, _d, _c = license_versions.c, downloads.c, download_customers.c

WAITED_FOR = (Stage.NOT_REQUESTED, Stage.RECEIVED)
"""The stages of requests that wait for the customer once a file was sent."""

_MAY_MOVE = (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED, Outcome.NEEDS_INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that somebody downloaded, with the licenses of `cut` at a `change`, which are of so many `customers`."""

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
    actor: Actor,
) -> int:
    """Log a file that is downloaded; returns the download's number.

    `kind` is such as xlsx, zip, csv, pdf or letter. A file that is not in memory has its `size` in bytes and its `sha256`
    in hexadecimal given instead of its content.
    """
    if content is not None:
        size, sha256 = len(content), fingerprint(content)
    row = {
        "kind": kind,
        "cut": cut.query(),
        "change": change,
        "counts": dict(counts),
        "by": actor.name,
        "at": datetime.now(UTC),
        "size": size,
        "sha256": sha256,
    }
    number: int = connection.execute(insert(downloads).values(row).returning(_d.id)).scalar_one()
    rows = [{"customer": customer, "download_id": number} for customer in dict.fromkeys(customers)]
    if rows:
        connection.execute(insert(download_customers), rows)
    audit.record(connection, AuditAction.DOWNLOAD, actor, f"{kind}, download {number}")
    return number


def download(connection: Connection, number: int) -> Download:
    """The download of that number. Raises RefusalError if there is none."""
    row = connection.execute(_all_downloads().where(_d.id == number)).one_or_none()
    if row is None:
        raise RefusalError(f"There is no download #{number}.")
    return _download(row)


def page(
    connection: Connection, *, customer: str | None = None, start: int = 0, count: int = 50
) -> tuple[list[Download], int]:
    """A page of the downloads, of one customer or all, the newest first; and their number in all."""
    conditions = []
    if customer is not None:
        conditions.append(_d.id.in_(select(_c.download_id).where(_c.customer == customer)))
    total: int = connection.execute(select(func.count()).select_from(downloads).where(*conditions)).scalar_one()
    query = _all_downloads().where(*conditions).order_by(_d.id.desc()).offset(start).limit(count)
    return [_download(row) for row in connection.execute(query)], total


def last_downloads(connection: Connection, customers: Sequence[str]) -> dict[str, Download]:
    """The newest download of each of these customers, if any."""
    last = newest_by_customer(bulk.is_one_of(connection, _c.customer, customers))
    numbers = {row.customer: row.id for row in connection.execute(select(last.c.customer, last.c.id))}
    query = _all_downloads().where(_d.id.in_(select(last.c.id)))
    by_number = {row.id: _download(row) for row in connection.execute(query)}
    return {customer: by_number[number] for customer, number in numbers.items()}


def customers_changed_since(connection: Connection, cut: Cut, customers: Sequence[str] | None = None) -> list[str]:
    """The customers with licenses in a cut, or these of them, whose licenses changed after their last download; sorted.

    A license that came or went is a change too.
    """
    conditions = []
    if customers is not None:
        conditions.append(bulk.is_one_of(connection, _c.customer, customers))
    last = newest_by_customer(*conditions)
    rows = connection.execute(select(last.c.customer, last.c.change))
    changed = customers_changed_after(connection, {row.customer: row.change for row in rows})
    selection = select_licenses(connection, cut)
    has_changed = bulk.is_one_of(connection, selection.customer, list(changed))
    query = select(selection.customer).select_from(selection.source).where(*selection.conditions, has_changed)
    return sorted(connection.execute(query.distinct()).scalars())


def keys_waiting(connection: Connection, download: Download) -> list[str]:
    """The keys of a download's licenses that now wait for the customer, sorted."""
    selection = select_licenses(connection, download.cut.with_filters(on="", waiting=()))
    profile = selection.profile
    conditions = (
        *selection.conditions,
        profile["outcome"].in_(_MAY_MOVE),
        func.coalesce(profile["hosting"], "") != Hosting.CLOUD,
        profile["stage"].in_(WAITED_FOR),
        selection.customer.in_(select(_c.customer).where(_c.download_id == download.id)),
    )
    query = select(selection.license_key).select_from(selection.source).where(*conditions)
    return list(connection.execute(query.order_by(selection.license_key)).scalars())


def set_sent(connection: Connection, number: int, actor: Actor, *, is_sent: bool) -> None:
    """Mark a download as sent, or as not sent."""
    values: dict[str, Any] = {"sent_at": None, "sent_by": None}
    if is_sent:
        values = {"sent_at": datetime.now(UTC), "sent_by": actor.name}
    connection.execute(update(downloads).where(_d.id == number).values(values))


def last_marking(connection: Connection, number: int) -> int | None:
    """The newest change that marked a download as sent, or reverted that; None if no license was moved with it."""
    is_of_download = changes.c.counts["download"].as_integer() == number
    change: int | None = connection.execute(select(func.max(changes.c.id)).where(is_of_download)).scalar_one()
    return change


def newest_by_customer(*conditions: ColumnElement[bool]) -> Subquery:
    """Select each customer's newest download: `customer`, its `id`, and its `change`."""
    number = func.max(_c.download_id).label("id")
    newest = select(_c.customer, number).where(*conditions).group_by(_c.customer).subquery()
    query = select(newest.c.customer, newest.c.id, _d.change)
    return query.select_from(newest.join(downloads, _d.id == newest.c.id)).subquery("last")


def customers_changed_after(connection: Connection, last_changes: Mapping[str, int]) -> set[str]:
    """The customers whose licenses changed, each after its own change."""
    # What came or changed has a current version that is newer; what went has a version closed since. Closed versions
    # have no index of customers, so all that were closed since are looked through, once, and only for the rest.
    changed = _with_newer_versions(connection, last_changes, _v.since, _v.until.is_(None))
    rest = {customer: change for customer, change in last_changes.items() if customer not in changed}
    if rest:
        changed |= _with_newer_versions(connection, rest, _v.until, _v.until.is_not(None))
    return changed


def _with_newer_versions(
    connection: Connection, last_changes: Mapping[str, int], column: ColumnElement[int], kind: ColumnElement[bool]
) -> set[str]:
    """The customers with a version of a kind whose `column` is after their own change."""
    first = min(last_changes.values(), default=0)
    is_one = bulk.is_one_of(connection, _v.customer, list(last_changes))
    newest = func.max(column).label("newest")
    query = select(_v.customer, newest).where(kind, column > first, is_one).group_by(_v.customer)
    return {customer for customer, change in connection.execute(query) if change > last_changes[customer]}


def _all_downloads() -> Select[Any]:
    customers = select(func.count()).where(_c.download_id == _d.id).scalar_subquery()
    return select(downloads, customers.label("customers"))


def _download(row: Row[Any]) -> Download:
    values = row._asdict()
    return Download(**{**values, "cut": Cut.from_query(values["cut"])})
