"""Weeks, months and quarters."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


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


MOST_PERIODS = 60
"""Periods that a burn-up has at most: the newest."""

_MOST_OF_LENGTH = {PeriodLength.WEEK: 26, PeriodLength.MONTH: 36}
"""Periods up to which a time is best shown by weeks, or by months."""


def period_of(day: date, length: PeriodLength) -> Period:
    """The period that a day is in. Weeks are those of ISO 8601, from Monday."""
    if length is PeriodLength.WEEK:
        year, week, weekday = day.isocalendar()
        return Period(f"{year}-W{week:02}", day + timedelta(days=7 - weekday))
    if length is PeriodLength.MONTH:
        return Period(f"{day:%Y-%m}", last_day_of_month(day.year, day.month))
    quarter = (day.month + 2) // 3
    return Period(f"{day.year}-Q{quarter}", last_day_of_month(day.year, 3 * quarter))


def last_day_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def periods_between(first: date, last: date, length: PeriodLength) -> list[Period]:
    """All periods from that of the first day to that of the last day, with which it ends."""
    periods = [period_of(first, length)]
    while periods[-1].on < last:
        periods.append(period_of(periods[-1].on + timedelta(days=1), length))
    newest = periods.pop()
    return [*periods, Period(newest.label, min(newest.on, last))]


def best_length(first: date, last: date) -> PeriodLength:
    """The length of periods that shows such a time best."""
    for length, most in _MOST_OF_LENGTH.items():
        if len(periods_between(first, last, length)) <= most:
            return length
    return PeriodLength.QUARTER
