"""The board pack: a cover, then a page for each chart, drawn by Excel over the numbers behind it."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from lib.dashboard import numbers
from lib.dashboard.charts import LIGHT, units
from lib.dashboard.cover import Cover, cover_of
from lib.dashboard.figures import BURN_UP, FIGURES
from lib.dashboard.numbers import Numbers
from lib.dashboard.pack_charts import (
    CHART_WIDTH,
    HEADER,
    STANDING_HEIGHT,
    chart_of,
    has_chart,
    header_row,
    is_beside,
)
from lib.dashboard.sheets import ChartKind, Number, Sheet, Table, table_of
from lib.dashboard.view import View
from lib.documents.exports.about import ABOUT_SHEET, About, lines_about
from lib.documents.exports.names import sheet_names
from lib.documents.exports.workbooks import (
    OPTIONS,
    Looks,
    height,
    looks_of,
    refuse_too_many,
    set_up_print,
    write_about,
    write_cell,
    write_text,
)

REMARKS = (
    "Each sheet has the numbers behind one chart, and the chart is drawn of them: change a number, and the chart follows.",
    "Users added are those gained by upgrades; upgrades to Unlimited are not counted.",
    "A customer may appear in several rows or columns: totals count each customer once; where there is no total, the "
    "parts must not be added up.",
)
"""What the readers of a board pack should know."""

MOST_LINES_OF_PAGE = 34
"""Lines of a table up to which its sheet is one page."""

DIGIT_WIDTH = 7
"""Pixels of a digit, in which the widths of columns are counted."""

HEADER_POINTS = 34
"""Points of the height of a table's header: two lines."""

WIDEST = 48
"""Letters of a column's width at most."""

NOTE_COLUMNS = 11
"""The last column that a long note reaches to."""

NUMBER_COLUMNS = (1, 2)
"""The columns of numbers in the tables of the cover."""

COVER_CHART_ROW = 26
"""The row of the cover at which its chart begins."""


def board_pack(source: Numbers, view: View, about: About, *, is_sample: bool = False) -> bytes:
    """The workbook of all figures of a view, with the numbers that the screen shows.

    Raises RefusalError if a sheet or a cell has no room.
    """
    sheets = [figure.sheet_of(source, view) for figure in FIGURES.values()]
    content = BytesIO()
    counts = {"Licenses": numbers.total(source, view.cut)}
    cover = cover_of(source, view, is_sample=is_sample)
    write_sheets(content, [sheet for sheet in sheets if len(sheet.frame)], about, counts, cover)
    return content.getvalue()


def write_sheets(
    target: str | Path | BytesIO,
    sheets: Sequence[Sheet],
    about: About,
    counts: Mapping[str, int] | None = None,
    cover: Cover | None = None,
) -> None:
    """Write a workbook of the sheets to a file, by its path or open for bytes; its last sheet says what it is.

    `counts` are numbers for that last sheet, by their headings. Raises RefusalError if a sheet or a cell has no room.
    """
    covers = ["Cover"] if cover else []
    names = sheet_names([ABOUT_SHEET, *covers, *(sheet.tab or sheet.title for sheet in sheets)])
    about_name, titles = names[0], names[1 + len(covers) :]
    tables = [table_of(sheet) for sheet in sheets]
    # Excel shows a chart at once only if its numbers are in the chart too, and those are taken from the cells:
    # they stay in memory until the end. They are few.
    with Workbook(target, {**OPTIONS, "constant_memory": False}) as book:
        book.set_properties({"title": "Board pack", "created": about.as_of.replace(tzinfo=None)})
        looks = looks_of(book)
        front = book.add_worksheet(names[1]) if cover else None
        for name, sheet, table in zip(titles, sheets, tables, strict=True):
            write_sheet(book, name, sheet, table, looks)
        if front and cover:
            write_cover(book, front, cover, looks)
            insert_cover_chart(book, front, titles, sheets, tables)
        write_about(book.add_worksheet(about_name), lines_about(about, counts or {}, REMARKS), looks)


def write_cover(book: Workbook, page: Worksheet, cover: Cover, looks: Looks) -> None:
    """Write the cover but its chart: what the pack is of, the answer, the numbers and the split of Cloud."""
    page.set_column(0, 0, 34)
    page.set_column(1, 2, 18)
    page.set_column(3, 3, 60)
    page.hide_gridlines(2)
    write_text(page, 0, 0, cover.title, book.add_format({"bold": True, "font_size": 20}))
    for row, line in enumerate(cover.lines, start=1):
        write_text(page, row, 0, line, looks.text)
    below = write_cover_table(page, len(cover.lines) + 2, cover.numbers, looks)
    write_cover_table(page, below + 1, cover.cloud, looks)
    set_up_print(page)
    page.fit_to_pages(1, 1)


