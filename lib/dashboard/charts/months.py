"""Histograms of months: when the plans of Cloud licenses end, and when their maintenance does, beside the line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, periods, standing_bars, units
from lib.dashboard.charts.palette import Palette
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.measures.cut import ALL
from lib.measures.progress import CLOUD_OUTCOMES

ROOM = 1.2
"""How much higher than what it shows in full the histogram is: room for what the line is."""

MANY_MONTHS = 18
"""Months that the words beside a chart say one by one."""

YEARS_AROUND = 5
"""Years before and after the line that have a bar of their own."""

EARLIER, LATER = "before {}", "after {}"
PART_COLUMNS = ("month", "outcome", "place", "ends", "title", "start", "end")


def plan_ends(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """When the legacy plans of Cloud licenses end: a bar per month.

    The frame has `month` (in which plans end, `2016-10`, or `EARLIER` one for all past months), `month_filter` (the months in which the maintenance of those
    licenses ends, separated by commas) and the unit. A mark carries `month` (those of the filter) and `outcome`.
    """
    parts = plan_end_parts(frame, unit)
    along = folded_and_months(parts["ends"].tolist())
    tooltips = [alt.Tooltip("ends:O").title("Plans end in")]
    color = alt.value(palette.outcomes[Outcome.LEGACY_PLAN])
    most = marks.highest(parts["end"]) * standing_bars.ROOM
    bars = standing_bars.bars(parts, palette, unit, ("month", "outcome"), "ends", along, color, tooltips, most)
    layers = [bars, numbers_above(parts, palette, "ends", along)]
    return alt.LayerChart(layer=layers).properties(height=standing_bars.HEIGHT)


def folded_and_months(ends: Sequence[str]) -> list[str]:
    """The bar of all past months, if there is one, and all months from the first to the last of the others."""
    months = [end for end in ends if not is_folded(end)]
    folded = [end for end in ends if is_folded(end)]
    return [*folded, *(periods.through(min(months), max(months)) if months else [])]


def is_folded(end: str) -> bool:
    """Whether it is the bar of several months, not a month."""
    return not end[:1].isdigit()


def describe_plan_ends(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """When legacy plans end, in words."""
    return marks.spoken(plan_end_parts(frame, unit)["words"].tolist(), MANY_MONTHS, "more months")


def maintenance_ends(
    frame: pd.DataFrame, palette: Palette, unit: str = "licenses", *, reference: str, grace: str
) -> alt.LayerChart:
    """Which side of the line Cloud licenses of one product fall on: a bar per month in which maintenance ends.

    The frame has `month` (`2016-04`), `outcome` (legacy_plan or expired) and the unit. `reference` is the day on which
    the product's licenses were moved and `grace` the first day that still counted as recent, ISO (or months): shown as a
    rule and a shaded window. Months far from them share a bar per year, years still farther one bar. A mark carries
    `month` (all it gathers) and `outcome`. Customers of gathered months are shown only if the frame gathers them (see
    `month_groups`): several months separated by commas in `month`.
    """
    scale = Scale.around(frame["month"], reference, grace)
    whole_parts = maintenance_parts(frame, unit, scale)
    most = height_in_full(whole_parts)
    heights = {name: cut_off(whole_parts[name], whole_parts, most) for name in ("start", "end")}
    parts = whole_parts.assign(**heights)
    colors = {OUTCOME_TITLES[outcome]: palette.outcomes[outcome] for outcome in CLOUD_OUTCOMES}
    titles = [title for title in colors if title in set(parts["title"])]
    tooltips = [
        alt.Tooltip("ends:N").title("Maintenance ends in"),
        alt.Tooltip("title:N").title("Group"),
    ]
    color, names = marks.colored("title", colors, titles), ("month", "outcome")
    bars = standing_bars.bars(parts, palette, unit, names, "place", scale.places, color, tooltips, most * ROOM)
    shade, *texts = grace_window(scale.places, reference, grace, palette)
    # Later layers are drawn over earlier ones: the shade lies behind the bars, signs and texts on top.
    layers = [shade, bars, *signs_of_cut_bars(parts, scale.places, most, palette), *texts]
    return alt.LayerChart(layer=layers).properties(height=standing_bars.HEIGHT)


def describe_maintenance_ends(frame: pd.DataFrame, unit: str = "licenses", *, reference: str, grace: str) -> str:
    """Which side of the line Cloud licenses fall on, in words: the months of the grace window, and all on either side."""
    counts = counts_without_totals(frame, unit)
    words = [f"moved {reference}, grace from {grace}"]
    for (month, outcome), number in counts.items():
        if grace[:7] <= month <= reference[:7]:
            words.append(f"{month}, {OUTCOME_TITLES[Outcome(outcome)]}: {units.amount(number, unit)}")
    if not units.adds_up(unit):
        return "; ".join(words)
    for outcome in CLOUD_OUTCOMES:
        whole = sum(number for key, number in counts.items() if key[1] == outcome)
        words.append(f"all months, {OUTCOME_TITLES[outcome]}: {units.amount(whole, unit)}")
    return "; ".join(words)


def month_groups(months: Iterable[str], reference: str, grace: str) -> dict[str, str]:
    """The bar that each month belongs to in the histogram of maintenance: the months it gathers, separated by commas."""
    distinct = sorted(set(months))
    scale = Scale.around(distinct, reference, grace)
    groups: dict[str, list[str]] = {}
    for month in distinct:
        groups.setdefault(scale.place(month), []).append(month)
    return {month: ",".join(groups[scale.place(month)]) for month in distinct}


@dataclass(frozen=True, slots=True)
class Scale:
    """The places of bars along a histogram of months: those near the line each for itself, the rest gathered.

    `near` are the first and the last month with a place of their own, `years` the first and last year with one.
    """

    near: tuple[str, str]
    years: tuple[int, int]
    places: tuple[str, ...]

    @classmethod
    def around(cls, months: Iterable[str], reference: str, grace: str) -> "Scale":
        """Whole years around the line month by month, five years before and after year by year."""
        first, last = int(grace[:4]) - 1, int(reference[:4]) + (reference[5:7] > "09")
        near = periods.through(f"{first}-01", f"{last}-12")
        every = [near[0], *months, near[-1]]
        earliest, latest = int(min(every)[:4]), int(max(every)[:4])
        years = max(first - YEARS_AROUND, earliest), min(last + YEARS_AROUND, latest)
        before = [str(year) for year in range(years[0], first)]
        after = [str(year) for year in range(last + 1, years[1] + 1)]
        if earliest < years[0]:
            before.insert(0, EARLIER.format(years[0]))
        if latest > years[1]:
            after.append(LATER.format(years[1]))
        # Blank places, one shorter than the other, keep gathered bars apart from the months.
        places = [*before, *[" "][: len(before)], *near, *["  "][: len(after)], *after]
        return cls((near[0], near[-1]), years, tuple(places))

    def place(self, month: str) -> str:
        """The bar that a month belongs to."""
        if self.near[0] <= month <= self.near[1]:
            return month
        first, last = self.years
        year = int(month[:4])
        if year < first:
            return EARLIER.format(first)
        if year > last:
            return LATER.format(last)
        return str(year)


def plan_end_parts(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The bars of plan ends, month by month."""
    # Letters sort behind digits, but past months come first.
    months = frame.sort_values("month", kind="stable", key=lambda ends: ends.str.replace("before", "-"))
    numbers = [int(number) for number in months[unit]]
    ends = months["month"].tolist()
    return pd.DataFrame(
        {
            "month": months["month_filter"].tolist(),
            "outcome": Outcome.LEGACY_PLAN.value,
            "ends": ends,
            "start": 0,
            "end": numbers,
            unit: numbers,
            "label": list(map(units.short, numbers)),
            "words": [f"{end}: {units.amount(number, unit)}" for end, number in zip(ends, numbers, strict=True)],
        }
    )


