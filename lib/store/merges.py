"""Decisions on whether two customers are one, and the licenses that move between customers with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, literal, or_, select, update

from lib.domain.customers import MergeState
from lib.domain.roles import Actor
from lib.store import bulk, change_counts, change_log, customer_aliases, misplaced_licenses, versions
from lib.store.schema import changes, license_versions, merges

_v, _m = license_versions.c, merges.c


@dataclass(frozen=True, slots=True)
class Merge:
    """A person's decision on two customers, by their keys; `change` moved the licenses, None where none did."""

    id: int
    customer: str
    into: str
    state: MergeState
    by: str
    at: datetime
    change: int | None
    reason: str


def page(
    connection: Connection, states: Sequence[MergeState] = (), *, start: int = 0, count: int | None = 50
) -> tuple[list[Merge], int]:
    """A page of the decisions in any of some states (empty: all), newest first, and their number in all.

    All of them if `count` is None.
    """
    conditions = [_m.state.in_(states)] if states else []
    total: int = connection.execute(select(func.count()).select_from(merges).where(*conditions)).scalar_one()
    query = select(merges).where(*conditions).order_by(_m.id.desc()).offset(start).limit(count)
    return [_merge(row) for row in connection.execute(query)], total


def merge(connection: Connection, number: int) -> Merge | None:
    """The decision of that number, if there is one."""
    return _one(connection, select(merges).where(_m.id == number))


def number_of_change(connection: Connection, change: int) -> int | None:
    """The number of the merge that a change made, None if it made none."""
    return connection.execute(select(_m.id).where(_m.change == change).limit(1)).scalar()


def merge_of(connection: Connection, customer: str) -> Merge | None:
    """The merge of a customer into another, if it is merged."""
    return _one(connection, select(merges).where(_m.customer == customer, _m.state == MergeState.CONFIRMED))


def dismissal_of(connection: Connection, one: str, other: str) -> Merge | None:
    """The decision that two customers, in any order, are not one."""
    either = or_(and_(_m.customer == one, _m.into == other), and_(_m.customer == other, _m.into == one))
    return _one(connection, select(merges).where(_m.state == MergeState.DISMISSED, either).limit(1))


def add(
    connection: Connection,
    *,
    customer: str,
    into: str,
    state: MergeState,
    actor: Actor,
    reason: str = "",
    change: int | None = None,
) -> int:
    """Store a decision on two customers; returns its number."""
    row = {
        "customer": customer,
        "into": into,
        "state": state,
        "by": actor.name,
        "at": datetime.now(UTC),
        "reason": reason,
        "change": change,
    }
    number: int = connection.execute(insert(merges).values(row).returning(_m.id)).scalar_one()
    return number


def set_state(connection: Connection, number: int, state: MergeState) -> None:
    """Move a decision to another state."""
    connection.execute(update(merges).where(_m.id == number).values(state=state))


def is_customer(connection: Connection, customer: str) -> bool:
    """Whether any license is of a customer now."""
    one = select(_v.customer).where(_v.customer == customer, _v.until.is_(None)).limit(1)
    return connection.execute(one).first() is not None


def customers_of(connection: Connection, license_keys: Sequence[str]) -> dict[str, str]:
    """The customer that each of some current licenses stands with."""
    is_one = bulk.is_one_of(connection, _v.license_key, license_keys)
    query = select(_v.license_key, _v.customer).where(_v.until.is_(None), is_one)
    return {row.license_key: row.customer for row in connection.execute(query)}


def count_moved(connection: Connection, change: int, licenses: int) -> None:
    """Record how many licenses got another customer."""
    change_log.set_counts(connection, change, {"changed": licenses})
    change_counts.count_change(connection, change)


def number_moved(connection: Connection, number: int) -> int:
    """How many licenses a merge moved at the time."""
    query = select(changes.c.counts).join(merges, _m.change == changes.c.id).where(_m.id == number)
    return int(connection.execute(query).scalar_one()["changed"])


def move_all(connection: Connection, customer: str, into: str, change: int) -> int:
    """Move all licenses of a customer to another; returns their number."""
    is_own = _v.customer == customer
    closing = update(license_versions).where(_v.until.is_(None), is_own).values(until=change)
    number = int(connection.execute(closing).rowcount)
    # A version without `stage_since` is in its stage since its own beginning, which its copy no longer tells.
    stage_since = func.coalesce(_v.stage_since, _v.since)
    versions.add_copies(connection, change, _v.until == change, is_own, customer=literal(into), stage_since=stage_since)
    return number


def move_back(connection: Connection, customer: str, change: int) -> int:
    """Move licenses back to where today's decisions have them; returns their number."""
    decisions = customer_aliases.customer_decisions(connection)
    return misplaced_licenses.move(connection, change, decisions, _v.until.is_(None), _v.customer == customer)


def _one(connection: Connection, query: Select[Any]) -> Merge | None:
    row = connection.execute(query).one_or_none()
    return _merge(row) if row else None


def _merge(row: Row[Any]) -> Merge:
    values = row._asdict()
    return Merge(**{**values, "state": MergeState(values["state"])})
