"""What Marketplace would export of the sample's customers, to try a comparison with."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from lib.domain.products import APP_KEYS, PRODUCT_TITLES, Hosting, Product
from lib.domain.requests import Stage
from lib.domain.tiers import UNLIMITED, Size, tier_holding
from lib.marketplace.export_columns import LICENSE_COLUMNS
from lib.measures.cut import Cut, country_title
from lib.store import license_queries

_MISSING_EACH, _SMALL_EACH = 40, 9
"""Of the migrated licenses, one in so many is not on Marketplace, and one in so many still has its old size there."""


def example_export(connection: Connection, day: date) -> bytes:
    """The license export of a day as CSV."""
    text = io.StringIO()
    lines = csv.DictWriter(text, LICENSE_COLUMNS, restval="")
    lines.writeheader()
    lines.writerows(entries(connection, day))
    return text.getvalue().encode()


def entries(connection: Connection, day: date) -> Iterator[dict[str, str]]:
    """The licenses that have migrated, and the submitted ones, whose SENs nobody has recorded yet."""
    migrated = license_queries.licenses(connection, servers(Stage.MIGRATED, Stage.MATCHED)).to_dict("records")
    for place, row in enumerate(migrated):
        if place % _MISSING_EACH:
            size = row["editors"] if place % _SMALL_EACH == 0 else row["host_tier"] or row["editors"]
            yield entry(row, row["sen"], size, day - timedelta(days=60))
    submitted = license_queries.licenses(connection, servers(Stage.SUBMITTED)).to_dict("records")
    for row in submitted:
        yield entry(row, f"SEN-{row['license_key'][-5:]}78", row["host_tier"], day)


def servers(*stages: Stage) -> Cut:
    """The Server licenses of both plugins at some stages."""
    return Cut(product=(Product.CONFLUENCE, Product.JIRA), hosting=(Hosting.SERVER,), stage=stages)


def entry(row: Mapping[Any, Any], sen: str, size: int | None, begin: date) -> dict[str, str]:
    """A row of the export that stands for a license."""
    product = Product(row["product"])
    end = row["maintenance_end"] or begin + timedelta(days=365)
    return {
        "licenseId": sen,
        "addonKey": APP_KEYS[product, Hosting.SERVER],
        "addonName": f"Balsamiq Wireframes for {PRODUCT_TITLES[product]} Server",
        "licenseType": "COMMERCIAL",
        "maintenanceStartDate": begin.isoformat(),
        "maintenanceEndDate": end.isoformat(),
        "status": "active",
        "hosting": "Server",
        "tier": tier_text(size),
        "company": row["company"] or row["license_name"] or "",
        "country": country_title(row["country"]) if row["country"] else "",
        "technicalContactName": f"{row['holder_first_name'] or ''} {row['holder_last_name'] or ''}".strip(),
        "technicalContactEmail": row["myatlassian_email"] or row["contact_email"] or "",
        "lastUpdated": begin.isoformat(),
    }


def tier_text(size: int | None) -> str:
    """A size as Marketplace writes it: `100 Users`."""
    if size is None:
        return ""
    tier = tier_holding(Size(size))
    return "Unlimited Users" if tier == UNLIMITED else f"{tier} Users"
