"""The figures of the dashboard: the numbers behind each, which licenses its marks are parts of, and what it says in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from lib.dashboard import charts
from lib.domain.eligibility import Outcome
from lib.domain.products import PLUGINS, PRODUCT_TITLES, Product
from lib.measures.progress import CLOUD_OUTCOMES
from lib.web import figure_frames
from lib.web.figure_frames import Within
from lib.web.view_controls import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart of `lib.charts` by the name of its function, with its title and all that it needs.

    `frame` gives its numbers; `within` narrows the cut to the licenses that its marks are parts of; `more` are what the
    function takes besides; `units` are those it can be drawn in, the first stands in for others; `nothing` is said in place of
    an empty one, `note` below the title; `height` is about how high it is, in pixels, and `width` its
    share of a row; `leads` says whether its marks lead to licenses; `words` names what says it in words, if not as usual.
    """

    chart: str
    title: str
    frame: Callable[[View], pd.DataFrame]
    within: Within = lambda cut: cut
    more: Callable[[View], Mapping[str, Any]] = lambda _: {}
    units: tuple[str, ...] = ("licenses", "users", "customers")
    nothing: str = "There is nothing of this kind here."
    note: Callable[[View], str] = lambda _: ""
    height: int = 320
    width: int = 1
    leads: bool = True
    words: str = ""

    def unit(self, view: View) -> str:
        """The unit that it is drawn in."""
        return view.unit if view.unit in self.units else self.units[0]

    def seen(self, view: View) -> View:
        """The view in that unit."""
        return view._replace(unit=self.unit(view))

    def described(self, view: View) -> str:
        """What it shows, in words."""
        told: str = getattr(charts, self.words or f"{self.chart}_described")(
            self.frame(view), unit=view.unit, **self.more(view)
        )
        return told


PROGRESS: dict[str, Figure] = {
    "burn_up": Figure(
        chart="burn_up",
        title="How far the migration is",
        frame=figure_frames.burn_up,
        within=lambda cut: figure_frames.always(cut).with_filters(movable="yes"),
        more=figure_frames.target,
        note=figure_frames.will_be_done,
        height=360,
        units=("licenses", "users"),
        nothing="No license here can move.",
    ),
    "tier_moves": Figure(
        chart="tier_moves",
        title="Upgrades: from how many editors to which tier",
        frame=figure_frames.moves,
        within=figure_frames.growing,
        nothing="No license needs an upgrade here.",
        note=figure_frames.to_add,
        height=560,
        width=3,
        words="moves_described",
    ),
    "users_added": Figure(
        chart="users_added",
        title="Users to add, by tier",
        frame=figure_frames.added,
        within=figure_frames.growing,
        width=2,
        nothing="No license needs an upgrade here.",
    ),
    "waiting": Figure(
        chart="waiting",
        title="Who is stuck: time in the stage",
        frame=figure_frames.waiting,
        within=lambda cut: cut.with_filters(movable="yes"),
        units=("licenses", "users"),
        nothing="No request is under way here.",
    ),
    "missing_items": Figure(
        chart="missing_items",
        title="What is missing most",
        frame=figure_frames.missing,
        within=figure_frames.whatever_is_missing,
        units=("licenses",),
        nothing="Nothing is missing of any license that may move.",
    ),
    "funnel": Figure(
        chart="funnel",
        title="From a request to the SEN",
        frame=figure_frames.funnel,
        within=figure_frames.on_the_way,
        units=("licenses", "users"),
        nothing="No license here can move.",
    ),
    "outcomes_by_product": Figure(
        chart="outcomes_by_product",
        title="Where the licenses of each product stand",
        frame=partial(figure_frames.counted, by=("product", "outcome")),
        words="described",
    ),
    "by_country": Figure(chart="by_country", title="Where in the world", frame=figure_frames.countries, height=760),
    "changes_between": Figure(
        chart="changes_between",
        title="What changed, and why",
        frame=figure_frames.changes,
        units=("licenses",),
        nothing="Nothing changed between these days.",
        note=figure_frames.between,
        leads=False,
    ),
}
"""The figures of the page Progress."""

PROGRESS_ROWS = (
    ("burn_up",),
    ("tier_moves", "users_added"),
    ("waiting", "missing_items"),
    ("funnel",),
    ("outcomes_by_product", "by_country"),
    ("changes_between",),
)
"""Which of them stand side by side."""


def _cloud_figures(product: Product) -> dict[str, Figure]:
    title = PRODUCT_TITLES[product]
    return {
        f"maintenance_ends_{product}": Figure(
            chart="maintenance_ends",
            title=f"{title}: when maintenance ended, around the day of the move",
            frame=partial(figure_frames.maintenance, product=product),
            within=partial(figure_frames.of_product, product=product, outcomes=CLOUD_OUTCOMES),
            more=partial(figure_frames.line, product=product),
            nothing=f"No Cloud license of {title} here.",
        ),
        f"plan_ends_{product}": Figure(
            chart="plan_ends",
            title=f"{title}: when legacy plans end",
            frame=partial(figure_frames.plan_ends, product=product),
            within=partial(figure_frames.of_product, product=product, outcomes=(Outcome.LEGACY_PLAN,)),
            nothing=f"No legacy plan of {title} here.",
        ),
    }


CLOUD: dict[str, Figure] = {
    "cloud_plans": Figure(
        chart="cloud_plans",
        title="Legacy plan or expired",
        frame=partial(figure_frames.counted, by=("product", "outcome"), within=figure_frames.on_cloud),
        within=figure_frames.on_cloud,
        nothing="No Cloud license with a plan here.",
        words="described",
    ),
    **{name: figure for product in sorted(PLUGINS) for name, figure in _cloud_figures(product).items()},
}
"""The figures of the page Cloud."""

FIGURES = PROGRESS | CLOUD
