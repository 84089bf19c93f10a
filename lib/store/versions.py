"""The history of licenses: what stands, what a change adds and closes, and taking a change back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Insert,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from lib.columnar.column import Column
from lib.store import aliases, bulk, change_counts
from lib.store.schema import changes, license_versions

FEW = 20_000
"""Keys up to which asking for each is faster than reading all that stand."""

_TELLING = 0.05
"""The share of versions that must be new for PostgreSQL to count them anew, which takes it half a second of a million."""

COLUMNS = tuple(column.name for column in license_versions.columns)
_v = license_versions.c


def latest_change(connection: Connection) -> int:
    """The number of the newest change, 0 in an empty store: the version of all the data."""
    newest: int = connection.execute(select(func.coalesce(func.max(changes.c.id), 0))).scalar_one()
    return newest


def begin_change(connection: Connection, **told: Any) -> int:
    """Number a new change; `told` are its columns: by, kind, counts, batch_id, undoes, reason."""
    row = {"at": datetime.now(UTC), "reason": "", **told}
    number: int = connection.execute(insert(changes).values(row).returning(changes.c.id)).scalar_one()
    return number


def set_counts(connection: Connection, change: int, counts: dict[str, int]) -> None:
    """Say what a change came to, once it is known."""
    connection.execute(update(changes).where(changes.c.id == change).values(counts=counts))


@dataclass(frozen=True, slots=True)
class ContentHashes:
    """License keys (an Arrow text array) and the content hash of each, in the same order."""

    keys: pa.Array
    hashes: NDArray[np.int64]


def content_hashes(connection: Connection) -> ContentHashes:
    """The content hash of every license that stands now."""
    told = bulk.content_hashes(connection)
    return ContentHashes(told["license_key"].combine_chunks(), told["content"].to_numpy())


def content_hashes_of(connection: Connection, keys: Column) -> ContentHashes:
    """The content hash of each of some licenses, of those that stand now."""
    asked = select(_v.license_key, _v.content).where(
        _v.until.is_(None), bulk.is_one_of(connection, _v.license_key, keys.objects().tolist())
    )
    rows = connection.execute(asked).all()
    hashes = np.fromiter((row[1] for row in rows), np.int64, len(rows))
    return ContentHashes(pa.array([row[0] for row in rows], pa.string()), hashes)


def current(connection: Connection, keys: Sequence[str]) -> pd.DataFrame:
    """The versions that stand now of these keys, all columns, indexed by license key; values as the database gives them."""
    asked = select(license_versions).where(_v.until.is_(None), bulk.is_one_of(connection, _v.license_key, keys))
    rows = [tuple(row) for row in connection.execute(asked)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).set_index("license_key", drop=False)


def close(connection: Connection, keys: Sequence[str], change: int) -> None:
    """End the versions of these keys that stand now."""
    ending = update(license_versions).where(_v.until.is_(None), bulk.is_one_of(connection, _v.license_key, keys))
    connection.execute(ending.values(until=change))


def refresh_statistics(connection: Connection, written: int) -> None:
    """Let the database count its versions anew after so many were written, unless they are too few to matter.

    Of a table just filled it knows nothing, and takes slow ways.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA analysis_limit=1000")
    elif written < _TELLING * _known_size(connection):
        return
    connection.exec_driver_sql("ANALYZE license_versions")


def _known_size(connection: Connection) -> float:
    """How many versions PostgreSQL takes the table to have; less than one if it never counted them."""
    asked = "SELECT reltuples FROM pg_class WHERE oid = 'license_versions'::regclass"
    return float(connection.exec_driver_sql(asked).scalar_one())


def revert(connection: Connection, undone: int, change: int) -> dict[str, int]:
    """Undo one change as another: every license still as it left it gets its version from before, or goes.

    Gives how many were removed, restored (brought back as they were) and kept (changed since, so left alone).
    """
    if _is_last(connection, undone, change):
        return _take_last_back(connection, undone, change)
    kept = _number(connection, keys_changed_since(undone))
    connection.execute(update(license_versions).where(_v.until.is_(None), _is_as_left_by(undone)).values(until=change))
    connection.execute(_restoring(undone, change))
    aliases.update_customers(connection, change)
    restored = connection.execute(select(func.count()).where(_v.since == change)).scalar_one()
    # As sets: of rows just written the database knows nothing yet, and would look each of the one up among all the other.
    closed, opened = (select(_v.license_key).where(column == change) for column in (_v.until, _v.since))
    change_counts.count_change(connection, change)
    return {"removed": _number(connection, closed.except_(opened)), "restored": restored, "kept": kept}


def _is_last(connection: Connection, undone: int, change: int | None = None) -> bool:
    """Whether nothing was done after a change, until another one that is under way: all is then as it left it."""
    later = select(func.count()).where(changes.c.id > undone, *([changes.c.id < change] if change else []))
    return not connection.execute(later).scalar_one()


