"""What the screens and files show: counts, pages of licenses, one license's story. Frames in, nothing written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union,
)

from lib.domain.codes import parse_needs
from lib.domain.customers import organisation_key
from lib.domain.eligibility import Outcome
from lib.measures.cut import Cut
from lib.measures.upgrade_totals import UpgradeTotals
from lib.store import aliases, bulk
from lib.store.schema import batches, changes, customer_tallies, license_versions, profiles
from lib.store.selection import Selection, selection

_v, _t = license_versions.c, customer_tallies.c

_FEW = 500
"""Customers that are named one by one in a query; SQLite takes at most 32,766 parameters."""


def count(connection: Connection, cut: Cut) -> int:
    """How many licenses a cut has."""
    chosen = selection(connection, cut)
    if chosen.one_by_one:
        number: int = connection.execute(select(func.count()).where(*chosen.conditions)).scalar_one()
        return number
    asked = select(func.coalesce(func.sum(chosen.tallied().c.licenses), 0))
    return int(connection.execute(asked).scalar_one())


def licenses(connection: Connection, cut: Cut, *, start: int = 0, count: int | None = None) -> pd.DataFrame:
    """The licenses of a cut in the order of their keys, all columns; `start` and `count` cut out a page."""
    chosen = selection(connection, cut)
    return _licenses(connection, chosen, chosen.conditions, [chosen.license_key], [_v.license_key], start, count)


def upgrades(connection: Connection, cut: Cut, *, start: int = 0, count: int | None = None) -> pd.DataFrame:
    """Licenses in this cut that must grow, all columns and their customer's `name`, by customer, the largest step first;
    `start` and `count` cut out a page."""
    chosen = selection(connection, cut)
    growing = chosen.of(Outcome.UPGRADE_NEEDED)
    narrow, full = (
        [customer, steps.desc(), key]
        for customer, steps, key in (
            (chosen.customer, chosen.profile["tier_steps"], chosen.license_key),
            (_v.customer, _v.tier_steps, _v.license_key),
        )
    )
    frame = _licenses(connection, chosen, growing, narrow, full, start, count)
    return _named(connection, chosen, frame, select(chosen.customer).where(*growing))


def unclear(connection: Connection, cut: Cut) -> pd.DataFrame:
    """Licenses in this cut that need information, of the customers it has upgrades for; columns as in `upgrades`."""
    chosen = selection(connection, cut)
    conditions, order = _unclear(chosen), [_v.customer, _v.license_key]
    frame = _licenses(connection, chosen, conditions, [], order, 0, None)
    return _named(connection, chosen, frame, select(chosen.customer).where(*chosen.of(Outcome.UPGRADE_NEEDED)))


def upgrade_totals(connection: Connection, cut: Cut) -> UpgradeTotals:
    """What a list of this cut's upgrades comes to."""
    chosen = selection(connection, cut)
    counted, c = chosen.tallied(), profiles.c
    weight = counted.c.licenses
    asked = select(
        func.coalesce(func.sum(weight), 0).label("upgrades"),
        func.coalesce(func.sum(weight * c.users_added), 0).label("users_added"),
        _counted(c.users_added.is_(None), weight).label("unlimited"),
        _counted(c.consent == "given", weight).label("given"),
        _counted(c.consent == "pending", weight).label("pending"),
    ).select_from(profiles.join(counted, counted.c.profile == c.id))
    told = connection.execute(asked.where(c.outcome == Outcome.UPGRADE_NEEDED)).one()
    customers = connection.execute(select(func.count()).select_from(_growing_customers(chosen).subquery())).scalar_one()
    waiting = connection.execute(_number_unclear(chosen)).scalar_one()
    numbers = {name: int(number) for name, number in told._mapping.items()}
    return UpgradeTotals(customers=customers, unclear=waiting, **numbers)


def unclear_needs(connection: Connection, cut: Cut) -> dict[str, int]:
    """What the licenses of `unclear` lack, item by item: how many licenses lack it, the commonest first."""
    chosen = selection(connection, cut)
    needs = chosen.profile["needs"]
    asked = select(needs, func.count().label("licenses")).select_from(chosen.source)
    lacking: Counter[str] = Counter()
    for row in connection.execute(asked.where(*_unclear(chosen)).group_by(needs)):
        lacking.update(dict.fromkeys(parse_needs(row.needs), row.licenses))
    return dict(sorted(lacking.items(), key=lambda item: (-item[1], item[0])))


def license(connection: Connection, key: str) -> dict[str, Any] | None:
    """A license as it stands now, by column; None if there is none of that key."""
    row = connection.execute(select(license_versions).where(_v.license_key == key, _v.until.is_(None))).one_or_none()
    return dict(row._mapping) if row else None


