"""The customers that were merged into others, and the licenses that are not yet with the one they belong to now."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, exists, select, update

from lib.columnar.text_column import TextColumn
from lib.domain.changes import ChangeKind
from lib.domain.customers import MergeState, resolve_merges
from lib.judging.customer_keys import NAME_FIELDS
from lib.judging.derive import derive_customers
from lib.store import bulk
from lib.store.schema import changes, license_versions, merges

_v, _m = license_versions.c, merges.c


def all_aliases(connection: Connection) -> dict[str, str]:
    """The customer that each merged one ends up with."""
    query = select(_m.customer, _m.into).where(_m.state == MergeState.CONFIRMED)
    return resolve_merges({row.customer: row.into for row in connection.execute(query)})


def misplaced_keys(
    connection: Connection, aliases: Mapping[str, str], *conditions: ColumnElement[bool]
) -> dict[str, list[str]]:
    """The keys of versions stored under another customer than these aliases give, by the right customer.

    `conditions` on `license_versions` say which versions are looked at.
    """
    query = select(_v.license_key, _v.customer, *(_v[name] for name in NAME_FIELDS)).where(*conditions)
    rows = connection.execute(query).all()
    columns = 2 + len(NAME_FIELDS)
    keys, stored, *names = (pa.array([row[place] or "" for row in rows], pa.string()) for place in range(columns))
    right = derive_customers(dict(zip(NAME_FIELDS, map(TextColumn, names), strict=True)), aliases)
    places = np.flatnonzero(np.asarray(pc.not_equal(right, stored)))
    by_customer: dict[str, list[str]] = {}
    for key, customer in zip(keys.take(places).to_pylist(), right.take(places).to_pylist(), strict=True):
        by_customer.setdefault(customer, []).append(key)
    return by_customer


def correct_customers(connection: Connection, change: int) -> None:
    """Give the versions that a change restored the customers they have today.

    Customers may have been merged or regrouped, or that undone, since these versions were written.
    """
    of_change = [_v.since == change, _v.until.is_(None)]
    suspects = [*of_change]
    if not is_regrouped(connection):
        merged = _customers_ever_merged(connection)
        if not merged:
            return
        # Only the few customers ever merged are looked at: a restored import may have a million others.
        suspects.append(bulk.is_one_of(connection, _v.customer, merged))
    misplaced = misplaced_keys(connection, all_aliases(connection), *suspects)
    for customer, keys in misplaced.items():
        is_misplaced = bulk.is_one_of(connection, _v.license_key, keys)
        connection.execute(update(license_versions).where(*of_change, is_misplaced).values(customer=customer))


def is_regrouped(connection: Connection) -> bool:
    """Whether a regrouping of customers is in force."""
    reversal = changes.alias("reversal")
    is_undone = exists().where(reversal.c.undoes == changes.c.id)
    query = select(changes.c.id).where(changes.c.kind == ChangeKind.REGROUP, ~is_undone).limit(1)
    return connection.execute(query).first() is not None


def _customers_ever_merged(connection: Connection) -> list[str]:
    query = select(_m.customer, _m.into).where(_m.state != MergeState.DISMISSED)
    customers: list[str] = []
    for row in connection.execute(query):
        customers += [row.customer, row.into]
    return customers
