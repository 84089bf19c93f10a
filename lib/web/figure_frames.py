"""The numbers behind each figure of the dashboard, as frames; which licenses its marks are parts of; and sentences on it."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from lib.dashboard import charts
from lib.dashboard.charts import units
from lib.domain.cloud_plan import months_after
from lib.domain.eligibility import Outcome
from lib.domain.products import Product
from lib.domain.text import format_day
from lib.measures import pace
from lib.measures.cut import ALL, UNKNOWN, Cut
from lib.measures.progress import CLOUD_OUTCOMES
from lib.web import cached
from lib.web.tiles import users_to_add
from lib.web.view_controls import View

Within = Callable[[Cut], Cut]


def always(cut: Cut) -> Cut:
    """The cut without what a license is only for a time, and so cannot be followed through time."""
    return cut.with_filters(outcome=(), stage=(), waiting=())


def growing(cut: Cut) -> Cut:
    """The licenses of a cut that must grow."""
    return cut.within(outcome=(Outcome.UPGRADE_NEEDED,))


def on_cloud(cut: Cut) -> Cut:
    """The Cloud licenses of a cut that have a plan or have expired."""
    return cut.within(outcome=CLOUD_OUTCOMES)


def counted(view: View, by: tuple[str, ...], within: Within = lambda cut: cut) -> pd.DataFrame:
    """A view counted by some columns (see `data.counted`), within a part of its cut."""
    return cached.counted(view.version, within(view.cut), by, view.unit)


def _gathered(view: View, cut: Cut, by: tuple[str, ...], groups: Mapping[Any, str]) -> pd.DataFrame:
    """Customers counted by some columns, those values of the first together that `groups` give one text; with totals."""
    name, *others = by
    frame = cached.counted(view.version, cut, by, view.unit)
    texts: dict[str, list[Any]] = {}
    for value, text in groups.items():
        texts.setdefault(text, []).append(value)
    parts = [frame[frame[name] == ALL]]
    for text, values in texts.items():
        if len(values) == 1:
            parts.append(frame[frame[name].isin(values)])
        else:
            narrowed = cut.with_filters(**{name: tuple(UNKNOWN if value is None else value for value in values)})
            parts.append(cached.counted(view.version, narrowed, tuple(others), view.unit).assign(**{name: text}))
    return pd.concat(parts, ignore_index=True)


def moves(view: View) -> pd.DataFrame:
    """The upgrades by size and tier; users to add are sums of licenses in every unit."""
    cut, by = growing(view.cut), ("from_size", "to_tier")
    frame = cached.counted(view.version, cut, by)
    if view.unit != "customers":
        return frame.assign(outcome=Outcome.UPGRADE_NEEDED)
    bands = charts.size_bands(frame["from_size"])
    sizes = {size: ",".join(str(other) for other in bands if bands[other] == band) for size, band in bands.items()}
    gathered = frame.assign(from_size=[sizes[size] if "," in sizes[size] else size for size in frame["from_size"]])
    added = units.counts(gathered, by, "users_added")
    customers = _gathered(view, cut, by, sizes)
    places = zip(customers["from_size"], customers["to_tier"], strict=True)
    return customers.assign(outcome=Outcome.UPGRADE_NEEDED, users_added=[added.get(place, 0) for place in places])


def added(view: View) -> pd.DataFrame:
    """The upgrades by target tier, with the users they add."""
    frame = cached.counted(view.version, growing(view.cut), ("to_tier",))
    if view.unit != "customers":
        return frame
    return counted(view, ("to_tier",), growing).merge(frame[["to_tier", "users_added"]], on="to_tier")


def countries(view: View) -> pd.DataFrame:
    """The licenses by country and outcome; customers of small countries together, as the chart shows them."""
    frame = counted(view, ("country", "outcome"))
    if view.unit != "customers":
        return frame
    own = frame.assign(country=frame["country"].fillna(""))
    groups = charts.country_groups(own, view.unit)
    return _gathered(view, view.cut, ("country", "outcome"), {code or None: group for code, group in groups.items()})


def burn_up(view: View) -> pd.DataFrame:
    """How far movable licenses were at the end of each period (see `pace.burn_up`)."""
    moved = cached.moved(view.version, always(view.cut))
    when = pace.periods(min(view.first, view.day), view.day, view.length)[-pace.SHOWN :]
    return pace.burn_up(moved, when, view.unit)


def pace_of(view: View) -> pace.Pace:
    """How fast the licenses of a view migrate, in the unit of the burn-up."""
    moved = cached.moved(view.version, always(view.cut))
    return pace.pace(moved, view.first, view.day, view.unit)


def will_be_done(view: View) -> str:
    """Whether the migration will be done in time, in sentences."""
    return pace_of(view).sentence(view.target, view.unit)


def to_add(view: View) -> str:
    """How many users the upgrades add, in sentences."""
    return f"{users_to_add(cached.now(view.version, view.cut, view.unit))} Click a cell or a total to see its licenses."


def between(view: View) -> str:
    """Which days are compared, in a sentence."""
    return f"From the end of {format_day(view.before)} to that of {format_day(view.day)}."


def target(view: View) -> Mapping[str, Any]:
    """The target of a burn-up, if one lies ahead: its period and the number to reach."""
    if view.target is None or view.target <= view.day:
        return {}
    return {"target": (pace.period_of(view.target, view.length).label, pace_of(view).movable)}


def on_the_way(cut: Cut) -> Cut:
    """All stages of what can move: those of the way are told beside one another."""
    return cut.with_filters(movable="yes", stage=())


def funnel(view: View) -> pd.DataFrame:
    """How many licenses came how far, and how fast (see `pace.funnel`)."""
    counts = counted(view, ("stage", "outcome", "hosting"), on_the_way)
    return pace.funnel(counts, cached.steps(view.version, view.cut), view.unit)


def waiting(view: View) -> pd.DataFrame:
    """How long requests have been in their stage (see `data.waits`)."""
    return cached.waits(view.version, view.cut.with_filters(movable="yes"), view.day)


def whatever_is_missing(cut: Cut) -> Cut:
    """The cut without what requests lack, for a mark asks that itself, and a license may lack several things."""
    return cut.with_filters(missing=())


def missing(view: View) -> pd.DataFrame:
    """What requests lack (see `stages.missing`)."""
    return cached.missing(view.version, whatever_is_missing(view.cut))


def changes(view: View) -> pd.DataFrame:
    """What changed between two days, and why (see `data.causes`)."""
    return cached.causes(view.version, view.cut, view.before, view.day)


def of_product(cut: Cut, product: Product, outcomes: tuple[Outcome, ...]) -> Cut:
    """The licenses of a cut that are of a product and have one of some outcomes."""
    return cut.within(product=(product,), outcome=outcomes)


def maintenance(view: View, product: Product) -> pd.DataFrame:
    """The Cloud licenses of a product by the month in which maintenance ends, and their outcome."""
    cut = of_product(view.cut, product, CLOUD_OUTCOMES)
    frame = cached.counted(view.version, cut, ("month", "outcome"), view.unit).sort_values("month", ignore_index=True)
    if view.unit != "customers":
        return frame
    months = [month for month in frame["month"].unique() if month != ALL]
    gathered = _gathered(view, cut, ("month", "outcome"), charts.month_groups(months, **line(view, product)))
    return gathered[(gathered["month"] != ALL) & (gathered["outcome"] != ALL)]


def line(view: View, product: Product) -> dict[str, str]:
    """When the product's licenses were moved, and from when on maintenance counted as recent."""
    moved = cached.POLICY.reference(product)
    return {"reference": moved.isoformat(), "grace": months_after(moved, -cached.POLICY.grace_months).isoformat()}


def plan_ends(view: View, product: Product) -> pd.DataFrame:
    """Legacy plans by the month in which they end, with the months of maintenance that this comes from (domain.md §4)."""
    cut = of_product(view.cut, product, (Outcome.LEGACY_PLAN,))
    frame = cached.counted(view.version, cut, ("month",))
    reference = cached.POLICY.reference(product)
    extra = cached.POLICY.legacy_extra_months
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
    each = (
        cached.counted(view.version, cut.with_filters(month=tuple(text.split(","))), (), "customers")
        for text in filters
    )
    return told.assign(customers=[int(frame["customers"].sum()) for frame in each])
