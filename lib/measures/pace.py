"""How fast the migration goes: where it was at the end of each period, and whether it will be done in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from lib.domain.requests import UNDER_WAY, WAY, Stage, on_way
from lib.domain.text import format_day, quantity
from lib.measures.cut import AGES
from lib.measures.periods import Period
from lib.measures.progress import is_movable

WEEKS = 8
"""The last weeks, whose rate tells how long the rest takes."""

_FEWEST_WEEKS = 4
"""Weeks of history below which a rate would tell too little."""


def with_days(movements: pd.DataFrame, days: Mapping[int, date]) -> pd.DataFrame:
    """What each change added to the counts, with its `day`."""
    return movements.assign(day=[days[change] for change in movements["change"]])


def until_day(movements: pd.DataFrame, day: date) -> pd.DataFrame:
    """What changes added until the end of a day, which sums up to the counts of then."""
    return movements[movements["day"] <= day]


def burn_up(movements: pd.DataFrame, periods: Sequence[Period], unit: str) -> pd.DataFrame:
    """How many movable licenses were at each stage of the way at the end of each period: period, on, stage, and the unit.

    `movements` has the columns stage, outcome, hosting, day and the unit.
    """
    movable = movements[is_movable(movements)]
    stages = stages_on_way(movable)
    rows = []
    for period in periods:
        is_past = movable["day"] <= period.on
        sums = movable[unit].where(is_past, 0).groupby(stages).sum()
        rows += [(period.label, period.on.isoformat(), stage.value, int(sums.get(stage, 0))) for stage in WAY]
    return pd.DataFrame(rows, columns=["period", "on", "stage", unit])


def stages_on_way(rows: pd.DataFrame) -> "pd.Series[str]":
    """The stage of the way that each row's stage counts as."""
    return rows["stage"].map(lambda stage: on_way(Stage(stage)))


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast licenses migrate: `migrated` of `movable` until `day`, and `recent` of these in the last `WEEKS` weeks.

    `weeks` is for how many weeks there is a history.
    """

    day: date
    movable: int
    migrated: int
    recent: int
    weeks: int

    @property
    def rest(self) -> int:
        """How many licenses have yet to migrate."""
        return max(self.movable - self.migrated, 0)

    def sentence(self, target: date | None, unit: str = "licenses", goal: int | None = None) -> str:
        """Whether the migration will be done in time, as far as the last weeks can tell."""
        noun = unit.removesuffix("s")
        if not self.movable:
            return "Nothing can move."
        if not self.rest:
            return f"All {quantity(self.movable, noun)} that can move have migrated."
        sentences = [self.rate_sentence(noun)]
        if target is not None:
            sentences.append(self.target_sentence(target, noun))
        # The goal is one of licenses, and a rate is known from the fourth week on.
        if goal and unit == "licenses" and self.weeks >= _FEWEST_WEEKS:
            sentences.append(self.goal_sentence(goal))
        return " ".join(sentences)

    def rate_sentence(self, noun: str) -> str:
        """How long the rest takes at the rate of the last weeks."""
        if self.weeks < _FEWEST_WEEKS:
            history = f"only {quantity(self.weeks, 'week')}" if self.weeks else "less than a week"
            return f"There is {history} of history: how long the rest takes can be told from the fourth week on."
        weeks, rest = min(WEEKS, self.weeks), quantity(self.rest, noun)
        if self.recent <= 0:
            return f"Nothing has migrated in the last {weeks} weeks; {rest} are left."
        weeks_left = divide_rounding_up(self.rest * weeks, self.recent)
        return (
            f"At the rate of the last {weeks} weeks ({format_rate(self.recent / weeks)} a week), the rest, {rest}, "
            f"takes {quantity(weeks_left, 'week')}."
        )

    def goal_sentence(self, goal: int) -> str:
        """Whether the rate reaches the weekly goal."""
        weeks = min(WEEKS, self.weeks)
        if self.recent >= goal * weeks:
            return f"The weekly goal of {goal:,} is reached."
        return f"The weekly goal is {goal:,}: {format_rate(goal - self.recent / weeks)} more a week are needed."

    def target_sentence(self, target: date, noun: str) -> str:
        """How many licenses a week would reach the target in time."""
        days = (target - self.day).days
        if days <= 0:
            return f"The target, {format_day(target)}, has passed with {quantity(self.rest, noun)} left."
        weekly = divide_rounding_up(self.rest * 7, days)
        return f"To be done by {format_day(target)}, {weekly:,} a week are needed."


def divide_rounding_up(number: int, divisor: int) -> int:
    """A quotient rounded up, exact for whole numbers of any size."""
    return -(-number // divisor)


def format_rate(rate: float) -> str:
    """A rate as people read it: `31`, `1,250`, `0.8`."""
    if rate >= 10:
        return f"{rate:,.0f}"
    return f"{rate:,.1f}".removesuffix(".0")


def pace(movements: pd.DataFrame, first: date, day: date, unit: str) -> Pace:
    """The pace until a day, from what changes added (see `burn_up`); `first` is the day of the first change."""
    weeks = max((day - first).days, 0) // 7
    earlier_day = day - timedelta(weeks=min(WEEKS, weeks))
    now, earlier = (_by_stage(movements, then, unit) for then in (day, earlier_day))
    migrated = int(now[Stage.MIGRATED])
    return Pace(day, int(now.sum()), migrated, migrated - int(earlier[Stage.MIGRATED]), weeks)


def _by_stage(movements: pd.DataFrame, day: date, unit: str) -> "pd.Series[int]":
    """How many movable licenses were at each stage of the way at the end of a day."""
    return burn_up(movements, [Period("", day)], unit).set_index("stage")[unit]


def waiting_ages(waits: pd.DataFrame, days: Mapping[int, date], day: date) -> pd.DataFrame:
    """How long licenses have been in a stage under way, by the bands of `AGES`: stage, waiting, licenses, users.

    `waits` counts licenses by stage and by `stage_since`, the change that brought them there; `days` are those of changes.
    """
    under_way = waits[waits["stage"].isin(list(UNDER_WAY))]
    bands = [age_band((day - days[since]).days) for since in under_way["stage_since"]]
    counts = under_way.assign(waiting=bands)
    return counts.groupby(["stage", "waiting"], as_index=False)[["licenses", "users"]].sum()


def age_band(age: int) -> str:
    """The band of `AGES` that a number of days is in."""
    # Twin of `store.selection`, which turns bands into changes; tests/store/test_counts.py holds them together.
    for band in AGES:
        _, _, most = band.partition("-")
        if not most or age <= int(most):
            return band
    raise ValueError(f"no band has an age of {age} days")


def median_days(steps: pd.DataFrame, days: Mapping[int, date]) -> dict[Stage, float]:
    """The median of the days that licenses took to come to each stage of the way from an earlier one.

    `steps` counts licenses by stage, next_stage, and the changes that `began` and `ended` the former.
    """
    spans: dict[Stage, list[tuple[int, int]]] = {}
    for row in steps.to_dict("records"):
        stage, next_stage = on_way(Stage(row["stage"])), on_way(Stage(row["next_stage"]))
        if stage and next_stage and WAY.index(next_stage) > WAY.index(stage):
            span = (days[row["ended"]] - days[row["began"]]).days
            spans.setdefault(next_stage, []).append((span, row["licenses"]))
    return {stage: weighted_median(numbers) for stage, numbers in spans.items()}


def weighted_median(numbers: Sequence[tuple[int, int]]) -> float:
    """The median of numbers, each with how often it occurs."""
    ascending = sorted(numbers)
    half, below = sum(times for _, times in ascending) / 2, 0
    for place, (number, times) in enumerate(ascending):
        below += times
        if below > half:
            return number
        if below == half:
            # The middle lies between two numbers.
            return (number + ascending[place + 1][0]) / 2
    raise ValueError("no numbers")


def funnel(counts: pd.DataFrame, medians: Mapping[Stage, float], unit: str) -> pd.DataFrame:
    """How many movable licenses are at or beyond each stage of the way: stage, stages, reached, conversion, median_days.

    `counts` has the columns stage, outcome, hosting and the unit.
    """
    movable = counts[is_movable(counts)]
    stages = stages_on_way(movable)
    rows, before = [], 0
    for place, stage in enumerate(WAY):
        beyond = [other.value for other in Stage if on_way(other) in WAY[place:]]
        reached = int(movable[unit][stages.isin(WAY[place:])].sum())
        conversion = reached / before if before else None
        rows.append((stage.value, ",".join(beyond), reached, conversion, medians.get(stage)))
        before = reached
    return pd.DataFrame(rows, columns=["stage", "stages", "reached", "conversion", "median_days"])
