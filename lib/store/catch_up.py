"""What licenses are searched and counted by beside their versions: brought up to the newest change after it.

An import would take half as long again if its transaction wrote all this too. Until `catch_up` is done, queries are
answered from the versions themselves: as right, only slower (see `selection`).
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Engine,
    Row,
    and_,
    case,
    delete,
    func,
    literal,
    select,
    true,
    union,
    update,
)

from lib.domain.eligibility import Outcome
from lib.measures.cut import UNKNOWN
from lib.store import bulk, change_counts, database
from lib.store.lookup_rows import renew_differing, renew_lookups
from lib.store.schema import (
    caught_up,
    changes,
    customer_tallies,
    fact_combinations,
    license_versions,
    lookups,
    movements,
    past_texts,
    profiles,
    tallies,
)
from lib.store.searched_texts import KeyCondition

_STEP = 50_000
"""Licenses that one transaction brings up, in a second or two."""

_PART = 4
"""All licenses are gone through where more than one in so many changed: to pick these out would cost as much."""

_v, _l, _p, _c = license_versions.c, lookups.c, profiles.c, caught_up.c

_TO_UPGRADE = _p.outcome == Outcome.UPGRADE_NEEDED
_MEASURES: dict[str, ColumnElement[int]] = {
    "upgrades": case((_TO_UPGRADE, 1), else_=0),
    "users_added": func.coalesce(_p.users_added, 0),
    "unlimited": case((_TO_UPGRADE & _p.users_added.is_(None), 1), else_=0),
    "pending": case((_p.consent == "pending", 1), else_=0),
    "given": case((_p.consent == "given", 1), else_=0),
    "unknown": case((_p.outcome == Outcome.NEEDS_INFO, 1), else_=0),
    "eligible": case((_p.outcome == Outcome.ELIGIBLE, 1), else_=0),
    "cloud": case((_p.outcome.in_((Outcome.LEGACY_PLAN, Outcome.EXPIRED)), 1), else_=0),
    "moved": case((_p.outcome == Outcome.ALREADY_MIGRATED, 1), else_=0),
}
"""What each license adds to its customer's row of `customer_tallies`."""

NEWEST_CHANGE = select(func.coalesce(func.max(changes.c.id), 0))


def is_current(connection: Connection) -> bool:
    """Whether `lookups` and `customer_tallies` are complete up to the newest change."""
    newest: int = connection.execute(NEWEST_CHANGE).scalar_one()
    return complete_change(connection) == newest


def complete_change(connection: Connection) -> int:
    """The change that `lookups` and `customer_tallies` are complete up to, with all that this version has there."""
    # A worker of the version before moves `change` alone. Where it went further, what it wrote lacks columns.
    number: int = connection.execute(select(_c.whole_change)).scalar_one()
    return number


def catch_up(engine: Engine, must_pause: Callable[[], bool] = lambda: False) -> None:
    """Bring up what licenses are searched and counted by, in short transactions.

    As soon as `must_pause` says so it returns, to be called again later.
    """
    with database.reading(engine) as connection:
        if is_current(connection):
            return
    restore_customers_index(engine)
    while not must_pause():
        if not bring_up_some(engine):
            refresh_statistics(engine)
            return


def restore_customers_index(engine: Engine) -> None:
    """Create SQLite's index of customers again if a large change dropped it."""
    if engine.dialect.name != "sqlite":
        return
    with database.writing(engine) as connection:
        bulk.restore_indexes(connection)


def bring_up_some(engine: Engine) -> bool:
    """Bring up some licenses; False if there was nothing to do."""
    with database.writing(engine) as connection:
        at = connection.execute(select(caught_up)).one()
        newest = connection.execute(NEWEST_CHANGE).scalar_one()
        if at.whole_change == newest:
            return False
        if at.whole_towards is None and _changed_no_more_than(connection, at.whole_change, _STEP):
            renew_changed(connection, at.whole_change, newest)
            return True
        towards, after = at.whole_towards or newest, at.whole_after or ""
        if _can_pick_changed(connection, at):
            renew_next_changed(connection, at.whole_change, towards, after)
        else:
            renew_next(connection, towards, after)
    return True


