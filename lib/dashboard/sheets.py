"""The sheets of a board pack: the numbers behind one chart as a table, and how Excel charts it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Any

import pandas as pd

from lib.dashboard.charts import units
from lib.domain.tiers import json_size
from lib.measures.cut import ALL


class ChartKind(StrEnum):
    """How Excel shows the numbers of a sheet: one bar per row, standing or lying, a line over the rows, or coloured cells."""

    STACKED_COLUMNS = "stacked_columns"
    COLUMNS = "columns"
    STACKED_BARS = "stacked_bars"
    BARS = "bars"
    LINE = "line"
    HEAT_TABLE = "heat_table"

    @property
    def is_lying(self) -> bool:
        """Whether its bars lie, with rows down the left."""
        return self in (ChartKind.BARS, ChartKind.STACKED_BARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The numbers of one chart, from the frame that the chart itself is drawn from.

    `rows` names the column whose values are the rows of the table and the places along the chart. With `series`, the
    values of that column are columns of the table, filled with the one of `values`; without, each of `values` is a
    column. `extra` columns are in the table but not in the chart; `shares` are those of them that are parts of 1.

    `tab` is a title short enough for the name of a worksheet, where `title` is not. `titles` are the words for columns and for values, and their order. `note` stands below the title. `adds_up` is
    whether the rows are parts of one whole, so that they have a total: days and steps are not. Totals of customers are
    those of the frame (`cut.ALL`), or there are none.
    """

    frame: pd.DataFrame
    chart: ChartKind
    rows: str
    values: tuple[str, ...]
    title: str = ""
    tab: str = ""
    series: str = ""
    extra: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    titles: Mapping[Any, str] = field(default_factory=dict)
    note: str = ""
    adds_up: bool = True
    ahead: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Lines that lead on from the last row: the number at each row, also at those to come, by the title of the line."""


Number = str | int | float | date | None
"""What a cell of a table holds; a tier is a number, or the word Unlimited."""

SIZE_COLUMNS = ("from_size", "to_tier")
DAY_COLUMNS = ("on",)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet's header and lines; the last `total_lines` of them are totals, and not charted.

    `codes` are what its charted columns stand for: those after the first. The last `ahead_columns` are lines ahead.
    """

    header: list[Number]
    lines: list[list[Number]]
    codes: list[Any]
    total_lines: int
    ahead_columns: int = 0

    @property
    def charted_columns(self) -> int:
        """How many columns are charted."""
        return len(self.codes)

    @property
    def charted_lines(self) -> int:
        """How many lines are charted."""
        return len(self.lines) - self.total_lines


@dataclass(frozen=True, slots=True)
class Cells:
    """The number of each row and column, totals included, and the columns to chart, in order."""

    numbers: Mapping[tuple[Any, Any], int]
    codes: list[Any]


def table_of(sheet: Sheet) -> Table:
    """The table of a sheet: a line per row, a column per series, and the totals that can be known."""
    cells = cells_of(sheet)
    keys = in_order(sheet, sheet.rows, [key for key, _ in cells.numbers])
    has_total_column = bool(sheet.series) and any(code == ALL for _, code in cells.numbers)
    has_total_line = sheet.adds_up and any(key == ALL for key, _ in cells.numbers)
    total_columns = [ALL] * has_total_column
    total_lines = [ALL] * has_total_line
    header = [heading(sheet, code) for code in (sheet.rows, *cells.codes, *total_columns, *sheet.extra)]
    extra = extra_cells(sheet)
    blanks: list[Number] = [None] * len(sheet.extra)
    lines = []
    # Totals go last: what is charted is a block of rows without them.
    for key in [*keys, *total_lines]:
        numbers = [number_in(sheet, cells, key, code) for code in cells.codes]
        totals = [cells.numbers.get((key, code)) for code in total_columns]
        lines.append([row_title(sheet, key), *numbers, *totals, *extra.get(key, blanks)])
    return with_lines_ahead(sheet, Table(header, lines, cells.codes, len(total_lines)))


