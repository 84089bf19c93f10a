"""Tables whose cells are the darker the more they count, with clickable totals of rows, columns and all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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

_AGES = {age: age.replace("-", "–") if age[-1] != "-" else f"{age[:-1]}+" for age in AGES}
"""For how many days licenses are in their stage: short titles, youngest first."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A side of a table: the filter its cells carry, and the heading above its titles."""

    name: str
    heading: str


_FROM, _TO = _Side("from_size", "Editors now"), _Side("to_tier", "Server tier")
_STAGE, _AGE = _Side("stage", "Stage"), _Side("waiting", "Days in this stage")


def tier_moves(cube: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Who must grow from where to where: a heat table of licenses, with the totals of rows, columns and all.

    The frame has `outcome`, `from_size`, `to_tier`, the unit and `users_added`. A mark carries `from_size` and
    `to_tier`. Customers of many sizes are shown by bands only if the frame holds them so (see `size_bands`): several
    sizes parted by commas in `from_size`.
    """
    tos = [*map(format_size, LADDER), marks.TOTAL]
    more = [alt.Tooltip("users_added:Q", title="Users to add", format=",")]
    return _heat_table(_moves(cube, unit), palette, unit, (_FROM, _TO), tos, more)


def describe_tier_moves(cube: pd.DataFrame, unit: str = "licenses") -> str:
    """What the heat table of moves shows, in words: its largest moves first, and how many there are."""
    moves = _moves(cube, unit)
    cells = moves[~moves["total"]].sort_values(unit, ascending=False, kind="stable")
    told = [f"{row['from']} to {row['to']}: {units.amount(row[unit], unit)}" for row in cells.to_dict("records")]
    return marks.spoken(told, 10, "smaller moves")


def waiting(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Who is stuck: a heat table of stages by how long licenses have been in them, with totals.

    The frame has `stage`, `waiting` (an age band as in `Cut`) and the unit. A mark carries `stage` and `waiting`; a total those
    that the frame has.
    """
    return _heat_table(_waiting(frame, unit), palette, unit, (_STAGE, _AGE), [*_AGES.values(), marks.TOTAL], [])


def describe_waiting(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the heat table of stages shows, in words, the longest waiting first."""
    cells = _waiting(frame, unit)
    ages = list(_AGES.values())
    parts = cells[~cells["total"]].sort_values("to", key=lambda to: -to.map(ages.index), kind="stable")
    return marks.spoken(parts["words"].tolist(), 12, "more")


def size_bands(sizes: Iterable[int]) -> dict[int, str]:
    """The row of each size, smallest first: its own, or its band of the ladder (`11–24`) if there are too many."""
    distinct = sorted(set(sizes))
    return {size: format_size(size) if len(distinct) <= MANY_SIZES else _band(size) for size in distinct}


def _band(size: int) -> str:
    if size in LADDER:
        return format_size(size)
    above = next(place for place, rung in enumerate(LADDER) if rung > size)
    low = LADDER[above - 1] + 1 if above else 1
    return f"{low:,} and more" if above == len(LADDER) - 1 else f"{low:,}–{LADDER[above] - 1:,}"


def _moves(cube: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The cells of the heat table of moves and its totals, in reading order."""
    growing = cube[cube["outcome"] == Outcome.UPGRADE_NEEDED]
    given = dict.fromkeys(growing["from_size"])
    bands = _bands([value for value in given if value != ALL], together=units.adds_up(unit))
    named = growing.assign(**{"from": growing["from_size"].map({**bands, ALL: ALL}), "to": growing["to_tier"]})
    found, added = (units.counts(named, ["from", "to"], name) for name in (unit, "users_added"))
    sizes = {band: ",".join(str(value) for value in bands if bands[value] == band) for band in bands.values()}
    tiers = sorted({to for _, to in found if to != ALL})
    titles = {**{tier: format_size(tier) for tier in tiers}, ALL: marks.TOTAL}
    cells = [
        (
            sizes.get(band, ""),
            "" if to == ALL else str(to),
            marks.TOTAL if band == ALL else band,
            titles[to],
            (band, to),
        )
        for band in [*sizes, ALL]
        for to in titles
        if (band, to) in found
    ]
    frame = _cells(cells, found, unit, (_FROM, _TO))
    return frame.assign(users_added=[added.get(key, 0) for *_, key in cells])


def _bands(values: Sequence[Any], *, together: bool) -> dict[Any, str]:
    """The row of each value of `from_size`, a size or several parted by commas, smallest first."""
    first = {value: int(str(value).split(",")[0]) for value in values}
    ordered = sorted(values, key=lambda value: first[value])
    if together and all(isinstance(value, int) for value in values):
        return dict(size_bands(values))
    return {value: _band(first[value]) if "," in str(value) else format_size(first[value]) for value in ordered}


def _waiting(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    found = units.counts(frame, ["stage", "waiting"], unit)
    stages = [stage for stage in Stage if any(stage == key[0] for key in found)]
    ages = [age for age in AGES if any(age == key[1] for key in found)]
    cells = [
        (
            ",".join(stages) if stage == ALL else str(stage),
            ",".join(ages) if age == ALL else age,
            marks.TOTAL if stage == ALL else STAGE_TITLES[Stage(stage)],
            _AGES.get(age, marks.TOTAL),
            (stage, age),
        )
        for stage in [*stages, ALL]
        for age in [*ages, ALL]
        if (stage, age) in found
    ]
    frame = _cells(cells, found, unit, (_STAGE, _AGE))
    told = zip(frame["from"], frame["waiting"], frame[unit], strict=True)
    return frame.assign(
        words=[f"{stage}, {AGES.get(age, 'in all')}: {units.amount(number, unit)}" for stage, age, number in told]
    )


def _cells(
    cells: Sequence[tuple[Any, ...]], found: units.Counts, unit: str, sides: tuple[_Side, _Side]
) -> pd.DataFrame:
    """Cells as data; each is given as its two filters, its two titles and its key. `heat` colours it, 0 for totals."""
    rows = []
    for *filters, down, right, key in cells:
        number, total = found[key], ALL in key
        words = f"{down} → {right}: {units.amount(number, unit)}"
        rows.append((*filters, down, right, number, units.short(number), total, 0 if total else number, words))
    names = [sides[0].name, sides[1].name, "from", "to", unit, "shown", "total", "heat", "words"]
    return pd.DataFrame(rows, columns=names).astype({"total": bool})


def _heat_table(
    cells: pd.DataFrame,
    palette: Palette,
    unit: str,
    sides: tuple[_Side, _Side],
    across: Sequence[str],
    more: Sequence[alt.Tooltip],
) -> alt.LayerChart:
    down, right = sides
    base = alt.Chart(cells).encode(
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
    most = marks.highest(cells["heat"])
    warm = alt.Color("heat:Q").scale(type="sqrt", domain=[0, most], range=[palette.few, palette.many]).legend(None)
    boxes = (
        base.mark_rect(cornerRadius=4, cursor="pointer")
        .encode(
            color=alt.when("datum.total").then(alt.value(palette.ground)).otherwise(warm),
            **marks.lit(palette, down.name, right.name),
            tooltip=[
                alt.Tooltip("from:N", title=down.heading),
                alt.Tooltip("to:N", title=right.heading),
                marks.tip(unit),
                *more,
            ],
        )
        .add_params(marks.picked(down.name, right.name))
    )
    dark_text = f"datum.total || sqrt(datum.heat / {most}) < 0.55"
    numbers = base.mark_text(aria=False, fontWeight=600, fontSize=12).encode(
        alt.Text("shown:N"),
        color=alt.when(dark_text).then(alt.value(palette.on_few)).otherwise(alt.value(palette.on_many)),
    )
    return alt.LayerChart(layer=[boxes, numbers]).properties(height=alt.Step(marks.ROW))
