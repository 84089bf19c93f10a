"""Ends of legacy plans in `lookups`, where a server of the version before, which knows no such column, left them empty."""

from sqlalchemy import Connection, Engine, func, select, update

from lib.domain.eligibility import Outcome
from lib.store import catch_up, database
from lib.store.schema import license_versions, lookups, profiles, tallies

_v, _l, _t = license_versions.c, lookups.c, tallies.c
_WITH_PLANS = select(profiles.c.id).where(profiles.c.outcome == Outcome.LEGACY_PLAN)


def fill_missing(engine: Engine) -> None:
    """Fill in the ends of plans that `lookups` lacks, if it is complete but for those."""
    with database.reading(engine) as connection:
        if not catch_up.is_current(connection) or not any_missing(connection):
            return
    with database.writing(engine) as connection:
        if catch_up.is_current(connection):
            fill(connection)


def any_missing(connection: Connection) -> bool:
    """Whether fewer licenses have an end of their plan than have a plan."""
    # Both numbers are read from what is narrow: to look for empty ends would read all licenses.
    plans = select(func.coalesce(func.sum(_t.licenses), 0)).where(_t.profile.in_(_WITH_PLANS))
    ends = select(func.count()).where(_l.plan_end.is_not(None))
    return bool(connection.execute(ends).scalar_one() < connection.execute(plans).scalar_one())


def fill(connection: Connection) -> None:
    """Take the missing ends of plans from the current versions."""
    version = select(_v.plan_end).where(_v.license_key == _l.license_key, _v.until.is_(None))
    lacking = (_l.plan_end.is_(None), _l.profile.in_(_WITH_PLANS))
    connection.execute(update(lookups).where(*lacking).values(plan_end=version.scalar_subquery()))
