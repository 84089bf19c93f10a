"""Choosing what to look at: the unit, the periods and the days. All of it is in the address."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from lib.dashboard.view import UNITS, View, view_of
from lib.measures.cut import Cut
from lib.measures.periods import PeriodLength
from lib.web import cached
from lib.web.cached import CachedNumbers

PERIOD_TITLES = {
    "": "Fitting",
    PeriodLength.WEEK: "Weeks",
    PeriodLength.MONTH: "Months",
    PeriodLength.QUARTER: "Quarters",
}


def query_of(view: View) -> dict[str, list[str]]:
    """The view as a link's query, without what is as usual; choices are written as the widgets call them."""
    choices: dict[str, object] = {"since": view.since, "target": view.target}
    if view.unit != UNITS[0]:
        choices["unit"] = view.unit.capitalize()
    if view.period:
        choices["every"] = PERIOD_TITLES[view.period]
    return view.cut.query() | {name: [str(choice)] for name, choice in choices.items() if choice}


def link(query: Mapping[str, list[str]], page: str | None = None) -> str:
    """The whole address of a page (by default this one) with a query, to be sent to a colleague."""
    address = str(st.context.url or "").split("?")[0]
    if page is not None:
        address = f"{address.rsplit('/', 1)[0]}/{page}"
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def controls(numbers: CachedNumbers, cut: Cut, *, with_burn_up: bool) -> View:
    """Let people choose the unit and the days, in one row; periods and a target too where there is a burn-up."""
    with st.container(horizontal=True, vertical_alignment="bottom", width="content", key="view"):
        unit = unit_control()
        since = since_control()
        if not with_burn_up:
            return view_of(numbers, cut, unit, since=since)
        period = period_control()
        target = target_control()
    return view_of(numbers, cut, unit, period=period, since=since, target=target)


def unit_control() -> str:
    """Let people choose what to count."""
    unit = st.segmented_control(
        "Count", UNITS, format_func=str.capitalize, default=UNITS[0], required=True, key="unit", bind="query-params"
    )
    return str(unit)


def period_control() -> PeriodLength | None:
    """Let people choose how long the periods are; None for those that fit."""
    period = st.segmented_control(
        "Periods",
        PERIOD_TITLES,
        format_func=PERIOD_TITLES.__getitem__,
        default="",
        required=True,
        key="every",
        bind="query-params",
    )
    return PeriodLength(period) if period else None


def since_control() -> date | None:
    """Let people choose the day to compare with."""
    words = "The tiles say what changed since the end of that day; otherwise in the last 7 days."
    return day_control("Compare with", "since", words)


def target_control() -> date | None:
    """Let people choose the day by which all should have migrated."""
    words = "The day by which all that can move shall have moved."
    return day_control("Target", "target", words, cached.policy().target_date)


def day_control(label: str, key: str, words: str, default: date | None = None) -> date | None:
    """Let people choose a day, or none."""
    day = st.date_input(
        label,
        default,
        key=key,
        help=words,
        format="YYYY-MM-DD",
        bind="query-params",
        width=152,
        min_value=date(2000, 1, 1),
    )
    return day if isinstance(day, date) else None
