"""The numbers behind each figure of the dashboard, as the frames that its chart and its sheet show."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from lib.dashboard import charts, cuts
from lib.dashboard.charts import periods, units
from lib.dashboard.numbers import Numbers, changes_by_cause
from lib.dashboard.view import View
from lib.domain.cloud_plan import months_after
from lib.domain.eligibility import Outcome
from lib.domain.policy import Policy
from lib.domain.products import Product
from lib.domain.requests import Stage
from lib.measures import pace
from lib.measures.cut import ALL, UNKNOWN, Cut
from lib.measures.forecast import Pace
from lib.measures.periods import MOST_PERIODS, period_of, periods_between
from lib.measures.progress import CLOUD_OUTCOMES


def counts(
    numbers: Numbers, view: View, by: tuple[str, ...], within: Callable[[Cut], Cut] = cuts.everything
) -> pd.DataFrame:
    """A view counted by some columns (see `Numbers.counts`), within a part of its cut."""
    return numbers.counts(within(view.cut), by, view.unit)


def customers_by_group(numbers: Numbers, cut: Cut, by: tuple[str, ...], groups: Mapping[Any, str]) -> pd.DataFrame:
    """Customers of a cut counted by some columns, with totals.

    Values of the first column that share a text in `groups` are counted together: a customer with licenses of several
    would otherwise count once for each.
    """
    name, *other_columns = by
    frame = numbers.counts(cut, by, "customers")
    parts = [frame[frame[name] == ALL]]
    for text, values in values_by_text(groups).items():
        if len(values) == 1:
            parts.append(frame[frame[name].isin(values)])
            continue
        # Asked for apart, as one set of licenses: only so is a customer who has several of the values counted once.
        filters = tuple(UNKNOWN if value is None else value for value in values)
        together = numbers.counts(cut.with_filters(**{name: filters}), tuple(other_columns), "customers")
        parts.append(together.assign(**{name: text}))
    return pd.concat(parts, ignore_index=True)


def values_by_text(groups: Mapping[Any, str]) -> Mapping[str, Sequence[Any]]:
    """The values that share each text."""
    values: dict[str, list[Any]] = {}
    for value, text in groups.items():
        values.setdefault(text, []).append(value)
    return values


def tier_moves(numbers: Numbers, view: View) -> pd.DataFrame:
    """The upgrades by size and tier; users to add are sums of licenses in every unit."""
    cut, by = cuts.upgrades(view.cut), ("from_size", "to_tier")
    frame = numbers.counts(cut, by)
    if view.unit != "customers":
        return frame.assign(outcome=Outcome.UPGRADE_NEEDED)
    sizes = sizes_by_band(frame["from_size"])
    several = {size: text for size, text in sizes.items() if "," in text}
    rows = frame.assign(from_size=[several.get(size, size) for size in frame["from_size"]])
    # Users to add are those of licenses and can be summed, so they come from the frame of licenses.
    users_added = units.counts(rows, by, "users_added")
    customers = customers_by_group(numbers, cut, by, sizes)
    places = zip(customers["from_size"], customers["to_tier"], strict=True)
    users = [users_added.get(place, 0) for place in places]
    return customers.assign(outcome=Outcome.UPGRADE_NEEDED, users_added=users)


def sizes_by_band(sizes: "pd.Series[Any]") -> dict[int, str]:
    """For each size, the sizes of its band, separated by commas."""
    bands = charts.size_bands(sizes)
    texts = {band: ",".join(map(str, values)) for band, values in values_by_text(bands).items()}
    return {size: texts[band] for size, band in bands.items()}


def users_added(numbers: Numbers, view: View) -> pd.DataFrame:
    """The upgrades by target tier, with the users they add."""
    frame = numbers.counts(cuts.upgrades(view.cut), ("to_tier",))
    if view.unit != "customers":
        return frame
    customers = counts(numbers, view, ("to_tier",), cuts.upgrades)
    return customers.merge(frame[["to_tier", "users_added"]], on="to_tier")


def countries(numbers: Numbers, view: View) -> pd.DataFrame:
    """The licenses by country and outcome."""
    # Customers of small countries stand together, as in the chart.
    by = ("country", "outcome")
    frame = counts(numbers, view, by)
    if view.unit != "customers":
        return frame
    # Charts call an unknown country by an empty text, the store by None.
    codes = frame.assign(country=frame["country"].fillna(""))
    groups = charts.country_groups(codes, view.unit)
    return customers_by_group(numbers, view.cut, by, {code or None: group for code, group in groups.items()})


def burn_up(numbers: Numbers, view: View) -> pd.DataFrame:
    """How far movable licenses were at the end of each period (see `pace.burn_up`)."""
    movements = numbers.movements(cuts.through_time(view.cut))
    whole = periods_between(min(view.first_day, view.day), view.day, view.period_length)
    return pace.burn_up(movements, whole[-MOST_PERIODS:], view.unit)


def pace_of(numbers: Numbers, view: View) -> Pace:
    """How fast the licenses of a view migrate."""
    movements = numbers.movements(cuts.through_time(view.cut))
    return pace.pace(movements, view.first_day, view.day, view.unit)


def outlook(numbers: Numbers, view: View) -> Mapping[str, Any]:
    """What lies ahead of a burn-up, each with its period and the number then: the target, and where this pace leads."""
    current = pace_of(numbers, view)
    ahead: dict[str, Any] = {}
    if view.target and view.target > view.day:
        period = period_of(view.target, view.period_length)
        ahead["target"] = (period.label, current.movable)
    if current.finish:
        period = period_of(current.finish, view.period_length)
        ahead["projection"] = (period.label, current.movable)
    return ahead


LINES_AHEAD = {"projection": "At the current pace", "target": "To the target"}
"""What the lines of a burn-up to what lies ahead are called where they have no labels."""


def sheet_outlook(numbers: Numbers, view: View, frame: pd.DataFrame) -> Mapping[str, Any]:
    """The lines from the end of a burn-up's frame to what lies ahead (see `Sheet.ahead`)."""
    if frame.empty:
        return {}
    last = str(frame["period"].iloc[-1])
    is_start = (frame["period"] == last) & (frame["stage"] == Stage.MIGRATED)
    migrated = int(frame.loc[is_start, view.unit].sum())
    outlook_of_view = outlook(numbers, view)
    lines = {}
    for name, title in LINES_AHEAD.items():
        period, number = outlook_of_view.get(name, (last, 0))
        along = periods.through(last, period)
        if len(along) > 1:
            step = (number - migrated) / (len(along) - 1)
            lines[title] = {place: round(migrated + step * index) for index, place in enumerate(along[: periods.MANY])}
    return {"ahead": lines}


