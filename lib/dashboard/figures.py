"""The figures of the dashboard: each chart declared once, with all that screens and files need of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard import charts, cuts, figure_sheets, frames, notes
from lib.dashboard.charts import Palette, units
from lib.dashboard.numbers import Numbers
from lib.dashboard.sheets import Sheet
from lib.dashboard.view import UNITS, View
from lib.domain.eligibility import Outcome
from lib.domain.products import PLUGINS, PRODUCT_TITLES, Product
from lib.measures.cut import Cut
from lib.measures.progress import CLOUD_OUTCOMES

NUMBER_COLUMNS = frozenset((*units.NAMES, "only", "others", "change", "reached"))
"""The columns of frames whose numbers are charted: where all are 0, there is nothing to show."""

SUMMABLE_UNITS = ("licenses", "users")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure of a view, ready to show: its chart as Vega-Lite and in words, and the note below its title.

    `marks` has the filters that each of its marks carries, by the mark's words.
    """

    spec: dict[str, Any]
    description: str
    note: str
    marks: Mapping[str, Mapping[str, Any]]


def no_options(numbers: Numbers, view: View) -> Mapping[str, Any]:
    """Nothing that a chart takes besides its frame and unit."""
    return {}


def no_sheet_options(numbers: Numbers, view: View, frame: pd.DataFrame) -> Mapping[str, Any]:
    """Nothing that a sheet takes besides a frame and a unit."""
    return {}


def no_note(numbers: Numbers, view: View) -> str:
    """Nothing below the title."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart of the dashboard.

    `frame` gives its numbers, `chart` draws them, `description` says them in words, `sheet` puts them into a workbook;
    `options` are what chart and description take besides a frame and a unit, `sheet_options` what the sheet takes. `within` narrows a cut to the licenses that
    the marks are parts of; `note` stands below the title, `caption` only where the page around it is missing: on pictures
    and sheets. `is_clickable` says whether marks lead to licenses. `units` are those it can be drawn in, the
    first stands in for others, and `counted` says what is counted where that is none of them. `tab` is a title short enough for a worksheet. `height` is about how high it is, in pixels, and `width` its share of a row.
    """

    name: str
    title: str
    frame: Callable[[Numbers, View], pd.DataFrame]
    chart: Callable[..., alt.LayerChart]
    description: Callable[..., str]
    sheet: Callable[[pd.DataFrame, str], Sheet]
    within: Callable[[Cut], Cut] = cuts.everything
    options: Callable[[Numbers, View], Mapping[str, Any]] = no_options
    note: Callable[[Numbers, View], str] = no_note
    caption: Callable[[Numbers, View], str] = no_note
    sheet_options: Callable[[Numbers, View, pd.DataFrame], Mapping[str, Any]] = no_sheet_options
    units: tuple[str, ...] = UNITS
    empty_text: str = "Nothing of this kind here."
    height: int = 320
    width: int = 1
    is_clickable: bool = True
    counted: str = ""
    tab: str = ""

    def in_own_unit(self, view: View) -> View:
        """The view in the unit that this figure is drawn in."""
        if view.unit in self.units:
            return view
        return view.in_unit(self.units[0])

    def drawing(self, numbers: Numbers, view: View, palette: Palette) -> Drawing | None:
        """The figure of a view; None if it has nothing to show."""
        frame = self.frame(numbers, view)
        if is_empty(frame):
            return None
        options = self.options(numbers, view)
        chart = self.chart(frame, palette, unit=view.unit, **options)
        description = self.description(frame, unit=view.unit, **options)
        # Altair's validation takes several times as long as the rest; the tests validate every chart.
        spec = {**chart.to_dict(validate=False), **palette.labels}
        marks = charts.marks_of(spec) if self.is_clickable else {}
        return Drawing(spec, description, self.note(numbers, view), marks)

    def heading(self, view: View) -> str:
        """The title with what is counted."""
        return f"{self.title}, in {self.counted or self.in_own_unit(view).unit}"

    def sheet_of(self, numbers: Numbers, view: View) -> Sheet:
        """The sheet of a view, in the unit on screen."""
        own_view = self.in_own_unit(view)
        frame = self.frame(numbers, own_view)
        sheet = self.sheet(frame, own_view.unit, **self.sheet_options(numbers, own_view, frame))
        caption = self.caption(numbers, own_view)
        note = f"Counted in {self.counted or own_view.unit}"
        return replace(sheet, title=self.title, tab=self.tab, note=" · ".join(filter(None, (note, caption))))


def is_empty(frame: pd.DataFrame) -> bool:
    """Whether a frame has no rows, or no number but 0."""
    columns = [column for column in frame if column in NUMBER_COLUMNS]
    return frame.empty or not frame[columns].to_numpy().any()


