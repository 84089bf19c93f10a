"""Lying bars, one per product or country, divided by outcome, each with its total."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, units
from lib.dashboard.charts.palette import QUIET, Palette
from lib.dashboard.charts.units import Counts
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.products import PRODUCT_TITLES
from lib.measures.cut import ALL, UNKNOWN, country_title
from lib.measures.progress import CLOUD_OUTCOMES

MANY_COUNTRIES = 15
"""Countries that have a bar of their own; the others share one."""

_EVERY = tuple(Outcome)
_PRODUCT_TITLES: dict[str, str] = {
    **{product.value: title for product, title in PRODUCT_TITLES.items()},
    UNKNOWN: "Unknown",
}
_OTHERS = "Other countries"


def outcomes_by_product(cube: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Where the licenses of each product stand: a bar each, divided by outcome, with its total.

    The frame has `product`, `outcome` and the unit; a mark carries `product` and `outcome`.
    """
    return _divided_bars(_by_product(cube, _EVERY, unit), palette, unit, "product")


def cloud_plans(cube: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Which Cloud licenses got a legacy plan and which had expired, by product; a frame of customers has no others.

    The frame has `product`, `outcome` and the unit; a mark carries `product` and `outcome`.
    """
    return _divided_bars(_by_product(cube, CLOUD_OUTCOMES, unit), palette, unit, "product")


def describe_outcomes(cube: pd.DataFrame, outcomes: Sequence[Outcome] = _EVERY, unit: str = "licenses") -> str:
    """What a chart of bars by product shows, in words for those who do not see it."""
    return _told(_by_product(cube, outcomes, unit))


def by_country(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Where in the world the licenses are: a bar per country divided by outcome, the largest first, the small ones as one.

    The frame has `country` (an ISO code, empty if unknown; several parted by commas are one bar), `outcome` and
    the unit. A mark carries `country` and `outcome`. Customers of countries beyond the first
    `MANY_COUNTRIES` are shown only if the frame holds them as one bar (see `country_groups`).
    """
    return _divided_bars(_by_country(frame, unit), palette, unit, "country")


def describe_countries(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the bars of countries show, in words: the total of each, largest first, or its parts if it has none."""
    bars = _by_country(frame, unit)
    totals = bars[bars["outcome_title"] == marks.TOTAL]
    if totals.empty:
        return _told(bars)
    return "; ".join(f"{row['row']}: {units.amount(row[unit], unit)}" for row in totals.to_dict("records"))


def country_groups(frame: pd.DataFrame, unit: str = "licenses") -> dict[str, str]:
    """The bar of each country, largest first: its own code, or the codes of all countries that share one."""
    sizes: dict[str, int] = {}
    found = units.counts(frame, ["country", "outcome"], unit)
    whole = {code for code, outcome in found if outcome == ALL}
    for (code, outcome), number in found.items():
        if code != ALL and (outcome == ALL or code not in whole):
            sizes[code or ""] = sizes.get(code or "", 0) + number
    known = sorted((code for code in sizes if code and "," not in code), key=lambda code: (-sizes[code], code))
    own, rest = known[:MANY_COUNTRIES], known[MANY_COUNTRIES:]
    own, rest = (known, []) if len(rest) == 1 else (own, rest)
    others = ",".join(sorted(rest))
    groups = {**{code: code for code in own}, **dict.fromkeys(rest, others)}
    groups |= {code: code for code in sizes if "," in code}
    return groups | ({"": UNKNOWN} if "" in sizes else {})


def _by_product(cube: pd.DataFrame, outcomes: Sequence[Outcome], unit: str) -> pd.DataFrame:
    inside = cube[cube["outcome"].isin([*outcomes, ALL])]
    counts = {
        (product or UNKNOWN, outcome): number
        for (product, outcome), number in units.counts(inside, ["product", "outcome"], unit).items()
    }
    titles = {product: title for product, title in _PRODUCT_TITLES.items() if any(product == key[0] for key in counts)}
    return _bars(counts, titles, outcomes, unit, "product")


def _by_country(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    groups = country_groups(frame, unit)
    counts: Counts = {}
    for (code, outcome), number in units.counts(frame, ["country", "outcome"], unit).items():
        group = groups.get(code or "", ALL)
        if group != ALL and (units.adds_up(unit) or "," not in group or group == code):
            counts[group, outcome] = counts.get((group, outcome), 0) + number
    shown = dict.fromkeys(group for group in groups.values() if any(group == key[0] for key in counts))
    titles = {group: _OTHERS if "," in group else country_title(group) for group in shown}
    return _bars(counts, titles, _EVERY, unit, "country")


def _bars(counts: Counts, titles: Mapping[str, str], outcomes: Sequence[Outcome], unit: str, name: str) -> pd.DataFrame:
    """The parts and totals of a bar per row: what they stand for, where they start and end, how they are labelled.

    `titles` are those of the rows, in order.
    """
    bars: list[tuple[Any, ...]] = []
    for row, title in titles.items():
        end = 0
        for outcome in outcomes:
            if number := counts.get((row, outcome), 0):
                named = OUTCOME_TITLES[outcome]
                label = f"{number:,} {named.removeprefix('Cloud: ').lower()}"
                bars.append((row, outcome.value, title, named, end, end + number, number, label, f"{number:,}"))
                end += number
        if (row, ALL) in counts:
            # Of some outcomes, only those that are counted: a cut may have let through fewer, and must not get more.
            present = [outcome for outcome in outcomes if counts.get((row, outcome))]
            every = "" if len(outcomes) == len(_EVERY) else ",".join(present)
            bars.append((row, every, title, marks.TOTAL, 0, end, counts[row, ALL], "", ""))
    columns = [name, "outcome", "row", "outcome_title", "start", "end", unit, "label", "short"]
    frame = pd.DataFrame(bars, columns=columns)
    told = zip(frame["row"], frame["outcome_title"], frame[unit], strict=True)
    words = [f"{row}, {outcome}: {units.amount(number, unit)}" for row, outcome, number in told]
    return frame.assign(middle=(frame["start"] + frame["end"]) / 2, words=words)


def _told(bars: pd.DataFrame) -> str:
    return "; ".join(bars.loc[bars["outcome_title"] != marks.TOTAL, "words"])


def _divided_bars(bars: pd.DataFrame, palette: Palette, unit: str, name: str) -> alt.LayerChart:
    parts, totals = (bars[(bars["outcome_title"] == marks.TOTAL) == total] for total in (False, True))
    colors = {OUTCOME_TITLES[outcome]: color for outcome, color in palette.outcomes.items()}
    shown = [title for title in colors if title in set(parts["outcome_title"])]
    y = marks.rows("row", list(dict.fromkeys(bars["row"])))
    tips = [alt.Tooltip("row:N", title=name.capitalize()), alt.Tooltip("outcome_title:N", title="Outcome")]
    boxes = (
        alt.Chart(parts)
        .mark_bar(cornerRadius=3, cursor="pointer", size=marks.ROW - 12)
        .encode(
            alt.X("start:Q").axis(None).scale(domainMax=marks.highest(bars["end"]) * 1.14),
            alt.X2("end:Q"),
            y,
            marks.colored("outcome_title", colors, shown),
            **marks.lit(palette, name, "outcome"),
            tooltip=[*tips, marks.tip(unit)],
        )
        .add_params(marks.picked(name, "outcome"))
    )
    labels = alt.Chart(parts).mark_text(aria=False, color=palette.on_outcome, fontWeight=600, fontSize=12)
    labels = labels.encode(alt.X("middle:Q"), y, text=marks.fitting("label", "short"))
    sums = alt.Chart(totals).mark_text(
        color=QUIET,
        fontWeight=600,
        fontSize=14,
        align="left",
        dx=8,
        cursor="pointer",
        tooltip="All of this row",
    )
    sums = sums.encode(alt.X("end:Q"), y, alt.Text(f"{unit}:Q").format(","), alt.Description("words:N"))
    # A layer without data would leave its part of the scale open.
    layers = [boxes, labels, sums] if len(totals) else [boxes, labels]
    return alt.LayerChart(layer=layers).properties(height=alt.Step(marks.ROW))
