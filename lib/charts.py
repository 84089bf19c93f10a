"""The charts: the counted licenses in, a picture out, each named for what the reader learns.

Every mark carries in `product`, `outcome`, `from_size` and `to_tier` the filters that lead to its licenses, several
values parted by commas, an empty text for all: `licenses_behind` makes a cut of what was clicked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from lib.cut import UNKNOWN, Cut
from lib.eligibility import OUTCOME_TITLES, Outcome
from lib.products import TITLES
from lib.progress import CLOUD_OUTCOMES
from lib.tiers import LADDER, spelled
from lib.words import counted

PICKED = "picked"
"""The name of every chart's selection."""

MANY_SIZES = 12
"""More sizes than that are shown by bands of the ladder, so that the table stays one that can be read."""

_QUIET = "#6B7790"
"""Texts beside marks: readable on the light and on the dark ground, which a chart cannot know for certain."""

_PRODUCT_TITLES: dict[str, str] = {**{product.value: title for product, title in TITLES.items()}, UNKNOWN: "Unknown"}
_ROW = 38
_TOTAL = "Total"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours for one theme: of each outcome, of few and many licenses, and of texts on them."""

    outcomes: Mapping[Outcome, str]
    few: str
    many: str
    ground: str
    on_few: str
    on_many: str
    on_outcome: str


LIGHT = Palette(
    outcomes={
        Outcome.ELIGIBLE: "#0B7A5E",
        Outcome.UPGRADE_NEEDED: "#3B5BDB",
        Outcome.NEEDS_INFO: "#B35900",
        Outcome.NOT_ELIGIBLE: "#64708A",
        Outcome.ALREADY_MIGRATED: "#7A3FB8",
        Outcome.LEGACY_PLAN: "#0E7490",
        Outcome.EXPIRED: "#C2334D",
    },
    few="#DFE6FD",
    many="#3B5BDB",
    ground="#EDF0F7",
    on_few="#131A2A",
    on_many="#FFFFFF",
    on_outcome="#FFFFFF",
)
DARK = Palette(
    outcomes={
        Outcome.ELIGIBLE: "#3DD6A3",
        Outcome.UPGRADE_NEEDED: "#8FA6FF",
        Outcome.NEEDS_INFO: "#FFB454",
        Outcome.NOT_ELIGIBLE: "#8D99B3",
        Outcome.ALREADY_MIGRATED: "#C79BFF",
        Outcome.LEGACY_PLAN: "#5CC8E8",
        Outcome.EXPIRED: "#FF8299",
    },
    few="#1E2A4D",
    many="#8FA6FF",
    ground="#182032",
    on_few="#E7ECF6",
    on_many="#0E131F",
    on_outcome="#0E131F",
)


def outcomes_by_product(cube: pd.DataFrame, palette: Palette) -> alt.LayerChart:
    """Where the licenses of each product stand: a bar each, divided by outcome, with its total."""
    return _divided_bars(_bars(cube, tuple(Outcome), room=64), palette)


def cloud_plans(cube: pd.DataFrame, palette: Palette) -> alt.LayerChart:
    """Which Cloud licenses got a legacy plan and which had expired, by product."""
    return _divided_bars(_bars(cube, CLOUD_OUTCOMES, room=30), palette)


def tier_moves(cube: pd.DataFrame, palette: Palette) -> alt.LayerChart:
    """Who must grow from where to where: a heat table of licenses, with the totals of rows, columns and all."""
    moves = _moves(cube)
    picked = alt.selection_point(name=PICKED, fields=["from_size", "to_tier"], toggle=False)
    froms, tos = list(dict.fromkeys(moves["from"])), [spelled(tier) for tier in LADDER] + [_TOTAL]
    base = alt.Chart(moves).encode(
        alt.X("to:N")
        .sort([tier for tier in tos if tier in set(moves["to"])])
        .scale(paddingInner=0.06)
        .title("Server tier")
        .axis(orient="top", labelAngle=0, labelOverlap=False, ticks=False, domain=False),
        alt.Y("from:N")
        .sort(froms)
        .scale(paddingInner=0.1)
        .title("Editors now")
        .axis(ticks=False, domain=False, grid=False),
    )
    most = max(moves["heat"].max(), 1)
    cells = (
        base.mark_rect(cornerRadius=4, cursor="pointer")
        .encode(
            color=alt.when("datum.total")
            .then(alt.value(palette.ground))
            .otherwise(
                alt.Color("heat:Q").scale(type="sqrt", domain=[0, most], range=[palette.few, palette.many]).legend(None)
            ),
            **_lit(palette, "from_size", "to_tier"),
            tooltip=[
                alt.Tooltip("from:N", title="Editors now"),
                alt.Tooltip("to:N", title="Server tier"),
                alt.Tooltip("licenses:Q", title="Licenses", format=","),
                alt.Tooltip("users_added:Q", title="Users to add", format=","),
            ],
            description=alt.Description("words:N"),
        )
        .add_params(picked)
    )
    dark_text = f"datum.total || sqrt(datum.heat / {most}) < 0.55"
    numbers = base.mark_text(fontWeight=600, fontSize=12, cursor="pointer").encode(
        alt.Text("licenses:Q").format(","),
        color=alt.when(dark_text).then(alt.value(palette.on_few)).otherwise(alt.value(palette.on_many)),
    )
    return alt.LayerChart(layer=[cells, numbers]).properties(height=alt.Step(_ROW))


def described(cube: pd.DataFrame, outcomes: Sequence[Outcome] = tuple(Outcome)) -> str:
    """What a chart of bars shows, in words for those who do not see it."""
    bars = _bars(cube, outcomes, room=0)
    parts = bars[bars["outcome_title"] != _TOTAL]
    return "; ".join(f"{row.product_title}: {row.licenses:,} {row.outcome_title}" for row in parts.itertuples())


def moves_described(cube: pd.DataFrame) -> str:
    """What the heat table shows, in words: its largest moves first, and how many there are."""
    moves = _moves(cube)
    cells = moves[~moves["total"]].sort_values("licenses", ascending=False, kind="stable")
    told = [
        f"{row['from']} to {row['to']}: {counted(row['licenses'], 'license')}"
        for row in cells.head(10).to_dict("records")
    ]
    return "; ".join([*told, *([f"and {len(cells) - 10} smaller moves"] if len(cells) > 10 else [])])


def licenses_behind(mark: Mapping[str, Any], cut: Cut) -> Cut:
    """The licenses of a cut that a clicked mark stands for, by the filters it carries."""
    told = {name: [text for text in str(value).split(",") if text] for name, value in mark.items()}
    return cut.narrowed(
        **{
            name: tuple(map(int, texts)) if name in ("from_size", "to_tier") else tuple(texts)
            for name, texts in told.items()
            if texts
        }
    )


def size_bands(sizes: Iterable[int]) -> dict[int, str]:
    """The row of each size, smallest first: its own, or its band of the ladder (`11–24`) if there are too many."""
    distinct = sorted(set(sizes))
    return {size: spelled(size) if len(distinct) <= MANY_SIZES else _band(size) for size in distinct}


def _band(size: int) -> str:
    if size in LADDER:
        return spelled(size)
    above = next(place for place, rung in enumerate(LADDER) if rung > size)
    low = LADDER[above - 1] + 1 if above else 1
    return f"{low:,} and more" if above == len(LADDER) - 1 else f"{low:,}–{LADDER[above] - 1:,}"


def _divided_bars(bars: pd.DataFrame, palette: Palette) -> alt.LayerChart:
    picked = alt.selection_point(name=PICKED, fields=["product", "outcome"], toggle=False)
    parts, totals = (bars[(bars["outcome_title"] == _TOTAL) == total] for total in (False, True))
    colors = {OUTCOME_TITLES[outcome]: color for outcome, color in palette.outcomes.items()}
    shown = [title for title in colors if title in set(parts["outcome_title"])]
    y = alt.Y("product_title:N").sort(list(totals["product_title"])).title(None)
    y = y.axis(ticks=False, domain=False, labelFontSize=13, labelLimit=140)
    boxes = (
        alt.Chart(parts)
        .mark_bar(cornerRadius=3, cursor="pointer", size=_ROW - 12)
        .encode(
            alt.X("start:Q").axis(None).scale(domainMax=float(bars["end"].max()) * 1.1),
            alt.X2("end:Q"),
            y,
            alt.Color("outcome_title:N")
            .scale(domain=shown, range=[colors[title] for title in shown])
            .legend(
                orient="top", direction="horizontal", title=None, columns=4, symbolType="square", symbolStrokeWidth=0
            ),
            **_lit(palette, "product", "outcome"),
            tooltip=[
                alt.Tooltip("product_title:N", title="Product"),
                alt.Tooltip("outcome_title:N", title="Outcome"),
                alt.Tooltip("licenses:Q", title="Licenses", format=","),
            ],
            description=alt.Description("words:N"),
        )
        .add_params(picked)
    )
    labels = alt.Chart(parts).mark_text(color=palette.on_outcome, fontWeight=600, fontSize=12, cursor="pointer")
    sums = alt.Chart(totals).mark_text(
        color=_QUIET, fontWeight=600, fontSize=14, align="left", dx=8, cursor="pointer", tooltip="All of this row"
    )
    labels = labels.encode(alt.X("middle:Q"), y, alt.Text("label:N"))
    sums = sums.encode(alt.X("end:Q"), y, alt.Text("licenses:Q").format(","))
    return alt.LayerChart(layer=[boxes, labels, sums]).properties(height=alt.Step(_ROW))


def _lit(palette: Palette, *names: str) -> dict[str, Any]:
    """What was clicked is outlined and the rest paler, for a total all that it counts; the encodings by channel."""
    inside = " && ".join(
        f"({PICKED}.{name}[0] == '' || indexof(',' + {PICKED}.{name}[0] + ',', ',' + datum.{name} + ',') >= 0)"
        for name in names
    )
    picked = f"isValid({PICKED}.{names[0]})"
    return {
        "opacity": alt.when(f"!{picked} || ({inside})").then(alt.value(1)).otherwise(alt.value(0.6)),
        "strokeWidth": alt.when(f"{picked} && ({inside})").then(alt.value(2)).otherwise(alt.value(0)),
        "stroke": alt.value(palette.on_few),
    }


def _bars(cube: pd.DataFrame, outcomes: Sequence[Outcome], *, room: int) -> pd.DataFrame:
    """The parts and totals of a bar per product: what they stand for, where they start and end, how they are labelled.

    `room` is how many letters fit into the longest bar.
    """
    inside = cube[cube["outcome"].isin(list(outcomes))]
    counts: dict[str, dict[str, int]] = {}
    for product, outcome, number in zip(inside["product"], inside["outcome"], inside["licenses"], strict=True):
        row = counts.setdefault(product or UNKNOWN, {})
        row[outcome] = row.get(outcome, 0) + number
    longest = max((sum(row.values()) for row in counts.values()), default=0)
    every = "" if len(outcomes) == len(Outcome) else ",".join(outcomes)
    rows: list[tuple[Any, ...]] = []
    for product in sorted(counts, key=list(_PRODUCT_TITLES).index):
        title, end = _PRODUCT_TITLES[product], 0
        for outcome in outcomes:
            if number := counts[product].get(outcome, 0):
                label = _label(number, OUTCOME_TITLES[outcome], room * number / longest)
                rows.append((product, outcome.value, title, OUTCOME_TITLES[outcome], end, end + number, number, label))
                end += number
        rows.append((product, every, title, _TOTAL, 0, end, end, ""))
    names = ["product", "outcome", "product_title", "outcome_title", "start", "end", "licenses", "label"]
    bars = pd.DataFrame(rows, columns=names)
    told = zip(bars["product_title"], bars["outcome_title"], bars["licenses"], strict=True)
    words = [f"{product}, {outcome}: {counted(number, 'license')}" for product, outcome, number in told]
    return bars.assign(middle=(bars["start"] + bars["end"]) / 2, words=words)


def _label(licenses: int, title: str, room: float) -> str:
    """As much of number and title as fits into a part of a bar that has room for that many letters."""
    number, whole = f"{licenses:,}", f"{licenses:,} {title.removeprefix('Cloud: ').lower()}"
    return whole if len(whole) < room - 1 else number if len(number) < room else ""


def _moves(cube: pd.DataFrame) -> pd.DataFrame:
    """The cells of the heat table and its totals, in reading order; `heat` is what colours them, 0 for totals."""
    growing = cube[cube["outcome"] == Outcome.UPGRADE_NEEDED]
    froms, bands = growing["from_size"].tolist(), size_bands(growing["from_size"])
    sums: dict[tuple[str, int | None], tuple[int, int]] = {}
    moves = zip(froms, growing["to_tier"], growing["licenses"], growing["users_added"], strict=True)
    for size, tier, licenses, users in moves:
        for cell in ((bands[size], tier), (bands[size], None), (_TOTAL, tier), (_TOTAL, None)):
            before = sums.get(cell, (0, 0))
            sums[cell] = before[0] + licenses, before[1] + users
    rows = []
    for band in dict.fromkeys([*bands.values(), _TOTAL]):
        sizes = ",".join(str(size) for size in bands if bands[size] == band)
        for tier in [*sorted(set(growing["to_tier"])), None]:
            if (band, tier) in sums:
                total, (licenses, users) = band == _TOTAL or tier is None, sums[band, tier]
                titles = band, spelled(tier) or _TOTAL
                heat = 0 if total else licenses
                words = f"{titles[0]} → {titles[1]}: {counted(licenses, 'license')}"
                rows.append((sizes, str(tier or ""), *titles, licenses, users, total, heat, words))
    names = ["from_size", "to_tier", "from", "to", "licenses", "users_added", "total", "heat", "words"]
    return pd.DataFrame(rows, columns=names)