def counts_without_totals(frame: pd.DataFrame, unit: str) -> units.Counts:
    """The number of each month and outcome, oldest month first."""
    counts = units.counts(frame, ["month", "outcome"], unit)
    return {key: number for key, number in sorted(counts.items()) if ALL not in key}


def maintenance_parts(frame: pd.DataFrame, unit: str, scale: Scale) -> pd.DataFrame:
    """The parts of the histogram's bars, the legacy plan below; `whole` is what each place has in all."""
    numbers: dict[tuple[str, str], dict[str, int]] = {}
    for (month, outcome), number in counts_without_totals(frame, unit).items():
        numbers.setdefault((scale.place(month), outcome), {})[month] = number
    rows: list[tuple[Any, ...]] = []
    for place in scale.places:
        end = 0
        for outcome in CLOUD_OUTCOMES:
            months = numbers.get((place, outcome), {})
            number = sum(months.values())
            # Customers of several months cannot be summed.
            if number and (len(months) == 1 or units.adds_up(unit)):
                rows.append(maintenance_part(place, outcome, months, end, unit))
                end += number
    parts = pd.DataFrame(rows, columns=[*PART_COLUMNS, unit, "words"])
    return parts.assign(whole=parts.groupby("place")["end"].transform("max"))


def maintenance_part(place: str, outcome: Outcome, months: Mapping[str, int], start: int, unit: str) -> tuple[Any, ...]:
    """One part of a bar, which begins at `start`: a row of `PART_COLUMNS`, its number and its words."""
    number, title = sum(months.values()), OUTCOME_TITLES[outcome]
    ends = f"{place}, all of it" if place.isdigit() else place
    words = f"{ends}, {title}: {units.amount(number, unit)}"
    return (",".join(months), outcome.value, place, ends, title, start, start + number, number, words)


