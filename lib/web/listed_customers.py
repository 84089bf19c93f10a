"""What the list of customers shows, asked for once per state of the data, of downloads and of sendings."""

import pandas as pd
import streamlit as st

from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.store import customer_lists, database, downloads, license_queries, list_changes, request_stages, sendings
from lib.web import cached
from lib.web.cached import Version
from lib.web.connection import engine

PAGE = 50
"""Rows of a list that are asked for and shown at a time."""


@cached.cache(64)
def lacking(version: Version, cut: Cut) -> dict[str, int]:
    """What the licenses that cannot be included lack (see `license_queries.unclear_needs`)."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.unclear_needs(connection, cut)


def customers(version: Version, cut: Cut, page: int) -> pd.DataFrame:
    """One page of the customers of a cut, in the order of the address; pages count from 1.

    Columns as `customer_lists.listed_customers` gives them, and `lacking` (items of requests), `download` and
    `sending` (the last one, or None) and `is_changed` (see `list_changes`).
    """
    order = SORTS.get(str(st.session_state.get("sort")), "")
    changed = changed_customers(version, cut)
    first = () if order else changed
    frame = customers_page(version, list_revision(), cut, page, first, order or "users_added")
    keys = frame["customer"].tolist()
    with database.reading(engine()) as connection:
        last = downloads.last_downloads(connection, keys)
        last_sendings = sendings.last_sendings(connection, keys)
    missing = missing_by_customer(version, cut.with_filters(customer=tuple(keys), group=CustomerGroup.ALL))
    # Series of objects, for pandas would make columns of the lists' and downloads' contents.
    return frame.assign(
        lacking=pd.Series([missing.get(key, []) for key in keys], dtype=object),
        download=pd.Series([last.get(key) for key in keys], dtype=object),
        sending=pd.Series([last_sendings.get(key) for key in keys], dtype=object),
        is_changed=frame["customer"].isin(changed),
    )


SORTS = {
    "Changed, users added": "",
    "Users added": "users_added",
    "Upgrades": "upgrades",
    "Name": "customer",
    "Eligible": "eligible",
    "Needs information": "unknown",
    "Cloud": "cloud",
    "Migrated": "moved",
    "Licenses": "licenses",
    "Longest not sent": "sent",
}
"""The column of each order of the list; the first order begins with customers whose lists changed since they have them."""


def list_revision() -> tuple[int, ...]:
    """Numbers that differ after any download or sending: these are no change of the data, so no version tells of them."""
    with database.reading(engine()) as connection:
        return (downloads.newest_download(connection), *sendings.revision(connection))


def changed_customers(version: Version, cut: Cut) -> tuple[str, ...]:
    """The customers of a cut whose lists say something else by now."""
    return changed_since(version, list_revision(), cut)


@cached.cache(64)
def changed_since(version: Version, revision: tuple[int, ...], cut: Cut) -> tuple[str, ...]:
    """The same, remembered until anything changes, is downloaded or is sent."""
    with database.reading(engine(version.store)) as connection:
        return tuple(list_changes.changed_customers(connection, cut))


@cached.cache(64)
def group_sizes(version: Version, cut: Cut) -> dict[CustomerGroup, int]:
    """How many customers of a cut are in each group."""
    with database.reading(engine(version.store)) as connection:
        return customer_lists.group_sizes(connection, cut)


@cached.cache(64)
def customers_page(
    version: Version, revision: tuple[int, ...], cut: Cut, page: int, first: tuple[str, ...], by: str
) -> pd.DataFrame:
    """One page of customers: those of `first`, then the others, sorted by a column."""
    with database.reading(engine(version.store)) as connection:
        return customer_lists.listed_customers(connection, cut, start=(page - 1) * PAGE, count=PAGE, first=first, by=by)


@cached.cache(64)
def missing_by_customer(version: Version, cut: Cut) -> dict[str, list[str]]:
    """The items of requests that each customer of a cut has not answered."""
    with database.reading(engine(version.store)) as connection:
        return request_stages.missing_by_customer(connection, cut)
