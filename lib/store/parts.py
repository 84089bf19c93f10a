"""Decisions on whose a single license is, whatever its names say; those of one change are a part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select, update

from lib.domain.customers import MergeState
from lib.domain.roles import Actor
from lib.store import bulk, customer_aliases, misplaced_licenses
from lib.store.schema import license_customers, license_versions

_v, _d = license_versions.c, license_customers.c


@dataclass(frozen=True, slots=True)
class Part:
    """Licenses given to a customer by one change, which is the part's number."""

    change: int
    customer: str
    by: str
    at: datetime
    reason: str
    licenses: int


def parts_in_force(connection: Connection) -> list[Part]:
    """The parts that were not undone, newest first."""
    columns = (_d.change, _d.customer, _d.by, _d.at, _d.reason)
    query = select(*columns, func.count().label("licenses")).where(_d.state == MergeState.CONFIRMED)
    rows = connection.execute(query.group_by(*columns).order_by(_d.change.desc()))
    return [Part(**row._asdict()) for row in rows]


def add(
    connection: Connection, license_keys: Sequence[str], customer: str, actor: Actor, reason: str, change: int
) -> None:
    """Store that licenses are a customer's."""
    decision = {
        "customer": customer,
        "state": MergeState.CONFIRMED,
        "by": actor.name,
        "at": datetime.now(UTC),
        "reason": reason,
        "change": change,
    }
    connection.execute(insert(license_customers), [{**decision, "license_key": key} for key in license_keys])


def keys_of_part(connection: Connection, change: int, state: MergeState) -> list[str]:
    """The licenses of a part in a state; none if there is no such part."""
    query = select(_d.license_key).where(_d.change == change, _d.state == state)
    return list(connection.execute(query).scalars())


def set_undone(connection: Connection, change: int) -> None:
    """Take a part out of force."""
    connection.execute(update(license_customers).where(_d.change == change).values(state=MergeState.UNDONE))


def customers_ever_parted(connection: Connection) -> set[str]:
    """The customers that any part ever gave licenses to."""
    return set(connection.execute(select(_d.customer).distinct()).scalars())


def move_to_owners(connection: Connection, license_keys: Sequence[str], change: int) -> int:
    """Move licenses to whom today's decisions give them; returns the number moved."""
    decisions = customer_aliases.customer_decisions(connection)
    is_one = bulk.is_one_of(connection, _v.license_key, license_keys)
    return misplaced_licenses.move(connection, change, decisions, _v.until.is_(None), is_one)
