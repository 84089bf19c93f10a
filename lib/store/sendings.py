"""What was marked as sent to customers: deeds of their own, each of one customer or of several, that can be withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, func, insert, select, update

from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.store import audit, bulk
from lib.store.audit import AuditAction
from lib.store.schema import changes, sending_customers, sendings
from lib.store.selection import select_licenses

_s, _c = sendings.c, sending_customers.c

WAITED_FOR = (Stage.NOT_REQUESTED, Stage.RECEIVED)
"""The stages of requests that wait for the customer once something was sent."""

_MAY_MOVE = (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED, Outcome.NEEDS_INFO)

SENDING = "sending"
"""Among the counts of a change that a marking as sent made: the sending's number."""

STANDS = _s.withdrawn_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What was sent to so many `customers`: their lists at a `change`, as a file if there is a download's number."""

    id: int
    at: datetime
    by: str
    change: int
    download_id: int | None
    customers: int
    withdrawn_at: datetime | None
    withdrawn_by: str | None


def add(
    connection: Connection, customers: Sequence[str], *, change: int, download: int | None = None, actor: Actor
) -> int:
    """Store that the lists of customers, of a change, were sent; returns the sending's number."""
    row = {"at": datetime.now(UTC), "by": actor.name, "change": change, "download_id": download}
    number: int = connection.execute(insert(sendings).values(row).returning(_s.id)).scalar_one()
    rows = [{"customer": customer, "sending_id": number} for customer in dict.fromkeys(customers)]
    connection.execute(insert(sending_customers), rows)
    audit.record(connection, AuditAction.CHANGE, actor, f"Sent to {quantity(len(rows), 'customer')}, sending {number}")
    return number


def sending(connection: Connection, number: int) -> Sending:
    """The sending of that number. Raises RefusalError if there is none."""
    row = connection.execute(_all_sendings().where(_s.id == number)).one_or_none()
    if row is None:
        raise RefusalError(f"Nothing was marked as sent under the number {number}.")
    return _sending(row)


def customers_of(connection: Connection, number: int) -> list[str]:
    """The keys of the customers that something was sent to, sorted."""
    query = select(_c.customer).where(_c.sending_id == number)
    return list(connection.execute(query.order_by(_c.customer)).scalars())


def standing_of_customer(connection: Connection, customer: str) -> list[Sending]:
    """What was sent to a customer and not withdrawn, the newest first."""
    is_to_customer = _s.id.in_(select(_c.sending_id).where(_c.customer == customer))
    query = _all_sendings().where(is_to_customer, STANDS).order_by(_s.id.desc())
    return [_sending(row) for row in connection.execute(query)]


def last_sendings(connection: Connection, customers: Sequence[str]) -> dict[str, Sending]:
    """What was sent last to each of these customers, if anything."""
    last = newest_by_customer(bulk.is_one_of(connection, _c.customer, customers))
    numbers = {row.customer: row.id for row in connection.execute(select(last.c.customer, last.c.id))}
    query = _all_sendings().where(_s.id.in_(select(last.c.id)))
    by_number = {row.id: _sending(row) for row in connection.execute(query)}
    return {customer: by_number[number] for customer, number in numbers.items()}


def recipients(connection: Connection, download: int) -> set[str]:
    """The customers that a download was sent to."""
    query = select(_c.customer).join(sendings, _s.id == _c.sending_id).where(_s.download_id == download, STANDS)
    return set(connection.execute(query).scalars())


def newest_by_customer(*conditions: ColumnElement[bool]) -> Subquery:
    """Select what was sent to each customer last: `customer`, the sending's `id`, and the `change` of its list."""
    own = select(_c.customer, func.max(_c.sending_id).label("id")).join(sendings, _s.id == _c.sending_id)
    newest = own.where(STANDS, *conditions).group_by(_c.customer).subquery()
    query = select(newest.c.customer, newest.c.id, _s.change)
    return query.select_from(newest.join(sendings, _s.id == newest.c.id)).subquery("last_sent")


def revision(connection: Connection) -> tuple[int, int]:
    """Numbers that differ after anything was marked as sent, or withdrawn."""
    query = select(func.coalesce(func.max(_s.id), 0), func.count(_s.withdrawn_at))
    row = connection.execute(query).one()
    return row[0], row[1]


def set_standing(connection: Connection, number: int, actor: Actor, *, stands: bool) -> None:
    """Let a sending count again, or withdraw it."""
    values: Mapping[str, Any] = {"withdrawn_at": None, "withdrawn_by": None}
    if not stands:
        values = {"withdrawn_at": datetime.now(UTC), "withdrawn_by": actor.name}
    connection.execute(update(sendings).where(_s.id == number).values(values))


def last_marking(connection: Connection, number: int) -> int | None:
    """The newest change that a sending made, or that reverted it; None if no request was moved with it."""
    is_of_sending = changes.c.counts[SENDING].as_integer() == number
    change: int | None = connection.execute(select(func.max(changes.c.id)).where(is_of_sending)).scalar_one()
    return change


def keys_waiting(connection: Connection, cut: Cut) -> list[str]:
    """The keys of a cut's licenses that wait for the customer once their list is sent, sorted."""
    selection = select_licenses(connection, cut.with_filters(on="", waiting=()))
    profile = selection.profile
    conditions = (
        *selection.conditions,
        profile["outcome"].in_(_MAY_MOVE),
        func.coalesce(profile["hosting"], "") != Hosting.CLOUD,
        profile["stage"].in_(WAITED_FOR),
    )
    query = select(selection.license_key).select_from(selection.source).where(*conditions)
    return list(connection.execute(query.order_by(selection.license_key)).scalars())


def _all_sendings() -> Select[Any]:
    customers = select(func.count()).where(_c.sending_id == _s.id).scalar_subquery()
    return select(sendings, customers.label("customers"))


def _sending(row: Row[Any]) -> Sending:
    return Sending(**row._asdict())
