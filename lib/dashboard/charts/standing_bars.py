"""Standing bars along time, and the burn-up that is made of them."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, periods, units
from lib.dashboard.charts.palette import Palette
from lib.domain.requests import STAGE_TITLES, WAY, Stage, on_way
from lib.measures.cut import ALL

WIDEST_BAR = 72
"""Pixels of a bar's width at most."""

HEIGHT = 340
BURN_UP_HEIGHT = 320
FIRST_LINE, SECOND_LINE = -13, -29
"""Pixels from the end of a line to its label."""
"""The height of a chart of standing bars, without what is around it."""
BURN_UP_ROOM = 1.22
ROOM = 1.14
"""How much higher than the highest bar a chart is: room for texts above it."""

STAGE_COLUMNS = ("stage", "on", "period", "title", "start", "end")


def bars(
    parts: pd.DataFrame,
    palette: Palette,
    unit: str,
    names: tuple[str, str],
    place: str,
    along: Sequence[str],
    color: Any,
    tooltips: Sequence[alt.Tooltip],
    most: float,
) -> alt.Chart:
    """Bars from `start` to `end` at each `place` along the axis, with room for `most`; they carry the named filters."""
    chart: alt.Chart = (
        alt.Chart(parts)
        # A bar is at most as wide as its place: Vega lets bars of a fixed width overlap.
        .mark_bar(cornerRadius=2, clip=True, cursor="pointer", width={"expr": f"min(bandwidth('x'), {WIDEST_BAR})"})
        .encode(
            marks.along(place, along),
            marks.upwards(most),
            alt.Y2("end:Q"),
            color=color,
            **marks.lit(palette, *names),
            tooltip=[*tooltips, marks.tip(unit)],
        )
        .add_params(marks.picked(*names))
    )
    return chart


def burn_up(
    frame: pd.DataFrame,
    palette: Palette,
    unit: str = "licenses",
    target: tuple[str, int] | None = None,
    projection: tuple[str, int] | None = None,
) -> alt.LayerChart:
    """How far the migration is, period by period: bars divided by stage, migrated at the bottom, and what lies ahead.

    The frame has, for each period, empty ones too, `period` (a text as in `periods`), `on` (its last day, ISO), `stage`
    (one of `WAY`) and the unit. `target` is a period and how many should have migrated at its end, `projection` when as
    many will have at the current pace. A mark carries `stage` (all stages that count as it) and `on`.
    """
    parts, along = stage_parts(frame, unit), periods_of(frame)
    last = along[-1] if along else ""
    ahead = places_ahead(last, target, projection) if along else []
    along = [*along, *ahead]
    colors = {STAGE_TITLES[stage]: palette.stages[stage] for stage in WAY}
    titles = [title for title in reversed(colors) if title in set(parts["title"])]
    tooltips = [
        alt.Tooltip("period:O").title("Period"),
        alt.Tooltip("on:N").title("At the end of"),
        alt.Tooltip("title:N").title("Stage"),
    ]
    most = max(marks.highest(parts["end"]), *(goal[1] for goal in (target, projection) if goal), 0) * BURN_UP_ROOM
    color = marks.colored("title", colors, titles)
    layers = [bars(parts, palette, unit, ("stage", "on"), "period", along, color, tooltips, most)]
    if ahead:
        start = (last, migrated_in(parts, last, unit))
        layers += lines_ahead(start, target, projection, along, palette, unit)
    return alt.LayerChart(layer=layers).properties(height=BURN_UP_HEIGHT)


def describe_burn_up(
    frame: pd.DataFrame,
    unit: str = "licenses",
    target: tuple[str, int] | None = None,
    projection: tuple[str, int] | None = None,
) -> str:
    """What the burn-up shows, in words: how many had migrated, first and last, what else there is, and what lies ahead."""
    parts, along = stage_parts(frame, unit), periods_of(frame)
    if not along:
        return ""
    ends = dict.fromkeys((along[0], along[-1]))
    words = [f"{period}: {units.amount(migrated_in(parts, period, unit), unit)} migrated" for period in ends]
    is_other = (parts["period"] == along[-1]) & (parts["title"] != STAGE_TITLES[Stage.MIGRATED])
    words += [f"{row['title'].lower()}: {row[unit]:,}" for row in parts[is_other].to_dict("records")]
    if target:
        words.append(f"target: {units.amount(target[1], unit)} by {target[0]}")
    if projection:
        words.append(f"at this pace: {units.amount(projection[1], unit)} by {projection[0]}")
    return "; ".join(words)


