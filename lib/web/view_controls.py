"""What somebody looks at: a state of the data, a cut of it, a unit to count in, and days to compare. All of it is in the address."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from lib.measures.cut import Cut
from lib.measures.pace import PeriodLength, best_length
from lib.web import cached
from lib.web.cached import Version

UNITS = ("licenses", "users", "customers")
_EVERY = {"": "Fitting", PeriodLength.WEEK: "Weeks", PeriodLength.MONTH: "Months", PeriodLength.QUARTER: "Quarters"}


class View(NamedTuple):
    """A cut at a version of the data, counted in a unit; `since` is the day compared with, `target` the one to be done by."""

    version: Version
    cut: Cut
    unit: str = "licenses"
    every: str = ""
    since: date | None = None
    target: date | None = None

    @property
    def day(self) -> date:
        """The day that is looked at."""
        return date.fromisoformat(self.cut.on) if self.cut.on else cached.today()

    @property
    def before(self) -> date:
        """The day that it is compared with: the chosen one, or a week before."""
        return self.since or self.day - timedelta(days=7)

    @property
    def first(self) -> date:
        """The day of the first change there is."""
        return min(cached.days(self.version).values(), default=self.day)

    @property
    def length(self) -> PeriodLength:
        """How long the periods of a burn-up are."""
        return PeriodLength(self.every) if self.every else best_length(min(self.first, self.day), self.day)

    def query(self) -> dict[str, list[str]]:
        """The view as a link's query, without what is as usual; choices stand there as the widgets call them."""
        unit = self.unit.capitalize() if self.unit != UNITS[0] else ""
        every = _EVERY[self.every] if self.every else ""
        told = {"unit": unit, "every": every, "since": self.since, "target": self.target}
        return self.cut.query() | {name: [str(value)] for name, value in told.items() if value}


def link(query: Mapping[str, list[str]], page: str | None = None) -> str:
    """The address of a page (by default this one) with a query, whole, to be sent to a colleague."""
    here = str(st.context.url or "").split("?")[0]
    base = here if page is None else f"{here.rsplit('/', 1)[0]}/{page}"
    return f"{base}?{urlencode(query, doseq=True)}" if query else base


def controls(version: Version, cut: Cut, *, course: bool) -> View:
    """Let people choose the unit and the days, in one row; `course` says whether periods and a target are asked for too."""
    with st.container(horizontal=True, vertical_alignment="bottom", width="content", key="view"):
        unit = st.segmented_control(
            "Count", UNITS, format_func=str.capitalize, default=UNITS[0], required=True, key="unit", bind="query-params"
        )
        since = _day(
            "Compare with",
            "since",
            "The tiles say what changed since the end of that day; otherwise in the last 7 days.",
        )
        if not course:
            return View(version, cut, str(unit), since=since)
        every = st.segmented_control(
            "Periods",
            _EVERY,
            format_func=_EVERY.__getitem__,
            default="",
            required=True,
            key="every",
            bind="query-params",
        )
        target = _day(
            "Target", "target", "The day by which all that can move shall have moved.", cached.POLICY.target_date
        )
    return View(version, cut, str(unit), str(every or ""), since, target)


def _day(label: str, key: str, words: str, usual: date | None = None) -> date | None:
    day = st.date_input(
        label,
        usual,
        key=key,
        help=words,
        format="YYYY-MM-DD",
        bind="query-params",
        width=152,
        min_value=date(2000, 1, 1),
    )
    return day if isinstance(day, date) else None
