"""The figures of the dashboard: the numbers behind each, which licenses its marks are parts of, and what it says in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from lib import charts, pace
from lib.charts import units
from lib.cloud_plan import months_after
from lib.cut import ALL, UNKNOWN, Cut
from lib.eligibility import Outcome
from lib.products import PLUGINS, TITLES, Product
from lib.progress import CLOUD_OUTCOMES
from lib.web import data
from lib.web.tiles import users_to_add
from lib.web.view import View
from lib.words import day_in_words

Within = Callable[[Cut], Cut]


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


def _always(cut: Cut) -> Cut:
    """The cut without what a license is only for a time, and so cannot be followed through time."""
    return cut.narrowed(outcome=(), stage=(), waiting=())


def _growing(cut: Cut) -> Cut:
    return cut.within(outcome=(Outcome.UPGRADE_NEEDED,))


def _on_cloud(cut: Cut) -> Cut:
    return cut.within(outcome=CLOUD_OUTCOMES)


def _counted(view: View, by: tuple[str, ...], within: Within = lambda cut: cut) -> pd.DataFrame:
    return data.counted(view.version, within(view.cut), by, view.unit)


def _gathered(view: View, cut: Cut, by: tuple[str, ...], groups: Mapping[Any, str]) -> pd.DataFrame:
    """Customers counted by some columns, those values of the first together that `groups` give one text; with totals."""
    name, *others = by
    frame = data.counted(view.version, cut, by, view.unit)
    texts: dict[str, list[Any]] = {}
    for value, text in groups.items():
        texts.setdefault(text, []).append(value)
    parts = [frame[frame[name] == ALL]]
    for text, values in texts.items():
        if len(values) == 1:
            parts.append(frame[frame[name].isin(values)])
        else:
            narrowed = cut.narrowed(**{name: tuple(UNKNOWN if value is None else value for value in values)})
            parts.append(data.counted(view.version, narrowed, tuple(others), view.unit).assign(**{name: text}))
    return pd.concat(parts, ignore_index=True)


def _moves(view: View) -> pd.DataFrame:
    """The upgrades by size and tier; users to add are sums of licenses in every unit."""
    cut, by = _growing(view.cut), ("from_size", "to_tier")
    frame = data.counted(view.version, cut, by)
    if view.unit != "customers":
        return frame.assign(outcome=Outcome.UPGRADE_NEEDED)
    bands = charts.size_bands(frame["from_size"])
    sizes = {size: ",".join(str(other) for other in bands if bands[other] == band) for size, band in bands.items()}
    gathered = frame.assign(from_size=[sizes[size] if "," in sizes[size] else size for size in frame["from_size"]])
    added = units.counts(gathered, by, "users_added")
    customers = _gathered(view, cut, by, sizes)
    places = zip(customers["from_size"], customers["to_tier"], strict=True)
    return customers.assign(outcome=Outcome.UPGRADE_NEEDED, users_added=[added.get(place, 0) for place in places])


def _added(view: View) -> pd.DataFrame:
    frame = data.counted(view.version, _growing(view.cut), ("to_tier",))
    if view.unit != "customers":
        return frame
    return _counted(view, ("to_tier",), _growing).merge(frame[["to_tier", "users_added"]], on="to_tier")


def _countries(view: View) -> pd.DataFrame:
    frame = _counted(view, ("country", "outcome"))
    if view.unit != "customers":
        return frame
    own = frame.assign(country=frame["country"].fillna(""))
    groups = charts.country_groups(own, view.unit)
    return _gathered(view, view.cut, ("country", "outcome"), {code or None: group for code, group in groups.items()})


def _burn_up(view: View) -> pd.DataFrame:
    moved = data.moved(view.version, _always(view.cut))
    when = pace.periods(min(view.first, view.day), view.day, view.length)[-pace.SHOWN :]
    return pace.burn_up(moved, when, view.unit)


def pace_of(view: View) -> pace.Pace:
    """How fast the licenses of a view migrate, in the unit of the burn-up."""
    moved = data.moved(view.version, _always(view.cut))
    return pace.pace(moved, view.first, view.day, view.unit)


def _will_be_done(view: View) -> str:
    return pace_of(view).sentence(view.target, view.unit)


def _to_add(view: View) -> str:
    return f"{users_to_add(data.now(view.version, view.cut, view.unit))} Click a cell or a total to see its licenses."


def _between(view: View) -> str:
    return f"From the end of {day_in_words(view.before)} to that of {day_in_words(view.day)}."


def _target(view: View) -> Mapping[str, Any]:
    if view.target is None or view.target <= view.day:
        return {}
    return {"target": (pace.period_of(view.target, view.length).label, pace_of(view).movable)}


def _on_the_way(cut: Cut) -> Cut:
    """All stages of what can move: those of the way are told beside one another."""
    return cut.narrowed(movable="yes", stage=())


def _funnel(view: View) -> pd.DataFrame:
    counts = _counted(view, ("stage", "outcome", "hosting"), _on_the_way)
    return pace.funnel(counts, data.steps(view.version, view.cut), view.unit)


def _waiting(view: View) -> pd.DataFrame:
    return data.waits(view.version, view.cut.narrowed(movable="yes"), view.day)


def _whatever_is_missing(cut: Cut) -> Cut:
    """The cut without what requests lack, for a mark asks that itself, and a license may lack several things."""
    return cut.narrowed(missing=())


def _missing(view: View) -> pd.DataFrame:
    return data.missing(view.version, _whatever_is_missing(view.cut))


def _changes(view: View) -> pd.DataFrame:
    return data.causes(view.version, view.cut, view.before, view.day)


def _of_product(cut: Cut, product: Product, outcomes: tuple[Outcome, ...]) -> Cut:
    return cut.within(product=(product,), outcome=outcomes)


def _maintenance(view: View, product: Product) -> pd.DataFrame:
    cut = _of_product(view.cut, product, CLOUD_OUTCOMES)
    frame = data.counted(view.version, cut, ("month", "outcome"), view.unit).sort_values("month", ignore_index=True)
    if view.unit != "customers":
        return frame
    months = [month for month in frame["month"].unique() if month != ALL]
    gathered = _gathered(view, cut, ("month", "outcome"), charts.month_groups(months, **_line(view, product)))
    return gathered[(gathered["month"] != ALL) & (gathered["outcome"] != ALL)]


def _line(view: View, product: Product) -> dict[str, str]:
    """When the product's licenses were moved, and from when on maintenance counted as recent."""
    moved = data.POLICY.reference(product)
    return {"reference": moved.isoformat(), "grace": months_after(moved, -data.POLICY.grace_months).isoformat()}