def with_lines_ahead(sheet: Sheet, table: Table) -> Table:
    """A table with a column for each line ahead, and a row for each place to come."""
    blanks: list[Number] = [None] * (len(table.header) - 1)
    rows = {line[0]: line for line in table.lines}
    for place in chain.from_iterable(sheet.ahead.values()):
        rows.setdefault(place, [place, *blanks])
    lines = [[*line, *(course.get(str(place)) for course in sheet.ahead.values())] for place, line in rows.items()]
    return replace(table, header=[*table.header, *sheet.ahead], lines=lines, ahead_columns=len(sheet.ahead))


def cells_of(sheet: Sheet) -> Cells:
    """The numbers of a sheet by row and column."""
    if not sheet.series:
        return cells_by_value(sheet)
    counts = units.counts(sheet.frame, [sheet.rows, sheet.series], sheet.values[0])
    numbers = {(key, code): number for (key, code), number in counts.items()}
    return Cells(numbers, in_order(sheet, sheet.series, [code for _, code in numbers]))


def cells_by_value(sheet: Sheet) -> Cells:
    """The numbers of a sheet without series: a column per value."""
    numbers: dict[tuple[Any, Any], int] = {}
    for name in sheet.values:
        counts = units.counts(sheet.frame, [sheet.rows], name)
        numbers |= {(key, name): number for (key,), number in counts.items()}
    return Cells(numbers, list(sheet.values))


def in_order(sheet: Sheet, name: str, values: Iterable[Any]) -> list[Any]:
    """The distinct values but totals: sizes by size, others as in the titles, then as in the frame."""
    distinct = [value for value in dict.fromkeys(values) if value != ALL]
    if name in SIZE_COLUMNS:
        return sorted(distinct)
    places = {value: place for place, value in enumerate(sheet.titles)}
    return sorted(distinct, key=lambda value: places.get(value, len(places)))


def number_in(sheet: Sheet, cells: Cells, key: Any, code: Any) -> Number:
    """The number of a cell: 0 where nothing was counted, None for a total that cannot be known."""
    number = cells.numbers.get((key, code))
    # A customer may be in several rows: what no total was asked for cannot be summed.
    if number is None and key == ALL and not units.adds_up(sheet.values[0]):
        return None
    return number or 0


def extra_cells(sheet: Sheet) -> dict[Any, list[Number]]:
    """The cells of the extra columns by row; where the frame has several of a row, those of the first."""
    cells: dict[Any, list[Number]] = {}
    columns = [sheet.frame[name].tolist() for name in (sheet.rows, *sheet.extra)]
    for key, *values in zip(*columns, strict=True):
        texts = [cell_of(sheet, name, value) for name, value in zip(sheet.extra, values, strict=True)]
        cells.setdefault(key, texts)
    return cells


def heading(sheet: Sheet, code: Any) -> Number:
    """The heading of a column, from its name or value."""
    if code == ALL:
        return "Total"
    if isinstance(code, int):
        return json_size(code)
    return sheet.titles.get(code, str(code or "Unknown").replace("_", " ").capitalize())


def row_title(sheet: Sheet, key: Any) -> Number:
    """The first cell of a line."""
    if key == ALL:
        return "Total"
    return cell_of(sheet, sheet.rows, key)


def cell_of(sheet: Sheet, name: str, value: Any) -> Number:
    """A value as its cell has it."""
    # pandas has NaN, which differs from itself, in place of None in columns of numbers.
    is_blank = value is None or value != value
    if is_blank and name == sheet.rows:
        return "Unknown"
    if is_blank:
        return None
    if name in SIZE_COLUMNS:
        return json_size(int(value))
    if name in DAY_COLUMNS:
        return date.fromisoformat(str(value))
    if isinstance(value, int | float | date) and value not in sheet.titles:
        return value
    return sheet.titles.get(value, str(value))
