"""The way of migration requests: how long stages took, what requests lack, and which licenses have waited longest."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection, and_, exists, func, select

from lib.domain.requests import UNDER_WAY
from lib.measures.cut import Cut
from lib.store import license_queries
from lib.store.license_profiles import ITEM_BITS
from lib.store.schema import license_versions, lookups
from lib.store.selection import select_licenses

_v, _l = license_versions.c, lookups.c


def missing_items(connection: Connection, cut: Cut) -> pd.DataFrame:
    """What the requests of a cut lack before they can be submitted, the commonest first.

    Columns: item, only (licenses that lack nothing else), others (those that lack more besides).
    """
    chosen = select_licenses(connection, cut)
    lacking = chosen.missing.label("missing")
    each = select(lacking).select_from(chosen.source).where(*chosen.conditions).subquery().c.missing
    rows = connection.execute(select(each, func.count()).where(each != 0).group_by(each)).all()
    only, others = Counter[str](), Counter[str]()
    for bits, licenses in rows:
        items = [item for item, bit in ITEM_BITS.items() if bits & bit]
        (only if len(items) == 1 else others).update(dict.fromkeys(items, licenses))
    ranked = sorted(
        (item for item in ITEM_BITS if only[item] or others[item]), key=lambda item: -only[item] - others[item]
    )
    told = [(item, only[item], others[item]) for item in ranked]
    return pd.DataFrame(told, columns=["item", "only", "others"]).astype({"item": object})


def missing_by_customer(connection: Connection, cut: Cut) -> dict[str, list[str]]:
    """The items that requests of each customer of a cut lack, for any license, in the order of asking; without those that
    lack nothing."""
    chosen = select_licenses(connection, cut)
    asked = select(chosen.customer, chosen.missing).select_from(chosen.source).where(*chosen.conditions).distinct()
    lacking: dict[str, int] = {}
    for customer, bits in connection.execute(asked):
        lacking[customer] = lacking.get(customer, 0) | bits
    return {
        customer: [item for item, bit in ITEM_BITS.items() if bits & bit] for customer, bits in lacking.items() if bits
    }


def steps(connection: Connection, cut: Cut) -> pd.DataFrame:
    """Every step from one stage to another that licenses of a cut took until its day.

    Columns: stage, next_stage, began and ended (the changes that began the one and the other), licenses.
    """
    before, after = license_versions.alias("before"), license_versions.alias("after")
    b, a = before.c, after.c
    stepped = and_(a.license_key == b.license_key, a.since == b.until, a.stage_since == a.since, a.stage != b.stage)
    anything = replace(cut, outcome=(), stage=(), waiting=(), needs=(), missing=())
    chosen = select_licenses(connection, anything)
    own = exists().select_from(chosen.source).where(chosen.license_key == b.license_key, *chosen.conditions)
    places = [b.stage, a.stage.label("next_stage"), b.stage_since.label("began"), a.since.label("ended")]
    asked = select(*places, func.count().label("licenses")).select_from(before.join(after, stepped))
    asked = asked.where(b.until.is_not(None), own, *([a.since <= chosen.at] if chosen.at is not None else []))
    rows = connection.execute(asked.group_by(b.stage, a.stage, b.stage_since, a.since)).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=["stage", "next_stage", "began", "ended", "licenses"])


def longest_waiting(connection: Connection, cut: Cut, count: int) -> pd.DataFrame:
    """The licenses of a cut that have been in a stage under way for longest, all columns, the oldest first."""
    under_way = tuple(stage for stage in UNDER_WAY if not cut.stage or stage in cut.stage)
    if not under_way:
        return license_queries.licenses(connection, cut, count=0)
    return queue(connection, replace(cut, stage=under_way), count=count)


def queue(connection: Connection, cut: Cut, *, start: int = 0, count: int) -> pd.DataFrame:
    """A page of the licenses of a cut, all columns, those first that have been in their stage for longest."""
    chosen = select_licenses(connection, cut)
    order: list[Any] = [_l.stage_since, _l.license_key] if chosen.in_lookups else [_v.stage_since, _v.license_key]
    keys = select(chosen.license_key).select_from(chosen.source).where(*chosen.conditions).order_by(*order)
    page = connection.execute(keys.offset(start).limit(count)).scalars().all()
    return license_queries.licenses_by_key(connection, chosen, page)
