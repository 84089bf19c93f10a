"""Current licenses as they are matched with Marketplace's."""

from datetime import date

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, func, select

from lib.domain.days import day_of
from lib.domain.policy import Policy
from lib.domain.products import PLUGINS, Hosting, Product
from lib.domain.requests import Stage
from lib.store.frames import fetch_frame
from lib.store.schema import changes, license_versions, pack_licenses, packs

_v, _p, _l = license_versions.c, packs.c, pack_licenses.c

_STORED = (
    "license_key",
    "product",
    "hosting",
    "sen",
    "company",
    "license_name",
    "myatlassian_email",
    "contact_email",
    "expert_email",
    "country",
    "editors",
    "host_tier",
    "purchase_date",
    "maintenance_end",
    "plan_end",
    "stage",
    "stage_since",
    "outcome",
)


def current(connection: Connection, policy: Policy) -> pd.DataFrame:
    """The current licenses of the plugins: the columns of `matching.sides.OUR_COLUMNS`, stage and outcome."""
    is_plugin = _v.product.in_([str(product) for product in PLUGINS])
    frame = fetch_frame(connection, select(*(_v[name] for name in _STORED)).where(_v.until.is_(None), is_plugin))
    is_cloud = frame["hosting"] == Hosting.CLOUD
    move_days = {str(product): policy.reference(product) for product in (Product.CONFLUENCE, Product.JIRA)}
    # Balsamiq moved Cloud licenses itself, all of a product on one day, and each got its plan from then on.
    return frame.assign(
        sen=frame["sen"].fillna(""),
        company=frame["company"].where(frame["company"] != "", frame["license_name"]),
        start=frame["purchase_date"].where(~is_cloud, frame["product"].map(move_days)),
        end=frame["maintenance_end"].where(~is_cloud, frame["plan_end"]),
        submitted_on=submission_days(connection, frame, policy.time_zone),
    )


def submission_days(connection: Connection, licenses: pd.DataFrame, zone: str) -> "pd.Series[date]":
    """The day on which Atlassian was asked to move each license, None where it was not."""
    newest = select(_l.license_key, func.max(_p.day).label("day")).join(packs, _p.download_id == _l.download_id)
    by_pack = {row.license_key: row.day for row in connection.execute(newest.group_by(_l.license_key))}
    is_submitted = licenses["stage"] == Stage.SUBMITTED
    numbers = set(licenses["stage_since"][is_submitted])
    times = select(changes.c.id, changes.c.at).where(changes.c.id.in_(numbers))
    by_change = {row.id: day_of(row.at, zone) for row in connection.execute(times)} if numbers else {}
    by_stage = licenses["stage_since"].where(is_submitted).map(by_change)
    return licenses["license_key"].map(by_pack).astype(object).where(lambda days: days.notna(), by_stage)


def as_table(licenses: pd.DataFrame, names: tuple[str, ...]) -> pa.Table:
    """Some columns of licenses as they are matched."""
    types = {"editors": pa.int32(), "host_tier": pa.int32()} | dict.fromkeys(
        ("start", "end", "submitted_on"), pa.date32()
    )
    columns = {}
    for name in names:
        values = [None if pd.isna(value) else value for value in licenses[name]]
        columns[name] = pa.array(values, types.get(name, pa.string()))
    return pa.table(columns)
