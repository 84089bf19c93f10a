"""Which Marketplace license each of ours became, change by change, with the tier that it has there."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Select, and_, insert, literal, null, or_, select, update

from lib.domain.changes import ChangeKind
from lib.store import bulk, reverts
from lib.store.frames import fetch_frame
from lib.store.schema import changes, marketplace_links, marketplace_versions

_k, _m = marketplace_links.c, marketplace_versions.c

COLUMNS = ("license_key", "marketplace_id", "tier")


def current(connection: Connection) -> pd.DataFrame:
    """The links of now: `COLUMNS`."""
    return fetch_frame(connection, select(*(_k[name] for name in COLUMNS)).where(_k.until.is_(None)))


def of_license(connection: Connection, license_key: str) -> pd.DataFrame:
    """The Marketplace license of a license now: at most one row.

    Columns: marketplace_id, export_id, change, linked_tier, and as the newest export says tier_text, start, end, status.
    """
    is_now = and_(_m.id == _k.marketplace_id, _m.until.is_(None))
    columns = [_k.marketplace_id, _k.export_id, _k.since.label("change"), _k.tier.label("linked_tier")]
    query = select(*columns, *(_m[name] for name in ("tier_text", "start", "end", "status")))
    query = query.select_from(marketplace_links.outerjoin(marketplace_versions, is_now))
    return fetch_frame(connection, query.where(_k.license_key == license_key, _k.until.is_(None)))


def replace(connection: Connection, links: pd.DataFrame, export: int, change: int) -> None:
    """End the links of licenses, and add these (`COLUMNS`) instead."""
    keys = links["license_key"].to_list()
    connection.execute(
        update(marketplace_links)
        .where(_k.until.is_(None), bulk.is_one_of(connection, _k.license_key, keys))
        .values(until=change)
    )
    rows = pa.table(
        {
            "license_key": pa.array(keys, pa.string()),
            "marketplace_id": pa.array(links["marketplace_id"].to_list(), pa.string()),
            "tier": pa.array([None if pd.isna(tier) else int(tier) for tier in links["tier"]], pa.int64()),
            "export_id": pa.array([export] * len(keys), pa.int64()),
            "since": pa.array([change] * len(keys), pa.int64()),
        }
    )
    bulk.add_rows(connection, marketplace_links.name, [rows])


def revert(connection: Connection, undone: int, change: int) -> None:
    """Undo what a change did to links, as part of another one."""
    # Licenses that changed since keep theirs.
    is_left_alone = _k.license_key.in_(reverts.keys_changed_since(undone))
    is_latest = _k.license_key.not_in(_keys_linked_since(undone))
    connection.execute(
        update(marketplace_links).where(_k.since == undone, _k.until.is_(None), ~is_left_alone).values(until=change)
    )
    names = [column.name for column in marketplace_links.columns]
    own = {"since": literal(change), "until": null()}
    before = select(*(own.get(name, _k[name]) for name in names)).where(_k.until == undone, ~is_left_alone, is_latest)
    connection.execute(insert(marketplace_links).from_select(names, before))


def undone_pairs() -> Select[tuple[str, str]]:
    """The licenses, with those of Marketplace, that somebody parted again by undoing a reconciliation."""
    undos = select(changes.c.id).where(changes.c.kind == ChangeKind.RECONCILE_UNDO)
    return select(_k.license_key, _k.marketplace_id).where(_k.until.in_(undos))


def _keys_linked_since(change: int) -> Select[tuple[str]]:
    """The licenses whose link a later change altered."""
    later = marketplace_links.alias("later").c
    return select(later.license_key).where(or_(later.since > change, and_(later.until > change, later.since != change)))


def tiers(connection: Connection, keys: Sequence[str]) -> dict[str, int | None]:
    """The tier that licenses have on Marketplace, by license key, of those that are linked."""
    query = select(_k.license_key, _k.tier).where(_k.until.is_(None), bulk.is_one_of(connection, _k.license_key, keys))
    return {row.license_key: row.tier for row in connection.execute(query)}
