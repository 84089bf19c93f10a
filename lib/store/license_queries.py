"""Queries about licenses: how many a cut has, pages of them, what is to be upgraded, and one license's story."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from lib.domain.codes import parse_needs
from lib.domain.eligibility import Outcome
from lib.measures.cut import Cut
from lib.store import bulk
from lib.store.customer_lists import is_listed
from lib.store.customer_queries import customer_names
from lib.store.frames import fetch_frame
from lib.store.recent_answers import remembered
from lib.store.schema import (
    batches,
    changes,
    license_versions,
    marketplace_exports,
    marketplace_links,
    marketplace_versions,
)
from lib.store.selection import Selection, select_licenses

_v = license_versions.c
_links, _exports, _theirs = marketplace_links, marketplace_exports, marketplace_versions

# Customers that are listed one by one in a query; SQLite takes at most 32,766 parameters.
_FEW = 500


def count(connection: Connection, cut: Cut) -> int:
    """How many licenses a cut has."""
    selection = select_licenses(connection, cut)
    if selection.has_no_tally:
        number: int = connection.execute(select(func.count()).where(*selection.conditions)).scalar_one()
        return number
    query = select(func.coalesce(func.sum(selection.counts_by_profile().c.licenses), 0))
    return int(connection.execute(query).scalar_one())


def licenses(connection: Connection, cut: Cut, *, start: int = 0, count: int | None = None) -> pd.DataFrame:
    """A page of the licenses of a cut, all columns, by key; all of them if `count` is None."""
    selection = select_licenses(connection, cut)
    if count is None:
        return _all_licenses(connection, selection, selection.conditions, [_v.license_key])
    # Only keys are selected: their index alone holds what the page is cut out by, without a look at the rows.
    keys = select(selection.license_key).select_from(selection.license_key.table)
    page = keys.where(*selection.conditions).order_by(selection.license_key).offset(start).limit(count)

    def fetch_keys() -> list[str]:
        return list(connection.execute(page).scalars())

    return licenses_by_key(connection, selection, remembered(connection, ("licenses", start, count), cut, fetch_keys))


def upgrades(connection: Connection, cut: Cut, *, start: int = 0, count: int | None = None) -> pd.DataFrame:
    """A page of the licenses that must grow, by customer, the largest step first; all of them if `count` is None.

    All columns, and their customer's `name`.
    """
    selection = select_licenses(connection, cut)
    to_upgrade = selection.with_outcome(Outcome.UPGRADE_NEEDED)
    if count is None:
        order = [_v.customer, _v.tier_steps.desc(), _v.license_key]
        frame = _all_licenses(connection, selection, to_upgrade, order)
    else:
        order = [selection.customer, selection.profile["tier_steps"].desc(), selection.license_key]
        keys = select(selection.license_key).select_from(selection.source)
        page = keys.where(*to_upgrade).order_by(*order).offset(start).limit(count)
        frame = licenses_by_key(connection, selection, connection.execute(page).scalars().all())
    return _with_names(connection, selection, frame)


def unclear(connection: Connection, cut: Cut) -> pd.DataFrame:
    """Licenses that need information, of the customers of a list; columns as in `upgrades`."""
    selection = select_licenses(connection, cut)
    frame = _all_licenses(connection, selection, _is_unclear(selection), [_v.customer, _v.license_key])
    return _with_names(connection, selection, frame)


def unclear_needs(connection: Connection, cut: Cut) -> dict[str, int]:
    """How many licenses of `unclear` lack each item, the commonest first."""
    return dict(remembered(connection, "unclear needs", cut, lambda: fetch_unclear_needs(connection, cut)))


def fetch_unclear_needs(connection: Connection, cut: Cut) -> dict[str, int]:
    """The same, asked of the database."""
    selection = select_licenses(connection, cut)
    needs = selection.profile["needs"]
    query = select(needs, func.count().label("licenses")).select_from(selection.source)
    lacking: Counter[str] = Counter()
    for row in connection.execute(query.where(*_is_unclear(selection)).group_by(needs)):
        lacking.update(dict.fromkeys(parse_needs(row.needs), row.licenses))
    return dict(sorted(lacking.items(), key=lambda item: (-item[1], item[0])))


def _is_unclear(selection: Selection) -> list[ColumnElement[bool]]:
    return [*selection.with_outcome(Outcome.NEEDS_INFO), is_listed(selection)]


def license(connection: Connection, key: str) -> dict[str, Any] | None:
    """A license as it is now, by column; None if unknown."""
    row = connection.execute(select(license_versions).where(_v.license_key == key, _v.until.is_(None))).one_or_none()
    return dict(row._mapping) if row else None


def _until_after(export: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a Marketplace license still stood so after an export."""
    return or_(_theirs.c.until.is_(None), _theirs.c.until > export)


