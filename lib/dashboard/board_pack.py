"""The board pack: a workbook with a sheet for the numbers behind each chart, and a chart that Excel draws of them."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from lib.dashboard import numbers
from lib.dashboard.charts import LIGHT, units
from lib.dashboard.figures import FIGURES
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
    "Users added counts the users gained by growing; a license that grows to Unlimited adds no number.",
    "A customer may stand in several rows or columns: totals of customers are counted anew, and where none is given the "
    "parts must not be summed.",
)
"""What the readers of a board pack should know."""

HEADER = 2
"""The row of a table's header, below title and note."""

MOST_BARS = 60
"""Rows that a chart shows; a longer table is all there, but its chart could not be read."""

WIDEST = 48
"""Letters of a column's width at most."""

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


def board_pack(source: Numbers, view: View, about: About) -> bytes:
    """The workbook of all figures of a view, with the numbers that the screen shows.

    Raises RefusalError if a sheet or a cell has no room.
    """
    sheets = [figure.sheet_of(source, view) for figure in FIGURES.values()]
    content = BytesIO()
    counts = {"Licenses": numbers.total(source, view.cut)}
    write_sheets(content, [sheet for sheet in sheets if len(sheet.frame)], about, counts)
    return content.getvalue()


def write_sheets(
    target: str | Path | BytesIO, sheets: Sequence[Sheet], about: About, counts: Mapping[str, int] | None = None
) -> None:
    """Write a workbook of the sheets to a file, by its path or open for bytes; its first sheet says what it is.

    `counts` are numbers for that first sheet, by their headings. Raises RefusalError if a sheet or a cell has no room.
    """
    names = sheet_names([ABOUT_SHEET, *(sheet.title for sheet in sheets)])
    tables = [table_of(sheet) for sheet in sheets]
    # Excel shows a chart at once only if its numbers are in the chart too, and those are taken from the cells:
    # they stay in memory until the end. They are few.
    with Workbook(target, {**OPTIONS, "constant_memory": False}) as book:
        book.set_properties({"title": "Board pack", "created": about.as_of.replace(tzinfo=None)})
        looks = looks_of(book)
        row_counts = {f"Rows of {name}": len(table.lines) for name, table in zip(names[1:], tables, strict=True)}
        lines = lines_about(about, {**(counts or {}), **row_counts}, REMARKS)
        write_about(book.add_worksheet(names[0]), lines, looks)
        for name, sheet, table in zip(names[1:], sheets, tables, strict=True):
            write_sheet(book, name, sheet, table, looks)


def write_sheet(book: Workbook, name: str, sheet: Sheet, table: Table, looks: Looks) -> None:
    """Write one sheet: its table and, if possible, its chart."""
    refuse_too_many(name, len(table.lines) + HEADER)
    page = book.add_worksheet(name)
    write_text(page, 0, 0, sheet.title, looks.bold)
    write_text(page, 1, 0, sheet.note or units.title(sheet.values[0]), looks.text)
    write_header(page, table, looks)
    write_lines(page, sheet, table, looks)
    page.freeze_panes(HEADER + 1, 1)
    # The filter stops before the totals, or Excel would sort them in among the rows.
    page.autofilter(HEADER, 0, HEADER + max(table.charted_lines, 0), len(table.header) - 1)
    set_up_print(page, HEADER)
    if table.charted_columns and table.charted_lines > 0:
        insert_chart(book, page, sheet, table)


def write_header(page: Worksheet, table: Table, looks: Looks) -> None:
    """Write the header, with columns as wide as their cells need."""
    for number, cell in enumerate(table.header):
        text = heading_text(cell)
        widths = [len(str(line[number])) + 3 for line in table.lines]
        page.set_column(number, number, min(max(10, len(text) + 2, *widths), WIDEST))
        # A tier as a heading is a number with a thousands separator, by the header's format.
        if isinstance(cell, int):
            page.write_number(HEADER, number, cell, looks.header)
        else:
            write_text(page, HEADER, number, text, looks.header)


def heading_text(cell: Number) -> str:
    """A heading as Excel shows it, to measure its width."""
    if isinstance(cell, int):
        return f"{cell:,}"
    return str(cell)


def write_lines(page: Worksheet, sheet: Sheet, table: Table, looks: Looks) -> None:
    """Write the cells below the header."""
    names = [""] * (len(table.header) - len(sheet.extra)) + list(sheet.extra)
    fractions = [looks.share if name in sheet.shares else looks.decimal for name in names]
    for row, line in enumerate(table.lines, start=HEADER + 1):
        for number, cell in enumerate(line):
            write_number_or_cell(page, row, number, cell, looks, fractions[number])


def write_number_or_cell(page: Worksheet, row: int, number: int, cell: Number, looks: Looks, fraction: Any) -> None:
    """Write a cell, a fraction in its column's format."""
    if isinstance(cell, float):
        page.write_number(row, number, cell, fraction)
    else:
        write_cell(page, row, number, cell, looks)


def insert_chart(book: Workbook, page: Worksheet, sheet: Sheet, table: Table) -> None:
    """Insert the chart of a table, to its right."""
    chart = book.add_chart(CHART_TYPES[sheet.chart])
    first, last = HEADER + 1, HEADER + min(table.charted_lines, MOST_BARS)
    for number, code in enumerate(table.codes, start=1):
        series = {
            "name": [page.name, HEADER, number],
            "categories": [page.name, first, 0, last, 0],
            "values": [page.name, first, number, last, number],
            "gap": 40,
        }
        chart.add_series(series | color_options(code))
    # The title is that of the sheet, by its cell: a text could be taken for a reference.
    chart.set_title({"name": [page.name, 0, 0], "name_font": {"size": 12}, "overlay": False})
    chart.set_legend(legend_options(table))
    set_axes(chart, sheet.chart)
    chart.set_size({"width": 760, "height": chart_height(sheet.chart, last - first)})
    page.insert_chart(HEADER, len(table.header) + 1, chart, {"description": sheet.title})


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