def _take_last_back(connection: Connection, undone: int, change: int) -> dict[str, int]:
    """`revert` where nothing came later, so that nothing need be looked up license by license."""
    counts = _last_taken_back(connection, undone)
    with bulk.without_indexes(connection, 2 * (counts["removed"] + counts["restored"])):
        ending = update(license_versions).where(_v.since == undone, _v.until.is_(None))
        connection.execute(ending.values(until=change))
        given: dict[str, ColumnElement[Any]] = {"since": literal(change), "until": null()}
        before = select(*(given.get(name, _v[name]) for name in COLUMNS)).where(_v.until == undone)
        connection.execute(insert(license_versions).from_select(list(COLUMNS), before))
    change_counts.count_reversal(connection, change, undone)
    refresh_statistics(connection, counts["removed"] + counts["restored"])
    return counts


def _last_taken_back(connection: Connection, undone: int) -> dict[str, int]:
    """What taking the newest change back comes to: all that it ended is restored, and removed is what it began alone.

    What it began in place of what it ended is all that it ended but did not remove.
    """
    began = connection.execute(select(func.count()).where(_v.since == undone)).scalar_one()
    ended = connection.execute(select(func.count()).where(_v.until == undone)).scalar_one()
    counts = connection.execute(select(changes.c.counts).where(changes.c.id == undone)).scalar_one()
    return {"removed": began - (ended - counts.get("removed", 0)), "restored": ended, "kept": 0}


def _number(connection: Connection, rows: CompoundSelect[Any] | Select[Any]) -> int:
    number: int = connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    return number


def preview_revert(connection: Connection, undone: int) -> dict[str, int]:
    """What `revert` would count now: removed, restored, kept."""
    if _is_last(connection, undone):
        return _last_taken_back(connection, undone)
    ending = select(_v.license_key).where(_v.until.is_(None), _is_as_left_by(undone))
    closed, replaced, reopened = (_number(connection, keys) for keys in (ending, *_bringing_back(undone)))
    kept = _number(connection, keys_changed_since(undone))
    return {"removed": closed - replaced, "restored": replaced + reopened, "kept": kept}


def keys_changed_since(change: int) -> CompoundSelect[Any]:
    """The `license_key` of each license that is no longer as a change left it."""
    now = _other("now")
    stands = and_(now.c.license_key == _v.license_key, now.c.until.is_(None))
    # What still stands is as it was left, so only what was closed since is looked at: by its end, since a change has
    # begun up to a million (adding nothing to `since` keeps the databases from looking by that).
    closed_since = and_(_v.until > change, _v.since + 0 == change)
    differs = select(_v.license_key).where(closed_since, ~exists().where(stands, now.c.content == _v.content))
    came_back = select(_v.license_key).where(
        _v.until == change, ~_has_version_of(change, _v.license_key), exists().where(stands)
    )
    return differs.union(came_back)


def _other(name: str) -> FromClause:
    return license_versions.alias(name)


def _is_as_left_by(change: int, now: Any = _v) -> ColumnElement[bool]:
    """Whether a version that stands is the one a change left, or says the same as that one, closed since.

    Here and below it is said whether a version stands or is closed, for each kind has an index of its own.
    """
    left = _other("left_by")
    came_back = exists().where(
        left.c.license_key == now.license_key,
        left.c.since == change,
        left.c.content == now.content,
        left.c.until.is_not(None),
    )
    return or_(now.since == change, came_back)


def _has_version_of(change: int, key: ColumnElement[str]) -> ColumnElement[bool]:
    standing, closed = _other("made_and_stands"), _other("made_and_closed")
    return or_(
        exists().where(standing.c.license_key == key, standing.c.since == change, standing.c.until.is_(None)),
        exists().where(closed.c.license_key == key, closed.c.since == change, closed.c.until.is_not(None)),
    )


def _bringing_back(undone: int) -> tuple[Select[Any], Select[Any]]:
    """The licenses whose version before `undone` would replace the one it left, and those it removed that are still gone."""
    old, now = _other("old"), _other("now")
    stands = and_(now.c.license_key == old.c.license_key, now.c.until.is_(None))
    closed = select(old.c.license_key).where(old.c.until == undone)
    removed = ~_has_version_of(undone, old.c.license_key) & ~exists().where(stands)
    return closed.where(exists().where(stands, _is_as_left_by(undone, now.c))), closed.where(removed)


def _restoring(undone: int, change: int) -> Insert:
    """Insert again what `undone` had closed, where its own version was just closed or it had left none."""
    old, now, closed = _other("old"), _other("now"), _other("closed")
    stands = exists().where(now.c.license_key == old.c.license_key, now.c.until.is_(None))
    just_closed = exists().where(closed.c.license_key == old.c.license_key, closed.c.until == change)
    given: dict[str, ColumnElement[Any]] = {"since": literal(change), "until": null()}
    columns = [given.get(name, old.c[name]) for name in COLUMNS]
    restored = select(*columns).where(
        old.c.until == undone, ~stands, or_(just_closed, ~_has_version_of(undone, old.c.license_key))
    )
    return insert(license_versions).from_select(list(COLUMNS), restored)
