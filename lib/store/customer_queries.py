"""Queries about customers: their names, what they have to upgrade, their licenses and what changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, or_, select, union

from lib.domain.customers import ANCHOR_MARKS, NO_ORGANIZATION, name_of_customer, name_with_anchor, organisation_key
from lib.domain.eligibility import Outcome
from lib.measures.cut import Cut
from lib.store import bulk, customer_aliases
from lib.store.frames import fetch_frame
from lib.store.schema import changes, customer_tallies, license_versions
from lib.store.searched_names import searched_name
from lib.store.selection import Selection, select_licenses

_v, _t = license_versions.c, customer_tallies.c

_SUMS = ("upgrades", "users_added", "unlimited", "pending", "given", "unknown")
"""The columns of `customer_tallies` that say what a customer's licenses come to, besides their number."""

_ORDERS = {"users_added": ("users_added", "upgrades"), "upgrades": ("upgrades",)}
"""The sums that each order of `upgrade_customers` goes by, the largest first."""


def upgrade_customers(
    connection: Connection,
    cut: Cut,
    *,
    start: int = 0,
    count: int = 50,
    first: Sequence[str] = (),
    by: str = "users_added",
) -> tuple[pd.DataFrame, int]:
    """A page of the customers with licenses to upgrade, and their number in all.

    The keys in `first` come first; then the most users added, the most `upgrades` (`by`), or all by name (`customer`).
    Columns: customer (key), name (its commonest spelling, told apart from others of that name on the page), licenses, upgrades, users_added, unlimited (upgrades from or
    to Unlimited, which add no number), pending and given (consents), unknown (licenses that need information), moves.
    """
    selection = select_licenses(connection, cut)
    lines = _lines(selection).subquery().c
    order: list[ColumnElement[Any]] = [lines[name].desc() for name in _ORDERS.get(by, ())]
    if first:
        order.insert(0, bulk.is_one_of(connection, lines.customer, first).desc())
    page = fetch_frame(connection, select(*lines).order_by(*order, lines.customer).offset(start).limit(count))
    keys = page["customer"].tolist()
    names = customer_names(connection, selection, _v.customer.in_(keys))
    page.insert(1, "name", page["customer"].map(told_apart(names)))
    page["moves"] = page["customer"].map(_tier_moves(connection, selection, keys))
    return page, number_of_upgrade_customers(connection, selection)


def _lines(selection: Selection) -> Select[Any]:
    """One row per customer with licenses to upgrade: `customer`, `licenses` and `_SUMS`."""
    in_tallies = tallies_condition(selection)
    if in_tallies is not None:
        return select(_t.customer, _t.licenses, *(_t[name] for name in _SUMS)).where(in_tallies)
    profile = selection.profile
    to_upgrade = profile["outcome"] == Outcome.UPGRADE_NEEDED
    upgrades = _number_where(to_upgrade)
    sums = (
        upgrades,
        func.coalesce(func.sum(profile["users_added"]), 0),
        _number_where(to_upgrade & profile["users_added"].is_(None)),
        _number_where(profile["consent"] == "pending"),
        _number_where(profile["consent"] == "given"),
        _number_where(profile["outcome"] == Outcome.NEEDS_INFO),
    )
    columns = [number.label(name) for name, number in zip(_SUMS, sums, strict=True)]
    query = select(selection.customer, func.count().label("licenses"), *columns).select_from(selection.source)
    return query.where(*selection.conditions).group_by(selection.customer).having(upgrades > 0)


def _number_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, literal(1)), else_=0)), 0)


def _tier_moves(
    connection: Connection, selection: Selection, keys: Sequence[str]
) -> dict[str, list[tuple[int, int, int]]]:
    """Each customer's tier moves as (from, to, licenses), smallest first."""
    columns = [selection.customer, selection.profile["from_size"], selection.profile["to_tier"]]
    query = select(*columns, func.count()).select_from(selection.source)
    query = query.where(*selection.with_outcome(Outcome.UPGRADE_NEEDED), selection.customer.in_(keys))
    moves: dict[str, list[tuple[int, int, int]]] = {}
    for row in connection.execute(query.group_by(*columns).order_by(*columns)):
        moves.setdefault(row[0], []).append((row[1], row[2], row[3]))
    return moves


def tallies_condition(selection: Selection) -> ColumnElement[bool] | None:
    """Which of `customer_tallies` hold what this selection's customers have to upgrade; None if they do not.

    They are kept for each product, and for all together, of all current licenses: no other filter can use them.
    """
    product = selection.cut.product
    is_of_product = replace(selection.cut, on="") == Cut(product=product)
    if not selection.in_lookups or len(product) > 1 or not is_of_product:
        return None
    return and_(_t.product == "".join(product), _t.upgrades > 0)


def has_upgrades(selection: Selection) -> ColumnElement[bool]:
    """Whether a license's customer has licenses to upgrade in this selection."""
    in_tallies = tallies_condition(selection)
    if in_tallies is None:
        return selection.customer.in_(_keys_with_upgrades(selection))
    return exists().where(_t.customer == selection.customer, in_tallies)


def number_of_upgrade_customers(connection: Connection, selection: Selection) -> int:
    """How many customers have licenses to upgrade in this selection."""
    query = select(func.count()).select_from(_keys_with_upgrades(selection).subquery())
    number: int = connection.execute(query).scalar_one()
    return number


