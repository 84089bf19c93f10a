"""Migration requests by stage: how long stages took, what requests lack, and which licenses have waited longest."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, select

from lib.domain.requests import UNDER_WAY
from lib.measures.cut import Cut
from lib.store import license_queries
from lib.store.license_profiles import ITEM_BITS
from lib.store.recent_answers import remembered
from lib.store.schema import license_versions, lookups
from lib.store.selection import Selection, select_licenses

_v, _l = license_versions.c, lookups.c


def missing_items(connection: Connection, cut: Cut) -> pd.DataFrame:
    """What the requests of a cut lack before they can be submitted, the commonest first.

    Columns: item, only (licenses that lack nothing else), others (those that lack more besides).
    """
    return count_items(remembered(connection, "missing items", cut, lambda: fetch_missing(connection, cut)))


def fetch_missing(connection: Connection, cut: Cut) -> list[tuple[int, int]]:
    """How many licenses of a cut lack the same: the sum of `ITEM_BITS`, and their number."""
    selection = select_licenses(connection, cut)
    missing = selection.missing.label("missing")
    each = select(missing).select_from(selection.source).where(*selection.conditions).subquery().c.missing
    rows = connection.execute(select(each, func.count()).where(each != 0).group_by(each))
    return [(bits, licenses) for bits, licenses in rows]


def count_items(licenses_by_bits: Iterable[tuple[int, int]]) -> pd.DataFrame:
    """The frame of `missing_items` from numbers of licenses by bits."""
    only, others = Counter[str](), Counter[str]()
    for bits, licenses in licenses_by_bits:
        items = items_of(bits)
        counter = only if len(items) == 1 else others
        counter.update(dict.fromkeys(items, licenses))
    missing = [item for item in ITEM_BITS if only[item] or others[item]]
    ranked = sorted(missing, key=lambda item: -only[item] - others[item])
    rows = [(item, only[item], others[item]) for item in ranked]
    return pd.DataFrame(rows, columns=["item", "only", "others"]).astype({"item": object})


def items_of(bits: int) -> list[str]:
    """The items in a sum of `ITEM_BITS`, in their order."""
    return [item for item, bit in ITEM_BITS.items() if bits & bit]


def missing_by_customer(connection: Connection, cut: Cut) -> dict[str, list[str]]:
    """The items that customers' requests lack, by customer, where any do."""
    return dict(remembered(connection, "missing by customer", cut, lambda: fetch_missing_by_customer(connection, cut)))


def fetch_missing_by_customer(connection: Connection, cut: Cut) -> dict[str, list[str]]:
    """The same, asked of the database."""
    selection = select_licenses(connection, cut)
    query = select(selection.customer, selection.missing).select_from(selection.source)
    bits_by_customer: dict[str, int] = {}
    for customer, bits in connection.execute(query.where(*selection.conditions).distinct()):
        bits_by_customer[customer] = bits_by_customer.get(customer, 0) | bits
    return {customer: items_of(bits) for customer, bits in bits_by_customer.items() if bits}


def steps(connection: Connection, cut: Cut) -> pd.DataFrame:
    """Every step from one stage to another that licenses of a cut took until its day.

    Columns: stage, next_stage, began and ended (the changes that began the one and the other), licenses.
    """
    rows = remembered(connection, "steps", cut, lambda: fetch_steps(connection, cut))
    # Not `fetch_frame`: the changes are to be whole numbers, to look up their times by.
    return pd.DataFrame(rows, columns=["stage", "next_stage", "began", "ended", "licenses"])


def fetch_steps(connection: Connection, cut: Cut) -> list[tuple[str, str, int, int, int]]:
    """The rows of `steps`."""
    earlier, later = license_versions.alias("before"), license_versions.alias("after")
    before, after = earlier.c, later.c
    is_next = and_(after.license_key == before.license_key, after.since == before.until)
    is_step = and_(is_next, after.stage_since == after.since, after.stage != before.stage)
    # The cut's other filters are about what a license has become; its steps count wherever it stands now.
    of_any_state = replace(cut, outcome=(), stage=(), waiting=(), needs=(), missing=())
    selection = select_licenses(connection, of_any_state)
    is_same = selection.license_key == before.license_key
    conditions = [
        before.until.is_not(None),
        exists().select_from(selection.source).where(is_same, *selection.conditions),
    ]
    if selection.at is not None:
        conditions.append(after.since <= selection.at)
    places = [before.stage, after.stage, before.stage_since, after.since]
    query = select(*places, func.count().label("licenses")).select_from(earlier.join(later, is_step))
    rows = connection.execute(query.where(*conditions).group_by(*places))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def longest_waiting(connection: Connection, cut: Cut, count: int) -> pd.DataFrame:
    """The licenses of a cut that have been in a stage under way for longest, all columns, the oldest first."""
    under_way = tuple(stage for stage in UNDER_WAY if not cut.stage or stage in cut.stage)
    if not under_way:
        return license_queries.licenses(connection, cut, count=0)
    return queue(connection, replace(cut, stage=under_way), count=count)


def keys(connection: Connection, cut: Cut) -> list[str]:
    """The keys of all licenses of a cut."""
    selection = select_licenses(connection, cut)
    query = select(selection.license_key).select_from(selection.source).where(*selection.conditions)
    return list(connection.execute(query.order_by(selection.license_key)).scalars())


def queue(connection: Connection, cut: Cut, *, start: int = 0, count: int) -> pd.DataFrame:
    """A page of the licenses of a cut, all columns, those first that have been in their stage for longest."""
    selection = select_licenses(connection, cut)
    columns: Any = _l if selection.in_lookups else _v
    stage_since = _l.stage_since if selection.in_lookups else func.coalesce(_v.stage_since, _v.since)

    def fetch_keys() -> list[str]:
        conditions = [*selection.conditions, *first_to_come(connection, selection, start + count)]
        keys = select(selection.license_key).select_from(selection.source).where(*conditions)
        page = keys.order_by(stage_since, columns.license_key).offset(start).limit(count)
        return list(connection.execute(page).scalars())

    page_keys = remembered(connection, ("queue", start, count), cut, fetch_keys)
    return license_queries.licenses_by_key(connection, selection, page_keys)


def first_to_come(connection: Connection, selection: Selection, count: int) -> list[ColumnElement[bool]]:
    """Conditions on the versions of a past day that those licenses meet that came first to their stages, so many or more."""
    if selection.at is None or selection.has_no_tally:
        return []
    # Tallies say when how many came. Versions have no index of that, but of their own beginning, which is no earlier.
    counts = selection.counts_by_profile("stage_since").c
    query = select(counts.stage_since, func.sum(counts.licenses).label("licenses")).group_by(counts.stage_since)
    numbers = connection.execute(query.order_by(counts.stage_since)).all()
    if not numbers:
        return [false()]
    come = accumulate(row.licenses for row in numbers)
    last = next((row.stage_since for row, sum_so_far in zip(numbers, come, strict=True) if sum_so_far >= count), None)
    return [_v.since >= numbers[0].stage_since, func.coalesce(_v.stage_since, _v.since) <= (last or selection.at)]
