"""The versions of licenses: which are current, adding new ones and closing the old."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, insert, literal, null, select, update

from lib.columnar.column import Column
from lib.store import bulk, change_counts
from lib.store.frames import fetch_frame
from lib.store.schema import license_versions

FEW = 20_000
"""Keys up to which a look-up of each is faster than reading all current versions."""

# The share of versions that must be new before PostgreSQL analyzes them.
_MUCH = 0.05

# The columns that PostgreSQL's planner must know at once; all of them would take half a second.
_PLANNED = "license_key customer since until batch_id product hosting outcome reason stage stage_since".split()

COLUMNS = tuple(column.name for column in license_versions.columns)
_v = license_versions.c

# Read in their own order, since the index of current versions would fetch all of them one by one.
ALL_CURRENT = (_v.until + 0).is_(None)
"""The condition for current versions where most are looked at."""


@dataclass(frozen=True, slots=True)
class ContentHashes:
    """License keys, as Arrow texts, and the content hash of each."""

    keys: pa.Array
    hashes: NDArray[np.int64]


def content_hashes(connection: Connection) -> ContentHashes:
    """The content hash of every current license."""
    rows = bulk.content_hashes(connection)
    return ContentHashes(rows["license_key"].combine_chunks(), rows["content"].to_numpy())


def content_hashes_of(connection: Connection, keys: Column) -> ContentHashes:
    """The content hash of those of some licenses that are current."""
    is_one = bulk.is_one_of(connection, _v.license_key, keys.objects().tolist())
    rows = connection.execute(select(_v.license_key, _v.content).where(_v.until.is_(None), is_one)).all()
    hashes = np.fromiter((row.content for row in rows), np.int64, len(rows))
    return ContentHashes(pa.array([row.license_key for row in rows], pa.string()), hashes)


def current(connection: Connection, keys: Sequence[str]) -> pd.DataFrame:
    """The current versions of these keys: all columns, indexed by key."""
    is_one = bulk.is_one_of(connection, _v.license_key, keys)
    frame = fetch_frame(connection, select(license_versions).where(_v.until.is_(None), is_one))
    return frame.set_index("license_key", drop=False)


def customers(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """The customer of each of these licenses that is current, by key."""
    is_one = bulk.is_one_of(connection, _v.license_key, keys)
    rows = connection.execute(select(_v.license_key, _v.customer).where(_v.until.is_(None), is_one))
    return {row.license_key: row.customer or "" for row in rows}


def close(connection: Connection, keys: Sequence[str], change: int) -> None:
    """End the current versions of these keys."""
    is_one = bulk.is_one_of(connection, _v.license_key, keys)
    connection.execute(update(license_versions).where(_v.until.is_(None), is_one).values(until=change))


def replace(connection: Connection, rows: Sequence[Mapping[str, Any]], change: int) -> None:
    """Close the current versions of licenses and add these instead."""
    # Closing comes first: the index of current versions is unique, so two cannot be current even for a moment.
    close(connection, [row["license_key"] for row in rows], change)
    connection.execute(insert(license_versions), [{**row, "since": change, "until": None} for row in rows])
    change_counts.count_change(connection, change)


def add_copies(
    connection: Connection, change: int, *conditions: ColumnElement[bool], **columns: ColumnElement[Any]
) -> None:
    """Add copies of versions, current from a change on, with other `columns`."""
    own: dict[str, ColumnElement[Any]] = {"since": literal(change), "until": null(), **columns}
    copies = select(*(own.get(name, _v[name]) for name in COLUMNS)).where(*conditions)
    connection.execute(insert(license_versions).from_select(list(COLUMNS), copies))


def refresh_statistics(connection: Connection, count: int) -> None:
    """Let the planner count versions again, unless `count`, those written, is too small to matter."""
    # Of a table just filled the planner knows nothing, and chooses slow plans.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA analysis_limit=1000")
        connection.exec_driver_sql("ANALYZE license_versions")
    elif count >= _MUCH * _planner_size(connection):
        connection.exec_driver_sql(f"ANALYZE license_versions ({', '.join(_PLANNED)})")


def _planner_size(connection: Connection) -> float:
    """The versions that PostgreSQL's planner assumes; below one if never analyzed."""
    query = "SELECT reltuples FROM pg_class WHERE oid = 'license_versions'::regclass"
    return float(connection.exec_driver_sql(query).scalar_one())