def history(connection: Connection, key: str) -> pd.DataFrame:
    """Every version of a license, oldest first: all columns, and the `file` that it came from.

    `at`, `by`, `kind`, `why` and `change_batch` tell the change that began it, `ended_at`, … the one that ended it, if any
    did.
    """
    began, ended = changes.alias("began"), changes.alias("ended")
    told = [began.c.at, began.c.by, began.c.kind, began.c.reason.label("why"), began.c.batch_id.label("change_batch")]
    told += [ended.c[name].label(f"ended_{name.removesuffix('_id')}") for name in ("at", "by", "kind", "batch_id")]
    told += [ended.c.reason.label("ended_why")]
    joined = (
        license_versions.join(began, began.c.id == _v.since)
        .outerjoin(ended, ended.c.id == _v.until)
        .outerjoin(batches, batches.c.id == _v.batch_id)
    )
    asked = select(license_versions, *told, batches.c.name.label("file")).select_from(joined)
    own = or_(*(and_(_v.license_key == key, kind) for kind in (_v.until.is_(None), _v.until.is_not(None))))
    return _frame(connection, asked.where(own).order_by(_v.since))


def upgrade_customers(
    connection: Connection,
    cut: Cut,
    *,
    start: int = 0,
    count: int = 50,
    first: Sequence[str] = (),
    by: str = "users_added",
) -> tuple[pd.DataFrame, int]:
    """A page of customers with licenses to upgrade, those named `first`; and how many there are. The most users added come
    first, or the most upgrades (`by`), or all go by name (`customer`).

    Columns: customer (key), name (its commonest spelling), licenses, upgrades, users_added, unlimited (upgrades from or
    to Unlimited, which add no number), pending and given (consents), unknown (licenses that need information), moves.
    """
    chosen = selection(connection, cut)
    total = connection.execute(select(func.count()).select_from(_growing_customers(chosen).subquery())).scalar_one()
    lines = _customers(chosen).subquery().c
    ahead = [bulk.is_one_of(connection, lines.customer, first).desc()] if first else []
    orders = {"users_added": [lines.users_added.desc(), lines.upgrades.desc()], "upgrades": [lines.upgrades.desc()]}
    asked = select(*lines).order_by(*ahead, *orders.get(by, ()), lines.customer)
    page = _frame(connection, asked.offset(start).limit(count))
    keys = page["customer"].tolist()
    page.insert(1, "name", page["customer"].map(customer_names(connection, chosen, _v.customer.in_(keys))))
    page["moves"] = page["customer"].map(_moves(connection, chosen, keys))
    return page, total


def upgrade_customer_keys(connection: Connection, cut: Cut) -> list[str]:
    """The keys of every customer of a cut with licenses to upgrade, sorted."""
    keys = _growing_customers(selection(connection, cut)).subquery().c.customer
    return list(connection.execute(select(keys).order_by(keys)).scalars())


def customer_name(connection: Connection, key: str) -> str | None:
    """The commonest spelling of a customer's name; None if no license is its."""
    return customer_names(connection, selection(connection, Cut()), _v.customer == key).get(key)


def customer_changes(connection: Connection, key: str) -> pd.DataFrame:
    """Every change that began or ended versions of a customer's licenses, the newest first: at, by, kind, reason, batch_id,
    and how many licenses it touched."""
    kinds = (_v.until.is_(None), _v.until.is_not(None))
    parts = [
        select(_v.license_key, change.label("change")).where(_v.customer == key, kind)
        for change, kind in ((_v.since, kinds[0]), (_v.since, kinds[1]), (_v.until, kinds[1]))
    ]
    touched = union(*parts).subquery().c
    told = [changes.c[name] for name in ("at", "by", "kind", "reason", "batch_id")]
    asked = select(*told, func.count(touched.license_key.distinct()).label("licenses"))
    asked = asked.select_from(changes.join(touched.license_key.table, touched.change == changes.c.id))
    return _frame(connection, asked.group_by(changes.c.id, *told).order_by(changes.c.id.desc()))


def find_customers(connection: Connection, name: str) -> list[str]:
    """The customers a person means by a name: the organisation of that very name, else those whose name contains it."""
    sought = organisation_key(name)
    known_as = aliases.all_aliases(connection).get(sought, sought)
    asked = select(_v.customer).distinct().where(_v.until.is_(None)).order_by(_v.customer)
    exact, loose = _v.customer == known_as, _v.customer.contains(sought, autoescape=True)
    found = (list(connection.execute(asked.where(named)).scalars()) for named in (exact, loose) if sought)
    return next(filter(None, found), [])


def _licenses(
    connection: Connection,
    chosen: Selection,
    conditions: Sequence[ColumnElement[bool]],
    narrow: Sequence[ColumnElement[Any]],
    full: Sequence[ColumnElement[Any]],
    start: int,
    count: int | None,
) -> pd.DataFrame:
    """The licenses of a selection on its conditions, all columns; a page is cut out of the keys alone, ordered by `narrow`,
    before whole rows are read."""
    asked = select(license_versions).order_by(*full)
    if count is None:
        return _frame(connection, asked.where(*chosen.versions(conditions)))
    keys = select(chosen.license_key).select_from(chosen.source if len(narrow) > 1 else chosen.license_key.table)
    page = connection.execute(keys.where(*conditions).order_by(*narrow).offset(start).limit(count)).scalars().all()
    return licenses_by_key(connection, chosen, page)


