"""The licenses that files list: those of customers with licenses to upgrade, in one ordered pass, a slice at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, select

from lib.domain.eligibility import Outcome
from lib.measures.cut import Cut
from lib.store import customer_queries
from lib.store.license_profiles import MAY_MOVE, MISSING
from lib.store.schema import license_versions
from lib.store.selection import Selection, select_licenses

_v = license_versions.c

SLICE = 1_000
"""Licenses that are read at a time."""


def slices(connection: Connection, cut: Cut, outcomes: Sequence[Outcome] = tuple(Outcome)) -> Iterator[pd.DataFrame]:
    """The licenses of a cut with one of some outcomes, of the customers it has upgrades for.

    All columns and their customer's `name`; by customer, the largest step first, then by key. At most `SLICE` licenses come
    at a time, read as they are asked for: the connection must stay open until the last.
    """
    chosen = select_licenses(connection, cut)
    asked = select(license_versions).where(*chosen.on_versions(_of_growing(chosen)), _v.outcome.in_(outcomes))
    yield from _slices(connection, chosen, asked.order_by(_v.customer, *_LARGEST_STEP_FIRST, _v.license_key))


def outcome_counts(connection: Connection, cut: Cut) -> dict[Outcome, int]:
    """How many licenses of each outcome `slices` gives."""
    chosen = select_licenses(connection, cut)
    outcome = chosen.profile["outcome"]
    asked = select(outcome, func.count()).select_from(chosen.source).where(*_of_growing(chosen)).group_by(outcome)
    return {Outcome(code): number for code, number in connection.execute(asked)}


def requestable_slices(connection: Connection, cut: Cut) -> Iterator[pd.DataFrame]:
    """The licenses of a cut that may still be requested, in slices and in the order of `slices`.

    All columns, the customer's `name`, and `missing`: what their requests lack, as the sum of `license_profiles.ITEM_BITS`.
    """
    chosen = select_licenses(connection, cut)
    asked = select(license_versions, MISSING.label("missing")).where(*chosen.on_versions(chosen.conditions), MAY_MOVE)
    yield from _slices(connection, chosen, asked.order_by(_v.customer, *_LARGEST_STEP_FIRST, _v.license_key))


_LARGEST_STEP_FIRST = (func.coalesce(_v.tier_steps, -1).desc(),)


def _of_growing(chosen: Selection) -> list[ColumnElement[bool]]:
    return [*chosen.conditions, customer_queries.has_upgrades(chosen)]


def _slices(connection: Connection, chosen: Selection, asked: Select[Any]) -> Iterator[pd.DataFrame]:
    result = connection.execute(asked, execution_options={"yield_per": SLICE})
    columns = list(result.keys())
    for rows in result.partitions():
        frame = pd.DataFrame([tuple(row) for row in rows], columns=columns, dtype=object)
        names = customer_queries.customer_names(connection, chosen, _v.customer.in_(list(frame["customer"].unique())))
        frame.insert(0, "name", frame["customer"].map(names))
        yield frame
