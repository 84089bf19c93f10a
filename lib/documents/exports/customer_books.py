"""The workbook that one customer gets: one sheet across A4, readable on paper, in the customer's language."""

import io
from collections.abc import Sequence
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lib.documents.exports.csv_files import table_csv
from lib.documents.exports.customer_sheets import CustomerSheet
from lib.documents.exports.workbooks import ACCENT, GRAY, PALE, line_count, print_options, refuse_too_many, write_text

WIDTHS = (17, 14, 13, 13, 15, 11, 53)
"""Of the columns, in digits of 10 points: together as wide as A4 across, so that nothing is made smaller than `SIZE`."""

SIZE = 9
"""Points of the text."""

_LETTERS = 1.25
"""Letters of the text that have the room of one digit in a column's width."""

_ROOM = tuple(int(width * _LETTERS) for width in WIDTHS)  # letters that fit into a line of each column

_LINE, _PADDING = 10.5, 2  # points from one line to the next, and around them
_TITLE_LINE, _TITLE_LETTERS = 20, 78  # points of a line of the title, and its letters
_GAP = 6  # points of an empty line

_LONGEST_FOOTER = 255
"""Letters of a footer in UTF-16: Excel takes a workbook with a longer one for damaged."""


def customer_book(sheet: CustomerSheet, as_of: datetime) -> bytes:
    """The workbook of a customer's list; `as_of` is when its data last changed.

    Raises RefusalError if it has no room for the licenses or for a text.
    """
    refuse_too_many(sheet.words.sheet, len(sheet.rows))
    content = io.BytesIO()
    with Workbook(content, {**print_options(), "constant_memory": False, "in_memory": True}) as book:
        book.set_properties({"title": sheet.title, "author": "Balsamiq Sales", "created": as_of.replace(tzinfo=None)})
        write_sheet(book, book.add_worksheet(sheet.words.sheet), sheet)
    return content.getvalue()


def write_sheet(book: Workbook, page: Worksheet, sheet: CustomerSheet) -> None:
    """Write title, table and steps, and set the page up for paper."""
    layout = {"font_size": SIZE, "text_wrap": True, "valign": "top"}
    cell = book.add_format({**layout, "num_format": "@", "border": 1, "border_color": GRAY})
    header = book.add_format({**layout, "bold": True, "bg_color": PALE, "border": 1, "border_color": GRAY})
    for number, width in enumerate(WIDTHS):
        page.set_column(number, number, width)
    page.set_row(0, _TITLE_LINE * line_count(sheet.title, _TITLE_LETTERS))
    page.set_row(2, _GAP)
    title = book.add_format({"bold": True, "font_size": 16, "font_color": ACCENT, "text_wrap": True, "valign": "top"})
    page.merge_range(0, 0, 0, len(WIDTHS) - 1, "", title)
    write_text(page, 0, 0, sheet.title, title)
    write_text(page, 1, 0, sheet.sender, book.add_format({"font_size": SIZE}))
    first = 3
    write_row(page, first, sheet.words.headings, header)
    for line, row in enumerate(sheet.rows, start=first + 1):
        write_row(page, line, row, cell)
    last = write_steps(book, page, sheet, first + len(sheet.rows) + 2)
    set_up_page(page, sheet, first, last)


def write_row(page: Worksheet, line: int, texts: Sequence[str], look: Format) -> None:
    """Write a row as high as its longest text needs."""
    page.set_row(line, _LINE * max(map(line_count, texts, _ROOM)) + _PADDING)
    for number, text in enumerate(texts):
        write_text(page, line, number, text, look)


def height(text: str, width: float) -> float:
    """The points that a text needs in a column of a width."""
    return _LINE * line_count(text, int(width * _LETTERS)) + _PADDING


def write_steps(book: Workbook, page: Worksheet, sheet: CustomerSheet, line: int) -> int:
    """Write what to do and what not to do, over all columns; returns the last line."""
    layout = {"font_size": SIZE, "text_wrap": True, "valign": "top"}
    plain, strong = book.add_format(layout), book.add_format({**layout, "bold": True})
    page.set_row(line - 1, _GAP)
    texts = [(f"{number}. {step}", plain) for number, step in enumerate(sheet.steps, start=1)]
    if texts:
        texts.insert(0, (sheet.words.steps_title, strong))
    if sheet.warning:
        texts.append((sheet.warning, strong))
    for text, look in texts:
        page.merge_range(line, 0, line, len(WIDTHS) - 1, text, look)
        page.set_row(line, height(text, sum(WIDTHS)))
        line += 1
    return line - 1


def set_up_page(page: Worksheet, sheet: CustomerSheet, header: int, last: int) -> None:
    """Set the sheet up for A4 across, with its headings on each page."""
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.4, right=0.4, top=0.35, bottom=0.45)
    page.fit_to_pages(1, 0)
    page.print_area(0, 0, last, len(WIDTHS) - 1)
    page.repeat_rows(header)
    page.freeze_panes(header + 1, 1)
    page.hide_gridlines(2)
    page.set_footer(footer(sheet.title, sheet.words.page))


def footer(title: str, page: str) -> str:
    """What stands under each page, in Excel's code: as much of the title as there is room for, and the page's number."""
    room = _LONGEST_FOOTER - len(f"&L&R{page}")
    start = title[:room]
    while utf16_length(escaped(start)) > room:
        start = start[:-1]
    return f"&L{escaped(start)}&R{page}"


def escaped(text: str) -> str:
    """The text in the code of a footer, where an ampersand begins a command."""
    return text.replace("&", "&&")


def utf16_length(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text.encode("utf-16-le")) // 2


def customer_csv(sheet: CustomerSheet) -> bytes:
    """The same list as CSV: its headings and a line for each license."""
    return table_csv(sheet.words.headings, sheet.rows)
