"""What all charts share: how a mark is clicked, lit and described, and the licenses it leads to.

Every mark carries, in columns named as the filters of a cut are, the filters that lead to its licenses: several values
parted by commas, an empty text for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import units
from lib.dashboard.charts.palette import Palette
from lib.measures.cut import Cut

PICKED = "picked"
"""The name of every chart's selection."""

ROW = 38
"""The height of a bar or of a row of cells, its space included."""

TOTAL = "Total"

LETTER_WIDTH = 7.5
"""Pixels of a letter of a mark's text."""

# Pixels of a colour's square in a legend, with the room on both sides.
_SYMBOL_WIDTH = 34

NUMBER_FILTERS = ("from_size", "to_tier", "batch")
TEXT_FILTERS = frozenset(field.name for field in fields(Cut) if field.default == "")


def licenses_behind(mark: Mapping[str, Any], cut: Cut) -> Cut:
    """The licenses of a cut that a clicked mark stands for."""
    filters = {}
    for name, value in mark.items():
        texts = [text for text in str(value).split(",") if text]
        if texts:
            filters[name] = filter_value(name, texts)
    return cut.with_filters(**filters)


def marks_of(spec: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The filters of each mark of a clickable chart by the mark's words, in the order of its data."""
    names = next(param["select"]["fields"] for param in spec["params"] if param["name"] == PICKED)
    marks = {}
    for rows in spec["datasets"].values():
        for row in rows:
            if "words" in row:
                marks[row["words"]] = {name: row[name] for name in names}
    return marks


def filter_value(name: str, texts: list[str]) -> Any:
    """The value of a filter from a mark's texts."""
    if name in TEXT_FILTERS:
        return texts[-1]
    if name in NUMBER_FILTERS:
        return tuple(map(int, texts))
    return tuple(texts)


def picked(*names: str) -> alt.Parameter:
    """The selection of a chart whose marks carry those filters."""
    # Without toggle, a click with the shift key does not add marks: one cut has one set of filters.
    return alt.selection_point(name=PICKED, fields=list(names), toggle=False)


def lit(palette: Palette, *names: str) -> dict[str, Any]:
    """The encodings by channel that outline what was clicked, for a total all that it counts, and make the rest paler."""
    # A mark is inside if each filter of the clicked one is empty or among the mark's own; commas around both texts
    # keep `10` from matching `100`.
    inside = " && ".join(
        f"({PICKED}.{name}[0] == '' || indexof(',' + {PICKED}.{name}[0] + ',', ',' + datum.{name} + ',') >= 0)"
        for name in names
    )
    is_clicked = f"isValid({PICKED}.{names[0]})"
    return {
        "opacity": alt.when(f"!{is_clicked} || ({inside})").then(alt.value(1)).otherwise(alt.value(0.75)),
        "strokeWidth": alt.when(f"{is_clicked} && ({inside})").then(alt.value(2)).otherwise(alt.value(0)),
        "stroke": alt.value(palette.on_few),
        "description": alt.Description("words:N"),
    }


def tip(unit: str) -> alt.Tooltip:
    """The line of a tooltip that says how many."""
    return alt.Tooltip(f"{unit}:Q").title(units.title(unit)).format(",")


def rows(name: str, order: Sequence[str], *, letters: int = 140, up: int = 0) -> alt.Y:
    """The axis down the left of lying bars: a title a row, in that order, `letters` pixels long at most."""
    axis = alt.Axis(
        ticks=False, domain=False, grid=False, labelFontSize=13, labelLimit=letters, labelOffset=-up, labelOverlap=False
    )
    return alt.Y(f"{name}:N").sort(list(order)).title(None).axis(axis)


def along(name: str, order: Sequence[str]) -> alt.X:
    """The axis below standing bars: a title a period, in that order; titles that find no room are left out."""
    axis = alt.Axis(ticks=False, domain=False, grid=False, labelAngle=0, labelOverlap="parity", labelSeparation=4)
    return alt.X(f"{name}:O").scale(domain=list(order), paddingInner=0.12, paddingOuter=0.06).title(None).axis(axis)


def upwards(most: float) -> alt.Y:
    """The axis of standing bars from `start` to `end`, with room for `most`: few lines, short numbers."""
    axis = alt.Axis(tickCount=4, format=",d", tickMinStep=1, title=None, domain=False, ticks=False)
    return alt.Y("start:Q").scale(domain=[0, max(most, 1)], nice=False).axis(axis)


def legend(titles: Sequence[str]) -> alt.Legend:
    """The names of the colours, above the chart, in one row if there is room."""
    widths = [LETTER_WIDTH * len(title) + _SYMBOL_WIDTH for title in titles]
    return alt.Legend(
        orient="top",
        direction="horizontal",
        title=None,
        columns=alt.expr(f"width > {sum(widths)} ? {len(titles)} : max(1, floor(width / {max(widths, default=1)}))"),
        columnPadding=12,
        labelFontSize=12,
        symbolType="square",
        symbolStrokeWidth=0,
    )


def colored(name: str, colors: Mapping[str, str], titles: Sequence[str]) -> alt.Color:
    """The colours of the titles in a column, with a legend of those titles, in that order."""
    scale = alt.Scale(domain=list(titles), range=[colors[title] for title in titles])
    return alt.Color(f"{name}:N").scale(scale).legend(legend(titles))


def fitting(*texts: str) -> Any:
    """The text of a lying bar from `start` to `end`: the first of the named columns that fits into it, or none."""
    # Only the browser knows how wide the chart is, so it compares the text with its bar while drawing.
    room = "abs(scale('x', datum.end) - scale('x', datum.start))"
    cases = [f"{room} > {LETTER_WIDTH} * length(datum.{text}) + 8 ? datum.{text} : " for text in texts]
    return alt.value(alt.expr("".join([*cases, "''"])))


def above_bars(labels: "pd.Series[str]") -> Any:
    """The texts of a column above standing bars, or none if the longest of them is broader than a bar's place."""
    longest = max(map(len, labels), default=0)
    return alt.value(alt.expr(f"1.1 * bandwidth('x') > {LETTER_WIDTH - 1} * {longest} ? datum.{labels.name} : ''"))


def highest(numbers: "pd.Series[Any]") -> float:
    """The top of a scale for some numbers, 1 if none."""
    if not len(numbers):
        return 1.0
    return max(float(numbers.max()), 1.0)


def spoken(parts: Sequence[str], most: int, rest: str) -> str:
    """The first parts of a chart in words, and how many more there are of what `rest` names."""
    words = list(parts[:most])
    if len(parts) > most:
        words.append(f"and {len(parts) - most:,} {rest}")
    return "; ".join(words)
