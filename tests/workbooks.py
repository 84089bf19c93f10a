"""What a workbook says about itself, and what it is made to say."""

from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook

from lib.documents.exports import About

ABOUT = About(
    as_of=datetime(2019, 5, 14, 9, 12, tzinfo=UTC),
    data_version=41,
    policy_version=3,
    by="ann@example.com",
    cut="Confluence",
    notices=("Atlassian ended support for Server on 15 February 2024.",),
)


def about_of(book: Workbook) -> dict[str, Any]:
    """What the sheet `About this file` says, by heading."""
    return {
        heading: value for heading, value in book["About this file"].iter_rows(values_only=True) if heading != "Mind"
    }
