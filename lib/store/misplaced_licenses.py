"""Licenses that belong to another customer than the one they stand with, and their moves there."""

from collections.abc import Collection

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, LargeBinary, cast, func, or_, select, update

from lib.columnar.text_column import TextColumn
from lib.domain.customers import CustomerDecisions
from lib.judging.customer_keys import IDENTITY_FIELDS
from lib.judging.derive import derive_customers
from lib.store import bulk, versions
from lib.store.frames import fetch_frame
from lib.store.schema import license_versions

_v = license_versions.c


def identities(connection: Connection, *conditions: ColumnElement[bool]) -> pd.DataFrame:
    """What versions say of whose they are, with the `customer` that they stand with and their `editors`."""
    columns = [_v.customer, _v.editors, *(_v[name] for name in IDENTITY_FIELDS)]
    return fetch_frame(connection, select(*columns).where(*conditions))


def customers_of(licenses: pd.DataFrame, decisions: CustomerDecisions) -> list[str]:
    """The customers that decisions give to licenses of `identities`."""
    texts = {}
    for name in IDENTITY_FIELDS:
        texts[name] = TextColumn(pa.array([text or "" for text in licenses[name]], pa.string()))
    customers: list[str] = derive_customers(texts, decisions).to_pylist()
    return customers


def misplaced(connection: Connection, decisions: CustomerDecisions, *conditions: ColumnElement[bool]) -> pd.DataFrame:
    """Versions that stand with another customer than decisions give: `license_key`, `customer`, the right one as `into`.

    `conditions` on `license_versions` say which versions are looked at.
    """
    licenses = identities(connection, *conditions)
    licenses = licenses.assign(into=customers_of(licenses, decisions))[["license_key", "customer", "into"]]
    return licenses[licenses["into"] != licenses["customer"]]


def move(connection: Connection, change: int, decisions: CustomerDecisions, *conditions: ColumnElement[bool]) -> int:
    """Move licenses, as part of a change, to where decisions have them; returns their number.

    `conditions` on `license_versions` pick current ones.
    """
    licenses = misplaced(connection, decisions, *conditions)
    into = dict(zip(licenses["license_key"], licenses["into"], strict=True))
    is_moving = bulk.is_one_of(connection, _v.license_key, list(into))
    connection.execute(update(license_versions).where(_v.until.is_(None), is_moving).values(until=change))
    moves = bulk.text_pairs(connection, into)
    # A version without `stage_since` is in its stage since its own beginning, which its copy no longer tells.
    stage_since = func.coalesce(_v.stage_since, _v.since)
    is_closed = [_v.until.is_not(None), _v.until == change, _v.license_key == moves.c.key]
    versions.add_copies(connection, change, *is_closed, customer=moves.c.value, stage_since=stage_since)
    return len(into)


def correct(connection: Connection, decisions: CustomerDecisions, *conditions: ColumnElement[bool]) -> None:
    """Give current versions the customers of decisions, where they have others."""
    licenses = misplaced(connection, decisions, _v.until.is_(None), *conditions)
    right = bulk.text_pairs(connection, dict(zip(licenses["license_key"], licenses["into"], strict=True)))
    correcting = update(license_versions).where(_v.until.is_(None), _v.license_key == right.c.key, *conditions)
    connection.execute(correcting.values(customer=right.c.value))


def may_be_at(connection: Connection, domains: Collection[str]) -> ColumnElement[bool]:
    """Whether a version's contact or account may have an address at one of some domains (in lower case)."""
    return or_(*(_may_be_at(connection, address, domains) for address in (_v.contact_email, _v.myatlassian_email)))


def _may_be_at(connection: Connection, address: ColumnElement[str], domains: Collection[str]) -> ColumnElement[bool]:
    if connection.dialect.name == "postgresql":
        at, size = func.strpos(address, "@"), func.octet_length(address)
    else:
        at, size = func.instr(address, "@"), func.length(cast(address, LargeBinary))
    is_at_domain = bulk.is_one_of(connection, func.substr(address, at + 1), sorted(domains))
    # Domains are stored in lower case (`cells.read_email`), but only Python folds letters that are not ASCII. Of two @ the
    # last one counts.
    return or_(is_at_domain, size != func.length(address), address.like("%@%@%"))
