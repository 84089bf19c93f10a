"""The charts of a board pack: drawn by Excel of the numbers in its tables, which stand below or beside them."""

from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook

from lib.dashboard.charts import LIGHT
from lib.dashboard.sheets import ChartKind, Sheet, Table
from lib.domain.requests import Stage

HEADER = 2
"""The row of a table's header below title and note, where no chart stands between."""

ROW_HEIGHT = 20
"""Pixels of a row's height."""

MOST_BARS = 60
"""Rows that a chart shows; a longer table is all there, but its chart could not be read."""

CHART_WIDTH = 900
"""Pixels of a chart's width: a page's, across."""

MOST_LINES_BELOW = 12
"""Lines of a table that have room on a page below its chart; a longer one stands beside it."""

WIDTH_BESIDE = 640
"""Pixels of a chart's width beside its table."""

STANDING_HEIGHT = 380
"""Pixels of the height of a chart with standing bars, and of others at least."""

COLORS: Mapping[str, str] = {
    **{outcome.value: color for outcome, color in LIGHT.outcomes.items()},
    **{stage.value: color for stage, color in LIGHT.stages.items()},
    **dict.fromkeys(("licenses", "users", "customers", "users_added", "reached", "only"), LIGHT.many),
    "others": LIGHT.half,
}
AHEAD_COLORS = {"At the current pace": LIGHT.stages[Stage.MIGRATED], "To the target": LIGHT.text}
"""The colours of lines ahead, by their titles."""

CHART_TYPES = {
    ChartKind.STACKED_COLUMNS: {"type": "column", "subtype": "stacked"},
    ChartKind.COLUMNS: {"type": "column"},
    ChartKind.STACKED_BARS: {"type": "bar", "subtype": "stacked"},
    ChartKind.BARS: {"type": "bar"},
    ChartKind.LINE: {"type": "line"},
}


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
    if table.ahead_columns:
        chart.combine(lines_of(book, name, header, table))
    width = WIDTH_BESIDE if is_beside(table) else CHART_WIDTH
    chart.set_size({"width": width, "height": chart_height(sheet.chart, charted_rows(table))})
    return chart


def lines_of(book: Workbook, name: str, header: int, table: Table) -> Any:
    """The lines ahead of the table on the sheet of that name, as a chart to lay over its bars."""
    lines = book.add_chart({"type": "line"})
    first, last = header + 1, header + charted_rows(table)
    columns = range(len(table.header) - table.ahead_columns, len(table.header))
    for column in columns:
        line = {"color": AHEAD_COLORS[str(table.header[column])], "width": 2, "dash_type": "square_dot"}
        lines.add_series(
            {
                "name": [name, header, column],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "line": line,
            }
        )
    return lines


def legend_options(table: Table) -> dict[str, Any]:
    """A legend below the chart; none for a single series."""
    if table.charted_columns + table.ahead_columns == 1:
        return {"none": True}
    return {"position": "bottom"}


def chart_height(kind: ChartKind, rows: int) -> int:
    """The pixels of a chart's height: lying bars need some each."""
    if not kind.is_lying:
        return STANDING_HEIGHT
    return max(STANDING_HEIGHT, 24 * rows)


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
    # Beside the chart, not beside the bars: those of changes reach to both sides.
    places: dict[str, Any] = {"major_gridlines": {"visible": False}, "label_position": "low"}
    if not kind.is_lying:
        chart.set_y_axis(numbers)
        chart.set_x_axis(places)
        return
    # The first row is on top, as in the table, and the numbers stay below.
    chart.set_x_axis(numbers | {"label_position": "high"})
    chart.set_y_axis(places | {"reverse": True})


def has_chart(sheet: Sheet, table: Table) -> bool:
    """Whether there is a chart, and anything in it."""
    return sheet.chart is not ChartKind.HEAT_TABLE and bool(table.charted_columns) and table.charted_lines > 0


def is_beside(table: Table) -> bool:
    """Whether a table stands beside its chart, as a long one does."""
    return len(table.lines) > MOST_LINES_BELOW


def header_row(sheet: Sheet, table: Table) -> int:
    """The row of a table's header: below the chart, if there is one above."""
    if not has_chart(sheet, table) or is_beside(table):
        return HEADER
    height = chart_height(sheet.chart, charted_rows(table))
    return HEADER + height // ROW_HEIGHT + 2


def charted_rows(table: Table) -> int:
    """How many rows of a table are charted."""
    return min(table.charted_lines, MOST_BARS)
