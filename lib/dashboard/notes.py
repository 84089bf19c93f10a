"""The sentences below the titles of figures."""

from lib.dashboard import frames
from lib.dashboard.numbers import Numbers
from lib.dashboard.view import View
from lib.domain.text import format_day, quantity
from lib.measures.forecast import Pace
from lib.measures.progress import ProgressCounts


def users_to_add(progress: ProgressCounts) -> str:
    """How many users the upgrades add, and that those to Unlimited are not counted."""
    sentence = f"{quantity(progress.users_added, 'user')} to add."
    if not progress.unlimited:
        return sentence
    verb = "is" if progress.unlimited == 1 else "are"
    return f"{sentence} {quantity(progress.unlimited, 'upgrade')} to Unlimited {verb} not counted."


def pace(numbers: Numbers, view: View) -> str:
    """How far the migration is, whether it will be done in time, and how fast it must go."""
    current = frames.pace_of(numbers, view)
    needs = what_it_takes(current, view, numbers.policy.weekly_goal)
    return " ".join(filter(None, (*current.sentences(view.target, view.unit), needs)))


def what_it_takes(current: Pace, view: View, goal: int | None) -> str:
    """How fast it must go to meet the target, and whether it goes as fast as the weekly goal says."""
    unit = "users" if view.unit == "users" else "licenses"  # customers are told in licenses
    goal_of_unit = goal if unit == "licenses" else None
    return " ".join(filter(None, (current.needed_rate(view.target, unit), current.goal_sentence(goal_of_unit))))


def upgrades(numbers: Numbers, view: View) -> str:
    """The users that upgrades add, and how to see their licenses."""
    progress = numbers.progress(view.cut, view.unit)
    return f"{users_to_add(progress)} Click a cell or a total to see its licenses."


def days_compared(numbers: Numbers, view: View) -> str:
    """Which days are compared."""
    return f"{format_day(view.before)} – {format_day(view.day)}"


def funnel(numbers: Numbers, view: View) -> str:
    """How the bars of the funnel add up."""
    return "Cumulative: a license counts at its stage and at each stage before it, also where a SEN skipped them."