def periods_of(frame: pd.DataFrame) -> list[str]:
    """The periods of a burn-up, in order of their days."""
    return [period for _, period in sorted(set(zip(frame["on"].astype(str), frame["period"], strict=True)))]


def stage_parts(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The parts of the burn-up's bars, the bottom one first."""
    last_days = dict(zip(frame["period"], frame["on"].astype(str), strict=True))
    counts = counts_on_way(frame, unit)
    rows: list[tuple[Any, ...]] = []
    for period in periods_of(frame):
        # Migrated is the end of the way and lies at the bottom, where heights can be compared from bar to bar.
        end = 0
        for stage in reversed(WAY):
            number, title = counts.get((period, stage), 0), STAGE_TITLES[stage]
            if number:
                words = f"{period}, {title}: {units.amount(number, unit)}"
                rows.append((stages_like(stage), last_days[period], period, title, end, end + number, number, words))
                end += number
    return pd.DataFrame(rows, columns=[*STAGE_COLUMNS, unit, "words"])


def counts_on_way(frame: pd.DataFrame, unit: str) -> dict[tuple[str, Stage], int]:
    """The number at each stage of the way, by period."""
    counts: dict[tuple[str, Stage], int] = {}
    for (period, code), number in units.counts(frame, ["period", "stage"], unit).items():
        if ALL in (period, code):
            continue
        stage = on_way(Stage(code))
        if stage:
            counts[period, stage] = counts.get((period, stage), 0) + number
    return counts


def stages_like(stage: Stage) -> str:
    """The filter of all stages that count as this one."""
    return ",".join(code for code in Stage if on_way(code) == stage)


def migrated_in(parts: pd.DataFrame, period: str, unit: str) -> int:
    """How many had migrated at the end of a period."""
    is_migrated = (parts["period"] == period) & (parts["title"] == STAGE_TITLES[Stage.MIGRATED])
    return int(parts.loc[is_migrated, unit].sum())


Point = tuple[str, float]
"""A place along a burn-up: a period, and how many have migrated then."""


def places_ahead(last: str, target: Point | None, projection: Point | None) -> list[str]:
    """The periods after the last one: up to the later of target and projection, unless that is too far away."""
    goals = [goal[0] for goal in (target, projection) if goal and goal[0] > last]
    if not goals:
        return []
    whole = periods.through(last, max(goals))[1:]
    if len(whole) <= periods.MANY:
        return whole
    if target and target[0] > last:
        return periods.ahead(last, target[0])
    return whole[: periods.MANY]


def lines_ahead(
    start: Point,
    target: Point | None,
    projection: Point | None,
    along: Sequence[str],
    palette: Palette,
    unit: str,
) -> list[alt.Chart]:
    """A dashed line from what has migrated to the labelled target, and a dotted one for the current pace."""
    layers = []
    if target and target[0] > start[0]:
        label = f"Target: {units.amount(int(target[1]), unit)} by {target[0]}"
        layers += line_to(start, target, label, along, palette.text, [6, 4], FIRST_LINE)
    if projection and projection[0] > start[0]:
        end = clipped(start, projection, along)
        label = f"At this pace: {projection[0]}"
        # Above the label of the target: both lines may end at the same place.
        line = SECOND_LINE if target else FIRST_LINE
        layers += line_to(start, end, label, along, palette.stages[Stage.MIGRATED], [2, 3], line)
    return layers


def clipped(start: Point, goal: Point, along: Sequence[str]) -> Point:
    """A goal, or where the line to it leaves the chart."""
    if goal[0] in along:
        return goal
    steps = len(periods.through(start[0], along[-1])) - 1
    share = steps / (len(periods.through(start[0], goal[0])) - 1)
    return along[-1], start[1] + min(share, 1) * (goal[1] - start[1])


def line_to(
    start: Point, goal: Point, label: str, along: Sequence[str], color: str, dash: list[int], dy: int
) -> list[alt.Chart]:
    """A line to a labelled goal; the label stands `dy` pixels below it, or above."""
    ends = pd.DataFrame({"period": [start[0], goal[0]], "number": [start[1], goal[1]]})
    x, y = marks.along("period", along), alt.Y("number:Q")
    line = alt.Chart(ends).encode(x, y)
    end = alt.Chart(ends.tail(1).assign(label=label)).encode(x, y)
    return [
        line.mark_line(aria=False, color=color, strokeDash=dash, strokeWidth=2),
        end.mark_point(aria=False, color=color, fill=color, size=50, strokeWidth=2, opacity=1),
        end.mark_text(aria=False, color=color, fontWeight=600, fontSize=12, align="right", dx=4, dy=dy).encode(
            alt.Text("label:N")
        ),
    ]
