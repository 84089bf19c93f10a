"""Files for people: lists of licenses as CSV and as workbooks, safe to open and complete or refused."""

from lib.exports.about import About
from lib.exports.csv_files import cloud_csv, licenses_csv, upgrades_csv
from lib.exports.fields import CONSENT_TITLES, LICENSE_FIELDS, UNCLEAR_FIELDS, UPGRADE_FIELDS, Field
from lib.exports.lists import Ending, about_of, upgrade_list
from lib.exports.names import numbered, safe_name, sheet_names
from lib.exports.workbooks import MAX_ROWS, MAX_TEXT, upgrades_xlsx

__all__ = [
    "CONSENT_TITLES",
    "LICENSE_FIELDS",
    "MAX_ROWS",
    "MAX_TEXT",
    "UNCLEAR_FIELDS",
    "UPGRADE_FIELDS",
    "About",
    "Ending",
    "Field",
    "about_of",
    "cloud_csv",
    "licenses_csv",
    "numbered",
    "safe_name",
    "sheet_names",
    "upgrade_list",
    "upgrades_csv",
    "upgrades_xlsx",
]
