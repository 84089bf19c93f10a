"""Counts the standing licenses by profile, and what each change added and took away: kept in the change's own transaction."""

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
_PLACE = ("profile", "batch_id", "stage_since")
_IS_NUMBER = _v.editors.is_not(None) & (_v.editors != UNLIMITED)


def count_change(connection: Connection, change: int) -> None:
    """Count what a change began and ended, once it is written."""
    license_profiles.number_profiles(connection, _v.since == change)
    _move(connection, change, began=True)


def count_written(connection: Connection, change: int, batch: int, written: pa.Table) -> None:
    """Count what a change began, told as `totals` does, and what it ended."""
    told = {name: written[name] for name in ("stage_since", *MEASURES)}
    same = {name: pa.repeat(number, len(written)) for name, number in (("change", change), ("batch_id", batch))}
    rows = pa.table({**same, "profile": _numbered(connection, written), **told})
    bulk.add_rows(connection, movements.name, [rows])
    _move(connection, change, began=False)


def count_reversal(connection: Connection, change: int, undone: int) -> None:
    """Count a change that took all of another back, the newest before it."""
    back = [(-_m[name]).label(name) for name in MEASURES]
    told = select(literal(change).label("change"), *(_m[name] for name in _PLACE), *back).where(_m.change == undone)
    connection.execute(insert(movements).from_select([column.name for column in told.selected_columns], told))
    _sum_up(connection, change)


def _move(connection: Connection, change: int, *, began: bool) -> None:
    parts = [_counted(_v.until == change, -1), *([_counted(_v.since == change, 1)] if began else [])]
    each = union_all(*parts).subquery()
    places = [each.c[name] for name in _PLACE]
    sums = [func.sum(each.c[name]).label(name) for name in MEASURES]
    told = select(literal(change).label("change"), *places, *sums).group_by(*places)
    add_to_sums(connection, movements, told)
    connection.execute(delete(movements).where(_m.change == change, *(_m[name] == 0 for name in MEASURES)))
    _sum_up(connection, change)


def _counted(chosen: ColumnElement[bool], sign: int) -> Select[Any]:
    """What some versions come to by place."""
    told = (
        select(
            license_profiles.PROFILE_CODE.label("code"),
            func.coalesce(_v.batch_id, -1).label("batch_id"),
            func.coalesce(_v.stage_since, _v.since).label("stage_since"),
            case((_IS_NUMBER, _v.editors), else_=0).label("users"),
            case((_v.editors == UNLIMITED, 1), else_=0).label("unlimited"),
        )
        .where(chosen)
        .subquery()
    )
    c = told.c
    sums = [func.count() * sign, func.sum(c.users) * sign, func.sum(c.unlimited) * sign]
    named = [number.label(name) for name, number in zip(MEASURES, sums, strict=True)]
    joined = told.join(profiles, _p.code == c.code)
    grouped = [_p.id.label("profile"), c.batch_id, c.stage_since]
    return select(*grouped, *named).select_from(joined).group_by(_p.id, c.batch_id, c.stage_since)


def _sum_up(connection: Connection, change: int) -> None:
    told = select(*(_m[name] for name in (*_PLACE, *MEASURES))).where(_m.change == change)
    add_to_sums(connection, tallies, told)
    connection.execute(delete(tallies).where(*(tallies.c[name] == 0 for name in MEASURES)))


def add_to_sums(connection: Connection, counted: Table, rows: Select[Any]) -> None:
    """Add rows to a table of sums, those with the same key to what stands there."""
    keys, names = list(counted.primary_key.columns.keys()), [column.name for column in rows.selected_columns]
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    # Without WHERE, SQLite takes what follows the rows for part of their query.
    adding = kind.insert(counted).from_select(
        names, rows if rows.whereclause is not None else rows.where(literal(True))
    )
    sums = {name: counted.c[name] + adding.excluded[name] for name in names if name not in keys}
    connection.execute(adding.on_conflict_do_update(index_elements=keys, set_=sums))


def _numbered(connection: Connection, written: pa.Table) -> pa.Array:
    """The number of each row's profile; those that have none yet get one."""
    codes, known = written["code"].combine_chunks(), _known(connection)
    new = written.filter(pc.invert(pc.is_in(codes, known["code"]))).select(["code", *PROFILE])
    first = np.unique(new["code"].combine_chunks().dictionary_encode().indices, return_index=True)[1]
    bulk.add_rows(connection, profiles.name, [new.take(pa.array(first))])
    known = pa.concat_tables([known, _known(connection, pc.max(known["id"]).as_py() or 0)])
    return known["id"].take(pc.index_in(codes, known["code"])).combine_chunks()


def _known(connection: Connection, after: int = 0) -> pa.Table:
    """The `id` and `code` of every profile that is numbered after one: all of them are read in less time than some are found."""
    rows = connection.execute(select(_p.id, _p.code).where(_p.id > after)).all()
    ids, codes = zip(*rows, strict=True) if rows else ((), ())
    return pa.table({"id": pa.array(ids, pa.int64()), "code": pa.array(codes, pa.string())})
