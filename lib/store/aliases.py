"""The customers that were merged into others, and the licenses that are not yet with the one they belong to now."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, select, update

from lib.columnar.text_column import TextColumn
from lib.domain.customers import MergeState, resolve_merges
from lib.judging.customer_keys import NAME_FIELDS
from lib.judging.derive import derive_customers
from lib.store import bulk
from lib.store.schema import license_versions, merges

_v, _m = license_versions.c, merges.c


def all_aliases(connection: Connection) -> dict[str, str]:
    """The customer that each merged one is known as, also where that was merged in its turn."""
    asked = select(_m.customer, _m.into).where(_m.state == MergeState.CONFIRMED)
    return resolve_merges({row.customer: row.into for row in connection.execute(asked)})


def misplaced_keys(
    connection: Connection, merged: Mapping[str, str], *conditions: ColumnElement[bool]
) -> dict[str, list[str]]:
    """The keys of the versions that are of another customer than the one they have, by that other customer.

    `merged` are the aliases to go by, `conditions` say which versions are meant.
    """
    asked = select(_v.license_key, _v.customer, *(_v[name] for name in NAME_FIELDS)).where(*conditions)
    rows = connection.execute(asked).all()
    keys, now, *naming = (pa.array([row[place] or "" for row in rows], pa.string()) for place in range(5))
    meant = derive_customers(dict(zip(NAME_FIELDS, map(TextColumn, naming), strict=True)), merged)
    places = np.flatnonzero(np.asarray(pc.not_equal(meant, now)))
    found: dict[str, list[str]] = {}
    for key, customer in zip(keys.take(places).to_pylist(), meant.take(places).to_pylist(), strict=True):
        found.setdefault(customer, []).append(key)
    return found


def update_customers(connection: Connection, change: int) -> None:
    """Give the versions that a change brought back the customers that they are of now: customers may have been merged, or
    merges undone, since they were written."""
    told: list[Any] = [key for row in connection.execute(_EVER_MERGED) for key in row]
    if not told:
        return
    of_change = (_v.since == change, _v.until.is_(None))
    meant = misplaced_keys(
        connection, all_aliases(connection), *of_change, bulk.is_one_of(connection, _v.customer, told)
    )
    for customer, keys in meant.items():
        chosen = bulk.is_one_of(connection, _v.license_key, keys)
        connection.execute(update(license_versions).where(*of_change, chosen).values(customer=customer))


_EVER_MERGED = select(_m.customer, _m.into).where(_m.state != MergeState.DISMISSED)