def _can_pick_changed(connection: Connection, at: Row[Any]) -> bool:
    """Whether to bring up only the licenses that changed, from a place in `caught_up` on."""
    # A worker of the version before, which goes by the first three, may have gone through all of them meanwhile.
    is_ours = (at.change, at.towards, at.after) == (at.whole_change, at.whole_towards, at.whole_after)
    licenses = connection.execute(select(func.count()).select_from(lookups)).scalar_one()
    return is_ours and at.change > 0 and _changed_no_more_than(connection, at.change, licenses // _PART)


def _changed_keys(change: int, after: str = "") -> CompoundSelect[Any]:
    """The licenses that later changes began versions of, or ended some of; those after a key alone."""
    # Apart, since each has an index of its own.
    is_later = [_v.license_key > after] if after else []
    starts = select(_v.license_key).where(_v.since > change, *is_later)
    return union(starts, select(_v.license_key).where(_v.until > change, _v.until.is_not(None), *is_later))


def _changed_no_more_than(connection: Connection, change: int, most: int) -> bool:
    """Whether later changes began and ended so many versions, or fewer."""
    touched = (_v.since > change, and_(_v.until > change, _v.until.is_not(None)))
    some = [select(_v.license_key).where(condition).limit(most + 1).subquery() for condition in touched]
    return sum(connection.execute(select(func.count()).select_from(each)).scalar_one() for each in some) <= most


def renew_changed(connection: Connection, change: int, newest: int) -> None:
    """Bring up the licenses that changed, and their customers' tallies."""
    keys = _changed_keys(change)
    replace_licenses(connection, lambda key: key.in_(keys))
    mark_complete(connection, newest)


def replace_licenses(connection: Connection, is_one: KeyCondition) -> None:
    """Bring up these licenses, and their customers' tallies."""
    in_lookups = is_one(_l.license_key)
    # The tallies lose what the rows were, and gain what they become.
    add_to_customer_tallies(connection, in_lookups, -1)
    renew_lookups(connection, is_one)
    add_to_customer_tallies(connection, in_lookups, 1)
    connection.execute(delete(customer_tallies).where(customer_tallies.c.licenses <= 0))


def renew_next_changed(connection: Connection, change: int, towards: int, after: str) -> None:
    """Bring up the next of many licenses that changed after a change, in the order of their keys."""
    changed = _changed_keys(change, after).order_by("license_key").limit(_STEP)
    keys = connection.execute(changed).scalars().all()
    renew_lookups(connection, partial(bulk.is_one_of, connection, texts=keys))
    end_step(connection, towards, keys[-1] if len(keys) == _STEP else None)


def renew_next(connection: Connection, towards: int, after: str) -> None:
    """Bring up the next licenses in the order of their keys, changed or not: the fastest way where most changed."""
    last = min(filter(None, _last_keys_of_step(connection, after)), default=None)
    renew_differing(connection, partial(_is_between, after=after, last=last))
    end_step(connection, towards, last)


def end_step(connection: Connection, towards: int, last: str | None) -> None:
    """Store the last license that a step brought up on the way to a change; None if there are no more."""
    if last is not None:
        mark_place(connection, towards=towards, after=last)
        return
    # The customers' tallies would be written all over in each step, so they are made anew after the last one.
    connection.execute(delete(customer_tallies))
    add_to_customer_tallies(connection, true(), 1)
    mark_complete(connection, towards)


def _is_between(key: ColumnElement[str], after: str, last: str | None) -> ColumnElement[bool]:
    if last is None:
        return key > after
    return and_(key > after, key <= last)


def _last_keys_of_step(connection: Connection, after: str) -> Iterator[str | None]:
    """The keys up to which a step may go, of current licenses and of `lookups`; None if it may go to the end."""
    for key, *conditions in ((_v.license_key, _v.until.is_(None)), (_l.license_key,)):
        following = select(key).where(*conditions, key > after).order_by(key)
        yield connection.execute(following.offset(_STEP - 1).limit(1)).scalar()


def mark_complete(connection: Connection, change: int) -> None:
    """Store that `lookups` and `customer_tallies` are complete up to a change."""
    mark_place(connection, change=change, whole_change=change, towards=None, after=None)


def mark_place(connection: Connection, towards: int | None, after: str | None, **complete: int) -> None:
    """Store how far licenses were brought up, for this version and the one before."""
    places = {"towards": towards, "after": after, "whole_towards": towards, "whole_after": after}
    connection.execute(update(caught_up).values(**places, **complete))


def add_to_customer_tallies(connection: Connection, in_lookups: ColumnElement[bool], sign: int) -> None:
    """Add rows of `lookups` to their customers' tallies (1), or subtract them (-1)."""
    licenses = (func.count() * sign).label("licenses")
    measures = [(func.sum(number) * sign).label(name) for name, number in _MEASURES.items()]
    product = func.coalesce(_p.product, UNKNOWN)
    # One row for each product of a customer, and one, with an empty product, for all of them.
    for label, key in ((literal(""), [_l.customer]), (product, [_l.customer, product])):
        rows = select(_l.customer, label.label("product"), licenses, *measures)
        rows = rows.select_from(lookups.join(profiles, _p.id == _l.profile))
        change_counts.add_to_sums(connection, customer_tallies, rows.where(in_lookups).group_by(*key))


def refresh_statistics(engine: Engine) -> None:
    """Let the database's planner count the rows of these tables again."""
    tables = (lookups, tallies, movements, customer_tallies, profiles, fact_combinations, past_texts)
    names = [one.name for one in tables]
    if engine.dialect.name == "sqlite":
        with database.writing(engine) as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=0")  # from a sample, it takes the wrong index
            for name in names:
                connection.exec_driver_sql(f"ANALYZE {name}")
        return
    # PostgreSQL counts from an index alone only where it has vacuumed, which it does outside transactions only.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"VACUUM (ANALYZE) {', '.join(names)}")
        connection.exec_driver_sql(f"VACUUM {license_versions.name}")
