"""The licenses that files list, in one ordered pass, a slice at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, select

from lib.domain.eligibility import Outcome
from lib.measures.cut import Cut
from lib.store import change_log, customer_lists, customer_queries
from lib.store.license_profiles import MAY_MOVE, MISSING
from lib.store.schema import license_versions
from lib.store.selection import Selection, select_licenses

_v = license_versions.c

SLICE = 1_000
"""Licenses that are in memory at a time."""

# The order of the rows: by customer, then the largest step first, then by key.
_LARGEST_STEP_FIRST = (_v.customer, func.coalesce(_v.tier_steps, -1).desc(), _v.license_key)


def slices(connection: Connection, cut: Cut, outcomes: Sequence[Outcome] = tuple(Outcome)) -> Iterator[pd.DataFrame]:
    """The licenses of a cut with one of some outcomes, of the customers of its list.

    All columns, their customer's `name`, told apart from its namesakes, and the cut's `day`; by customer, the largest step first, then by key.
    At most `SLICE` licenses come at a time, fetched as they are needed: the connection must stay open until the last.
    """
    selection = select_licenses(connection, cut)
    conditions = selection.on_versions(_listed(selection))
    query = select(license_versions).where(*conditions, _v.outcome.in_(outcomes))
    day = change_log.day_in_view(connection, cut.on)
    for frame in fetch_slices(connection, selection, query.order_by(*_LARGEST_STEP_FIRST)):
        yield frame.assign(name=titles(connection, frame), day=day)


def titles(connection: Connection, frame: pd.DataFrame) -> "pd.Series[str]":
    """The names of a frame's customers, told apart from their namesakes."""
    names = dict(zip(frame["customer"], frame["name"], strict=True))
    others = customer_queries.namesakes(connection, list(names))
    return frame["customer"].map(customer_queries.told_apart(names, others))


def slices_with_missing(
    connection: Connection, cut: Cut, outcomes: Sequence[Outcome], columns: Sequence[str]
) -> Iterator[pd.DataFrame]:
    """The same licenses under their customers' own names, with the `title` that tells namesakes apart, and `missing`.

    That is what their requests lack, as in `requestable_slices`. Of the other columns they have `customer` and those named.
    """
    selection = select_licenses(connection, cut)
    conditions = selection.on_versions(_listed(selection))
    # All columns would be sorted and read for nothing.
    chosen = [_v[name] for name in ("customer", *columns)]
    query = select(*chosen, MISSING.label("missing")).where(*conditions, _v.outcome.in_(outcomes))
    for frame in fetch_slices(connection, selection, query.order_by(*_LARGEST_STEP_FIRST)):
        yield frame.assign(title=titles(connection, frame))


def outcome_counts(connection: Connection, cut: Cut) -> dict[Outcome, int]:
    """How many licenses of each outcome `slices` gives."""
    selection = select_licenses(connection, cut)
    outcome = selection.profile["outcome"]
    query = select(outcome, func.count()).select_from(selection.source).where(*_listed(selection))
    return {Outcome(code): number for code, number in connection.execute(query.group_by(outcome))}


def requestable_slices(connection: Connection, cut: Cut) -> Iterator[pd.DataFrame]:
    """The licenses of a cut that may still be requested, in slices and in the order of `slices`.

    All columns, the customer's `name`, and `missing`: what their requests lack, as the sum of `license_profiles.ITEM_BITS`.
    """
    selection = select_licenses(connection, cut)
    conditions = selection.on_versions(selection.conditions)
    query = select(license_versions, MISSING.label("missing")).where(*conditions, MAY_MOVE)
    yield from fetch_slices(connection, selection, query.order_by(*_LARGEST_STEP_FIRST))


def _listed(selection: Selection) -> list[ColumnElement[bool]]:
    return [*selection.conditions, customer_lists.is_listed(selection)]


def fetch_slices(connection: Connection, selection: Selection, query: Select[Any]) -> Iterator[pd.DataFrame]:
    """The rows of a query in slices, with their customer's `name` first."""
    result = connection.execute(query, execution_options={"yield_per": SLICE})
    columns = list(result.keys())
    for rows in result.partitions():
        frame = pd.DataFrame([tuple(row) for row in rows], columns=columns, dtype=object)
        # The names of a slice's customers only: those of all would be in memory at once.
        is_wanted = _v.customer.in_(list(frame["customer"].unique()))
        names = customer_queries.customer_names(connection, selection, is_wanted)
        frame.insert(0, "name", frame["customer"].map(names))
        yield frame
