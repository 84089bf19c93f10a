"""How fast the migration goes: where it was at the end of each period, and how long licenses wait."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from lib.domain.requests import UNDER_WAY, WAY, Stage, on_way
from lib.measures.cut import AGES
from lib.measures.forecast import PACE_WEEKS, Pace
from lib.measures.periods import Period
from lib.measures.progress import is_movable


def with_days(movements: pd.DataFrame, days: Mapping[int, date]) -> pd.DataFrame:
    """What each change added to the counts, with its `day`."""
    return movements.assign(day=[days[change] for change in movements["change"]])


def until_day(movements: pd.DataFrame, day: date) -> pd.DataFrame:
    """The changes up to the end of a day, which sum up to its counts."""
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


def pace(movements: pd.DataFrame, first: date, day: date, unit: str) -> Pace:
    """The pace until a day, from what changes added (see `burn_up`); `first` is the day of the first change."""
    weeks = max((day - first).days, 0) // 7
    earlier_day = day - timedelta(weeks=min(PACE_WEEKS, weeks))
    movable = movements[is_movable(movements)]
    migrated, earlier = (migrated_until(movable, then, unit) for then in (day, earlier_day))
    return Pace(day, int(until_day(movable, day)[unit].sum()), migrated, migrated - earlier, weeks)


def migrated_until(movable: pd.DataFrame, day: date, unit: str) -> int:
    """How many movable licenses had migrated at the end of a day."""
    is_migrated = stages_on_way(movable) == Stage.MIGRATED
    return int(until_day(movable[is_migrated], day)[unit].sum())


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
