"""The board pack: a workbook with the numbers behind each chart, a sheet each, and a chart that Excel draws of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from lib.dashboard.charts import LIGHT, units
from lib.documents.exports.about import ABOUT_SHEET, About, lines_of
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
from lib.domain.tiers import json_size
from lib.measures.cut import ALL


class Kind(StrEnum):
    """How Excel draws the numbers of a sheet: one bar per row, standing or lying, or a line over the rows."""

    STACKED_COLUMNS = "stacked_columns"
    COLUMNS = "columns"
    STACKED_BARS = "stacked_bars"
    BARS = "bars"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The numbers of one chart, as a frame that the chart itself was drawn from.

    `rows` names the column whose values are the rows of the table and the places along the chart. With `series`, the values
    of that column are columns of the table, filled with the one of `values`; without, each of `values` is a column. `also`
    are columns that are in the table but not in the chart, `shares` those of them that are parts of 1.

    `titles` are the words for columns and for values, and their order. `note` stands below the title. `adds_up` is whether
    the rows are parts of one whole, so that they have a total: days and steps are not. Totals of customers are those of the
    frame (`cut.ALL`), or there are none.
    """

    title: str
    frame: pd.DataFrame
    chart: Kind
    rows: str
    values: tuple[str, ...]
    series: str = ""
    also: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    titles: Mapping[Any, str] = field(default_factory=dict)
    note: str = ""
    adds_up: bool = True


MINDS = (
    "Each sheet has the numbers behind one chart, and the chart is drawn of them: change a number, and the chart follows.",
    "Users added counts the users gained by growing; a license that grows to Unlimited adds no number.",
    "A customer may stand in several rows or columns: totals of customers are counted anew, and where none is given the "
    "parts must not be summed.",
)
"""What the readers of a board pack should know."""

_SIZES = ("from_size", "to_tier")
_DAYS = ("on",)
_HEADER = 2
"""The row of a table's header, below title and note."""

_MOST_BARS = 60
"""Rows that a chart shows; a longer table is all there, but its chart could not be read."""

_COLORS: Mapping[str, str] = {
    **{outcome.value: color for outcome, color in LIGHT.outcomes.items()},
    **{stage.value: color for stage, color in LIGHT.stages.items()},
}
_TYPES = {
    Kind.STACKED_COLUMNS: {"type": "column", "subtype": "stacked"},
    Kind.COLUMNS: {"type": "column"},
    Kind.STACKED_BARS: {"type": "bar", "subtype": "stacked"},
    Kind.BARS: {"type": "bar"},
    Kind.LINE: {"type": "line"},
}

Number = str | int | float | date | None
"""What a cell of a table holds; a tier is a number, or the word Unlimited."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet's table: its header and lines. Columns 1 to `charted` and all lines but `totals` at the end are in the chart.

    `codes` are what its charted columns stand for.
    """

    header: list[Number]
    lines: list[list[Number]]
    codes: list[Any]
    totals: int

    @property
    def charted(self) -> int:
        return len(self.codes)


def board_pack(
    target: str | Path | BytesIO, sheets: Sequence[Sheet], about: About, counts: Mapping[str, int] | None = None
) -> None:
    """Write a workbook of the sheets to a file, by its path or open for bytes; its first sheet says what it is.

    `counts` are numbers for that first sheet, by their headings. Raises RefusalError if a sheet or a cell has no room.
    """
    names = sheet_names([ABOUT_SHEET, *(sheet.title for sheet in sheets)])
    tables = [_table_of(sheet) for sheet in sheets]
    told = {f"Rows of {name}": len(table.lines) for name, table in zip(names[1:], tables, strict=True)}
    # Excel shows a chart at once only if its numbers are in the chart too, and those are taken from the cells:
    # they stay in memory until the end. They are few.
    with Workbook(str(target) if isinstance(target, Path) else target, {**OPTIONS, "constant_memory": False}) as book:
        book.set_properties({"title": "Board pack", "created": about.as_of.replace(tzinfo=None)})
        looks = looks_of(book)
        write_about(book.add_worksheet(names[0]), lines_of(about, {**(counts or {}), **told}, MINDS), looks)
        for sheet, name, table in zip(sheets, names[1:], tables, strict=True):
            refuse_too_many(name, len(table.lines) + _HEADER)
            page = book.add_worksheet(name)
            _write_table(page, sheet, table, looks)
            if table.charted and len(table.lines) > table.totals:
                _draw(book, page, sheet, table)


def _table_of(sheet: Sheet) -> _Table:
    found, codes = _found(sheet)
    keys = _in_order(sheet, sheet.rows, [key for key, _ in found])
    also = _also(sheet)
    whole = [ALL] if sheet.series and any(code == ALL for _, code in found) else []
    last = [ALL] if sheet.adds_up and any(key == ALL for key, _ in found) else []
    header = [_heading(sheet, name) for name in (sheet.rows, *codes, *whole, *sheet.also)]
    lines: list[list[Number]] = []
    for key in [*keys, *last]:
        name = "Total" if key == ALL else _shown(sheet, sheet.rows, key)
        blank = None if key == ALL and not units.adds_up(sheet.values[0]) else 0
        numbers = [found.get((key, code), blank) for code in codes]
        totals = [found.get((key, code)) for code in whole]
        lines.append([name, *numbers, *totals, *also.get(key, [None] * len(sheet.also))])
    return _Table(header, lines, codes, len(last))