def history(connection: Connection, key: str) -> pd.DataFrame:
    """Every version of a license, oldest first: all columns, and the `file` that it came from.

    `at`, `by`, `kind`, `why` and `change_batch` are of the change that began it, `ended_at`, … of the one that ended it.
    Where that linked it to a Marketplace license, `export` and `export_line` say which export and line it was read from.
    """
    first, last = changes.alias("began"), changes.alias("ended")
    of_first = [first.c.at, first.c.by, first.c.kind, first.c.reason.label("why")]
    of_first += [first.c.batch_id.label("change_batch")]
    of_last = [last.c[name].label(f"ended_{name.removesuffix('_id')}") for name in ("at", "by", "kind", "batch_id")]
    of_last += [last.c.reason.label("ended_why")]
    is_of_export = and_(_theirs.c.since <= _links.c.export_id, _until_after(_links.c.export_id))
    is_as_exported = and_(_theirs.c.id == _links.c.marketplace_id, is_of_export)
    source = (
        license_versions.join(first, first.c.id == _v.since)
        .outerjoin(last, last.c.id == _v.until)
        .outerjoin(batches, batches.c.id == _v.batch_id)
        .outerjoin(_links, and_(_links.c.license_key == _v.license_key, _links.c.since == _v.since))
        .outerjoin(_exports, _exports.c.id == _links.c.export_id)
        .outerjoin(_theirs, is_as_exported)
    )
    of_link = [_exports.c.name.label("export"), _theirs.c.line.label("export_line")]
    query = select(license_versions, *of_first, *of_last, batches.c.name.label("file"), *of_link).select_from(source)
    # Current and closed versions apart, since each kind has an index of its own.
    own = or_(*(and_(_v.license_key == key, kind) for kind in (_v.until.is_(None), _v.until.is_not(None))))
    return fetch_frame(connection, query.where(own).order_by(_v.since))


def current_by_key(connection: Connection, keys: Collection[str]) -> pd.DataFrame:
    """The current versions of some licenses, all columns, by key."""
    is_one = bulk.is_one_of(connection, _v.license_key, list(keys))
    query = select(license_versions).where(is_one, _v.until.is_(None))
    return fetch_frame(connection, query.order_by(_v.license_key))


def licenses_by_key(connection: Connection, selection: Selection, keys: Sequence[str]) -> pd.DataFrame:
    """The selection's licenses of these keys, all columns, in their order."""
    # Of no keys, databases would look through all versions of a past day.
    is_one = _v.license_key.in_(keys) if keys else false()
    frame = fetch_frame(connection, select(license_versions).where(selection.is_of_day, is_one))
    order = {key: place for place, key in enumerate(keys)}
    return frame.sort_values("license_key", key=lambda column: column.map(order), ignore_index=True)


def _all_licenses(
    connection: Connection,
    selection: Selection,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
) -> pd.DataFrame:
    query = select(license_versions).where(*selection.on_versions(conditions))
    return fetch_frame(connection, query.order_by(*order))


def _with_names(connection: Connection, selection: Selection, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the `name` of each license's customer before its columns."""
    keys = list(frame["customer"].unique())
    is_wanted = _v.customer.in_(keys)
    if len(keys) > _FEW:
        to_upgrade = selection.with_outcome(Outcome.UPGRADE_NEEDED)
        is_wanted = _v.customer.in_(select(selection.customer).where(*to_upgrade))
    frame.insert(0, "name", frame["customer"].map(customer_names(connection, selection, is_wanted)))
    return frame
