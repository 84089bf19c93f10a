"""How fast the migration goes: periods of time, where it stood at the end of each, and whether it will be there in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import pandas as pd

from lib.domain.requests import UNDER_WAY, WAY, Stage, on_way
from lib.domain.text import format_day, quantity
from lib.measures.cut import AGES
from lib.measures.progress import is_movable

WEEKS = 8
"""Weeks whose rate tells how long the rest takes."""

_FEW = 4
"""Weeks of history without which no rate is told."""

_MANY = {"week": 26, "month": 36}
"""Periods up to which a burn-up is drawn by weeks, or by months."""

SHOWN = 60
"""Periods that a burn-up has at most: the newest."""


class PeriodLength(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Period:
    """A week, month or quarter: `2026-W41`, `2026-10` or `2026-Q3`, and its last day."""

    label: str
    on: date


def period_of(day: date, every: PeriodLength) -> Period:
    """The period that a day is in. Weeks are those of ISO 8601, from Monday."""
    if every is PeriodLength.WEEK:
        year, week, weekday = day.isocalendar()
        return Period(f"{year}-W{week:02}", day + timedelta(days=7 - weekday))
    quarter = (day.month + 2) // 3
    last = day.month if every is PeriodLength.MONTH else 3 * quarter
    label = f"{day:%Y-%m}" if every is PeriodLength.MONTH else f"{day.year}-Q{quarter}"
    return Period(label, date(day.year + last // 12, last % 12 + 1, 1) - timedelta(days=1))


def periods(first: date, last: date, every: PeriodLength) -> list[Period]:
    """All periods from that of the first day to that of the last, which it ends with; those without any change too."""
    found = [period_of(first, every)]
    while found[-1].on < last:
        found.append(period_of(found[-1].on + timedelta(days=1), every))
    return [*found[:-1], Period(found[-1].label, min(found[-1].on, last))]


def best_length(first: date, last: date) -> PeriodLength:
    """The length of a period that shows such a time best."""
    for every in (PeriodLength.WEEK, PeriodLength.MONTH):
        if len(periods(first, last, every)) <= _MANY[every]:
            return every
    return PeriodLength.QUARTER


def with_days(moved: pd.DataFrame, days: Mapping[int, date]) -> pd.DataFrame:
    """What changes added (see `counts.over_time`) with the `day` of each."""
    return moved.assign(day=[days[change] for change in moved["change"]])


def until_day(moved: pd.DataFrame, day: date) -> pd.DataFrame:
    """How the counts stood at the end of a day, from what changes added with their days."""
    return moved[moved["day"] <= day]


def burn_up(moved: pd.DataFrame, when: Sequence[Period], unit: str) -> pd.DataFrame:
    """How many movable licenses were at each stage of the way at the end of each period: period, on, stage, and the unit.

    `moved` has the columns stage, outcome, hosting, day and the unit.
    """
    movable = moved[is_movable(moved)]
    stages = movable["stage"].map(lambda stage: on_way(Stage(stage)))
    rows = []
    for period in when:
        then = movable["day"] <= period.on
        sums = movable[unit].where(then, 0).groupby(stages).sum()
        rows += [(period.label, period.on.isoformat(), stage.value, int(sums.get(stage, 0))) for stage in WAY]
    return pd.DataFrame(rows, columns=["period", "on", "stage", unit])


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast licenses migrate: `done` of `movable` until `day`, `lately` of them in the last `WEEKS` weeks; `known` weeks of
    history there are."""

    day: date
    movable: int
    done: int
    lately: int
    known: int

    @property
    def rest(self) -> int:
        return max(self.movable - self.done, 0)

    def sentence(self, target: date | None, unit: str = "licenses") -> str:
        """Whether it will be done in time, as far as the last weeks can tell."""
        one = unit.removesuffix("s")
        if not self.rest:
            return (
                f"All {quantity(self.movable, one)} that can move have migrated."
                if self.movable
                else "Nothing can move."
            )
        return " ".join(filter(None, (self._rate(one), self._needed(target, one))))

    def _rate(self, one: str) -> str:
        if self.known < _FEW:
            weeks = "less than a week" if not self.known else f"only {quantity(self.known, 'week')}"
            return f"There is {weeks} of history: how long the rest takes can be told from the fourth week on."
        over = min(WEEKS, self.known)
        if self.lately <= 0:
            return f"Nothing has migrated in the last {over} weeks; {quantity(self.rest, one)} are left."
        left = -(-self.rest * over // self.lately)
        rate = self.lately / over
        told = f"{rate:,.0f}" if rate >= 10 else f"{rate:,.1f}".removesuffix(".0")
        return (
            f"At the rate of the last {over} weeks ({told} a week), the rest, {quantity(self.rest, one)}, "
            f"takes {quantity(left, 'week')}."
        )

    def _needed(self, target: date | None, one: str) -> str:
        if target is None:
            return ""
        days = (target - self.day).days
        if days <= 0:
            return f"The target, {format_day(target)}, has passed with {quantity(self.rest, one)} left."
        return f"To be done by {format_day(target)}, {-(-self.rest * 7 // days):,} a week are needed."


def pace(moved: pd.DataFrame, first: date, day: date, unit: str) -> Pace:
    """The pace until a day, of what changes added with their days (see `burn_up`); `first` is the day of the first change."""
    known = max((day - first).days, 0) // 7
    now, before = (
        burn_up(moved, [Period("", then)], unit).set_index("stage")[unit]
        for then in (day, day - timedelta(weeks=min(WEEKS, known)))
    )
    return Pace(day, int(now.sum()), int(now[Stage.MIGRATED]), int(now[Stage.MIGRATED] - before[Stage.MIGRATED]), known)


def waiting_ages(waits: pd.DataFrame, days: Mapping[int, date], day: date) -> pd.DataFrame:
    """How long licenses have been in a stage under way, by the bands of `AGES`: stage, waiting, licenses, users.

    `waits` are as `counts.waits` gives them.
    """
    under_way = waits[waits["stage"].isin(list(UNDER_WAY))]
    told = under_way.assign(waiting=[age_band((day - days[since]).days) for since in under_way["stage_since"]])
    return told.groupby(["stage", "waiting"], as_index=False)[["licenses", "users"]].sum()


def age_band(age: int) -> str:
    """The band of `AGES` that a number of days is in."""
    # Twin of `store.selection`, which turns bands into changes; tests/store/test_counts.py holds them together.
    return next(band for band in AGES if not (most := band.split("-")[1]) or age <= int(most))


def median_days(steps: pd.DataFrame, days: Mapping[int, date]) -> dict[Stage, float]:
    """The median of the days that licenses took to come to each stage of the way from an earlier one (see `stages.steps`)."""
    spans: dict[Stage, list[tuple[int, int]]] = {}
    for row in steps.to_dict("records"):
        was, now = (on_way(Stage(row[name])) for name in ("stage", "next_stage"))
        if was and now and WAY.index(now) > WAY.index(was):
            spans.setdefault(now, []).append(((days[row["ended"]] - days[row["began"]]).days, row["licenses"]))
    return {stage: _median(told) for stage, told in spans.items()}


def _median(told: Sequence[tuple[int, int]]) -> float:
    """The median of numbers that each occur some times."""
    values = sorted(told)
    half, below = sum(times for _, times in values) / 2, 0
    for place, (value, times) in enumerate(values):
        below += times
        if below > half:
            return value
        if below == half:
            return (value + values[place + 1][0]) / 2
    raise ValueError("no numbers")


def funnel(counts: pd.DataFrame, medians: Mapping[Stage, float], unit: str) -> pd.DataFrame:
    """How many movable licenses are at or beyond each stage of the way: stage, stages, reached, conversion, median_days.

    `counts` has the columns stage, outcome, hosting and the unit.
    """
    movable = counts[is_movable(counts)]
    stages = movable["stage"].map(lambda stage: on_way(Stage(stage)))
    rows, before = [], 0
    for place, stage in enumerate(WAY):
        beyond = [other.value for other in Stage if on_way(other) in WAY[place:]]
        reached = int(movable[unit][stages.isin(WAY[place:])].sum())
        rows.append((stage.value, ",".join(beyond), reached, reached / before if before else None, medians.get(stage)))
        before = reached
    return pd.DataFrame(rows, columns=["stage", "stages", "reached", "conversion", "median_days"])
