"""Tables whose cells are the darker the more they count, with clickable totals of rows, columns and all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, units
from lib.dashboard.charts.palette import Palette
from lib.domain.eligibility import Outcome
from lib.domain.requests import STAGE_TITLES, Stage
from lib.domain.tiers import LADDER, format_size
from lib.measures.cut import AGES, ALL

MANY_SIZES = 12
"""More sizes than that are shown by bands of the ladder, so that the table stays one that can be read."""

AGE_TITLES = {age: re.sub("-$", "+", age).replace("-", "–") for age in AGES}
"""For how many days licenses are in their stage: short titles, youngest first."""

MANY_MOVES, MANY_WAITS = 10, 12
"""Cells that the words beside a table say one by one."""


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a table: the filter its cells carry, and the heading above its titles."""

    name: str
    heading: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its filters (of the side down and of the one across), its titles, and its key in the counts."""

    filters: tuple[str, str]
    titles: tuple[str, str]
    key: tuple[Any, Any]


MOVE_SIDES = (Side("from_size", "Editors now"), Side("to_tier", "Server tier"))
WAIT_SIDES = (Side("stage", "Stage"), Side("waiting", "Days in this stage"))


def tier_moves(cube: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Who must grow from where to where: a heat table of licenses, with the totals of rows, columns and all.

    The frame has `outcome`, `from_size`, `to_tier`, the unit and `users_added`. A mark carries `from_size` and
    `to_tier`. Customers of many sizes are shown by bands only if the frame holds them so (see `size_bands`): several
    sizes separated by commas in `from_size`.
    """
    across = [*map(format_size, LADDER), marks.TOTAL]
    users = alt.Tooltip("users_added:Q").title("Users to add").format(",")
    return heat_table(move_cells(cube, unit), palette, unit, MOVE_SIDES, across, [users])


def describe_tier_moves(cube: pd.DataFrame, unit: str = "licenses") -> str:
    """What the heat table of moves shows, in words, largest first."""
    moves = move_cells(cube, unit)
    cells = moves[~moves["total"]].sort_values(unit, ascending=False, kind="stable")
    words = [f"{row['from']} to {row['to']}: {units.amount(row[unit], unit)}" for row in cells.to_dict("records")]
    return marks.spoken(words, MANY_MOVES, "smaller upgrades")