def licenses_by_key(connection: Connection, chosen: Selection, keys: Sequence[str]) -> pd.DataFrame:
    """The licenses of some keys as a selection sees them, all columns, in the order of the keys."""
    frame = _frame(connection, select(license_versions).where(chosen.stands, _v.license_key.in_(keys)))
    order = {key: place for place, key in enumerate(keys)}
    return frame.sort_values("license_key", key=lambda column: column.map(order), ignore_index=True)


def _counted(condition: ColumnElement[bool], weight: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, weight), else_=0)), 0)


def _tallied(chosen: Selection) -> ColumnElement[bool] | None:
    """Which of `customer_tallies` say what this selection's customers come to; None if they do not say it."""
    product = chosen.cut.product
    if not chosen.current or len(product) > 1 or replace(chosen.cut, on="") != Cut(product=product):
        return None
    return and_(_t.product == "".join(product), _t.upgrades > 0)


def _growing_customers(chosen: Selection) -> Select[Any]:
    """Every customer with licenses to upgrade, once."""
    tallied = _tallied(chosen)
    if tallied is not None:
        return select(_t.customer).where(tallied)
    return select(chosen.customer).distinct().where(*chosen.of(Outcome.UPGRADE_NEEDED))


def has_upgrades(chosen: Selection) -> ColumnElement[bool]:
    """Whether a license is of a customer that this selection has licenses to upgrade of."""
    tallied = _tallied(chosen)
    if tallied is None:
        return chosen.customer.in_(_growing_customers(chosen))
    return exists().where(_t.customer == chosen.customer, tallied)


def _unclear(chosen: Selection) -> list[ColumnElement[bool]]:
    return [*chosen.of(Outcome.NEEDS_INFO), has_upgrades(chosen)]


def _number_unclear(chosen: Selection) -> Select[Any]:
    tallied = _tallied(chosen)
    if tallied is not None:
        return select(cast(func.coalesce(func.sum(_t.unknown), 0), Integer)).where(tallied)
    return select(func.count()).where(*_unclear(chosen))


_SUMS = ("upgrades", "users_added", "unlimited", "pending", "given", "unknown")


def _customers(chosen: Selection) -> Select[Any]:
    tallied = _tallied(chosen)
    if tallied is not None:
        return select(_t.customer, _t.licenses, *(_t[name] for name in _SUMS)).where(tallied)
    one, c = literal(1), chosen.profile
    grows = c["outcome"] == Outcome.UPGRADE_NEEDED
    upgrades = _counted(grows, one)
    sums = (
        upgrades,
        func.coalesce(func.sum(c["users_added"]), 0),
        _counted(grows & c["users_added"].is_(None), one),
        _counted(c["consent"] == "pending", one),
        _counted(c["consent"] == "given", one),
        _counted(c["outcome"] == Outcome.NEEDS_INFO, one),
    )
    named = [number.label(name) for name, number in zip(_SUMS, sums, strict=True)]
    asked = select(chosen.customer, func.count().label("licenses"), *named).select_from(chosen.source)
    return asked.where(*chosen.conditions).group_by(chosen.customer).having(upgrades > 0)


def _named(connection: Connection, chosen: Selection, frame: pd.DataFrame, many: Select[Any]) -> pd.DataFrame:
    """The frame with the `name` of each license's customer; `many` selects the customers' keys where they are many."""
    keys = list(frame["customer"].unique())
    named = customer_names(connection, chosen, _v.customer.in_(keys if len(keys) <= _FEW else many))
    frame.insert(0, "name", frame["customer"].map(named))
    return frame


def customer_names(connection: Connection, chosen: Selection, named: ColumnElement[bool]) -> dict[str, str]:
    """The commonest spelling of each customer's name, by its key; of equally common ones the first by letter.

    `named` says on `license_versions` which customers are meant.
    """
    spelling = func.coalesce(func.nullif(_v.company, ""), func.nullif(_v.license_name, ""), _v.contact_email)
    asked = select(_v.customer, spelling.label("name"), func.count().label("times"))
    asked = asked.where(chosen.stands, named).group_by(_v.customer, spelling)
    found = sorted(connection.execute(asked).all(), key=lambda row: (-row.times, row.name), reverse=True)
    return {row.customer: row.name or "No organization" for row in found}


def _moves(connection: Connection, chosen: Selection, keys: list[str]) -> dict[str, list[tuple[int, int, int]]]:
    """Each customer's tier moves as (from, to, licenses), smallest first."""
    grouped = [chosen.customer, chosen.profile["from_size"], chosen.profile["to_tier"]]
    asked = select(*grouped, func.count()).select_from(chosen.source)
    asked = asked.where(*chosen.of(Outcome.UPGRADE_NEEDED), chosen.customer.in_(keys))
    moves: dict[str, list[tuple[int, int, int]]] = {}
    for customer, *move in connection.execute(asked.group_by(*grouped).order_by(*grouped)):
        moves.setdefault(customer, []).append((move[0], move[1], move[2]))
    return moves


def _frame(connection: Connection, asked: Select[Any]) -> pd.DataFrame:
    result = connection.execute(asked)
    names = list(result.keys())
    return pd.DataFrame([tuple(row) for row in result], columns=names, dtype=object)
