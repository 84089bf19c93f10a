"""The sentences below the titles of figures."""

from lib.dashboard import frames
from lib.dashboard.numbers import Numbers
from lib.dashboard.view import View
from lib.domain.text import format_day, quantity
from lib.measures.progress import ProgressCounts


def users_to_add(progress: ProgressCounts) -> str:
    """How many users the upgrades add, and that moves to Unlimited cannot be counted so."""
    sentence = f"{quantity(progress.users_added, 'user')} to add."
    if not progress.unlimited:
        return sentence
    verb = "adds" if progress.unlimited == 1 else "add"
    return f"{sentence} {quantity(progress.unlimited, 'move')} to Unlimited {verb} no number."


def pace(numbers: Numbers, view: View) -> str:
    """Whether the migration will be done in time."""
    return frames.pace_of(numbers, view).sentence(view.target, view.unit, numbers.policy.weekly_goal)


def upgrades(numbers: Numbers, view: View) -> str:
    """The users that upgrades add, and how to see their licenses."""
    progress = numbers.progress(view.cut, view.unit)
    return f"{users_to_add(progress)} Click a cell or a total to see its licenses."


def days_compared(numbers: Numbers, view: View) -> str:
    """Which days are compared."""
    return f"From the end of {format_day(view.before)} to that of {format_day(view.day)}."
