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
from lib.dashboard.sheets import ChartKind, Number, Sheet, Table, table_of
from lib.dashboard.view import View
from lib.documents.exports.about import ABOUT_SHEET, About, lines_about
from lib.documents.exports.names import sheet_names
from lib.documents.exports.workbooks import (
    OPTIONS,
    Looks,
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
    "A customer may stand in several rows or columns: totals of customers are counted anew, and where none is given the "
    "parts must not be summed.",
)
"""What the readers of a board pack should know."""

HEADER = 2
"""The row of a table's header below title and note, where no chart stands between."""

ROW_HEIGHT = 20
"""Pixels of a row's height."""

MOST_BARS = 60
"""Rows that a chart shows; a longer table is all there, but its chart could not be read."""

CHART_WIDTH = 900
"""Pixels of a chart's width: a page's, across."""

WIDEST = 48
"""Letters of a column's width at most."""

COVER_CHART_ROW = 26
"""The row of the cover at which its chart begins."""

COLORS: Mapping[str, str] = {
    **{outcome.value: color for outcome, color in LIGHT.outcomes.items()},
    **{stage.value: color for stage, color in LIGHT.stages.items()},
}
CHART_TYPES = {
    ChartKind.STACKED_COLUMNS: {"type": "column", "subtype": "stacked"},
    ChartKind.COLUMNS: {"type": "column"},
    ChartKind.STACKED_BARS: {"type": "bar", "subtype": "stacked"},
    ChartKind.BARS: {"type": "bar"},
    ChartKind.LINE: {"type": "line"},
}


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
        write_text(page, row, column, title, looks.header)
    for number, line in enumerate(table[1:], start=row + 1):
        for column, cell in enumerate(line):
            write_cell(page, number, column, cell, looks)
    return row + len(table)


def insert_cover_chart(
    book: Workbook, page: Worksheet, names: Sequence[str], sheets: Sequence[Sheet], tables: Sequence[Table]
) -> None:
    """Insert the burn-up below the numbers of the cover, drawn of its own sheet."""
    for name, sheet, table in zip(names, sheets, tables, strict=True):
        if sheet.title == BURN_UP.title and has_chart(table):
            page.insert_chart(COVER_CHART_ROW, 0, chart_of(book, name, sheet, table), {"description": sheet.title})


def write_sheet(book: Workbook, name: str, sheet: Sheet, table: Table, looks: Looks) -> None:
    """Write one sheet: if possible its chart, and below it its table."""
    header = header_row(sheet, table)
    refuse_too_many(name, len(table.lines) + header)
    page = book.add_worksheet(name)
    write_text(page, 0, 0, sheet.title, looks.bold)
    write_text(page, 1, 0, sheet.note or units.title(sheet.values[0]), looks.text)
    write_header(page, header, table, looks)
    write_lines(page, header, sheet, table, looks)
    # The filter stops before the totals, or Excel would sort them in among the rows.
    page.autofilter(header, 0, header + max(table.charted_lines, 0), len(table.header) - 1)
    set_up_print(page, HEADER - 1)
    if has_chart(table):
        page.insert_chart(HEADER, 0, chart_of(book, page.name, sheet, table), {"description": sheet.title})


def has_chart(table: Table) -> bool:
    """Whether there is anything to chart."""
    return bool(table.charted_columns) and table.charted_lines > 0


def header_row(sheet: Sheet, table: Table) -> int:
    """The row of a table's header: below the chart, if there is one."""
    if not has_chart(table):
        return HEADER
    height = chart_height(sheet.chart, charted_rows(table))
    return HEADER + height // ROW_HEIGHT + 2


def charted_rows(table: Table) -> int:
    """How many rows of a table are charted."""
    return min(table.charted_lines, MOST_BARS)


def write_header(page: Worksheet, row: int, table: Table, looks: Looks) -> None:
    """Write the header, with columns as wide as their cells need."""
    for number, cell in enumerate(table.header):
        text = heading_text(cell)
        widths = [len(str(line[number])) + 3 for line in table.lines]
        page.set_column(number, number, min(max(10, len(text) + 2, *widths), WIDEST))
        # A tier as a heading is a number with a thousands separator, by the header's format.
        if isinstance(cell, int):
            page.write_number(row, number, cell, looks.header)
        else:
            write_text(page, row, number, text, looks.header)


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
            write_number_or_cell(page, row, number, cell, looks, fractions[number])


def write_number_or_cell(page: Worksheet, row: int, number: int, cell: Number, looks: Looks, fraction: Any) -> None:
    """Write a cell, a fraction in its column's format."""
    if isinstance(cell, float):
        page.write_number(row, number, cell, fraction)
    else:
        write_cell(page, row, number, cell, looks)


def chart_of(book: Workbook, name: str, sheet: Sheet, table: Table) -> Any:
    """The chart of the table on the sheet of that name."""
    chart = book.add_chart(CHART_TYPES[sheet.chart])
    header = header_row(sheet, table)
    first, last = header + 1, header + charted_rows(table)
    for number, code in enumerate(table.codes, start=1):
        series = {
            "name": [name, header, number],
            "categories": [name, first, 0, last, 0],
            "values": [name, first, number, last, number],
            "gap": 40,
        }
        chart.add_series(series | color_options(code))
    # The title is that of the sheet, by its cell: a text could be taken for a reference.
    chart.set_title({"name": [name, 0, 0], "name_font": {"size": 12}, "overlay": False})
    chart.set_legend(legend_options(table))
    set_axes(chart, sheet.chart)
    chart.set_size({"width": CHART_WIDTH, "height": chart_height(sheet.chart, charted_rows(table))})
    return chart


def legend_options(table: Table) -> dict[str, Any]:
    """A legend below the chart; none for a single series."""
    if table.charted_columns == 1:
        return {"none": True}
    return {"position": "bottom"}


def chart_height(kind: ChartKind, rows: int) -> int:
    """The pixels of a chart's height: lying bars need some each."""
    if not kind.is_lying:
        return 380
    return max(380, 24 * rows)


def color_options(code: Any) -> dict[str, Any]:
    """The colour of an outcome or a stage; none for others."""
    color = COLORS.get(str(code))
    if not color:
        return {}
    return {"fill": {"color": color}, "line": {"color": color}}


def set_axes(chart: Any, kind: ChartKind) -> None:
    """Set the axis of numbers and that of places; for lying bars Excel has them the other way round."""
    numbers: dict[str, Any] = {
        "num_format": "#,##0",
        "major_gridlines": {"visible": True, "line": {"color": "#DDE3EE"}},
    }
    places: dict[str, Any] = {"major_gridlines": {"visible": False}}
    if not kind.is_lying:
        chart.set_y_axis(numbers)
        chart.set_x_axis(places)
        return
    # The first row is on top, as in the table, and the numbers stay below.
    chart.set_x_axis(numbers | {"label_position": "high"})
    chart.set_y_axis(places | {"reverse": True})