def funnel(numbers: Numbers, view: View) -> pd.DataFrame:
    """How many licenses came how far, and how fast (see `pace.funnel`)."""
    frame = counts(numbers, view, ("stage", "outcome", "hosting"), cuts.movable_at_any_stage)
    return pace.funnel(frame, numbers.median_days(view.cut), view.unit)


def waiting(numbers: Numbers, view: View) -> pd.DataFrame:
    """How long requests have been in their stage (see `Numbers.waits`)."""
    return numbers.waits(cuts.movable(view.cut), view.day)


def missing_items(numbers: Numbers, view: View) -> pd.DataFrame:
    """What requests lack (see `request_stages.missing_items`)."""
    return numbers.missing(cuts.with_any_items_missing(view.cut))


def changes(numbers: Numbers, view: View) -> pd.DataFrame:
    """What changed between two days, and why (see `changes_by_cause`)."""
    return changes_by_cause(numbers, view.cut, view.before, view.day)


def maintenance_ends(numbers: Numbers, view: View, product: Product) -> pd.DataFrame:
    """The Cloud licenses of a product by the month in which maintenance ends, and their outcome."""
    cut, by = cuts.of_product(view.cut, product, CLOUD_OUTCOMES), ("month", "outcome")
    frame = numbers.counts(cut, by, view.unit).sort_values("month", ignore_index=True)
    if view.unit != "customers":
        return frame
    months = [month for month in frame["month"].unique() if month != ALL]
    groups = charts.month_groups(months, **day_of_the_move(numbers, view, product))
    customers = customers_by_group(numbers, cut, by, groups)
    # The histogram has no totals: it shows which side of the line a month is on.
    return customers[(customers["month"] != ALL) & (customers["outcome"] != ALL)]


def day_of_the_move(numbers: Numbers, view: View, product: Product) -> dict[str, str]:
    """When the product's licenses were moved, and from when on maintenance counted as recent, both ISO."""
    policy = numbers.policy_of(view.cut)
    moved_on = policy.reference(product)
    grace = months_after(moved_on, -policy.grace_months)
    return {"reference": moved_on.isoformat(), "grace": grace.isoformat()}


def plan_ends(numbers: Numbers, view: View, product: Product) -> pd.DataFrame:
    """Legacy plans by the month in which they end, those before the view's month together (domain.md §4).

    No rows if all of them have ended: a single bar says no more than their number. `month_filter` has the months of maintenance behind each.
    """
    cut = cuts.of_product(view.cut, product, (Outcome.LEGACY_PLAN,))
    frame = numbers.counts(cut, ("month",))
    policy = numbers.policy_of(view.cut)
    months = [month_of_plan_end(month, product, policy) for month in frame["month"]]
    # Months that are over are of no use but together: their plans have ended.
    this_month = f"{view.day:%Y-%m}"
    ends = frame.assign(ends=[charts.EARLIER.format(this_month) if month < this_month else month for month in months])
    if all(month < this_month for month in months):
        ends = ends.iloc[:0]
    by_end = ends.groupby("ends")
    filters = by_end["month"].agg(",".join)
    plans = by_end[["licenses", "users"]].sum().assign(month_filter=filters).reset_index(names="month")
    if view.unit != "customers":
        return plans
    # Customers of several months cannot be summed: each bar's are asked for apart.
    return plans.assign(customers=[customers_of_months(numbers, cut, text) for text in filters])


def month_of_plan_end(month: str, product: Product, policy: Policy) -> str:
    """The month in which a legacy plan ends, from that in which maintenance does: both as `2016-04`."""
    # Texts of the form `2016-04` sort as their months do.
    begins = max(month, f"{policy.reference(product):%Y-%m}")
    return f"{months_after(pd.Timestamp(begins).date(), policy.legacy_extra_months):%Y-%m}"


def customers_of_months(numbers: Numbers, cut: Cut, months: str) -> int:
    """How many customers have maintenance that ends in one of some months, separated by commas."""
    frame = numbers.counts(cut.with_filters(month=tuple(months.split(","))), (), "customers")
    return int(frame["customers"].sum())
