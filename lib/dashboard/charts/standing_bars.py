"""Standing bars along time, and the burn-up that is made of them."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, periods, units
from lib.dashboard.charts.palette import Palette
from lib.domain.requests import STAGE_TITLES, WAY, Stage, on_way
from lib.measures.cut import ALL

_WIDEST = 72
"""Pixels of a bar's width at most."""

HEIGHT = 340
"""The height of a chart of standing bars, without what is around it."""
ROOM = 1.14
"""How much higher than the highest bar a chart is: room for texts above it."""


def bars(
    parts: pd.DataFrame,
    palette: Palette,
    unit: str,
    names: tuple[str, str],
    place: str,
    along: Sequence[str],
    color: Any,
    tips: Sequence[alt.Tooltip],
    most: float,
) -> alt.Chart:
    """Bars from `start` to `end` along the places, which carry the named filters."""
    drawn: alt.Chart = (
        alt.Chart(parts)
        .mark_bar(cornerRadius=2, clip=True, cursor="pointer", width={"expr": f"min(bandwidth('x'), {_WIDEST})"})
        .encode(
            marks.along(place, along),
            marks.upwards(most),
            alt.Y2("end:Q"),
            color=color,
            **marks.lit(palette, *names),
            tooltip=[*tips, marks.tip(unit)],
        )
        .add_params(marks.picked(*names))
    )
    return drawn


def burn_up(
    frame: pd.DataFrame, palette: Palette, unit: str = "licenses", target: tuple[str, int] | None = None
) -> alt.LayerChart:
    """How far the migration is, period by period: bars divided by stage, migrated at the bottom, and the way to a target.

    The frame has, for each period, empty ones too, `period` (a text as in `periods`), `on` (its last day, ISO), `stage`
    (one of `WAY`) and the unit. `target` is a period and how many shall have migrated at its end. A mark carries `stage`
    (all stages that count as it) and `on`.
    """
    parts, drawn = _stages(frame, unit)
    most = max(marks.highest(parts["end"]), float(target[1]) if target else 0.0)
    colors = {STAGE_TITLES[stage]: palette.stages[stage] for stage in WAY}
    shown = [title for title in reversed(colors) if title in set(parts["title"])]
    along = [*drawn, *(periods.ahead(drawn[-1], target[0]) if target and drawn else [])]
    tips = [
        alt.Tooltip("period:O", title="Period"),
        alt.Tooltip("on:N", title="At the end of"),
        alt.Tooltip("title:N", title="Stage"),
    ]
    color = marks.colored("title", colors, shown)
    layers = [bars(parts, palette, unit, ("stage", "on"), "period", along, color, tips, most * ROOM)]
    if target and drawn:
        layers += _way_to(target, drawn[-1], _migrated(parts, drawn[-1], unit), along, palette, unit)
    return alt.LayerChart(layer=layers).properties(height=HEIGHT)


def describe_burn_up(frame: pd.DataFrame, unit: str = "licenses", target: tuple[str, int] | None = None) -> str:
    """What the burn-up shows, in words: how many had migrated, first and last, what else there is, and the target."""
    parts, drawn = _stages(frame, unit)
    if not drawn:
        return ""
    migrated = [f"{period}: {units.amount(_migrated(parts, period, unit), unit)} migrated" for period in drawn]
    told = [migrated[0], *([migrated[-1]] if len(drawn) > 1 else [])]
    last = parts[(parts["period"] == drawn[-1]) & (parts["title"] != STAGE_TITLES[Stage.MIGRATED])]
    told += [f"{row['title'].lower()}: {row[unit]:,}" for row in last.to_dict("records")]
    return "; ".join([*told, *([f"target: {units.amount(target[1], unit)} by {target[0]}"] if target else [])])


def _stages(frame: pd.DataFrame, unit: str) -> tuple[pd.DataFrame, list[str]]:
    """The parts of the burn-up's bars, the bottom one first, and the periods in order."""
    periods_on = sorted(set(zip(frame["on"].astype(str), frame["period"], strict=True)))
    found: dict[tuple[str, Stage], int] = {}
    for (period, code), number in units.counts(frame, ["period", "stage"], unit).items():
        stage = None if ALL in (period, code) else on_way(Stage(code))
        if stage:
            found[period, stage] = found.get((period, stage), 0) + number
    rows: list[tuple[Any, ...]] = []
    for on, period in periods_on:
        end = 0
        for stage in reversed(WAY):
            if number := found.get((period, stage), 0):
                carried = ",".join(code for code in Stage if on_way(code) == stage)
                words = f"{period}, {STAGE_TITLES[stage]}: {units.amount(number, unit)}"
                rows.append((carried, on, period, STAGE_TITLES[stage], end, end + number, number, words))
                end += number
    names = ["stage", "on", "period", "title", "start", "end", unit, "words"]
    return pd.DataFrame(rows, columns=names), [period for _, period in periods_on]


def _migrated(parts: pd.DataFrame, period: str, unit: str) -> int:
    there = (parts["period"] == period) & (parts["title"] == STAGE_TITLES[Stage.MIGRATED])
    return int(parts.loc[there, unit].sum())


def _way_to(
    target: tuple[str, int], last: str, migrated: int, along: Sequence[str], palette: Palette, unit: str
) -> list[alt.Chart]:
    """A dashed line from what has migrated to the target, a point there, and what it asks for."""
    ends = pd.DataFrame({"period": [last, target[0]], "number": [migrated, target[1]]})
    label = f"Target: {units.amount(target[1], unit)} by {target[0]}"
    base = alt.Chart(ends).encode(marks.along("period", along), alt.Y("number:Q"))
    aim = alt.Chart(ends.tail(1).assign(label=label)).encode(marks.along("period", along), alt.Y("number:Q"))
    return [
        base.mark_line(aria=False, color=palette.text, strokeDash=[6, 4], strokeWidth=2),
        aim.mark_point(aria=False, color=palette.text, fill=palette.page, size=60, strokeWidth=2, opacity=1),
        aim.mark_text(aria=False, color=palette.text, fontWeight=600, fontSize=12, align="right", dx=4, dy=-13).encode(
            alt.Text("label:N")
        ),
    ]
