"""The rows of `lookups`, as the current versions of licenses have them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    table,
    union,
)

from lib.domain.eligibility import Outcome
from lib.store import bulk
from lib.store.license_facts import END_OFF_CLOUD, FACT_CODE, number_facts
from lib.store.license_profiles import MISSING, PROFILE_CODE
from lib.store.schema import SEARCH_INDEX, fact_combinations, license_versions, lookups, profiles
from lib.store.searched_texts import TEXTS, KeyCondition, renew_past

_v, _l, _p, _f = license_versions.c, lookups.c, profiles.c, fact_combinations.c

_COLUMNS: dict[str, ColumnElement[Any]] = {
    "license_key": _v.license_key,
    "customer": _v.customer,
    "profile": _p.id,
    "facts": _f.id,
    "batch_id": func.coalesce(_v.batch_id, -1),
    "stage_since": func.coalesce(_v.stage_since, _v.since),
    "editors": _v.editors,
    "missing": MISSING,
    "plan_end": case((_v.outcome == Outcome.LEGACY_PLAN, _v.plan_end)),
    "maintenance_end": END_OFF_CLOUD,
    "texts": TEXTS,
}
"""What a version says in each column of `lookups`."""


def renew_lookups(connection: Connection, is_one: KeyCondition) -> None:
    """Replace some licenses' rows, and their past texts, by those of their versions."""
    number_facts(connection, _is_newest(is_one))
    _renew_rows(connection, is_one)
    renew_past(connection, is_one)


def renew_differing(connection: Connection, is_one: KeyCondition) -> None:
    """The same of many licenses, most of whose rows may be right already: these stay."""
    in_lookups = is_one(_l.license_key)
    if connection.execute(select(_l.id).where(in_lookups).limit(1)).first() is None:
        renew_lookups(connection, is_one)
        return
    number_facts(connection, _is_newest(is_one))
    # To write a row costs several times what it takes to compare it: SQLite's search index has each of its trigrams.
    if keys := _differing_keys(connection, is_one):
        _renew_rows(connection, partial(bulk.is_one_of, connection, texts=keys))
    renew_past(connection, is_one)


def _is_newest(is_one: KeyCondition) -> ColumnElement[bool]:
    return and_(is_one(_v.license_key), _v.until.is_(None))


def _rows_of_versions(is_one: KeyCondition) -> Select[Any]:
    combined = license_versions.join(profiles, _p.code == PROFILE_CODE).join(fact_combinations, _f.code == FACT_CODE)
    columns = (value.label(name) for name, value in _COLUMNS.items())
    return select(*columns).select_from(combined).where(_is_newest(is_one))


def _renew_rows(connection: Connection, is_one: KeyCondition) -> None:
    in_lookups = is_one(_l.license_key)
    # SQLite's search index has no texts of its own: it can forget a row only while its texts are still there.
    _update_search_index(connection, in_lookups, "delete")
    connection.execute(delete(lookups).where(in_lookups))
    rows = _rows_of_versions(is_one).order_by(_v.license_key)
    connection.execute(insert(lookups).from_select(list(_COLUMNS), rows))
    _update_search_index(connection, in_lookups, None)


def _differing_keys(connection: Connection, is_one: KeyCondition) -> Sequence[str]:
    """The licenses of which `lookups` say something else than their current versions."""
    rows = _rows_of_versions(is_one).subquery().c
    pairs = rows.license_key.table.outerjoin(lookups, _l.license_key == rows.license_key)
    differs = or_(*(_l[name].is_distinct_from(rows[name]) for name in _COLUMNS))
    others = select(rows.license_key).select_from(pairs).where(differs)
    is_current = exists().where(_v.license_key == _l.license_key, _v.until.is_(None))
    gone = select(_l.license_key).where(is_one(_l.license_key), ~is_current)
    return connection.execute(union(others, gone)).scalars().all()


def _update_search_index(connection: Connection, in_lookups: ColumnElement[bool], command: str | None) -> None:
    """Add rows to SQLite's search index, or give a command for them."""
    # PostgreSQL keeps its own up to date by itself.
    if connection.dialect.name == "postgresql":
        return
    columns: dict[str, ColumnElement[Any]] = {"rowid": _l.id, "texts": _l.texts}
    if command:
        # SQLite takes commands in a column that is called like the index.
        columns = {SEARCH_INDEX: literal(command), **columns}
    rows = select(*columns.values()).where(in_lookups)
    connection.execute(insert(table(SEARCH_INDEX, *map(column, columns))).from_select(list(columns), rows))