def upgrade_customer_keys(connection: Connection, cut: Cut) -> list[str]:
    """The keys of customers with licenses to upgrade, sorted."""
    keys = _keys_with_upgrades(select_licenses(connection, cut)).subquery().c.customer
    return list(connection.execute(select(keys).order_by(keys)).scalars())


def _keys_with_upgrades(selection: Selection) -> Select[Any]:
    """Every customer with licenses to upgrade, once."""
    in_tallies = tallies_condition(selection)
    if in_tallies is not None:
        return select(_t.customer).where(in_tallies)
    return select(selection.customer).distinct().where(*selection.with_outcome(Outcome.UPGRADE_NEEDED))


def customer_names(connection: Connection, selection: Selection, is_wanted: ColumnElement[bool]) -> dict[str, str]:
    """The commonest spelling of each customer's name, by key; of equally common ones the first by letter.

    `is_wanted` is a condition on `license_versions`.
    """
    spelling = func.coalesce(func.nullif(_v.company, ""), func.nullif(_v.license_name, ""), _v.contact_email)
    query = select(_v.customer, spelling.label("name"), func.count().label("times"))
    query = query.where(selection.is_of_day, is_wanted).group_by(_v.customer, spelling)
    rows = connection.execute(query).all()
    # The commonest spelling comes last, so that it is the one that the dictionary keeps.
    ascending = sorted(rows, key=lambda row: (-row.times, row.name), reverse=True)
    return {row.customer: displayed_name(row.customer, row.name) for row in ascending}


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Names by customer key, each that several have with its anchor."""
    times = Counter(names.values())
    return {key: name_with_anchor(name, key) if times[name] > 1 else name for key, name in names.items()}


def displayed_name(customer: str, spelling: str) -> str:
    """What a customer is called: its spelling; where that names nobody (`Unknown`), its address, else that it has no name."""
    if organisation_key(spelling):
        return spelling
    address = customer if "@" in customer else ""
    return name_of_customer(customer) or address or NO_ORGANIZATION


def customer_name(connection: Connection, key: str) -> str | None:
    """The commonest spelling of a customer's name, if it has licenses."""
    return customer_names(connection, select_licenses(connection, Cut()), _v.customer == key).get(key)


def names_of(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """The names of these customers by key, in their order, those of namesakes told apart."""
    is_one = bulk.is_one_of(connection, _v.customer, keys)
    names = told_apart(customer_names(connection, select_licenses(connection, Cut()), is_one))
    return {key: names[key] for key in keys if key in names}


def find_customers(connection: Connection, name: str) -> list[str]:
    """The keys of customers meant by a name: that very key, else all of that name, else all whose keys contain the name."""
    query = select(_v.customer).distinct().where(_v.until.is_(None)).order_by(_v.customer)
    organisation = organisation_key(name)
    is_meant = [_v.customer == name]
    if organisation:
        aliases = customer_aliases.all_aliases(connection).items()
        merged = [into for customer, into in aliases if name_of_customer(customer) == organisation]
        is_meant.append(or_(is_named(organisation), bulk.is_one_of(connection, _v.customer, merged)))
        is_meant.append(searched_name(_v.customer).contains(organisation, autoescape=True))
    for condition in is_meant:
        meant = list(connection.execute(query.where(condition)).scalars())
        if meant:
            return meant
    return []


def is_named(organisation: str) -> ColumnElement[bool]:
    """The condition that a license's customer has exactly this name (`customers.name_of_customer`)."""
    anchored = [_v.customer.startswith(f"{organisation} {mark}", autoescape=True) for mark in ANCHOR_MARKS]
    return or_(_v.customer == organisation, *anchored)


def customer_changes(connection: Connection, key: str) -> pd.DataFrame:
    """Every change that began or ended versions of a customer's licenses, the newest first.

    Columns: at, by, kind, reason, batch_id, and how many `licenses` it touched.
    """
    # Current and closed versions apart, since each kind has an index of its own.
    is_current, is_closed = _v.until.is_(None), _v.until.is_not(None)
    parts = [
        select(_v.license_key, change.label("change")).where(_v.customer == key, kind)
        for change, kind in ((_v.since, is_current), (_v.since, is_closed), (_v.until, is_closed))
    ]
    touched = union(*parts).subquery()
    columns = [changes.c[name] for name in ("at", "by", "kind", "reason", "batch_id")]
    query = select(*columns, func.count(touched.c.license_key.distinct()).label("licenses"))
    query = query.select_from(changes.join(touched, touched.c.change == changes.c.id))
    return fetch_frame(connection, query.group_by(changes.c.id, *columns).order_by(changes.c.id.desc()))


def current_licenses(connection: Connection, customer: str) -> pd.DataFrame:
    """A customer's current licenses, all columns, by key."""
    query = select(license_versions).where(_v.customer == customer, _v.until.is_(None))
    return fetch_frame(connection, query.order_by(_v.license_key))


def licenses_at(connection: Connection, customer: str, change: int) -> pd.DataFrame:
    """A customer's licenses at a change, all columns, by key."""
    # Current and closed versions apart, since each kind has an index of its own.
    is_current, was_current = _v.until.is_(None), and_(_v.until > change, _v.until.is_not(None))
    own = or_(*(and_(_v.customer == customer, _v.since <= change, kind) for kind in (is_current, was_current)))
    return fetch_frame(connection, select(license_versions).where(own).order_by(_v.license_key))