def _found(sheet: Sheet) -> tuple[dict[tuple[Any, Any], int], list[Any]]:
    """The number of each row and column, totals included, and the columns that are drawn, in order."""
    if sheet.series:
        counts = units.counts(sheet.frame, [sheet.rows, sheet.series], sheet.values[0])
        found = {(key, code): number for (key, code), number in counts.items()}
        return found, _in_order(sheet, sheet.series, [code for _, code in found])
    found = {
        (key, name): number
        for name in sheet.values
        for (key,), number in units.counts(sheet.frame, [sheet.rows], name).items()
    }
    return found, list(sheet.values)


def _in_order(sheet: Sheet, name: str, values: Iterable[Any]) -> list[Any]:
    """The distinct values but totals: sizes by size, others as the titles have them, then as the frame has them."""
    distinct = [value for value in dict.fromkeys(values) if value != ALL]
    if name in _SIZES:
        return sorted(distinct)
    places = {value: place for place, value in enumerate(sheet.titles)}
    return sorted(distinct, key=lambda value: places.get(value, len(places)))


def _also(sheet: Sheet) -> dict[Any, list[Number]]:
    """The cells of the further columns by row; where the frame has several of a row, those of the first."""
    cells: dict[Any, list[Number]] = {}
    columns = [sheet.frame[name].tolist() for name in (sheet.rows, *sheet.also)]
    for key, *values in zip(*columns, strict=True):
        told = [_shown(sheet, name, value) for name, value in zip(sheet.also, values, strict=True)]
        cells.setdefault(key, told)
    return cells


def _heading(sheet: Sheet, code: Any) -> Number:
    if code == ALL:
        return "Total"
    if isinstance(code, int):
        return json_size(code)
    return sheet.titles.get(code, str(code or "Unknown").replace("_", " ").capitalize())


def _shown(sheet: Sheet, name: str, value: Any) -> Number:
    """A value as its cell has it."""
    if value is None or value != value:
        return "Unknown" if name == sheet.rows else None
    if name in _SIZES:
        return json_size(int(value))
    if name in _DAYS:
        return date.fromisoformat(str(value))
    if isinstance(value, int | float | date) and value not in sheet.titles:
        return value
    return sheet.titles.get(value, str(value))


def _write_table(page: Worksheet, sheet: Sheet, table: _Table, looks: Looks) -> None:
    write_text(page, 0, 0, sheet.title, looks.bold)
    write_text(page, 1, 0, sheet.note or units.title(sheet.values[0]), looks.text)
    for number, cell in enumerate(table.header):
        shown = f"{cell:,}" if isinstance(cell, int) else str(cell)
        widths = [len(str(line[number])) for line in table.lines]
        page.set_column(number, number, min(max(10, len(shown) + 2, *(width + 3 for width in widths)), 48))
        if isinstance(cell, int):
            page.write_number(_HEADER, number, cell, looks.header)
        else:
            write_text(page, _HEADER, number, shown, looks.header)
    first_also = len(table.header) - len(sheet.also)
    shares = {first_also + place for place, name in enumerate(sheet.also) if name in sheet.shares}
    for place, line in enumerate(table.lines, start=_HEADER + 1):
        for number, cell in enumerate(line):
            if isinstance(cell, float):
                page.write_number(place, number, cell, looks.share if number in shares else looks.decimal)
            else:
                write_cell(page, place, number, cell, looks)
    page.freeze_panes(_HEADER + 1, 1)
    page.autofilter(_HEADER, 0, max(_HEADER + len(table.lines) - table.totals, _HEADER), len(table.header) - 1)
    set_up_print(page, _HEADER)


def _draw(book: Workbook, page: Worksheet, sheet: Sheet, table: _Table) -> None:
    """The chart of a table, to its right."""
    first, last = _HEADER + 1, _HEADER + min(len(table.lines) - table.totals, _MOST_BARS)
    drawn = book.add_chart(_TYPES[sheet.chart])
    for number, code in enumerate(table.codes, start=1):
        series = {
            "name": [page.name, _HEADER, number],
            "categories": [page.name, first, 0, last, 0],
            "values": [page.name, first, number, last, number],
            "gap": 40,
        }
        color = _COLORS.get(str(code))
        drawn.add_series(series | ({"fill": {"color": color}, "line": {"color": color}} if color else {}))
    # The title is that of the sheet, by its cell: a text could be taken for a reference.
    drawn.set_title({"name": [page.name, 0, 0], "name_font": {"size": 12}, "overlay": False})
    drawn.set_legend({"none": True} if table.charted == 1 else {"position": "bottom"})
    lying = sheet.chart in (Kind.BARS, Kind.STACKED_BARS)
    numbers = {"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#DDE3EE"}}}
    # The first row is on top, as in the table, and the numbers stay below.
    (drawn.set_x_axis if lying else drawn.set_y_axis)(numbers | ({"label_position": "high"} if lying else {}))
    (drawn.set_y_axis if lying else drawn.set_x_axis)(
        {"major_gridlines": {"visible": False}, **({"reverse": True} if lying else {})}
    )
    drawn.set_size({"width": 760, "height": max(380, 24 * (last - first) if lying else 0)})
    page.insert_chart(_HEADER, len(table.header) + 1, drawn, {"description": sheet.title})
