"""Histograms of months: when the plans of Cloud licenses end, and when their maintenance does, beside the line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, periods, standing_bars, units
from lib.dashboard.charts.palette import QUIET, Palette
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.measures.cut import ALL
from lib.measures.progress import CLOUD_OUTCOMES

_ROOM = 1.2
"""How much higher than what it shows in full the histogram is: room for what the line is."""


def plan_ends(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """When the legacy plans of Cloud licenses end: a bar per month.

    The frame has `month` (in which plans end, `2016-10`), `month_filter` (the months in which the maintenance of those
    licenses ends, parted by commas) and the unit. A mark carries `month` (those of the filter) and `outcome`.
    """
    parts = _plan_ends(frame, unit)
    along = periods.through(min(parts["ends"]), max(parts["ends"])) if len(parts) else []
    tips = [alt.Tooltip("ends:O", title="Plans end in"), marks.tip(unit)]
    color = alt.value(palette.outcomes[Outcome.LEGACY_PLAN])
    most = marks.highest(parts["end"]) * standing_bars.ROOM
    bars = standing_bars.bars(parts, palette, unit, ("month", "outcome"), "ends", along, color, tips[:1], most)
    return alt.LayerChart(layer=[bars, _numbers(parts, "ends", along, "end")]).properties(height=standing_bars.HEIGHT)


def describe_plan_ends(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """When legacy plans end, in words."""
    parts = _plan_ends(frame, unit)
    told = [f"{ends}: {units.amount(number, unit)}" for ends, number in zip(parts["ends"], parts[unit], strict=True)]
    return marks.spoken(told, 18, "more months")


def maintenance_ends(
    frame: pd.DataFrame, palette: Palette, unit: str = "licenses", *, reference: str, grace: str
) -> alt.LayerChart:
    """Which side of the line Cloud licenses of one product fall on: a bar per month in which maintenance ends.

    The frame has `month` (`2016-04`), `outcome` (legacy_plan or expired) and the unit. `reference` is the day on which the
    product's licenses were moved and `grace` the first day that still counted as recent, ISO (or months): shown as a rule
    and a shaded window. Months far from them share a bar per year, years still farther one bar. A mark carries `month`
    (all it gathers) and `outcome`. Customers of gathered months are shown only if the frame gathers them (see
    `month_groups`): several months parted by commas in `month`.
    """
    scale = _Scale.around(frame["month"], reference, grace)
    parts = _maintenance(frame, unit, scale)
    colors = {OUTCOME_TITLES[outcome]: palette.outcomes[outcome] for outcome in CLOUD_OUTCOMES}
    shown = [title for title in colors if title in set(parts["title"])]
    tips = [alt.Tooltip("ends:N", title="Maintenance ends in"), alt.Tooltip("title:N", title="Group")]
    most = _high_enough(parts)
    parts = parts.assign(start=_cut(parts["start"], parts, most), end=_cut(parts["end"], parts, most))
    color = marks.colored("title", colors, shown)
    bars = standing_bars.bars(
        parts, palette, unit, ("month", "outcome"), "place", scale.places, color, tips, most * _ROOM
    )
    shade, *words = _window(scale.places, reference, grace, palette)
    layers = [shade, bars, *_broken(parts, scale.places, most, palette), *words]
    return alt.LayerChart(layer=layers).properties(height=standing_bars.HEIGHT)


def describe_maintenance_ends(frame: pd.DataFrame, unit: str = "licenses", *, reference: str, grace: str) -> str:
    """Which side of the line Cloud licenses fall on, in words: the months of the grace window, and all on either side."""
    found = {key: n for key, n in units.counts(frame, ["month", "outcome"], unit).items() if ALL not in key}
    told = [f"moved {reference}, grace from {grace}"]
    for (month, outcome), number in sorted(found.items()):
        if grace[:7] <= month <= reference[:7]:
            told.append(f"{month}, {OUTCOME_TITLES[Outcome(outcome)]}: {units.amount(number, unit)}")
    for outcome in CLOUD_OUTCOMES if units.adds_up(unit) else ():
        whole = sum(number for key, number in found.items() if key[1] == outcome)
        told.append(f"all months, {OUTCOME_TITLES[outcome]}: {units.amount(whole, unit)}")
    return "; ".join(told)


def month_groups(months: Iterable[str], reference: str, grace: str) -> dict[str, str]:
    """The bar that each month belongs to in the histogram of maintenance: the months it gathers, parted by commas."""
    distinct = sorted(set(months))
    scale = _Scale.around(distinct, reference, grace)
    groups: dict[str, list[str]] = {}
    for month in distinct:
        groups.setdefault(scale.place(month), []).append(month)
    return {month: ",".join(groups[scale.place(month)]) for month in distinct}


@dataclass(frozen=True, slots=True)
class _Scale:
    """The places of bars along a histogram of months: those near the line each for itself, the rest gathered.

    `near` are the first and the last month with a place of their own, `years` the first and last year with one.
    """

    near: tuple[str, str]
    years: tuple[int, int]
    places: tuple[str, ...]

    @classmethod
    def around(cls, given: Iterable[str], reference: str, grace: str) -> "_Scale":
        """Whole years around the line month by month, five years before and after year by year."""
        first, last = int(grace[:4]) - 1, int(reference[:4]) + (reference[5:7] > "09")
        months = [f"{first}-01", *given, f"{last}-12"]
        years = max(first - _YEARS, int(min(months)[:4])), min(last + _YEARS, int(max(months)[:4]))
        before = [str(year) for year in range(years[0], first)]
        after = [str(year) for year in range(last + 1, years[1] + 1)]
        early = [_EARLIER.format(years[0])] if int(min(months)[:4]) < years[0] else []
        late = [_LATER.format(years[1])] if int(max(months)[:4]) > years[1] else []
        left, right = [*early, *before], [*after, *late]
        near = periods.through(f"{first}-01", f"{last}-12")
        places = [*left, *([" "] if left else []), *near, *(["  "] if right else []), *right]
        return cls((near[0], near[-1]), years, tuple(places))

    def place(self, month: str) -> str:
        """The bar that a month belongs to."""
        if self.near[0] <= month <= self.near[1]:
            return month
        year = int(month[:4])
        if year < self.years[0]:
            return _EARLIER.format(self.years[0])
        return _LATER.format(self.years[1]) if year > self.years[1] else str(year)


_YEARS = 5
_EARLIER, _LATER = "before {}", "after {}"


def _plan_ends(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    shown = frame.sort_values("month", kind="stable")
    numbers = [int(number) for number in shown[unit]]
    told = zip(shown["month"], numbers, strict=True)
    return pd.DataFrame(
        {
            "month": shown["month_filter"].tolist(),
            "outcome": Outcome.LEGACY_PLAN.value,
            "ends": shown["month"].tolist(),
            "start": 0,
            "end": numbers,
            unit: numbers,
            "label": list(map(units.short, numbers)),
            "words": [f"{ends}: {units.amount(number, unit)}" for ends, number in told],
        }
    )


def _maintenance(frame: pd.DataFrame, unit: str, scale: _Scale) -> pd.DataFrame:
    """The parts of the histogram's bars, the legacy plan below; `whole` is what each place has in all."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for (month, outcome), number in sorted(units.counts(frame, ["month", "outcome"], unit).items()):
        if ALL not in (month, outcome):
            found.setdefault((scale.place(month), outcome), []).append((month, number))
    rows: list[tuple[Any, ...]] = []
    for place in scale.places:
        end = 0
        for outcome in CLOUD_OUTCOMES:
            months = found.get((place, outcome), [])
            number = sum(some for _, some in months)
            if number and (len(months) == 1 or units.adds_up(unit)):
                title, carried = OUTCOME_TITLES[outcome], ",".join(month for month, _ in months)
                ends = f"{place}, all of it" if place.isdigit() else place
                words = f"{ends}, {title}: {units.amount(number, unit)}"
                rows.append((carried, outcome.value, place, ends, title, end, end + number, number, words))
                end += number
    parts = pd.DataFrame(rows, columns=["month", "outcome", "place", "ends", "title", "start", "end", unit, "words"])
    return parts.assign(whole=parts.groupby("place")["end"].transform("max"))


