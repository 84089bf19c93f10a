"""Lying bars, one per product or country, divided by outcome, each with its total."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, units
from lib.dashboard.charts.palette import Palette
from lib.dashboard.charts.units import Counts
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.products import PRODUCT_TITLES
from lib.measures.cut import ALL, UNKNOWN, country_title
from lib.measures.progress import CLOUD_OUTCOMES

MANY_COUNTRIES = 15
"""Countries that have a bar of their own; the others share one."""

EVERY_OUTCOME = tuple(Outcome)
PRODUCT_ROWS: dict[str, str] = {
    **{product.value: title for product, title in PRODUCT_TITLES.items()},
    UNKNOWN: "Unknown",
}
OTHER_COUNTRIES = "Other countries"


def outcomes_by_product(cube: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Where the licenses of each product stand: a bar each, divided by outcome, with its total.

    The frame has `product`, `outcome` and the unit; a mark carries `product` and `outcome`.
    """
    return divided_bars(product_bars(cube, EVERY_OUTCOME, unit), palette, unit, "product")


def cloud_plans(cube: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Which Cloud licenses got a legacy plan and which had expired, by product; a frame of customers has no others.

    The frame has `product`, `outcome` and the unit; a mark carries `product` and `outcome`.
    """
    return divided_bars(product_bars(cube, CLOUD_OUTCOMES, unit), palette, unit, "product")


def describe_outcomes(cube: pd.DataFrame, outcomes: Sequence[Outcome] = EVERY_OUTCOME, unit: str = "licenses") -> str:
    """What a chart of bars by product shows, in words."""
    return words_of_parts(product_bars(cube, outcomes, unit))


def by_country(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """Where in the world the licenses are: a bar per country divided by outcome, the largest first, the small ones as one.

    The frame has `country` (an ISO code, empty if unknown; several separated by commas are one bar), `outcome` and the
    unit. A mark carries `country` and `outcome`. Customers of countries beyond the first `MANY_COUNTRIES` are shown only
    if the frame holds them as one bar (see `country_groups`).
    """
    return divided_bars(country_bars(frame, unit), palette, unit, "country")


def describe_countries(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the bars of countries show, in words: the total of each, largest first, or its parts if it has none."""
    bars = country_bars(frame, unit)
    totals = bars[bars["outcome_title"] == marks.TOTAL]
    if totals.empty:
        return words_of_parts(bars)
    return "; ".join(f"{row['row']}: {units.amount(row[unit], unit)}" for row in totals.to_dict("records"))


def country_groups(frame: pd.DataFrame, unit: str = "licenses") -> dict[str, str]:
    """The bar of each country, largest first: its own code, or the codes of all countries that share one."""
    sizes = country_sizes(frame, unit)
    codes = [code for code in sizes if code and "," not in code]
    by_size = sorted(codes, key=lambda code: (-sizes[code], code))
    large, small = by_size[:MANY_COUNTRIES], by_size[MANY_COUNTRIES:]
    # A single small country needs no bar for others.
    if len(small) == 1:
        large, small = by_size, []
    groups = {code: code for code in large}
    groups |= dict.fromkeys(small, ",".join(sorted(small)))
    groups |= {code: code for code in sizes if "," in code}
    if "" in sizes:
        groups[""] = UNKNOWN
    return groups


def country_sizes(frame: pd.DataFrame, unit: str) -> dict[str, int]:
    """How many each country has: its total, or the sum of its parts where no total is given."""
    counts = units.counts(frame, ["country", "outcome"], unit)
    with_total = {code for code, outcome in counts if outcome == ALL}
    sizes: dict[str, int] = {}
    for (code, outcome), number in counts.items():
        if code != ALL and (outcome == ALL or code not in with_total):
            sizes[code or ""] = sizes.get(code or "", 0) + number
    return sizes


def product_bars(cube: pd.DataFrame, outcomes: Sequence[Outcome], unit: str) -> pd.DataFrame:
    """The bars of products, with some of their outcomes."""
    inside = cube[cube["outcome"].isin([*outcomes, ALL])]
    counts: Counts = {}
    for (product, outcome), number in units.counts(inside, ["product", "outcome"], unit).items():
        counts[product or UNKNOWN, outcome] = number
    products = {product for product, _ in counts}
    titles = {product: title for product, title in PRODUCT_ROWS.items() if product in products}
    return bars_of(counts, titles, outcomes, unit, "product")


def country_bars(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The bars of countries, those of one group together."""
    groups = country_groups(frame, unit)
    counts: Counts = {}
    for (code, outcome), number in units.counts(frame, ["country", "outcome"], unit).items():
        group = groups.get(code or "", ALL)
        # Customers of several countries cannot be summed: their bar must be in the frame as it is.
        may_sum = units.adds_up(unit) or "," not in group or group == code
        if group != ALL and may_sum:
            counts[group, outcome] = counts.get((group, outcome), 0) + number
    with_counts = {group for group, _ in counts}
    bars = [group for group in dict.fromkeys(groups.values()) if group in with_counts]
    return bars_of(counts, {group: title_of_group(group) for group in bars}, EVERY_OUTCOME, unit, "country")


def title_of_group(group: str) -> str:
    """What a bar of one country or of several is called."""
    if "," in group:
        return OTHER_COUNTRIES
    return country_title(group)


def bars_of(
    counts: Counts, titles: Mapping[str, str], outcomes: Sequence[Outcome], unit: str, name: str
) -> pd.DataFrame:
    """The parts and totals of a bar per row: what they stand for, where they start and end, how they are labelled.

    `titles` are those of the rows, in order.
    """
    bars: list[tuple[Any, ...]] = []
    for row, title in titles.items():
        end = 0
        present = [outcome for outcome in outcomes if counts.get((row, outcome))]
        for outcome in present:
            number, outcome_title = counts[row, outcome], OUTCOME_TITLES[outcome]
            label = f"{number:,} {outcome_title.removeprefix('Cloud: ').lower()}"
            bars.append((row, outcome.value, title, outcome_title, end, end + number, number, label, f"{number:,}"))
            end += number
        if (row, ALL) in counts:
            # Of some outcomes, only those that are counted: a cut may have let through fewer, and must not get more.
            every = "" if len(outcomes) == len(EVERY_OUTCOME) else ",".join(present)
            bars.append((row, every, title, marks.TOTAL, 0, end, counts[row, ALL], "", ""))
    columns = [name, "outcome", "row", "outcome_title", "start", "end", unit, "label", "short"]
    frame = pd.DataFrame(bars, columns=columns)
    rows = zip(frame["row"], frame["outcome_title"], frame[unit], strict=True)
    words = [f"{row}, {outcome}: {units.amount(number, unit)}" for row, outcome, number in rows]
    return frame.assign(middle=(frame["start"] + frame["end"]) / 2, words=words)


def words_of_parts(bars: pd.DataFrame) -> str:
    """What the parts of bars say, without their totals."""
    return "; ".join(bars.loc[bars["outcome_title"] != marks.TOTAL, "words"])


def divided_bars(bars: pd.DataFrame, palette: Palette, unit: str, name: str) -> alt.LayerChart:
    """The chart of bars that `bars_of` made; `name` is the filter that tells the rows apart."""
    is_total = bars["outcome_title"] == marks.TOTAL
    parts, totals = bars[~is_total], bars[is_total]
    rows = marks.rows("row", list(dict.fromkeys(bars["row"])))
    boxes = part_boxes(parts, palette, unit, name, rows, 1.14 * marks.highest(bars["end"]))
    labels = (
        alt.Chart(parts)
        .mark_text(aria=False, color=palette.on_outcome, fontWeight=600, fontSize=12)
        .encode(
            alt.X("middle:Q"),
            rows,
            text=marks.fitting("label", "short"),
        )
    )
    # Later layers are drawn over earlier ones: texts go on top of the boxes.
    layers = [boxes, labels]
    # A layer without data would leave its part of the scale open.
    if len(totals):
        layers.append(total_texts(totals, palette, unit, rows))
    return alt.LayerChart(layer=layers).properties(height=alt.Step(marks.ROW))


def part_boxes(parts: pd.DataFrame, palette: Palette, unit: str, name: str, rows: alt.Y, most: float) -> alt.Chart:
    """The boxes of bars, with room for `most`."""
    colors = {OUTCOME_TITLES[outcome]: color for outcome, color in palette.outcomes.items()}
    titles = [title for title in colors if title in set(parts["outcome_title"])]
    boxes: alt.Chart = (
        alt.Chart(parts)
        .mark_bar(cornerRadius=3, cursor="pointer", size=marks.ROW - 12)
        .encode(
            alt.X("start:Q").axis(None).scale(domainMax=most),
            alt.X2("end:Q"),
            rows,
            marks.colored("outcome_title", colors, titles),
            **marks.lit(palette, name, "outcome"),
            tooltip=[
                alt.Tooltip("row:N").title(name.capitalize()),
                alt.Tooltip("outcome_title:N").title("Outcome"),
                marks.tip(unit),
            ],
        )
        .add_params(marks.picked(name, "outcome"))
    )
    return boxes


def total_texts(totals: pd.DataFrame, palette: Palette, unit: str, rows: alt.Y) -> alt.Chart:
    """The totals behind bars."""
    texts: alt.Chart = (
        alt.Chart(totals)
        .mark_text(
            color=palette.quiet,
            fontWeight=600,
            fontSize=14,
            align="left",
            dx=8,
            cursor="pointer",
            tooltip="All of this row",
        )
        .encode(
            alt.X("end:Q"),
            rows,
            alt.Text(f"{unit}:Q").format(","),
            alt.Description("words:N"),
        )
    )
    return texts
