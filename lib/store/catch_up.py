"""Keeps what licenses are found and counted by beside the versions, and brings it up to the newest change after it.

An import would take half as long again if its transaction kept all this too. Until `catch_up` is done, what is asked of
the store is answered from the versions themselves: as right, only slower (see `selection`).
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    case,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
    true,
    union,
    update,
)

from lib.domain.eligibility import Outcome
from lib.measures.cut import UNKNOWN
from lib.store import bulk, change_counts, database
from lib.store.license_profiles import MISSING, PROFILE_CODE, join_texts
from lib.store.schema import (
    SEARCH_INDEX,
    caught_up,
    changes,
    customer_tallies,
    license_versions,
    lookups,
    movements,
    profiles,
    tallies,
)

_STEP = 50_000
"""Licenses that one transaction brings up, in a second or two."""

_v, _l, _p = license_versions.c, lookups.c, profiles.c

SEARCHED_COLUMNS = (_v.license_key, _v.company, _v.license_name, _v.contact_email, _v.myatlassian_email, _v.sen)
"""The texts of a license that people search; the first sorts byte by byte, and so has no letters but English ones in
lower case on PostgreSQL."""


_OTHERS = join_texts(*(func.coalesce(text, "") for text in SEARCHED_COLUMNS[1:]))
_TEXTS = join_texts(func.lower(SEARCHED_COLUMNS[0]), func.lower(_OTHERS), _v.customer)
_GROWS = _p.outcome == Outcome.UPGRADE_NEEDED
_MEASURES: dict[str, ColumnElement[int]] = {
    "upgrades": case((_GROWS, 1), else_=0),
    "users_added": func.coalesce(_p.users_added, 0),
    "unlimited": case((_GROWS & _p.users_added.is_(None), 1), else_=0),
    "pending": case((_p.consent == "pending", 1), else_=0),
    "given": case((_p.consent == "given", 1), else_=0),
    "unknown": case((_p.outcome == Outcome.NEEDS_INFO, 1), else_=0),
}
_NEWEST = select(func.coalesce(func.max(changes.c.id), 0))


def is_current(connection: Connection) -> bool:
    """Whether all that is kept here is complete up to the newest change."""
    return bool(connection.execute(select(caught_up.c.change == _NEWEST.scalar_subquery())).scalar_one())


def catch_up(engine: Engine, wanted: Callable[[], bool] = lambda: False) -> None:
    """Bring up to the newest change what licenses are found and counted by, in short transactions.

    It pauses, to be called again, as soon as its caller is `wanted` elsewhere.
    """
    with database.reading(engine) as connection:
        if is_current(connection):
            return
    _index_customers(engine)
    while not wanted():
        if not _step(engine):
            _take_stock(engine)
            return


def _index_customers(engine: Engine) -> None:
    """Make SQLite's index of customers anew if a large change left it out: without it, their names take seconds to find."""
    if engine.dialect.name != "sqlite":
        return
    with database.writing(engine) as connection:
        bulk.restore_indexes(connection)


def _step(engine: Engine) -> bool:
    """Bring up some licenses; False if there was nothing to do."""
    with database.writing(engine) as connection:
        at = connection.execute(select(caught_up)).one()
        newest = connection.execute(_NEWEST).scalar_one()
        if at.change == newest:
            return False
        if at.towards is None and _are_few(connection, at.change):
            _renew_few(connection, at.change, newest)
        else:
            _walk(connection, at.towards or newest, at.after or "")
    return True


def _touched(change: int) -> tuple[Select[Any], Select[Any]]:
    """The keys of the licenses that changes after one began versions of, and of those they ended some of."""
    began = select(_v.license_key).where(_v.since > change)
    return began, select(_v.license_key).where(_v.until > change, _v.until.is_not(None))


def _are_few(connection: Connection, change: int) -> bool:
    some = [select(func.count()).select_from(keys.limit(_STEP + 1).subquery()) for keys in _touched(change)]
    return sum(connection.execute(number).scalar_one() for number in some) <= _STEP


def _renew_few(connection: Connection, change: int, newest: int) -> None:
    """Bring up the licenses that changed, and what they are counted in."""
    keys = union(*_touched(change))
    in_lookups = _l.license_key.in_(keys)
    _count(connection, in_lookups, -1)
    _renew(connection, in_lookups, _v.license_key.in_(keys))
    _count(connection, in_lookups, 1)
    connection.execute(delete(customer_tallies).where(customer_tallies.c.licenses == 0))
    _reached(connection, newest)


