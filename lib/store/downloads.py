"""The files that people downloaded, and whose licenses they have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, func, insert, select

from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor
from lib.measures.cut import Cut
from lib.store import audit, bulk
from lib.store.audit import AuditAction
from lib.store.batches import fingerprint
from lib.store.schema import download_customers, downloads, sendings

_d, _c, _s = downloads.c, download_customers.c, sendings.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that somebody downloaded, with the licenses of `cut` at a `change`, which are of so many `customers`.

    `sent_at` and `sent_by` are of the last time that it was marked as sent to any of them.
    """

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
    content: bytes | memoryview | None = None,
    size: int = 0,
    sha256: str = "",
    customers: Iterable[str],
    actor: Actor,
) -> int:
    """Log a file that is downloaded; returns the download's number.

    `kind` is such as xlsx, zip, csv, pdf or letter. A file that is not at hand has its `size` in bytes and its `sha256`
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


def newest_download(connection: Connection) -> int:
    """The number of the newest download, 0 if there is none."""
    newest: int = connection.execute(select(func.coalesce(func.max(_d.id), 0))).scalar_one()
    return newest


def customers_of(connection: Connection, number: int) -> list[str]:
    """The keys of the customers whose licenses a download has, sorted."""
    query = select(_c.customer).where(_c.download_id == number)
    return list(connection.execute(query.order_by(_c.customer)).scalars())


def newest_by_customer(*conditions: ColumnElement[bool]) -> Subquery:
    """Select each customer's newest download: `customer`, its `id`, and its `change`."""
    number = func.max(_c.download_id).label("id")
    newest = select(_c.customer, number).where(*conditions).group_by(_c.customer).subquery()
    query = select(newest.c.customer, newest.c.id, _d.change)
    return query.select_from(newest.join(downloads, _d.id == newest.c.id)).subquery("last")


def _all_downloads() -> Select[Any]:
    customers = select(func.count()).where(_c.download_id == _d.id).scalar_subquery()
    own = sendings.alias("own").c
    last = select(func.max(own.id)).where(own.download_id == _d.id, own.withdrawn_at.is_(None)).scalar_subquery()
    sent = [_s.at.label("sent_at"), _s.by.label("sent_by")]
    source = downloads.outerjoin(sendings, _s.id == last)
    return select(downloads, customers.label("customers"), *sent).select_from(source)


def _download(row: Row[Any]) -> Download:
    values = row._asdict()
    return Download(**{**values, "cut": Cut.from_query(values["cut"])})
