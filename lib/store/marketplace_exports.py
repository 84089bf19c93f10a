"""Marketplace's exports, and its licenses as the newest export that has them says."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, func, insert, literal, select, update

from lib.domain.roles import Actor
from lib.marketplace.succession import STORED, Succession
from lib.store import audit, bulk
from lib.store.audit import AuditAction
from lib.store.frames import fetch_frame
from lib.store.schema import marketplace_exports, marketplace_versions

_e, _m = marketplace_exports.c, marketplace_versions.c

_ARROW_TYPES = {"line": pa.int64(), "tier": pa.int32()} | dict.fromkeys(("start", "end", "updated"), pa.date32())


@dataclass(frozen=True, slots=True)
class StoredExport:
    """An export that was read: its file, how many licenses of our apps it has, and what else its reading found."""

    id: int
    name: str
    sha256: str
    kind: str
    licenses: int
    summary: dict[str, Any]
    at: datetime
    by: str


def add(
    connection: Connection, name: str, sha256: str, kind: str, licenses: int, summary: dict[str, Any], actor: Actor
) -> int:
    """Store that an export was read; returns its number."""
    row = {"name": name, "sha256": sha256, "kind": kind, "licenses": licenses, "summary": summary}
    row |= {"at": datetime.now(UTC), "by": actor.name}
    number: int = connection.execute(insert(marketplace_exports).values(row).returning(_e.id)).scalar_one()
    audit.record(connection, AuditAction.CHANGE, actor, f"Marketplace export #{number} read")
    return number


def newest(connection: Connection) -> StoredExport | None:
    """The newest export; None if none was read."""
    row = connection.execute(select(marketplace_exports).order_by(_e.id.desc()).limit(1)).one_or_none()
    return StoredExport(**row._asdict()) if row else None


def export(connection: Connection, number: int) -> StoredExport | None:
    """An export by its number."""
    row = connection.execute(select(marketplace_exports).where(_e.id == number)).one_or_none()
    return StoredExport(**row._asdict()) if row else None


def current_licenses(connection: Connection) -> pa.Table:
    """Marketplace's licenses now, in the columns `STORED`."""
    query = select(*(_m[name] for name in STORED)).where(_m.until.is_(None)).order_by(_m.id)
    rows = connection.execute(query).all()
    columns = zip(*(tuple(row) for row in rows), strict=True) if rows else ([] for _ in STORED)
    types = (_ARROW_TYPES.get(name, pa.string()) for name in STORED)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, types, strict=True)], names=list(STORED))


def write_succession(connection: Connection, number: int, succession: Succession) -> None:
    """End and begin the versions that an export alters."""
    is_ended = bulk.is_one_of(connection, _m.id, succession.ended.to_pylist())
    connection.execute(update(marketplace_versions).where(_m.until.is_(None), is_ended).values(until=number))
    begun = succession.begun
    for name in ("start", "end", "updated"):
        # Either database reads a day from its text; SQLite stores it as one.
        begun = begun.set_column(begun.column_names.index(name), name, begun[name].cast(pa.string()))
    since = pa.repeat(pa.scalar(number, pa.int64()), len(begun))
    bulk.add_rows(connection, marketplace_versions.name, [begun.append_column("since", since)])


def begun_and_ended(connection: Connection, number: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The versions that an export began, and those that it ended: all columns."""
    starts, ends = (select(marketplace_versions).where(column == number) for column in (_m.since, _m.until))
    return fetch_frame(connection, starts), fetch_frame(connection, ends)


def app_keys(connection: Connection) -> set[tuple[str, bool]]:
    """The apps that any export has had licenses of: product, and whether it is the Cloud app."""
    query = select(_m.product, _m.hosting == literal("cloud")).distinct()
    return {(row[0], bool(row[1])) for row in connection.execute(query)}


def count(connection: Connection) -> int:
    """How many licenses Marketplace has now."""
    number: int = connection.execute(select(func.count()).where(_m.until.is_(None))).scalar_one()
    return number
