"""Weeks, months and quarters as the texts that charts show them by: `2026-W41`, `2026-10`, `2026-Q3`."""

from datetime import date, timedelta

MANY = 26
"""Periods without bars that are drawn at most, before a gap says that there are more."""

GAP = "…"


def following(period: str) -> str:
    """The period after this one: the next week, month or quarter."""
    year, part = int(period[:4]), period[5:]
    if part.startswith("W"):
        week = date.fromisocalendar(year, int(part[1:]), 1) + timedelta(weeks=1)
        return f"{week.isocalendar().year}-W{week.isocalendar().week:02}"
    if part.startswith("Q"):
        years, quarter = divmod(int(part[1:]), 4)
        return f"{year + years}-Q{quarter + 1}"
    years, month = divmod(int(part), 12)
    return f"{year + years}-{month + 1:02}"


def through(first: str, last: str) -> list[str]:
    """All periods from the first to the last, both included."""
    periods = [first]
    while periods[-1] < last:
        periods.append(following(periods[-1]))
    return periods


def ahead(last: str, target: str) -> list[str]:
    """The periods after `last` up to a target, or a gap and the target."""
    # A target years ahead would press all that happened into a corner.
    after = through(last, target)[1:]
    if len(after) <= MANY:
        return after
    return [*after[:2], GAP, target]
