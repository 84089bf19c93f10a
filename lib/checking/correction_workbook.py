"""Held rows of a workbook as a workbook to correct and import again: the same sheet, and what is wrong with each row."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from lib.checking.correction_file import restore_width
from lib.reading.headings import ERROR_FILE_COLUMNS

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS = (8, 22, 60)
"""Of the columns that say what is wrong."""

_LONGEST_TITLE = 31
_MOST_LETTERS = 32_767
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


def error_workbook(header: Sequence[str], parts: Iterable[pd.DataFrame], title: str) -> bytes:
    """An error file as a workbook of one sheet; `header` and `parts` are as for `correction_file.error_csv`."""
    content = BytesIO()
    with Workbook(content, _OPTIONS) as book:
        sheet = book.add_worksheet(_NOT_IN_TITLES.sub(" ", title)[:_LONGEST_TITLE])
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        sheet.set_column(len(_WIDTHS), len(_WIDTHS) + max(len(header) - 1, 0), 20, text)
        for place, name in enumerate((*ERROR_FILE_COLUMNS, *header)):
            sheet.write_string(0, place, name, bold)
        sheet.freeze_panes(1, 0)
        number = 0
        for part in parts:
            for row in part.itertuples(index=False, name=None):
                number += 1
                write_row(sheet, number, restore_width(row))
    return content.getvalue()


def write_row(sheet: Worksheet, number: int, cells: Sequence[object]) -> None:
    """Write a held row: its line as a number, all else as the text it is."""
    line, *texts = cells
    sheet.write_number(number, 0, int(str(line)))
    for place, cell in enumerate(texts, start=1):
        if cell:
            sheet.write_string(number, place, str(cell)[:_MOST_LETTERS])
