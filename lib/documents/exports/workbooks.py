"""Cells of Excel workbooks: texts stay texts, days are days, and nothing runs; and what sheets have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from textwrap import wrap
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lib.documents.exports.fields import Cell
from lib.domain.refusal import RefusalError

MAX_ROWS = 1_048_575
"""Rows that a sheet has room for below its header."""

MAX_TEXT = 32_767
"""Letters that a cell has room for, counted in UTF-16."""

FIRST_DAY = date(1900, 3, 1)
"""Before it, spreadsheet programs disagree on what a day's number means."""

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""How every workbook is written: row by row, each text as the text it is."""

LINE = 14
"""Points from one line of text to the next, with room for fonts that are larger than ours."""

_ABOUT_WIDTH = 100
_TEXTS = 4096  # whose lines are remembered: files say the same of many licenses

ACCENT, PALE, GRAY = "#3B5BDB", "#F1F4F9", "#DDE3EE"


@dataclass(frozen=True, slots=True)
class Looks:
    """The formats of a workbook's cells."""

    header: Format
    number_header: Format
    text: Format
    number: Format
    decimal: Format
    share: Format
    day: Format
    wrapped: Format
    left_number: Format
    bold: Format


def print_options() -> dict[str, Any]:
    """The same options for a workbook that people print."""
    # Other offices have a font as wide as Arial, but not Calibri: with a wider one, columns would no longer fit on paper.
    # Made anew each time, since XlsxWriter adds to the font.
    font = {"font_name": "Arial", "font_size": 10}
    return {**OPTIONS, "default_format_properties": font, "default_row_height": 17}


def refuse_too_many(title: str, rows: int) -> None:
    """Raise RefusalError if a sheet has no room for that many rows."""
    if rows > MAX_ROWS:
        raise RefusalError(
            f"The sheet {title} would have {rows:,} rows, and a workbook has room for {MAX_ROWS:,}. "
            "Choose fewer customers, or take the CSV file."
        )


def looks_of(book: Workbook) -> Looks:
    """The formats, made for this workbook."""
    top = {"valign": "top"}
    header = {
        "bold": True,
        "bg_color": PALE,
        "bottom": 1,
        "bottom_color": GRAY,
        "text_wrap": True,
        "num_format": "#,##0",
    }
    return Looks(
        header=book.add_format(header),
        number_header=book.add_format({**header, "align": "right", "indent": 1}),
        text=book.add_format({"num_format": "@", **top}),
        number=book.add_format({"num_format": "#,##0", "align": "right", "indent": 1, **top}),
        decimal=book.add_format({"num_format": "#,##0.0", **top}),
        share=book.add_format({"num_format": "0 %", **top}),
        day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **top}),
        wrapped=book.add_format({"num_format": "@", "text_wrap": True, **top}),
        left_number=book.add_format({"num_format": "#,##0", "align": "left", **top}),
        bold=book.add_format({"bold": True, "font_color": ACCENT, **top}),
    )


def write_cell(sheet: Worksheet, line: int, number: int, cell: Cell, looks: Looks) -> None:
    """Write a cell as what it is: a number, a day, or a text that nothing runs; nothing for None."""
    if isinstance(cell, int):
        sheet.write_number(line, number, cell, looks.number)
    elif isinstance(cell, date) and cell >= FIRST_DAY:
        sheet.write_datetime(line, number, datetime(cell.year, cell.month, cell.day), looks.day)
    elif cell:
        write_text(sheet, line, number, str(cell), looks.text)


def height(text: str, width: int) -> float:
    """Points that a text needs in a column as wide as that many digits."""
    return LINE * line_count(text, int(width * 1.1)) + 2


@lru_cache(_TEXTS)
def line_count(text: str, letters: int) -> int:
    """How many lines a text takes, of so many letters each."""
    # Most texts are this short, and wrapping them takes longer than writing them.
    if len(text) <= letters and text.isascii() and "\t" not in text:
        return 1
    # Chinese, Japanese and Korean letters are as wide as two others.
    stretched = "".join(letter * 2 if east_asian_width(letter) in ("W", "F") else letter for letter in text)
    return max(len(wrap(stretched, letters)), 1)


def write_text(sheet: Worksheet, line: int, number: int, text: str, look: Format) -> None:
    """Write a text whole, or raise RefusalError."""
    # XlsxWriter would cut a text that is too long for a cell, and only return a number.
    if len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
        raise RefusalError(
            f'A text that begins with "{text[:40]}…" is longer than the {MAX_TEXT:,} characters that a workbook\'s cell has room for. '
            "Take the CSV file, or shorten the text and import it again."
        )
    sheet.write_string(line, number, text, look)


def write_about(sheet: Worksheet, lines: Sequence[tuple[str, int | str]], looks: Looks) -> None:
    """Write the sheet *About this file*, from `lines_about`."""
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, _ABOUT_WIDTH)
    for line, (heading, value) in enumerate(lines):
        # Said here, since not every office works it out when it opens a file.
        sheet.set_row(line, height(str(value), _ABOUT_WIDTH))
        sheet.write_string(line, 0, heading, looks.bold)
        if isinstance(value, int):
            sheet.write_number(line, 1, value, looks.left_number)
        else:
            write_text(sheet, line, 1, value, looks.wrapped)
    sheet.hide_gridlines(2)
    set_up_print(sheet)


def set_up_print(sheet: Worksheet, header: int = 0) -> None:
    """Set a sheet up for paper, A4 across."""
    # The rows down to the header come again on each page.
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, header)
    sheet.set_footer("&L&A&RPage &P of &N")