def _walk(connection: Connection, towards: int, after: str) -> None:
    """Bring up the next licenses in the order of their keys, changed or not: where many are, that is the fastest.

    What they are counted in would be written all over in each step, and is made anew after the last one.
    """
    last = min(filter(None, _ends(connection, after)), default=None)
    in_lookups, in_versions = (
        and_(key > after, *([key <= last] if last is not None else [])) for key in (_l.license_key, _v.license_key)
    )
    _renew(connection, in_lookups, in_versions)
    if last is not None:
        connection.execute(update(caught_up).values(towards=towards, after=last))
        return
    connection.execute(delete(customer_tallies))
    _count(connection, true(), 1)
    _reached(connection, towards)


def _ends(connection: Connection, after: str) -> Iterator[str | None]:
    """The keys that a step may reach, of the licenses that stand and of those that are kept here; None: all there are."""
    for key, *stands in ((_v.license_key, _v.until.is_(None)), (_l.license_key,)):
        following = select(key).where(*stands, key > after).order_by(key)
        yield connection.execute(following.offset(_STEP - 1).limit(1)).scalar()


def _reached(connection: Connection, change: int) -> None:
    connection.execute(update(caught_up).values(change=change, towards=None, after=None))


def _renew(connection: Connection, in_lookups: ColumnElement[bool], in_versions: ColumnElement[bool]) -> None:
    """Take the rows of some licenses out, and put in what stands of them now."""
    _index(connection, in_lookups, "delete")
    connection.execute(delete(lookups).where(in_lookups))
    stands = and_(in_versions, _v.until.is_(None))
    place = [_p.id, func.coalesce(_v.batch_id, -1), func.coalesce(_v.stage_since, _v.since)]
    chosen = select(_v.license_key, _v.customer, *place, _v.editors, MISSING, _TEXTS)
    chosen = chosen.select_from(license_versions.join(profiles, _p.code == PROFILE_CODE)).where(stands)
    names = ["license_key", "customer", "profile", "batch_id", "stage_since", "editors", "missing", "texts"]
    connection.execute(insert(lookups).from_select(names, chosen.order_by(_v.license_key)))
    _index(connection, in_lookups, None)


def _count(connection: Connection, chosen: ColumnElement[bool], sign: int) -> None:
    """Add some of `lookups` to the tallies, or take them away."""
    licenses = (func.count() * sign).label("licenses")
    measures = [(func.sum(number) * sign).label(name) for name, number in _MEASURES.items()]
    for product in (None, func.coalesce(_p.product, UNKNOWN)):
        grouped = [_l.customer] if product is None else [_l.customer, product]
        named = literal("") if product is None else product
        asked = select(_l.customer, named.label("product"), licenses, *measures)
        asked = asked.select_from(lookups.join(profiles, _p.id == _l.profile))
        change_counts.add_to_sums(connection, customer_tallies, asked.where(chosen).group_by(*grouped))


def _index(connection: Connection, chosen: ColumnElement[bool], command: str | None) -> None:
    """Tell SQLite's index of some of `lookups`, or let it forget them; PostgreSQL keeps its own by itself."""
    if connection.dialect.name == "postgresql":
        return
    told: dict[str, ColumnElement[Any]] = {"rowid": _l.id, "texts": _l.texts}
    if command:
        told = {SEARCH_INDEX: literal(command), **told}
    rows = select(*told.values()).where(chosen)
    connection.execute(insert(table(SEARCH_INDEX, *map(column, told))).from_select(list(told), rows))


def _take_stock(engine: Engine) -> None:
    """Tell the database how much there is; PostgreSQL counts from an index alone only where it has tidied up."""
    kept = [counted.name for counted in (lookups, tallies, movements, customer_tallies, profiles)]
    if engine.dialect.name == "sqlite":
        with database.writing(engine) as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=0")  # from a sample, it takes the wrong index
            for name in kept:
                connection.exec_driver_sql(f"ANALYZE {name}")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"VACUUM (ANALYZE) {', '.join(kept)}")
        connection.exec_driver_sql(f"VACUUM {license_versions.name}")