def height_in_full(parts: pd.DataFrame) -> float:
    """What the histogram shows in full: the highest month. Years that are much higher are cut off there."""
    months = parts[parts["place"].str.len() == len("2016-04")]
    month, every = marks.highest(months["whole"]), marks.highest(parts["whole"])
    if months.empty or every < 2 * month:
        return every
    return 1.5 * month


def cut_off(heights: "pd.Series[Any]", parts: pd.DataFrame, most: float) -> "pd.Series[Any]":
    """The heights within bars of which the highest are cut off, each part by as much as its bar."""
    # Each part shrinks by as much as its bar: their shares of it stay true.
    return heights * (most / parts["whole"]).clip(upper=1)


def signs_of_cut_bars(parts: pd.DataFrame, places: Sequence[str], most: float, palette: Palette) -> list[alt.Chart]:
    """A sign across each cut bar, and its number along it."""
    bars = parts[parts["whole"] > most].drop_duplicates("place")
    labels = [f"{whole:,}" for whole in bars["whole"]]
    rows = bars.assign(sign=most * 0.87, middle=most * 0.4, label=labels)
    base = alt.Chart(rows).encode(marks.along("place", places))
    sign = base.mark_text(aria=False, text="≈", color=palette.page, fontSize=26, fontWeight=600)
    number = base.mark_text(aria=False, angle=270, color=palette.on_outcome, fontSize=11, fontWeight=600)
    # The number stands upright along the bar, so it is the height of its letters that must fit.
    label = alt.value(alt.expr("bandwidth('x') > 9 ? datum.label : ''"))
    return [sign.encode(alt.Y("sign:Q")), number.encode(alt.Y("middle:Q"), text=label)]


def numbers_above(parts: pd.DataFrame, palette: Palette, place: str, along: Sequence[str]) -> alt.Chart:
    """The number above each bar, if all of them fit."""
    texts: alt.Chart = (
        alt.Chart(parts)
        .mark_text(aria=False, color=palette.quiet, fontWeight=600, fontSize=11, dy=-8)
        .encode(
            marks.along(place, along),
            alt.Y("end:Q"),
            text=marks.above_bars(parts["label"]),
        )
    )
    return texts


def grace_window(places: Sequence[str], reference: str, grace: str, palette: Palette) -> list[alt.Chart]:
    """The grace window, shaded, then the rule at the reference, and what each of them is."""
    row = {"from": grace[:7], "to": reference[:7], "left": f"Grace from {grace}", "right": f"Moved {reference}"}
    base = alt.Chart(pd.DataFrame([row]))
    start, stop = place_in_month(grace), place_in_month(reference)
    at = marks.along("to", places).bandPosition(stop)
    look: dict[str, Any] = {"color": palette.text, "fontSize": 12, "fontWeight": 600, "baseline": "top"}
    top = alt.value(0)
    return [
        base.mark_rect(aria=False, color=palette.band).encode(
            marks.along("from", places).bandPosition(start),
            alt.X2("to", bandPosition=stop),
        ),
        base.mark_rule(aria=False, color=palette.text, strokeWidth=1.5).encode(at),
        base.mark_text(aria=False, align="right", dx=-6, dy=2, **look).encode(at, alt.Text("left:N"), y=top),
        base.mark_text(aria=False, align="left", dx=6, dy=2, **look).encode(at, alt.Text("right:N"), y=top),
    ]


def place_in_month(day: str) -> float:
    """Where in its month a day is, from 0 to 1."""
    if len(day) < len("2016-04-01"):
        return 0.0
    return (int(day[8:10]) - 1) / 31
