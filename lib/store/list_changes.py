"""Whose list says something else than the one that the customer has: compared by what lists say, never by versions."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Subquery,
    and_,
    exists,
    func,
    or_,
    select,
    union,
)

from lib.measures.cut import Cut
from lib.store import bulk, downloads, sendings
from lib.store.schema import download_customers, license_versions, sending_customers
from lib.store.selection import select_licenses

LISTED_FIELDS = (
    "outcome",
    "product",
    "hosting",
    "editors",
    "host_tier",
    "from_size",
    "to_tier",
    "consent",
    "contact_name",
    "contact_first_name",
    "contact_last_name",
    "contact_email",
    "myatlassian_email",
    "maintenance_end",
    "plan_end",
)
"""What a list says of a license: a change of anything else, such as its stage, leaves the list as it was."""

_now, _then = license_versions.c, license_versions.alias("then")


def references(*customers: str) -> Select[Any]:
    """Select the list that each customer has: `customer`, and the `change` that it is of.

    That is what was sent last; where nothing was sent, the last file. Of all customers if none is given.
    """
    sent = sendings.newest_by_customer(*_is_one(sending_customers.c.customer, customers))
    filed = downloads.newest_by_customer(*_is_one(download_customers.c.customer, customers))
    is_sent = exists().where(sent.c.customer == filed.c.customer)
    rest = select(filed.c.customer, filed.c.change).where(~is_sent)
    return select(sent.c.customer, sent.c.change).union_all(rest).subquery("reference").select()


def reference_of(connection: Connection, customer: str) -> int | None:
    """The change that the list of a customer is of, None if it has none."""
    row = connection.execute(references(customer)).one_or_none()
    return row.change if row else None


def changed_customers(connection: Connection, cut: Cut) -> list[str]:
    """The customers with licenses in a cut whose lists say something else by now, sorted.

    A license that came or went is a change too.
    """
    lists = references(*cut.customer).subquery()
    first = connection.execute(select(func.min(lists.c.change))).scalar_one()
    if first is None:
        return []
    # Few customers have licenses that changed at all since, so they are looked up first.
    is_candidate = lists.c.customer.in_(_with_changes_since(first))
    reference = select(lists.c.customer, lists.c.change).where(is_candidate).subquery("reference")
    changed = union(_with_other_licenses(reference), _without_licenses(reference)).subquery()
    keys = list(connection.execute(select(changed.c.customer)).scalars())
    return customers_in(connection, cut, keys)


def _with_changes_since(change: int) -> CompoundSelect[Any]:
    """Select the customers of versions that later changes began or ended."""
    starts = select(_now.customer).where(_now.until.is_(None), _now.since > change)
    return union(starts, select(_now.customer).where(_now.until.is_not(None), _now.until > change))


def customers_in(connection: Connection, cut: Cut, keys: list[str]) -> list[str]:
    """Those of some customers that have licenses in a cut, sorted."""
    if not keys:
        return []
    selection = select_licenses(connection, cut)
    is_one = bulk.is_one_of(connection, selection.customer, keys)
    query = select(selection.customer).select_from(selection.source).where(*selection.conditions, is_one)
    return sorted(connection.execute(query.distinct()).scalars())


def _is_one(column: ColumnElement[str], customers: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [column.in_(customers)] if customers else []


def _was_at(reference: Subquery) -> ColumnElement[bool]:
    """Whether a closed version was in force at the change of a list."""
    is_closed = _then.c.until.is_not(None)
    return and_(is_closed, _then.c.since <= reference.c.change, _then.c.until > reference.c.change)


def _with_other_licenses(reference: Subquery) -> Select[Any]:
    """Select the customers with a license that came, or of which the list said something else."""
    before = and_(_then.c.license_key == _now.license_key, _was_at(reference))
    differs = [_now[name].is_distinct_from(_then.c[name]) for name in ("customer", *LISTED_FIELDS)]
    source = license_versions.join(reference, reference.c.customer == _now.customer).outerjoin(_then, before)
    is_newer = and_(_now.until.is_(None), _now.since > reference.c.change)
    return select(_now.customer).select_from(source).where(is_newer, or_(_then.c.license_key.is_(None), *differs))


def _without_licenses(reference: Subquery) -> Select[Any]:
    """Select the customers that lost a license."""
    is_still_there = exists().where(
        _now.license_key == _then.c.license_key, _now.until.is_(None), _now.customer == _then.c.customer
    )
    source = _then.join(reference, reference.c.customer == _then.c.customer)
    return select(_then.c.customer).select_from(source).where(_was_at(reference), ~is_still_there)
