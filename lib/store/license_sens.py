"""Which licenses have which SENs."""

from collections.abc import Collection

from sqlalchemy import Connection, and_, or_, select

from lib.store import bulk
from lib.store.schema import license_versions


def sen_holders(connection: Connection, sens: Collection[str]) -> list[tuple[str, str]]:
    """Current holders of these SENs: pairs of SEN and license key."""
    if not sens:
        return []
    v = license_versions.c
    query = select(v.sen, v.license_key).where(v.until.is_(None), bulk.is_one_of(connection, v.sen, list(sens)))
    return [(row.sen, row.license_key) for row in connection.execute(query.order_by(v.license_key))]


def new_sens(connection: Connection, change: int) -> dict[str, str]:
    """The SENs that a change gave to licenses, by license key."""
    before, after = license_versions.alias("before").c, license_versions.alias("after").c
    same_license = and_(after.license_key == before.license_key, before.until == change, after.since == change)
    is_new = and_(after.sen != "", or_(before.sen.is_(None), before.sen != after.sen))
    query = select(after.license_key, after.sen).where(same_license, is_new)
    return {row.license_key: row.sen for row in connection.execute(query)}