def _plan_ends(view: View, product: Product) -> pd.DataFrame:
    """Legacy plans by the month in which they end, with the months of maintenance that this comes from (domain.md §4)."""
    cut = _of_product(view.cut, product, (Outcome.LEGACY_PLAN,))
    frame = data.counted(view.version, cut, ("month",))
    reference = data.POLICY.reference(product)
    extra = data.POLICY.legacy_extra_months
    last = {
        month: f"{months_after(pd.Timestamp(max(month, f'{reference:%Y-%m}')).date(), extra):%Y-%m}"
        for month in frame["month"]
    }
    ends = frame.assign(ends=frame["month"].map(last))
    sums = ends.groupby("ends")[["licenses", "users"]].sum()
    filters = ends.groupby("ends")["month"].agg(",".join)
    told = sums.assign(month_filter=filters).reset_index(names="month")
    if view.unit != "customers":
        return told
    each = (data.counted(view.version, cut.narrowed(month=tuple(text.split(","))), (), "customers") for text in filters)
    return told.assign(customers=[int(frame["customers"].sum()) for frame in each])


PROGRESS: dict[str, Figure] = {
    "burn_up": Figure(
        chart="burn_up",
        title="How far the migration is",
        frame=_burn_up,
        within=lambda cut: _always(cut).narrowed(movable="yes"),
        more=_target,
        note=_will_be_done,
        height=360,
        units=("licenses", "users"),
        nothing="No license here can move.",
    ),
    "tier_moves": Figure(
        chart="tier_moves",
        title="Upgrades: from how many editors to which tier",
        frame=_moves,
        within=_growing,
        nothing="No license needs an upgrade here.",
        note=_to_add,
        height=560,
        width=3,
        words="moves_described",
    ),
    "users_added": Figure(
        chart="users_added",
        title="Users to add, by tier",
        frame=_added,
        within=_growing,
        width=2,
        nothing="No license needs an upgrade here.",
    ),
    "waiting": Figure(
        chart="waiting",
        title="Who is stuck: time in the stage",
        frame=_waiting,
        within=lambda cut: cut.narrowed(movable="yes"),
        units=("licenses", "users"),
        nothing="No request is under way here.",
    ),
    "missing_items": Figure(
        chart="missing_items",
        title="What is missing most",
        frame=_missing,
        within=_whatever_is_missing,
        units=("licenses",),
        nothing="Nothing is missing of any license that may move.",
    ),
    "funnel": Figure(
        chart="funnel",
        title="From a request to the SEN",
        frame=_funnel,
        within=_on_the_way,
        units=("licenses", "users"),
        nothing="No license here can move.",
    ),
    "outcomes_by_product": Figure(
        chart="outcomes_by_product",
        title="Where the licenses of each product stand",
        frame=partial(_counted, by=("product", "outcome")),
        words="described",
    ),
    "by_country": Figure(chart="by_country", title="Where in the world", frame=_countries, height=760),
    "changes_between": Figure(
        chart="changes_between",
        title="What changed, and why",
        frame=_changes,
        units=("licenses",),
        nothing="Nothing changed between these days.",
        note=_between,
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
    title = TITLES[product]
    return {
        f"maintenance_ends_{product}": Figure(
            chart="maintenance_ends",
            title=f"{title}: when maintenance ended, around the day of the move",
            frame=partial(_maintenance, product=product),
            within=partial(_of_product, product=product, outcomes=CLOUD_OUTCOMES),
            more=partial(_line, product=product),
            nothing=f"No Cloud license of {title} here.",
        ),
        f"plan_ends_{product}": Figure(
            chart="plan_ends",
            title=f"{title}: when legacy plans end",
            frame=partial(_plan_ends, product=product),
            within=partial(_of_product, product=product, outcomes=(Outcome.LEGACY_PLAN,)),
            nothing=f"No legacy plan of {title} here.",
        ),
    }


CLOUD: dict[str, Figure] = {
    "cloud_plans": Figure(
        chart="cloud_plans",
        title="Legacy plan or expired",
        frame=partial(_counted, by=("product", "outcome"), within=_on_cloud),
        within=_on_cloud,
        nothing="No Cloud license with a plan here.",
        words="described",
    ),
    **{name: figure for product in sorted(PLUGINS) for name, figure in _cloud_figures(product).items()},
}
"""The figures of the page Cloud."""

FIGURES = PROGRESS | CLOUD
