"""What somebody looks at on the dashboard: which licenses, counted in what, on which day, beside which other."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from lib.dashboard.numbers import Numbers
from lib.measures.cut import Cut
from lib.measures.periods import PeriodLength, best_length

UNITS = ("licenses", "users", "customers")
"""The units that numbers can be shown in."""


@dataclass(frozen=True, slots=True)
class View:
    """A cut of the licenses, counted in a unit, on a day.

    `today` is the current day and `first_day` that of the first change. `period` is the length of a burn-up's periods,
    None for one that fits; `since` is the day to compare with, `target` the one by which all should have migrated.
    """

    cut: Cut
    unit: str
    today: date
    first_day: date
    period: PeriodLength | None = None
    since: date | None = None
    target: date | None = None

    @property
    def day(self) -> date:
        """The day whose numbers are shown."""
        return day_of(self.cut, self.today)

    @property
    def before(self) -> date:
        """The day to compare with, by default a week before."""
        return self.since or self.day - timedelta(days=7)

    @property
    def period_length(self) -> PeriodLength:
        """How long the periods of a burn-up are."""
        return self.period or best_length(min(self.first_day, self.day), self.day)

    def in_unit(self, unit: str) -> "View":
        """The same view, counted in another unit."""
        return replace(self, unit=unit)


def day_of(cut: Cut, today: date) -> date:
    """The day that a cut is of; today if it says none."""
    if not cut.on:
        return today
    return date.fromisoformat(cut.on)


def view_of(
    numbers: Numbers,
    cut: Cut,
    unit: str = UNITS[0],
    *,
    period: PeriodLength | None = None,
    since: date | None = None,
    target: date | None = None,
) -> View:
    """A view of a state of the data; without any change, the first day is the one shown."""
    today = numbers.today()
    first_day = min(numbers.days().values(), default=day_of(cut, today))
    return View(cut, unit, today, first_day, period, since, target)