BURN_UP = Figure(
    name="burn_up",
    title="Migration progress",
    frame=frames.burn_up,
    chart=charts.burn_up,
    description=charts.describe_burn_up,
    sheet=figure_sheets.burn_up,
    within=cuts.movable_through_time,
    options=frames.outlook,
    sheet_options=frames.sheet_outlook,
    caption=notes.pace,
    units=SUMMABLE_UNITS,
    empty_text="Nothing to move here.",
    height=433,
)
TIER_MOVES = Figure(
    name="tier_moves",
    title="Upgrades by current size and server tier",
    tab="Upgrades by size and tier",
    frame=frames.tier_moves,
    chart=charts.tier_moves,
    description=charts.describe_tier_moves,
    sheet=figure_sheets.tier_moves,
    within=cuts.upgrades,
    note=notes.upgrades,
    empty_text="No license needs an upgrade here.",
    height=710,
    width=3,
)
USERS_ADDED = Figure(
    name="users_added",
    title="Users to add by server tier",
    frame=frames.users_added,
    chart=charts.users_added,
    description=charts.describe_users_added,
    sheet=figure_sheets.users_added,
    within=cuts.upgrades,
    empty_text="No license needs an upgrade here.",
    width=2,
    counted="users",
    height=437,
)
WAITING = Figure(
    name="waiting",
    title="Time in stage",
    frame=frames.waiting,
    chart=charts.waiting,
    description=charts.describe_waiting,
    sheet=figure_sheets.waiting,
    within=cuts.movable,
    units=SUMMABLE_UNITS,
    empty_text="No request is under way here.",
    height=378,
)
MISSING_ITEMS = Figure(
    name="missing_items",
    title="What is missing most",
    frame=frames.missing_items,
    chart=charts.missing_items,
    description=charts.describe_missing_items,
    sheet=figure_sheets.missing_items,
    within=cuts.with_any_items_missing,
    units=("licenses",),
    empty_text="Nothing is missing.",
    height=520,
)
FUNNEL = Figure(
    name="funnel",
    title="Requests at or beyond each stage",
    tab="Request funnel",
    frame=frames.funnel,
    chart=charts.funnel,
    description=charts.describe_funnel,
    sheet=figure_sheets.funnel,
    within=cuts.movable_at_any_stage,
    note=notes.funnel,
    units=SUMMABLE_UNITS,
    empty_text="Nothing to move here.",
    height=452,
)
OUTCOMES_BY_PRODUCT = Figure(
    name="outcomes_by_product",
    title="Status by product",
    frame=partial(frames.counts, by=("product", "outcome")),
    chart=charts.outcomes_by_product,
    description=charts.describe_outcomes,
    sheet=figure_sheets.outcomes_by_product,
    height=454,
)
BY_COUNTRY = Figure(
    name="by_country",
    title="Status by country",
    frame=frames.countries,
    chart=charts.by_country,
    description=charts.describe_countries,
    sheet=figure_sheets.countries,
    height=870,
)
CHANGES_BETWEEN = Figure(
    name="changes_between",
    title="What changed, and why",
    frame=frames.changes,
    chart=charts.changes_between,
    description=charts.describe_changes,
    sheet=figure_sheets.changes,
    note=notes.days_compared,
    units=("licenses",),
    empty_text="Nothing changed between these days.",
    is_clickable=False,
    height=265,
)
CLOUD_PLANS = Figure(
    name="cloud_plans",
    title="Legacy plan or expired",
    frame=partial(frames.counts, by=("product", "outcome"), within=cuts.on_cloud),
    chart=charts.cloud_plans,
    description=charts.describe_outcomes,
    sheet=figure_sheets.outcomes_by_product,
    within=cuts.on_cloud,
    empty_text="No Cloud license with a plan here.",
    height=254,
)


def maintenance_ends(product: Product) -> Figure:
    """When maintenance of a product's Cloud licenses ended."""
    return Figure(
        name=f"maintenance_ends_{product}",
        title=f"{PRODUCT_TITLES[product]}: when maintenance ended, around the day of the move",
        tab=f"{PRODUCT_TITLES[product]} maintenance ends",
        frame=partial(frames.maintenance_ends, product=product),
        chart=charts.maintenance_ends,
        description=charts.describe_maintenance_ends,
        sheet=figure_sheets.maintenance_ends,
        within=partial(cuts.of_product, product=product, outcomes=CLOUD_OUTCOMES),
        options=partial(frames.day_of_the_move, product=product),
        empty_text=f"No Cloud license of {PRODUCT_TITLES[product]} here.",
        height=453,
    )


def plan_ends(product: Product) -> Figure:
    """When the legacy plans of a product's Cloud licenses end."""
    return Figure(
        name=f"plan_ends_{product}",
        title=f"{PRODUCT_TITLES[product]}: when legacy plans end",
        tab=f"{PRODUCT_TITLES[product]} plans end",
        frame=partial(frames.plan_ends, product=product),
        chart=charts.plan_ends,
        description=charts.describe_plan_ends,
        sheet=figure_sheets.plan_ends,
        within=partial(cuts.of_product, product=product, outcomes=(Outcome.LEGACY_PLAN,)),
        empty_text=f"No legacy plan of {PRODUCT_TITLES[product]} ends from now on.",
        height=453,
    )


TABS = {
    "Upgrades": ((TIER_MOVES, USERS_ADDED),),
    "Requests": ((WAITING, MISSING_ITEMS), (FUNNEL,)),
    "Where": ((OUTCOMES_BY_PRODUCT, BY_COUNTRY),),
    "What changed": ((CHANGES_BETWEEN,),),
}
"""The figures of the page Progress below the burn-up, row by row: a tab answers a question."""

PROGRESS = ((BURN_UP,), *chain.from_iterable(TABS.values()))
"""The figures of the page Progress, row by row."""

BY_PLUGIN = tuple((maintenance_ends(product), plan_ends(product)) for product in sorted(PLUGINS))
CLOUD = (CLOUD_PLANS, *chain.from_iterable(BY_PLUGIN))
"""The figures of the page Cloud, from top to bottom."""

FIGURES = {figure.name: figure for figure in (*chain.from_iterable(PROGRESS), *CLOUD)}
"""All figures, by name."""
