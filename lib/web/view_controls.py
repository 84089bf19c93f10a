"""Choosing what to look at: the unit, the periods and the days. All of it is in the address."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from lib.dashboard.view import UNITS, View, view_of
from lib.domain.text import format_day
from lib.measures.cut import FIRST_DAY, Cut, parse_day
from lib.measures.periods import PeriodLength
from lib.web import cached
from lib.web.cached import CachedNumbers

PERIOD_TITLES = {
    "": "Auto",
    PeriodLength.WEEK: "Weeks",
    PeriodLength.MONTH: "Months",
    PeriodLength.QUARTER: "Quarters",
}


def parse_shown_day(text: str) -> str:
    """The day that a link names, in its ISO form; empty if it is none that anybody may choose."""
    day = parse_day(text)
    return day if day >= FIRST_DAY.isoformat() else ""


def parse_past_day(text: str) -> str:
    """The same, empty for a day to come as well."""
    day = parse_shown_day(text)
    return day if day <= cached.today().isoformat() else ""


def parse_unit(text: str) -> str:
    """The unit that a link names; empty if there is none of this name."""
    return text.lower() if text.lower() in UNITS else ""


def parse_period(text: str) -> str:
    """The length of periods that a link names, by its title; empty if there is none of this name."""
    lengths = {title.lower(): str(length) for length, title in PERIOD_TITLES.items()}
    return lengths.get(text.lower(), "")


@dataclass(frozen=True, slots=True)
class Setting:
    """A choice of how to look: its name in the address, label, help, what its text there means, and its chip."""

    name: str
    label: str
    parse: Callable[[str], str]
    chip: Callable[[str], str]
    help: str = ""

    @property
    def key(self) -> str:
        """The key of its widget."""
        return f"view_{self.name}"


def title_of_period(length: str) -> str:
    """What a length of periods is called in the address and on the screen."""
    return PERIOD_TITLES[PeriodLength(length)]


def chip_of_day(words: str) -> Callable[[str], str]:
    """The chip of a day, after these words."""
    return lambda day: f"{words} {format_day(date.fromisoformat(day))}"


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("unit", "Count", parse_unit, lambda unit: f"Counted in {unit}"),
        Setting(
            "since",
            "Compare with",
            parse_past_day,
            chip_of_day("Compared with"),
            "Tiles show what changed since the end of this day; without one, in the last 7 days.",
        ),
        Setting("every", "Periods", parse_period, lambda length: f"By {length}"),
        Setting(
            "target",
            "Target",
            parse_shown_day,
            chip_of_day("Target"),
            "The date by which everything should have migrated.",
        ),
    )
}
ALL = ("unit", "since", "every")
WITHOUT_PERIODS = ("unit", "since")


def setting(name: str) -> str:
    """What the address says of a setting; empty for the usual."""
    return SETTINGS[name].parse(st.query_params.get(name, ""))


def unknown_settings(query: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The label of each setting in a link that means nothing, and its text there."""
    for name, control in SETTINGS.items():
        for text in query.get(name, ()):
            is_usual = name == "every" and text.lower() == PERIOD_TITLES[""].lower()
            if text and not is_usual and not control.parse(text):
                yield control.label, text


def view(numbers: CachedNumbers, cut: Cut, names: Sequence[str] = ALL) -> View:
    """The view of a cut that the address asks for, with those of its settings that the page has."""
    values = {name: setting(name) for name in names}
    period = values.get("every")
    return view_of(
        numbers,
        cut,
        values.get("unit") or UNITS[0],
        period=PeriodLength(period) if period else None,
        since=day_or_none(values.get("since", "")),
        target=day_or_none(setting("target")) or numbers.policy.target_date,
    )


def day_or_none(text: str) -> date | None:
    """A day in its ISO form, None for an empty text."""
    return date.fromisoformat(text) if text else None


def set_setting(name: str, value: str) -> None:
    """Put a setting into the address; an empty value is the usual one."""
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def apply(name: str) -> None:
    """Put into the address what the widget of a setting shows."""
    value = st.session_state[SETTINGS[name].key]
    if name == "every":
        value = PERIOD_TITLES[value] if value else ""
    usual = value is None or value == UNITS[0]
    set_setting(name, "" if usual else str(value))


def chips(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The name and the words of each of these settings that is not as usual."""
    for name in names:
        if value := setting(name):
            yield name, SETTINGS[name].chip(value)


def controls(names: Sequence[str]) -> None:
    """Let people choose some settings."""
    for name in names:
        CONTROLS[name](SETTINGS[name], setting(name))


def options_control(control: Setting, options: Sequence[str], value: str, title: Callable[[str], str]) -> None:
    """Let people choose one of some options."""
    fill(control.key, value)
    st.segmented_control(
        control.label, options, format_func=title, required=True, key=control.key, on_change=apply, args=(control.name,)
    )


def unit_control(control: Setting, value: str) -> None:
    """Let people choose what to count."""
    options_control(control, UNITS, value or UNITS[0], str.capitalize)


def period_control(control: Setting, value: str) -> None:
    """Let people choose how long the periods are."""
    options_control(control, list(map(str, PERIOD_TITLES)), value, lambda length: dict(PERIOD_TITLES)[length])


def day_control(control: Setting, value: str) -> None:
    """Let people choose a day, or none."""
    fill(control.key, day_or_none(value))
    st.date_input(
        control.label,
        None,
        key=control.key,
        help=control.help,
        format="YYYY-MM-DD",
        min_value=FIRST_DAY,
        on_change=apply,
        args=(control.name,),
    )


CONTROLS = {"unit": unit_control, "since": day_control, "every": period_control, "target": day_control}


def fill(key: str, value: Any) -> None:
    """Show a value in a widget, wherever it comes from."""
    # Setting a widget to what it shows already would still make Streamlit send it to the browser anew.
    if st.session_state.get(key, ...) != value:
        st.session_state[key] = value


def query_of(view: View) -> dict[str, list[str]]:
    """The view as a link's query, without what is as usual; choices are written as the widgets call them."""
    choices: dict[str, object] = {"since": view.since, "target": setting("target")}
    if view.unit != UNITS[0]:
        choices["unit"] = view.unit
    if view.period:
        choices["every"] = PERIOD_TITLES[view.period]
    return view.cut.query() | {name: [str(choice)] for name, choice in choices.items() if choice}


def link(query: Mapping[str, list[str]], page: str | None = None) -> str:
    """The whole address of a page (by default this one) with a query, to be sent to a colleague."""
    address = str(st.context.url or "").split("?")[0]
    if page is not None:
        address = f"{address.rsplit('/', 1)[0]}/{page}"
    if query:
        return f"{address}?{urlencode(query, doseq=True)}"
    return address
