"""What the screens and files show: counts, pages of licenses, one license's story. Frames in, nothing written."""

from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, case, func, or_, select

from lib.cut import Cut
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


def where(cut: Cut) -> list[ColumnElement[bool]]:
    """The licenses of a cut as they stand now, as conditions on `license_versions`."""
    conditions: list[ColumnElement[bool]] = [_v.until.is_(None)]
    for name, column in (
        ("product", _v.product),
        ("outcome", _v.outcome),
        ("from_size", _v.from_size),
        ("to_tier", _v.to_tier),
        ("consent", _v.consent),
        ("customer", _v.customer),
        ("batch", _v.batch_id),
    ):
        if values := getattr(cut, name):
            conditions.append(column.in_(values))
    if cut.hosting:
        unknown = _v.hosting.is_(None) if "unknown" in cut.hosting else None
        known = _v.hosting.in_(cut.hosting)
        conditions.append(known if unknown is None else or_(known, unknown))
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


def upgrades(connection: Connection, cut: Cut) -> pd.DataFrame:
    """Licenses in this cut that must grow, all columns, by customer, the largest step first."""
    growing = cut.narrowed(outcome=(Outcome.UPGRADE_NEEDED,))
    asked = select(license_versions).where(*where(growing))
    return _frame(connection, asked.order_by(_v.customer, _v.tier_steps.desc(), _v.license_key))


def license(connection: Connection, key: str) -> dict[str, Any] | None:
    """A license as it stands now, by column; None if there is none of that key."""
    row = connection.execute(select(license_versions).where(_v.license_key == key, _v.until.is_(None))).one_or_none()
    return dict(row._mapping) if row else None


def history(connection: Connection, key: str) -> pd.DataFrame:
    """Every version of a license, oldest first: all columns, with `at`, `by`, `kind` of its change and its `file`."""
    told = [changes.c.at, changes.c.by, changes.c.kind, batches.c.name.label("file")]
    joined = license_versions.join(changes, changes.c.id == _v.since).outerjoin(batches, batches.c.id == _v.batch_id)
    asked = select(license_versions, *told).select_from(joined).where(_v.license_key == key).order_by(_v.since)
    return _frame(connection, asked)


def customers(connection: Connection, cut: Cut, *, start: int = 0, count: int = 50) -> tuple[pd.DataFrame, int]:
    """A page of customers with licenses to upgrade, most users added first, and how many customers there are.

    Columns: customer (key), name (its commonest spelling), licenses, upgrades, users_added, unlimited (upgrades from or
    to Unlimited, which add no number), pending and given (consents), unknown (licenses that need information), moves.
    """
    grouped = _customers(cut).subquery()
    total = connection.execute(select(func.count()).select_from(grouped)).scalar_one()
    asked = select(grouped).order_by(grouped.c.users_added.desc(), grouped.c.upgrades.desc(), grouped.c.customer)
    page = _frame(connection, asked.offset(start).limit(count))
    keys = page["customer"].tolist()
    page.insert(1, "name", page["customer"].map(_names(connection, keys)))
    page["moves"] = page["customer"].map(_moves(connection, cut, keys))
    return page, total


def customer_keys(connection: Connection, cut: Cut) -> list[str]:
    """The keys of every customer of a cut with licenses to upgrade, sorted."""
    grouped = _customers(cut).subquery()
    return list(connection.execute(select(grouped.c.customer).order_by(grouped.c.customer)).scalars())


def customers_named(connection: Connection, name: str) -> list[str]:
    """The customers a person means by a name: the organisation of that very name, else those whose name contains it."""
    sought = words_of(name)
    exact = select(_v.customer).distinct().where(_v.until.is_(None))
    named = exact.where(or_(_v.customer == sought, _v.company == name, _v.license_name == name))
    found = list(connection.execute(named.order_by(_v.customer)).scalars())
    loose = exact.where(_v.customer.contains(sought, autoescape=True)).order_by(_v.customer)
    return found or (list(connection.execute(loose).scalars()) if sought else [])


def _customers(cut: Cut) -> Select[Any]:
    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    grows = _v.outcome == Outcome.UPGRADE_NEEDED
    upgrades = counted(grows)
    return (
        select(
            _v.customer,
            func.count().label("licenses"),
            upgrades.label("upgrades"),
            func.coalesce(func.sum(_v.users_added), 0).label("users_added"),
            counted(grows & _v.users_added.is_(None)).label("unlimited"),
            counted(_v.consent == "pending").label("pending"),
            counted(_v.consent == "given").label("given"),
            counted(_v.outcome == Outcome.NEEDS_INFO).label("unknown"),
        )
        .where(*where(cut))
        .group_by(_v.customer)
        .having(upgrades > 0)
    )


def _names(connection: Connection, keys: list[str]) -> dict[str, str]:
    """Each customer's commonest spelling; of equally common ones the first by letter."""
    spelling = func.coalesce(func.nullif(_v.company, ""), func.nullif(_v.license_name, ""), _v.contact_email)
    asked = select(_v.customer, spelling.label("name"), func.count().label("times"))
    asked = asked.where(_v.until.is_(None), _v.customer.in_(keys)).group_by(_v.customer, spelling)
    found = sorted(connection.execute(asked).all(), key=lambda row: (row.times, _backwards(row.name)))
    return {row.customer: row.name or "No organization" for row in found}


def _backwards(name: str) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in name)


def _moves(connection: Connection, cut: Cut, keys: list[str]) -> dict[str, list[tuple[int, int, int]]]:
    """Each customer's tier moves as (from, to, licenses), smallest first."""
    asked = select(_v.customer, _v.from_size, _v.to_tier, func.count().label("times"))
    growing = where(cut.narrowed(outcome=(Outcome.UPGRADE_NEEDED,)))
    asked = asked.where(*growing, _v.customer.in_(keys)).group_by(_v.customer, _v.from_size, _v.to_tier)
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
