"""A template to fill in and an example to look at, for people who have no export yet."""

import csv
import io

from xlsxwriter import Workbook

from lib.documents.exports.workbooks import OPTIONS, looks_of, write_text
from lib.domain.licenses import COLUMNS

MATTERING = {
    "license_key": "Every license. Identifies it, exactly as written.",
    "product": "Every license. The plugin for Confluence or for Jira.",
    "hosting": "Every license, unless the product's name says it: Server, Data Center or Cloud.",
    "editors": "Server: the size of the license, a number or Unlimited.",
    "host_tier": "Server: the user tier of the customer's Confluence or Jira.",
    "maintenance_end": "Cloud: the day maintenance ends, best as 2016-05-31.",
    "company": "Who the customer is, for upgrade lists and letters.",
}
"""The columns that matter, and what for."""

_OTHERS = (
    "license_type",
    "purchase_date",
    "contact_name",
    "contact_email",
    "country",
    "myatlassian_email",
    "match_agreed",
    "sen",
)
_FIELDS = (*MATTERING, *_OTHERS, "notes")
_SPELLINGS = 4

_EXAMPLES = (
    (
        "EXAMPLE-1",
        "Confluence",
        "Server",
        "10",
        "100",
        "2018-03-02",
        "Acme Corp",
        "Upgrade needed: 10 editors on a server of 100 users",
    ),
    ("EXAMPLE-2", "Jira", "Server", "25", "25", "2017-11-20", "Globex GmbH", "Eligible: the size matches the server"),
    (
        "EXAMPLE-3",
        "Jira",
        "Server",
        "Unlimited",
        "500",
        "2015-01-09",
        "Initech",
        "Eligible: unlimited is large enough for any server",
    ),
    (
        "EXAMPLE-4",
        "Confluence",
        "Server",
        "50",
        "",
        "2019-01-15",
        "Hooli",
        "Needs information: the server tier is missing",
    ),
    (
        "EXAMPLE-5",
        "Confluence",
        "Cloud",
        "",
        "",
        "2016-12-31",
        "Umbrella",
        "Cloud, legacy plan: maintenance ran when the plugin moved",
    ),
    (
        "EXAMPLE-6",
        "Jira",
        "Cloud",
        "",
        "",
        "2015-06-30",
        "Stark Ltd",
        "Cloud, expired: maintenance had ended long before",
    ),
)


def field_titles() -> list[str]:
    """The headings of the template."""
    return [COLUMNS[name].title for name in _FIELDS]


def spellings(name: str) -> str:
    """Some headings that are recognised as a field."""
    title = COLUMNS[name].title
    others = [alias for alias in COLUMNS[name].aliases if alias.casefold() != title.casefold()]
    return ", ".join((title, *others)[: _SPELLINGS + 1])


def example_csv() -> bytes:
    """Six rows as CSV, one for each possible outcome."""
    text = io.StringIO()
    writer = csv.DictWriter(text, field_titles(), restval="", lineterminator="\r\n")
    writer.writeheader()
    titles = [COLUMNS[name].title for name in (*list(MATTERING), "notes")]
    writer.writerows(dict(zip(titles, row, strict=True)) for row in _EXAMPLES)
    # The byte order mark keeps Excel from reading the letters in the system's code page.
    return text.getvalue().encode("utf-8-sig")


def template_workbook() -> bytes:
    """A workbook with the headings to fill in below, and a sheet that says what they mean."""
    content = io.BytesIO()
    with Workbook(content, OPTIONS) as book:
        looks = looks_of(book)
        sheet = book.add_worksheet("Licenses")
        sheet.freeze_panes(1, 0)
        # Text cells keep keys such as 00123, and dates as they are typed.
        sheet.set_column(0, len(_FIELDS) - 1, 18, looks.text)
        for number, title in enumerate(field_titles()):
            write_text(sheet, 0, number, title, looks.header)
        explanations = book.add_worksheet("How to fill it in")
        explanations.set_column(0, 0, 24)
        explanations.set_column(1, 1, 90)
        for line, (name, meaning) in enumerate(MATTERING.items()):
            write_text(explanations, line, 0, COLUMNS[name].title, looks.bold)
            write_text(explanations, line, 1, f"{meaning} Also recognised: {spellings(name)}.", looks.wrapped)
    return content.getvalue()
