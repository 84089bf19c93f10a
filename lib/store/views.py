"""What the screens and files show: counts, pages of licenses, one license's story. Frames in, nothing written."""

from collections import Counter
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from lib.customers import organisation
from lib.cut import UNKNOWN, Cut
from lib.eligibility import Outcome
from lib.schema import batches, changes, license_versions
from lib.words import words_of

_v = license_versions.c

DIMENSIONS = (
    "product",
    "hosting",
    "outcome",
    "reason",
    "needs",
    "from_size",
    "to_tier",
    "consent",
    "plan_detail",
    "borderline",
)
"""What the numbers of every chart are grouped by."""


_FEW = 500
"""Customers that are named one by one in a query; SQLite takes at most 32,766 parameters."""


def where(cut: Cut) -> list[ColumnElement[bool]]:
    """The licenses of a cut as they stand now, as conditions on `license_versions`."""
    conditions: list[ColumnElement[bool]] = [_v.until.is_(None)]
    for name, column in (
        ("outcome", _v.outcome),
        ("from_size", _v.from_size),
        ("to_tier", _v.to_tier),
        ("consent", _v.consent),
        ("customer", _v.customer),
        ("batch", _v.batch_id),
    ):
        if values := getattr(cut, name):
            conditions.append(column.in_(values))
    for codes, column in ((cut.product, _v.product), (cut.hosting, _v.hosting)):
        if codes:
            conditions.append(or_(column.in_(codes), *([column.is_(None)] if UNKNOWN in codes else [])))
    for codes, column in ((cut.needs, _v.needs), (cut.flag, _v.flags)):
        if codes:
            conditions.append(or_(*(("," + column + ",").contains(f",{code},", autoescape=True) for code in codes)))
    if cut.borderline:
        conditions.append(_v.borderline.is_(True))
    return [*conditions, *([_found(cut.search)] if cut.search.strip() else [])]


def count(connection: Connection, cut: Cut) -> int:
    """How many licenses a cut has."""
    number: int = connection.execute(select(func.count()).where(*where(cut))).scalar_one()
    return number


def cube(connection: Connection, cut: Cut) -> pd.DataFrame:
    """The licenses of a cut counted by `DIMENSIONS`: one row per combination, with `licenses` and `users_added` (a sum;
    moves from or to Unlimited add no number)."""
    grouped = [_v[name] for name in DIMENSIONS]
    asked = select(
        *grouped, func.count().label("licenses"), func.coalesce(func.sum(_v.users_added), 0).label("users_added")
    )
    rows = connection.execute(asked.where(*where(cut)).group_by(*grouped)).all()
    frame = pd.DataFrame(rows, columns=[*DIMENSIONS, "licenses", "users_added"], dtype=object)
    return frame.astype({"licenses": "int64", "users_added": "int64"})


def licenses(connection: Connection, cut: Cut, *, start: int = 0, count: int | None = None) -> pd.DataFrame:
    """The licenses of a cut in the order of their keys, all columns; `start` and `count` cut out a page."""
    asked = select(license_versions).where(*where(cut)).order_by(_v.license_key)
    return _frame(connection, asked.offset(start).limit(count) if count is not None else asked)


def upgrades(connection: Connection, cut: Cut, *, start: int = 0, count: int | None = None) -> pd.DataFrame:
    """Licenses in this cut that must grow, all columns and their customer's `name`, by customer, the largest step first;
    `start` and `count` cut out a page."""
    asked = select(license_versions).where(*_growing(cut))
    asked = asked.order_by(_v.customer, _v.tier_steps.desc(), _v.license_key)
    frame = _frame(connection, asked.offset(start).limit(count) if count is not None else asked)
    return _named(connection, frame, select(_v.customer).where(*_growing(cut)))


def unclear(connection: Connection, cut: Cut) -> pd.DataFrame:
    """Licenses in this cut that need information, of the customers it has upgrades for; columns as in `upgrades`."""
    asked = select(license_versions).where(*_unclear(cut))
    frame = _frame(connection, asked.order_by(_v.customer, _v.license_key))
    return _named(connection, frame, select(_v.customer).where(*_unclear(cut)))


def upgrade_totals(connection: Connection, cut: Cut) -> dict[str, int]:
    """What a list of this cut's upgrades comes to.

    customers, upgrades, users_added, unlimited (upgrades from or to Unlimited, which add no number), given and pending
    (consents), unclear (licenses of the same customers that need information).
    """
    asked = select(
        func.count(_v.customer.distinct()).label("customers"),
        func.count().label("upgrades"),
        func.coalesce(func.sum(_v.users_added), 0).label("users_added"),
        _counted(_v.users_added.is_(None)).label("unlimited"),
        _counted(_v.consent == "given").label("given"),
        _counted(_v.consent == "pending").label("pending"),
    )
    told = connection.execute(asked.where(*_growing(cut))).one()
    waiting = connection.execute(select(func.count()).where(*_unclear(cut))).scalar_one()
    return {name: int(number) for name, number in told._mapping.items()} | {"unclear": waiting}


def unclear_needs(connection: Connection, cut: Cut) -> dict[str, int]:
    """What the licenses of `unclear` lack, item by item: how many licenses lack it, the commonest first."""
    asked = select(_v.needs, func.count().label("licenses")).where(*_unclear(cut)).group_by(_v.needs)
    lacking: Counter[str] = Counter()
    for row in connection.execute(asked):
        lacking.update(dict.fromkeys(row.needs.split(","), row.licenses))
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