def waiting(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Who is stuck: a heat table of stages by how long licenses have been in them, with totals.

    The frame has `stage`, `waiting` (an age band as in `Cut`) and the unit. A mark carries `stage` and `waiting`; a total
    those that the frame has.
    """
    across = [*AGE_TITLES.values(), marks.TOTAL]
    return heat_table(wait_cells(frame, unit), palette, unit, WAIT_SIDES, across, [])


def describe_waiting(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the heat table of stages shows, longest waiting first."""
    cells = wait_cells(frame, unit)
    ages = list(AGE_TITLES.values())
    parts = cells[~cells["total"]].sort_values("to", key=lambda to: -to.map(ages.index), kind="stable")
    return marks.spoken(parts["words"].tolist(), MANY_WAITS, "more")


def size_bands(sizes: Iterable[int]) -> dict[int, str]:
    """The row of each size, smallest first."""
    # Where there are too many sizes, each has the row of its band of the ladder (`11–24`).
    distinct = sorted(set(sizes))
    if len(distinct) <= MANY_SIZES:
        return {size: format_size(size) for size in distinct}
    return {size: band_of(size) for size in distinct}


def band_of(size: int) -> str:
    """The band of a size: a rung, or the sizes between two."""
    if size in LADDER:
        return format_size(size)
    next_rung = next(rung for rung in LADDER if rung > size)
    low = max((rung for rung in LADDER if rung < size), default=0) + 1
    if next_rung == LADDER[-1]:
        return f"{low:,} and more"
    return f"{low:,}–{next_rung - 1:,}"


def move_cells(cube: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The cells and totals of moves, in reading order."""
    upgrades = cube[cube["outcome"] == Outcome.UPGRADE_NEEDED]
    sizes = [value for value in dict.fromkeys(upgrades["from_size"]) if value != ALL]
    bands = row_titles(sizes, unit)
    rows = upgrades.assign(**{"from": upgrades["from_size"].map({**bands, ALL: ALL}), "to": upgrades["to_tier"]})
    counts = units.counts(rows, ["from", "to"], unit)
    users_added = units.counts(rows, ["from", "to"], "users_added")
    tiers = sorted({tier for _, tier in counts if tier != ALL})
    down = {band: (sizes_in(bands, band), band) for band in dict.fromkeys(bands.values())}
    across = {tier: (str(tier), format_size(tier)) for tier in tiers}
    cells = cells_of(counts, down | {ALL: ("", marks.TOTAL)}, across | {ALL: ("", marks.TOTAL)})
    return cell_frame(cells, counts, unit, MOVE_SIDES).assign(
        users_added=[users_added.get(cell.key, 0) for cell in cells]
    )


def sizes_in(bands: Mapping[Any, str], band: str) -> str:
    """The filter of a band: its sizes, separated by commas."""
    return ",".join(str(size) for size in bands if bands[size] == band)


def row_titles(values: Sequence[Any], unit: str) -> dict[Any, str]:
    """The row of each value of `from_size`, a size or several separated by commas, smallest first."""
    # Customers of several sizes cannot be summed: only the frame can hold them as one row.
    if units.adds_up(unit) and all(isinstance(value, int) for value in values):
        return dict(size_bands(values))
    first = {value: int(str(value).split(",")[0]) for value in values}
    titles = {}
    for value in sorted(values, key=lambda value: first[value]):
        title = band_of if "," in str(value) else format_size
        titles[value] = title(first[value])
    return titles


def wait_cells(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The cells and totals of stages by age, in reading order."""
    counts = units.counts(frame, ["stage", "waiting"], unit)
    present = set(chain.from_iterable(counts))
    stages = {stage: (str(stage), STAGE_TITLES[stage]) for stage in Stage if stage in present}
    ages = {age: (age, AGE_TITLES[age]) for age in AGES if age in present}
    # A total leads to the stages and ages of the frame: it may hold fewer than there are.
    all_stages, all_ages = (",".join(stages), marks.TOTAL), (",".join(ages), marks.TOTAL)
    cells = cells_of(counts, {**stages, ALL: all_stages}, {**ages, ALL: all_ages})
    table = cell_frame(cells, counts, unit, WAIT_SIDES)
    rows = zip(table["from"], table["waiting"], table[unit], strict=True)
    words = [f"{stage}, {AGES.get(age, 'in all')}: {units.amount(number, unit)}" for stage, age, number in rows]
    return table.assign(words=words)


Headings = Mapping[Any, tuple[str, str]]
"""The filter and the title of each value on a side."""


def cells_of(counts: units.Counts, down: Headings, across: Headings) -> list[Cell]:
    """The cells that have a number, row by row."""
    cells = []
    for key in product(down, across):
        if key in counts:
            filters, titles = zip(down[key[0]], across[key[1]], strict=True)
            cells.append(Cell(filters, titles, key))
    return cells


def cell_frame(cells: Sequence[Cell], counts: units.Counts, unit: str, sides: tuple[Side, Side]) -> pd.DataFrame:
    """Cells as data; `heat` colours a cell (totals: 0)."""
    rows = []
    for cell in cells:
        number, is_total = counts[cell.key], ALL in cell.key
        words = f"{cell.titles[0]} → {cell.titles[1]}: {units.amount(number, unit)}"
        # A total is more than any cell: with it on the scale, all cells would be pale.
        heat = 0 if is_total else number
        rows.append((*cell.filters, *cell.titles, number, units.short(number), is_total, heat, words))
    names = [sides[0].name, sides[1].name, "from", "to", unit, "shown", "total", "heat", "words"]
    return pd.DataFrame(rows, columns=names).astype({"total": bool})


def heat_table(
    cells: pd.DataFrame,
    palette: Palette,
    unit: str,
    sides: tuple[Side, Side],
    across: Sequence[str],
    tooltips: Sequence[alt.Tooltip],
) -> alt.LayerChart:
    """The chart of cells that `cell_frame` made; `across` are all titles from left to right."""
    most = marks.highest(cells["heat"])
    grid = cell_grid(cells, sides, across)
    layers = [cell_boxes(grid, palette, unit, sides, most, tooltips), cell_numbers(grid, palette, most)]
    return alt.LayerChart(layer=layers).properties(height=alt.Step(marks.ROW))


def cell_grid(cells: pd.DataFrame, sides: tuple[Side, Side], across: Sequence[str]) -> alt.Chart:
    """The axes: titles down the left and along the top."""
    down, right = sides
    grid: alt.Chart = alt.Chart(cells).encode(
        alt.X("to:N")
        .sort([title for title in across if title in set(cells["to"])])
        .scale(paddingInner=0.06)
        .title(right.heading)
        .axis(orient="top", labelAngle=0, labelOverlap=False, ticks=False, domain=False),
        alt.Y("from:N")
        .sort(list(dict.fromkeys(cells["from"])))
        .scale(paddingInner=0.1)
        .title(down.heading)
        .axis(ticks=False, domain=False, grid=False, labelLimit=190),
    )
    return grid


def cell_boxes(
    grid: alt.Chart,
    palette: Palette,
    unit: str,
    sides: tuple[Side, Side],
    most: float,
    tooltips: Sequence[alt.Tooltip],
) -> alt.Chart:
    """The clickable boxes, darkest at `most`; totals are plain."""
    down, right = sides
    heat = alt.Color("heat:Q").scale(type="sqrt", domain=[0, most], range=[palette.few, palette.many]).legend(None)
    lines = [
        alt.Tooltip("from:N").title(down.heading),
        alt.Tooltip("to:N").title(right.heading),
        marks.tip(unit),
        *tooltips,
    ]
    boxes: alt.Chart = (
        grid.mark_rect(cornerRadius=4, cursor="pointer")
        .encode(
            color=alt.when("datum.total").then(alt.value(palette.ground)).otherwise(heat),
            **marks.lit(palette, down.name, right.name),
            tooltip=lines,
        )
        .add_params(marks.picked(down.name, right.name))
    )
    return boxes


def cell_numbers(grid: alt.Chart, palette: Palette, most: float) -> alt.Chart:
    """The number in each cell, readable on its colour."""
    # The scale is a square root, so that few licenses can be seen beside many; from 0.55 of it on, cells are dark.
    is_light = f"datum.total || sqrt(datum.heat / {most}) < 0.55"
    numbers: alt.Chart = grid.mark_text(aria=False, fontWeight=600, fontSize=12).encode(
        alt.Text("shown:N"),
        color=alt.when(is_light).then(alt.value(palette.on_few)).otherwise(alt.value(palette.on_many)),
    )
    return numbers
