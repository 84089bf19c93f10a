"""Marketplace exports written row by row."""

import csv
import io

from lib.marketplace.export_columns import LICENSE_COLUMNS

USUAL = {
    "licenseId": "SEN-1",
    "addonKey": "com.balsamiq.jira.plugins.mockups",
    "addonName": "Balsamiq Wireframes for Jira Server",
    "licenseType": "COMMERCIAL",
    "status": "active",
    "hosting": "Server",
    "tier": "100 Users",
    "company": "Acme Corp",
    "country": "Germany",
    "maintenanceStartDate": "2017-03-02",
    "maintenanceEndDate": "2018-03-02",
    "lastUpdated": "2018-01-04",
}


def an_entry(sen: str = "SEN-1", **cells: str) -> dict[str, str]:
    """A Marketplace license of a 100-user Jira app, with some cells told otherwise."""
    return {**USUAL, "licenseId": sen, **cells}


def an_export(*entries: dict[str, str], columns: tuple[str, ...] = LICENSE_COLUMNS) -> bytes:
    """A license export with all columns, or those given."""
    text = io.StringIO()
    lines = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
    lines.writeheader()
    lines.writerows(entries)
    return text.getvalue().encode()
