"""Files for people: lists of licenses as CSV and as workbooks, safe to open and complete or refused."""

from lib.documents.exports.about import About
from lib.documents.exports.archives import MANIFEST, Omission, upgrades_zip
from lib.documents.exports.csv_files import cloud_csv, csv_parts, hint_on_keys, licenses_csv, regrouped_csv
from lib.documents.exports.customer_books import customer_book, customer_csv
from lib.documents.exports.customer_pdf import customer_pdf
from lib.documents.exports.customer_sheets import CustomerSheet, customer_sheets
from lib.documents.exports.fields import CONSENT_TITLES, LICENSE_FIELDS, UNCLEAR_FIELDS, UPGRADE_FIELDS, Field
from lib.documents.exports.lines import SHEETS, lines_of
from lib.documents.exports.lists import about_of, upgrades_csv_parts, upgrades_workbook
from lib.documents.exports.names import numbered, safe_name, sheet_names
from lib.documents.exports.upgrade_books import upgrade_book
from lib.documents.exports.workbooks import MAX_ROWS, MAX_TEXT

__all__ = [
    "CONSENT_TITLES",
    "LICENSE_FIELDS",
    "MANIFEST",
    "MAX_ROWS",
    "MAX_TEXT",
    "SHEETS",
    "UNCLEAR_FIELDS",
    "UPGRADE_FIELDS",
    "About",
    "CustomerSheet",
    "Field",
    "Omission",
    "about_of",
    "cloud_csv",
    "csv_parts",
    "customer_book",
    "customer_csv",
    "customer_pdf",
    "customer_sheets",
    "hint_on_keys",
    "licenses_csv",
    "lines_of",
    "numbered",
    "regrouped_csv",
    "safe_name",
    "sheet_names",
    "upgrade_book",
    "upgrades_csv_parts",
    "upgrades_workbook",
    "upgrades_zip",
]
