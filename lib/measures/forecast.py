"""Whether the migration will be done in time, as far as the last weeks can tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lib.domain.text import format_day, percentage, quantity

PACE_WEEKS = 8
"""The last weeks, whose rate says how long the rest takes."""

FEWEST_WEEKS = 4
"""Weeks of history below which there is no forecast."""

AT_RISK_WEEKS = 4
"""Weeks after the target up to which it can still be reached with some more effort."""

MOST_WEEKS = 5_200
"""A century: what takes longer has no day."""


class Prospect(StrEnum):
    """Whether the target will be met."""

    DONE = "Done"
    ON_TRACK = "On track"
    AT_RISK = "At risk"
    LATE = "Late"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast licenses migrate: `migrated` of `movable` until `day`, and `recent` of these in the last `PACE_WEEKS` weeks.

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

    @property
    def weekly(self) -> float:
        """How many licenses migrate in a week, 0 where the history is too short."""
        if self.weeks < FEWEST_WEEKS:
            return 0.0
        return self.recent / min(PACE_WEEKS, self.weeks)

    @property
    def finish(self) -> date | None:
        """The day by which the rest will have migrated at this pace; None if there is no telling."""
        if self.weekly <= 0 or not self.rest:
            return None
        weeks = divide_rounding_up(self.rest * min(PACE_WEEKS, self.weeks), self.recent)
        if weeks <= MOST_WEEKS:
            return self.day + timedelta(weeks=weeks)
        return None

    def prospect(self, target: date | None) -> Prospect | None:
        """Whether a target will be met; None without a target, or where there is no telling."""
        if self.movable and not self.rest:
            return Prospect.DONE
        if target is None or not self.movable:
            return None
        if target <= self.day:
            return Prospect.LATE
        if self.weeks < FEWEST_WEEKS:
            return None
        return self.prospect_of_pace(target)

    def prospect_of_pace(self, target: date) -> Prospect:
        """Whether this pace meets a target that lies ahead."""
        if self.finish is None or self.finish > target + timedelta(weeks=AT_RISK_WEEKS):
            return Prospect.LATE
        if self.finish <= target:
            return Prospect.ON_TRACK
        return Prospect.AT_RISK

    def sentences(self, target: date | None, unit: str = "licenses") -> Iterator[str]:
        """How far the migration is, and whether it will be done in time."""
        noun = unit.removesuffix("s")
        if not self.movable:
            yield "Nothing to move."
        elif not self.rest:
            yield f"All {self.movable:,} movable {unit} have migrated."
        else:
            verb = "has" if 1 in (self.migrated, self.movable) else "have"
            share = percentage(self.migrated, self.movable)
            yield f"{self.migrated:,} of {quantity(self.movable, noun)} {verb} migrated ({share})."
            yield self.forecast(target)

    def forecast(self, target: date | None) -> str:
        """How long the rest takes at the current pace."""
        if self.weeks < FEWEST_WEEKS:
            return "Forecast available after four weeks of history."
        if self.weekly <= 0:
            return f"Nothing has migrated in the last {min(PACE_WEEKS, self.weeks)} weeks."
        rate = f"At the current pace ({format_rate(self.weekly)} a week) the rest takes"
        if self.finish is None:
            return f"{rate} more than a century."
        if target is None:
            return f"{rate} until {format_day(self.finish)}."
        return f"{rate} until {format_day(self.finish)}, {format_distance(self.finish, target)}."

    def needed_rate(self, target: date | None, unit: str = "licenses") -> str:
        """How many a week would meet the target; empty if there is none, or nothing to do."""
        if target is None or not self.rest:
            return ""
        days = (target - self.day).days
        if days <= 0:
            return f"The target, {format_day(target)}, has passed."
        weekly = divide_rounding_up(self.rest * 7, days)
        return f"Hitting {format_day(target)} takes {quantity(weekly, unit.removesuffix('s'))} a week."

    def goal_sentence(self, goal: int | None) -> str:
        """Whether the pace meets a weekly goal; empty without one, or where there is no telling."""
        if not goal or not self.rest or self.weeks < FEWEST_WEEKS:
            return ""
        if self.weekly >= goal:
            return f"The weekly goal of {quantity(goal, 'license')} is met."
        return f"The weekly goal of {quantity(goal, 'license')} takes {format_rate(goal - self.weekly)} more a week."


def format_distance(day: date, target: date) -> str:
    """`3 weeks after the target`, `2 days before the target`, `on the target`."""
    days = abs((day - target).days)
    if not days:
        return "on the target"
    length = quantity(round(days / 7), "week") if days >= 7 else quantity(days, "day")
    return f"{length} {'after' if day > target else 'before'} the target"


def divide_rounding_up(number: int, divisor: int) -> int:
    """A quotient rounded up, exact for whole numbers of any size."""
    return -(-number // divisor)


def format_rate(rate: float) -> str:
    """A rate as people read it: `31`, `1,250`, `0.8`."""
    if rate >= 10:
        return f"{rate:,.0f}"
    return f"{rate:,.1f}".removesuffix(".0")
