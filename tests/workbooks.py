"""What a workbook says about itself, and what it is made to say."""

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
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
        heading: value for heading, value in book["About this file"].iter_rows(values_only=True) if heading != "Note"
    }


def book(**sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook of these sheets."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def two_sheets() -> bytes:
    """A workbook with a license of a plugin on each of two sheets, which are named for them."""
    header = ["License Key", "Hosting", "Editors", "Atlassian Users", "Company"]
    return book(
        Confluence=[header, ["C-1", "Server", 10, 25, "Acme"]],
        Jira=[header, ["J-1", "Server", "ten", 25, "Acme"], ["J-2", "Server", 10, 10, "Globex"]],
    )


def archive(parts: dict[str, str]) -> bytes:
    """A packed file of these parts."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, text in parts.items():
            zip_file.writestr(name, text)
    return content.getvalue()


def open_document(rows: str, settings: str = "") -> bytes:
    """An OpenDocument workbook of one sheet with these rows, and settings before it."""
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f"<office:document-content {namespaces}><office:body><office:spreadsheet>{settings}"
            f'<table:table table:name="A">{rows}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        }
    )