def _high_enough(parts: pd.DataFrame) -> float:
    """What the histogram shows in full: the highest month. Years that are much higher are cut off there."""
    months = parts[parts["place"].str.len() == len("2016-04")]
    near, all = marks.highest(months["whole"]), marks.highest(parts["whole"])
    return all if months.empty or all < 2 * near else 1.5 * near


def _cut(heights: "pd.Series[Any]", parts: pd.DataFrame, most: float) -> "pd.Series[Any]":
    """The heights within bars of which the highest are cut off, each part by as much as its bar."""
    return heights * (most / parts["whole"]).clip(upper=1)


def _broken(parts: pd.DataFrame, places: Sequence[str], most: float, palette: Palette) -> list[alt.Chart]:
    """On each bar that is cut off, a sign across it and its number up along it."""
    cut = parts[parts["whole"] > most].drop_duplicates("place")
    told = cut.assign(sign=most * 0.87, middle=most * 0.4, label=[f"{whole:,}" for whole in cut["whole"]])
    base = alt.Chart(told).encode(marks.along("place", places))
    sign = base.mark_text(aria=False, text="≈", color=palette.page, fontSize=26, fontWeight=600)
    number = base.mark_text(aria=False, angle=270, color=palette.on_outcome, fontSize=11, fontWeight=600)
    shown = alt.value(alt.expr("bandwidth('x') > 9 ? datum.label : ''"))
    return [sign.encode(alt.Y("sign:Q")), number.encode(alt.Y("middle:Q"), text=shown)]