def write_cover_table(page: Worksheet, row: int, table: Sequence[Sequence[Any]], looks: Looks) -> int:
    """Write a table from a row on, its header first; gives the row below it."""
    for column, title in enumerate(table[0]):
        write_text(page, row, column, title, looks.number_header if column in NUMBER_COLUMNS else looks.header)
    for number, line in enumerate(table[1:], start=row + 1):
        for column, cell in enumerate(line):
            write_cell(page, number, column, cell, looks)
    return row + len(table)


def insert_cover_chart(
    book: Workbook, page: Worksheet, names: Sequence[str], sheets: Sequence[Sheet], tables: Sequence[Table]
) -> None:
    """Insert the burn-up below the numbers of the cover, drawn of its own sheet."""
    for name, sheet, table in zip(names, sheets, tables, strict=True):
        if sheet.title == BURN_UP.title and has_chart(sheet, table):
            chart = chart_of(book, name, sheet, table)
            chart.set_size({"width": CHART_WIDTH, "height": STANDING_HEIGHT})
            page.insert_chart(COVER_CHART_ROW, 0, chart, {"description": sheet.title})


def write_sheet(book: Workbook, name: str, sheet: Sheet, table: Table, looks: Looks) -> None:
    """Write one sheet: if possible its chart, and below it its table."""
    header = header_row(sheet, table)
    refuse_too_many(name, len(table.lines) + header)
    page = book.add_worksheet(name)
    write_text(page, 0, 0, sheet.title, looks.bold)
    write_note(page, sheet.note or units.title(sheet.values[0]), looks)
    write_header(page, header, table, looks)
    write_lines(page, header, sheet, table, looks)
    # The filter stops before the totals, or Excel would sort them in among the rows.
    page.autofilter(header, 0, header + max(table.charted_lines, 0), len(table.header) - 1)
    set_up_print(page, HEADER - 1)
    if len(table.lines) <= MOST_LINES_OF_PAGE:
        page.fit_to_pages(1, 1)
    if sheet.chart is ChartKind.HEAT_TABLE:
        color_cells(page, header, table)
    if has_chart(sheet, table):
        column = len(table.header) + 1 if is_beside(table) else 0
        page.insert_chart(HEADER, column, chart_of(book, page.name, sheet, table), {"description": sheet.title})


def write_note(page: Worksheet, note: str, looks: Looks) -> None:
    """Write what stands below the title, over several lines where it is long."""
    width = CHART_WIDTH // DIGIT_WIDTH
    if len(note) <= width:
        write_text(page, 1, 0, note, looks.text)
        return
    # As wide as the page: a longer text would make all of it smaller.
    page.merge_range(1, 0, 1, NOTE_COLUMNS, "")
    write_text(page, 1, 0, note, looks.wrapped)
    page.set_row(1, height(note, width))


def color_cells(page: Worksheet, header: int, table: Table) -> None:
    """Colour the cells of a table, the darker the more."""
    scale = {
        "type": "2_color_scale",
        "min_type": "num",
        "min_value": 0,
        "min_color": "#FFFFFF",
        "max_color": LIGHT.half,
    }
    page.conditional_format(header + 1, 1, header + table.charted_lines, table.charted_columns, scale)


def write_header(page: Worksheet, row: int, table: Table, looks: Looks) -> None:
    """Write the header, with columns as wide as their cells need; headings of several words take two lines."""
    page.set_row(row, HEADER_POINTS)
    for number, cell in enumerate(table.header):
        text = heading_text(cell)
        widths = [len(str(line[number])) + 3 for line in table.lines]
        page.set_column(
            number, number, min(max(10, len(text) // 2 + 4, *(len(word) + 2 for word in text.split()), *widths), WIDEST)
        )
        # A tier as a heading is a number with a thousands separator, by the header's format.
        look = looks.number_header if number else looks.header
        if isinstance(cell, int):
            page.write_number(row, number, cell, look)
        else:
            write_text(page, row, number, text, look)


def heading_text(cell: Number) -> str:
    """A heading as Excel shows it, to measure its width."""
    if isinstance(cell, int):
        return f"{cell:,}"
    return str(cell)


def write_lines(page: Worksheet, header: int, sheet: Sheet, table: Table, looks: Looks) -> None:
    """Write the cells below the header."""
    names = [""] * (len(table.header) - len(sheet.extra)) + list(sheet.extra)
    fractions = [looks.share if name in sheet.shares else looks.decimal for name in names]
    for row, line in enumerate(table.lines, start=header + 1):
        for number, cell in enumerate(line):
            # Coloured cells are found more easily between empty ones.
            shown = cell or None if sheet.chart is ChartKind.HEAT_TABLE else cell
            write_number_or_cell(page, row, number, shown, looks, fractions[number])


def write_number_or_cell(page: Worksheet, row: int, number: int, cell: Number, looks: Looks, fraction: Any) -> None:
    """Write a cell, a fraction in its column's format."""
    if isinstance(cell, float):
        page.write_number(row, number, cell, fraction)
    else:
        write_cell(page, row, number, cell, looks)
