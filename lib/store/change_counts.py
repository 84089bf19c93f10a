"""Numbers of current licenses by profile, and what each change added and removed, written in the change's own transaction."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, Select, Table, case, delete, func, insert, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from lib.domain.tiers import UNLIMITED
from lib.store import bulk, license_profiles
from lib.store.schema import MEASURES, PROFILE, license_versions, movements, profiles, tallies

_v, _p, _m = license_versions.c, profiles.c, movements.c

_KEY = ("profile", "batch_id", "stage_since")
"""What licenses are counted by, in `tallies` and in `movements`."""

_IS_NUMBER = _v.editors.is_not(None) & (_v.editors != UNLIMITED)


def count_change(connection: Connection, change: int) -> None:
    """Count the versions that a change, already written, began and ended."""
    license_profiles.number_profiles(connection, _v.since == change)
    _add_movements(connection, change, _counts(_v.until == change, -1), _counts(_v.since == change, 1))


def count_written(connection: Connection, change: int, batch: int, counts: pa.Table) -> None:
    """Count the versions that an import began, whose `counts` by profile are known, and those it ended."""
    same = {name: pa.repeat(number, len(counts)) for name, number in (("change", change), ("batch_id", batch))}
    numbers = {name: counts[name] for name in ("stage_since", *MEASURES)}
    rows = pa.table({**same, "profile": profile_numbers(connection, counts), **numbers})
    bulk.add_rows(connection, movements.name, [rows])
    _add_movements(connection, change, _counts(_v.until == change, -1))


def count_again(connection: Connection, change: int) -> None:
    """Count a change anew that went on after it may have been counted."""
    backwards = [(-_m[name]).label(name) for name in MEASURES]
    rows = select(*(_m[name] for name in _KEY), *backwards).where(_m.change == change)
    add_to_sums(connection, tallies, rows)
    connection.execute(delete(movements).where(_m.change == change))
    count_change(connection, change)


def count_reversal(connection: Connection, change: int, undone: int) -> None:
    """Count a change that reverted all of the newest one before it."""
    backwards = [(-_m[name]).label(name) for name in MEASURES]
    rows = select(literal(change).label("change"), *(_m[name] for name in _KEY), *backwards).where(_m.change == undone)
    connection.execute(insert(movements).from_select([column.name for column in rows.selected_columns], rows))
    _add_to_tallies(connection, change)


def _add_movements(connection: Connection, change: int, *counts: Select[Any]) -> None:
    each = union_all(*counts).subquery()
    key = [each.c[name] for name in _KEY]
    sums = [func.sum(each.c[name]).label(name) for name in MEASURES]
    rows = select(literal(change).label("change"), *key, *sums).group_by(*key)
    add_to_sums(connection, movements, rows)
    # What a change ended and began again without another profile is no movement.
    connection.execute(delete(movements).where(_m.change == change, *(_m[name] == 0 for name in MEASURES)))
    _add_to_tallies(connection, change)


def _counts(condition: ColumnElement[bool], sign: int) -> Select[Any]:
    """The `MEASURES` of some versions by `_KEY`, to add (1) or subtract (-1)."""
    versions = (
        select(
            license_profiles.PROFILE_CODE.label("code"),
            func.coalesce(_v.batch_id, -1).label("batch_id"),
            func.coalesce(_v.stage_since, _v.since).label("stage_since"),
            case((_IS_NUMBER, _v.editors), else_=0).label("users"),
            case((_v.editors == UNLIMITED, 1), else_=0).label("unlimited"),
        )
        .where(condition)
        .subquery()
    )
    columns = versions.c
    sums = [func.count() * sign, func.sum(columns.users) * sign, func.sum(columns.unlimited) * sign]
    measures = [number.label(name) for name, number in zip(MEASURES, sums, strict=True)]
    query = select(_p.id.label("profile"), columns.batch_id, columns.stage_since, *measures)
    query = query.select_from(versions.join(profiles, _p.code == columns.code))
    return query.group_by(_p.id, columns.batch_id, columns.stage_since)


def _add_to_tallies(connection: Connection, change: int) -> None:
    rows = select(*(_m[name] for name in (*_KEY, *MEASURES))).where(_m.change == change)
    add_to_sums(connection, tallies, rows)
    connection.execute(delete(tallies).where(*(tallies.c[name] == 0 for name in MEASURES)))


def add_to_sums(connection: Connection, sums: Table, rows: Select[Any]) -> None:
    """Add rows to a table of sums, key by key."""
    key, names = list(sums.primary_key.columns.keys()), [column.name for column in rows.selected_columns]
    if rows.whereclause is None:
        # Without WHERE, SQLite takes ON CONFLICT, which follows the query, for a part of it.
        rows = rows.where(literal(True))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    adding = dialect.insert(sums).from_select(names, rows)
    totals = {name: sums.c[name] + adding.excluded[name] for name in names if name not in key}
    connection.execute(adding.on_conflict_do_update(index_elements=key, set_=totals))


def profile_numbers(connection: Connection, counts: pa.Table) -> pa.Array:
    """The number of each row's profile, given to those without."""
    codes, numbered = counts["code"].combine_chunks(), _numbered_profiles(connection)
    new = counts.filter(pc.invert(pc.is_in(codes, numbered["code"]))).select(["code", *PROFILE])
    # Each new profile once: the row of its first occurrence.
    first = np.unique(new["code"].combine_chunks().dictionary_encode().indices, return_index=True)[1]
    bulk.add_rows(connection, profiles.name, [new.take(pa.array(first))])
    newest = pc.max(numbered["id"]).as_py() or 0
    numbered = pa.concat_tables([numbered, _numbered_profiles(connection, newest)])
    return numbered["id"].take(pc.index_in(codes, numbered["code"])).combine_chunks()


def _numbered_profiles(connection: Connection, after: int = 0) -> pa.Table:
    """The `id` and `code` of every profile with a number after one."""
    # All of them are read in less time than some are looked up.
    rows = connection.execute(select(_p.id, _p.code).where(_p.id > after)).all()
    ids, codes = [row.id for row in rows], [row.code for row in rows]
    return pa.table({"id": pa.array(ids, pa.int64()), "code": pa.array(codes, pa.string())})