def _numbers(parts: pd.DataFrame, place: str, along: Sequence[str], top: str) -> alt.Chart:
    """The number of each bar above its `top`, if there is room for all of them."""
    base: alt.Chart = alt.Chart(parts).mark_text(aria=False, color=QUIET, fontWeight=600, fontSize=11, dy=-8)
    return base.encode(marks.along(place, along), alt.Y(f"{top}:Q"), text=marks.above_bars(parts["label"]))


def _window(places: Sequence[str], reference: str, grace: str, palette: Palette) -> list[alt.Chart]:
    """The grace window, shaded, then the rule at the reference, and what each of them is."""
    ends = pd.DataFrame(
        [{"from": grace[:7], "to": reference[:7], "left": f"Grace from {grace}", "right": f"Moved {reference}"}]
    )
    start, stop = _within(grace), _within(reference)
    base = alt.Chart(ends)
    at = marks.along("to", places).bandPosition(stop)
    text: dict[str, Any] = {"color": palette.text, "fontSize": 12, "fontWeight": 600, "baseline": "top"}
    return [
        base.mark_rect(aria=False, color=palette.band).encode(
            marks.along("from", places).bandPosition(start), alt.X2("to", bandPosition=stop)
        ),
        base.mark_rule(aria=False, color=palette.text, strokeWidth=1.5).encode(at),
        base.mark_text(aria=False, align="right", dx=-6, dy=2, **text).encode(at, alt.Text("left:N"), y=alt.value(0)),
        base.mark_text(aria=False, align="left", dx=6, dy=2, **text).encode(at, alt.Text("right:N"), y=alt.value(0)),
    ]


def _within(day: str) -> float:
    """Where in its month a day is, from 0 to 1; a month alone begins at its start."""
    return (int(day[8:10]) - 1) / 31 if len(day) >= 10 else 0.0
