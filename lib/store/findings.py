"""What the newest comparison with Marketplace says of each license, and people's answers to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, update

from lib.matching.findings import COLUMNS, FindingState
from lib.store import bulk
from lib.store.frames import fetch_frame
from lib.store.schema import comparisons, findings, license_versions, marketplace_versions, match_decisions

_f, _c, _v, _m = findings.c, comparisons.c, license_versions.c, marketplace_versions.c

OURS = (
    "product",
    "hosting",
    "sen",
    "company",
    "license_name",
    "contact_name",
    "contact_email",
    "myatlassian_email",
    "expert_email",
    "country",
    "editors",
    "host_tier",
    "purchase_date",
    "maintenance_end",
    "plan_end",
    "stage",
)
"""What is shown of our licenses."""

THEIRS = (
    "id",
    "line",
    "product",
    "hosting",
    "sen",
    "company",
    "contact_name",
    "technical_email",
    "billing_email",
    "partner_email",
    "country",
    "tier",
    "tier_text",
    "start",
    "end",
    "status",
    "license_type",
    "entitlement",
)
"""What is shown of Marketplace licenses; beside ours, each is labelled with `their_` before the name."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of all licenses with Marketplace's: of which export, and up to which change of ours."""

    id: int
    export_id: int
    change: int
    candidates: int
    at: datetime


def newest_comparison(connection: Connection) -> Comparison | None:
    """The newest comparison; None if there is none."""
    row = connection.execute(select(comparisons).order_by(_c.id.desc()).limit(1)).one_or_none()
    return Comparison(**row._asdict()) if row else None


def revision(connection: Connection) -> int:
    """A number that grows with each comparison and each answer of a person."""
    compared, answered = func.max(_c.id), func.max(match_decisions.c.id)
    numbers = [select(func.coalesce(newest, 0)).scalar_subquery() for newest in (compared, answered)]
    total: int = connection.execute(select(numbers[0] + numbers[1])).scalar_one()
    return total


def store(connection: Connection, export: int, change: int, candidates: int, rows: pd.DataFrame) -> int:
    """Replace the comparison and all its findings (`COLUMNS`); returns its number."""
    connection.execute(delete(findings))
    connection.execute(delete(comparisons))
    values = {"export_id": export, "change": change, "candidates": candidates, "at": datetime.now(UTC)}
    number: int = connection.execute(insert(comparisons).values(values).returning(_c.id)).scalar_one()
    columns = {}
    for name in COLUMNS:
        kind = {"rank": pa.int64(), "rivals": pa.int64(), "probability": pa.float64(), "score": pa.float64()}.get(name)
        if name == "accepted":
            # Neither database reads a truth value from the same text as the other.
            columns[name] = pa.array(rows[name].to_numpy(bool))
        else:
            columns[name] = pa.array(rows[name].to_list(), kind or pa.string())
    bulk.add_rows(connection, findings.name, [pa.table(columns)])
    return number


def page(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], *, start: int = 0, count: int | None = None
) -> pd.DataFrame:
    """Findings with both licenses, the surest first: `COLUMNS`, `customer`, those of `OURS`, and of `THEIRS` with `their_`."""
    query = both_sides().where(*conditions).order_by(_f.rank, _f.license_key).offset(start)
    return fetch_frame(connection, query if count is None else query.limit(count))


def keys(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> list[str]:
    """The license keys of all findings that `page` has."""
    rows = both_sides().where(*conditions).subquery()
    return list(connection.execute(select(rows.c.license_key)).scalars())


def counts_by_confidence(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    """How many findings there are of each confidence."""
    query = select(_f.confidence, func.count()).where(*conditions).group_by(_f.confidence)
    return {row[0]: row[1] for row in connection.execute(query)}


def number(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many findings `page` has in all its pages."""
    total: int = connection.execute(
        select(func.count()).select_from(both_sides().where(*conditions).subquery())
    ).scalar_one()
    return total


def both_sides() -> Select[tuple[object, ...]]:
    """Findings beside our license and theirs, as they are now."""
    ours = [_v[name] for name in ("customer", *OURS)]
    theirs = [_m[name].label(f"their_{name}") for name in THEIRS]
    tables = findings.join(license_versions, (_v.license_key == _f.license_key) & _v.until.is_(None))
    tables = tables.outerjoin(marketplace_versions, (_m.id == _f.marketplace_id) & _m.until.is_(None))
    return select(*(_f[name] for name in COLUMNS), *ours, *theirs).select_from(tables)


def only_theirs(connection: Connection, *, start: int = 0, count: int | None = None) -> pd.DataFrame:
    """Marketplace licenses that are the partner of none of ours: the columns of `THEIRS`."""
    query = select(*(_m[name] for name in THEIRS)).where(*_is_only_theirs()).order_by(_m.company, _m.id).offset(start)
    return fetch_frame(connection, query if count is None else query.limit(count))


def number_only_theirs(connection: Connection) -> int:
    """How many those are."""
    query = select(func.count()).select_from(marketplace_versions).where(*_is_only_theirs())
    total: int = connection.execute(query).scalar_one()
    return total


def _is_only_theirs() -> list[ColumnElement[bool]]:
    partners = select(_f.marketplace_id).where(_f.marketplace_id == _m.id)
    return [_m.until.is_(None), ~partners.exists()]


def accept(connection: Connection, license_keys: Sequence[str]) -> None:
    """Mark proposals as accepted by a person: they may be applied."""
    is_one = bulk.is_one_of(connection, _f.license_key, license_keys)
    connection.execute(
        update(findings)
        .where(is_one, _f.state == FindingState.REVIEW)
        .values(accepted=True, state=str(FindingState.READY))
    )


def remove(connection: Connection, license_keys: Sequence[str]) -> None:
    """Remove proposals that a person rejected; the next comparison may propose another license."""
    connection.execute(delete(findings).where(bulk.is_one_of(connection, _f.license_key, license_keys)))