def customers(connection: Connection, cut: Cut, *, start: int = 0, count: int = 50) -> tuple[pd.DataFrame, int]:
    """A page of customers with licenses to upgrade, most users added first, and how many customers there are.

    Columns: customer (key), name (its commonest spelling), licenses, upgrades, users_added, unlimited (upgrades from or
    to Unlimited, which add no number), pending and given (consents), unknown (licenses that need information), moves.
    """
    grouped = _customers(cut).subquery()
    total = connection.execute(select(func.count(_v.customer.distinct())).where(*_growing(cut))).scalar_one()
    asked = select(grouped).order_by(grouped.c.users_added.desc(), grouped.c.upgrades.desc(), grouped.c.customer)
    page = _frame(connection, asked.offset(start).limit(count))
    keys = page["customer"].tolist()
    page.insert(1, "name", page["customer"].map(_names(connection, _v.customer.in_(keys))))
    page["moves"] = page["customer"].map(_moves(connection, cut, keys))
    return page, total


def customer_keys(connection: Connection, cut: Cut) -> list[str]:
    """The keys of every customer of a cut with licenses to upgrade, sorted."""
    grouped = _customers(cut).subquery()
    return list(connection.execute(select(grouped.c.customer).order_by(grouped.c.customer)).scalars())


def customers_named(connection: Connection, name: str) -> list[str]:
    """The customers a person means by a name: the organisation of that very name, else those whose name contains it."""
    sought = organisation(name)
    asked = select(_v.customer).distinct().where(_v.until.is_(None)).order_by(_v.customer)
    exact, loose = _v.customer == sought, _v.customer.contains(sought, autoescape=True)
    found = (list(connection.execute(asked.where(named)).scalars()) for named in (exact, loose) if sought)
    return next(filter(None, found), [])


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _growing(cut: Cut) -> list[ColumnElement[bool]]:
    return [*where(cut), _v.outcome == Outcome.UPGRADE_NEEDED]


def _unclear(cut: Cut) -> list[ColumnElement[bool]]:
    growing = select(_v.customer).where(*_growing(cut))
    return [*where(cut), _v.outcome == Outcome.NEEDS_INFO, _v.customer.in_(growing)]


def _customers(cut: Cut) -> Select[Any]:
    grows = _v.outcome == Outcome.UPGRADE_NEEDED
    upgrades = _counted(grows)
    return (
        select(
            _v.customer,
            func.count().label("licenses"),
            upgrades.label("upgrades"),
            func.coalesce(func.sum(_v.users_added), 0).label("users_added"),
            _counted(grows & _v.users_added.is_(None)).label("unlimited"),
            _counted(_v.consent == "pending").label("pending"),
            _counted(_v.consent == "given").label("given"),
            _counted(_v.outcome == Outcome.NEEDS_INFO).label("unknown"),
        )
        .where(*where(cut))
        .group_by(_v.customer)
        .having(upgrades > 0)
    )


def _named(connection: Connection, frame: pd.DataFrame, chosen: Select[Any]) -> pd.DataFrame:
    """The frame with the `name` of each license's customer; `chosen` selects the customers' keys where they are many."""
    keys = list(frame["customer"].unique())
    names = _names(connection, _v.customer.in_(keys if len(keys) <= _FEW else chosen))
    frame.insert(0, "name", frame["customer"].map(names))
    return frame


def _names(connection: Connection, chosen: ColumnElement[bool]) -> dict[str, str]:
    """Each chosen customer's commonest spelling; of equally common ones the first by letter."""
    spelling = func.coalesce(func.nullif(_v.company, ""), func.nullif(_v.license_name, ""), _v.contact_email)
    asked = select(_v.customer, spelling.label("name"), func.count().label("times"))
    asked = asked.where(_v.until.is_(None), chosen).group_by(_v.customer, spelling)
    found = sorted(connection.execute(asked).all(), key=lambda row: (-row.times, row.name), reverse=True)
    return {row.customer: row.name or "No organization" for row in found}


def _moves(connection: Connection, cut: Cut, keys: list[str]) -> dict[str, list[tuple[int, int, int]]]:
    """Each customer's tier moves as (from, to, licenses), smallest first."""
    asked = select(_v.customer, _v.from_size, _v.to_tier, func.count().label("times"))
    asked = asked.where(*_growing(cut), _v.customer.in_(keys)).group_by(_v.customer, _v.from_size, _v.to_tier)
    moves: dict[str, list[tuple[int, int, int]]] = {}
    for row in connection.execute(asked.order_by(_v.customer, _v.from_size, _v.to_tier)):
        moves.setdefault(row.customer, []).append((row.from_size, row.to_tier, row.times))
    return moves


def _found(search: str) -> ColumnElement[bool]:
    """Part of a key, name, email or SEN, whatever the case; part of an organisation's name, whatever its spelling."""
    texts = (_v.license_key, _v.company, _v.license_name, _v.contact_email, _v.myatlassian_email, _v.sen)
    sought, bare = search.strip(), words_of(search)
    found: list[ColumnElement[bool]] = [text.icontains(sought, autoescape=True) for text in texts]
    return or_(*found, *([_v.customer.contains(bare, autoescape=True)] if bare else []))


def _frame(connection: Connection, asked: Select[Any]) -> pd.DataFrame:
    result = connection.execute(asked)
    names = list(result.keys())
    return pd.DataFrame([tuple(row) for row in result], columns=names, dtype=object)
