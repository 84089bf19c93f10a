"""Lists of customers: who is in a group, what their licenses come to, page by page and in all."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, case, func, select, true

from lib.domain.eligibility import Outcome
from lib.domain.requests import Stage
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.measures.list_totals import ListTotals
from lib.store import bulk, customer_sums, cut_conditions, sendings
from lib.store.customer_queries import customer_names, namesakes, told_apart
from lib.store.frames import fetch_frame
from lib.store.recent_answers import remembered
from lib.store.schema import CUSTOMER_SUMS, customer_tallies, license_versions
from lib.store.selection import Selection, customers_of_group, select_licenses, select_of_any_group, tallies_condition

_v, _t = license_versions.c, customer_tallies.c

_ORDERS = {
    "users_added": ("users_added", "upgrades"),
    **{name: (name,) for name in ("upgrades", "eligible", "unknown", "cloud", "moved", "licenses")},
}
"""The sums that each order of `listed_customers` goes by, the largest first."""


def listed_customers(
    connection: Connection,
    cut: Cut,
    *,
    start: int = 0,
    count: int = 50,
    first: Sequence[str] = (),
    by: str = "users_added",
) -> pd.DataFrame:
    """A page of the customers of a list.

    The keys in `first` come first; then the most users added, the most of another sum (`by`), or all by name
    (`customer`), or those that nothing was sent to and then the longest since (`sent`).
    Columns: customer (key), name (its commonest spelling, told apart from others of that name), licenses, `CUSTOMER_SUMS`
    and moves.
    """
    fetch_page = partial(fetch_customers, connection, cut, start, count, first, by)
    # What was sent is no change of the licenses.
    if by == "sent":
        return fetch_page()
    return remembered(connection, ("customers", start, count, by, tuple(first)), cut, fetch_page).copy()


def fetch_customers(
    connection: Connection, cut: Cut, start: int, count: int, first: Sequence[str], by: str
) -> pd.DataFrame:
    """The same, asked of the database."""
    selection = select_licenses(connection, cut)
    lines = lines_of(selection).subquery()
    query = select(*lines.c)
    order: list[ColumnElement[Any]] = [lines.c[name].desc() for name in _ORDERS.get(by, ())]
    if by == "sent":
        last = sendings.newest_by_customer()
        query = query.outerjoin(last, last.c.customer == lines.c.customer)
        order = [func.coalesce(last.c.id, 0)]
    if first:
        order.insert(0, bulk.is_one_of(connection, lines.c.customer, first).desc())
    page = fetch_frame(connection, query.order_by(*order, lines.c.customer).offset(start).limit(count))
    keys = page["customer"].tolist()
    # The page's customers are of the group: to ask for it again would look at all that are.
    selection = select_of_any_group(connection, replace(cut, group=""))
    names = customer_names(connection, selection, _v.customer.in_(keys))
    page.insert(1, "name", page["customer"].map(told_apart(names, namesakes(connection, keys))))
    moves, stages = _tier_moves(connection, selection, keys), _stages(connection, selection, keys)
    return page.assign(
        # Series of objects, for pandas would make columns of the contents.
        moves=pd.Series([moves.get(key, []) for key in keys], dtype=object),
        stages=pd.Series([stages.get(key, {}) for key in keys], dtype=object),
    )


def lines_of(selection: Selection) -> Select[Any]:
    """Select one row per customer of a list: `customer`, `licenses` and `CUSTOMER_SUMS`."""
    group = group_of(selection.cut)
    in_tallies = tallies_condition(selection)
    if in_tallies is not None:
        tallied = [_t[name] for name in ("customer", "licenses", *CUSTOMER_SUMS)]
        return select(*tallied).where(in_tallies, customer_sums.is_in_group(_t, group))
    sums = customer_sums.sums_of(selection.profile)
    numbers = [number.label(name) for name, number in sums.items()]
    columns: list[Any] = [selection.customer, func.count().label("licenses"), *numbers]
    query = select(*columns).select_from(selection.source)
    query = query.where(*selection.conditions).group_by(selection.customer)
    return query.having(customer_sums.is_in_group(sums, group))


def group_of(cut: Cut) -> CustomerGroup:
    """The group that a list is of: without one, of those that need an upgrade."""
    return CustomerGroup(cut.group or CustomerGroup.UPGRADE)


def list_totals(connection: Connection, cut: Cut) -> ListTotals:
    """What a list of customers comes to."""
    return remembered(connection, "list totals", cut, lambda: fetch_list_totals(connection, cut))


def fetch_list_totals(connection: Connection, cut: Cut) -> ListTotals:
    """The same, asked of the database."""
    lines = lines_of(select_licenses(connection, cut)).subquery().c
    sums = [func.coalesce(func.sum(lines[name]), 0).label(name) for name in CUSTOMER_SUMS]
    columns: list[Any] = [func.count().label("customers"), *sums]
    row = connection.execute(select(*columns).select_from(lines.customer.table)).one()
    # PostgreSQL's sum of bigint is numeric, which the driver gives as a Decimal.
    numbers = {name: int(number) for name, number in row._mapping.items()}
    return ListTotals(unclear=numbers.pop("unknown"), **numbers)


def group_sizes(connection: Connection, cut: Cut) -> dict[CustomerGroup, int]:
    """How many customers of a cut are in each group."""
    of_all = cut.with_filters(group=CustomerGroup.ALL)
    return dict(remembered(connection, "group sizes", of_all, lambda: fetch_group_sizes(connection, of_all)))


def fetch_group_sizes(connection: Connection, cut: Cut) -> dict[CustomerGroup, int]:
    """The same, asked of the database, of a cut of all groups."""
    lines = lines_of(select_licenses(connection, cut)).subquery().c
    numbers = [
        func.coalesce(func.sum(case((customer_sums.is_in_group(lines, group), 1), else_=0)), 0)
        for group in CustomerGroup
    ]
    row = connection.execute(select(*numbers).select_from(lines.customer.table)).one()
    return {group: int(row[place]) for place, group in enumerate(CustomerGroup)}


def _stages(connection: Connection, selection: Selection, keys: Sequence[str]) -> dict[str, dict[Stage, int]]:
    """How many of each customer's licenses that may be requested are at each stage."""
    columns = [selection.customer, selection.profile["stage"]]
    is_movable = cut_conditions.is_movable(selection.profile)
    query = select(*columns, func.count()).select_from(selection.source)
    query = query.where(*selection.conditions, is_movable, selection.customer.in_(keys)).group_by(*columns)
    stages: dict[str, dict[Stage, int]] = {}
    for row in connection.execute(query.order_by(*columns)):
        stages.setdefault(row[0], {})[Stage(row[1])] = row[2]
    return stages


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


def is_listed(selection: Selection) -> ColumnElement[bool]:
    """Whether a license's customer is in the list that a selection's cut means."""
    if selection.cut.group:
        return true()  # then the selection has that among its conditions
    return selection.customer.in_(customers_of_group(selection, group_of(selection.cut)))


def listed_keys(connection: Connection, cut: Cut) -> list[str]:
    """The keys of the customers of a list, sorted."""
    keys = lines_of(select_licenses(connection, cut)).subquery().c.customer
    return list(connection.execute(select(keys).order_by(keys)).scalars())
