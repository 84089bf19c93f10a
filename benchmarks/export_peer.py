"""What the archive of workbooks is measured beside: pandas with openpyxl, as many would write it."""

import io
from pathlib import Path
from time import perf_counter
from zipfile import ZipFile

import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lib.documents.exports.lines import SHEETS
from lib.measures.cut import Cut
from lib.store import database, file_rows


def with_pandas(url: str, path: Path, few: int) -> float:
    """The same licenses on the same sheets, with frozen headers, widths and filters, for the first customers; no safety."""
    engine = database.connect(url)
    start = perf_counter()
    with database.reading(engine) as connection:
        frame = pd.concat(file_rows.slices(connection, Cut()), ignore_index=True)
    reading = perf_counter() - start
    customers = frame.groupby("customer")
    share = few / len(customers)
    start = perf_counter()
    with ZipFile(path, "w") as parts:
        for number, (_, own) in zip(range(few), customers, strict=False):
            parts.writestr(f"{number}.xlsx", _book(own))
    engine.dispose()
    return reading * share + perf_counter() - start


def _book(own: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    with pd.ExcelWriter(content, engine="openpyxl") as book:
        for sheet in SHEETS:
            rows = own[own["outcome"].isin(sheet.outcomes)]
            frame = pd.DataFrame({field.title: field.cells(rows) for field in sheet.fields})
            frame.to_excel(book, sheet_name=sheet.title, index=False)
            _set_up(book.sheets[sheet.title], [field.width for field in sheet.fields])
        about = pd.DataFrame(
            {"": ["Licenses", "Upgrades"], "of": [len(own), (own["outcome"] == "upgrade_needed").sum()]}
        )
        about.to_excel(book, sheet_name="About this file", index=False)
    return content.getvalue()


def _set_up(page: Worksheet, widths: list[int]) -> None:
    page.freeze_panes = "C2"
    page.auto_filter.ref = page.dimensions
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
