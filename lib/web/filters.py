"""The filter bar: one cut for a whole page, kept in the address and session."""

from collections.abc import Callable, Sequence
from datetime import date
from textwrap import shorten
from typing import Any

import streamlit as st

from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.measures.cut import FIRST_DAY, Cut
from lib.web import cached, unknown_links, view_controls, widgets
from lib.web.cached import Version
from lib.web.cut_state import address_cut, last_cut, query, remember, set_cut
from lib.web.filter_choices import (
    CHOICES,
    FIXED_VALUES,
    IN_BAR,
    IN_POPOVER,
    OTHER_LABELS,
    Choice,
    label_of,
    offered_values,
)
from lib.web.local_times import zone
from lib.web.session import User

_SEARCH, _ON = "filter_search", "filter_on"
_LONGEST_CHIP = 60
"""Letters of a filter's words in its chip."""


Narrowing = Callable[[Cut], Cut]


def itself(cut: Cut) -> Cut:
    """A cut as it is."""
    return cut


def current(user: User) -> Cut:
    """The cut of the address, or else the last cut."""
    # Filters stay from page to page, as far as that person may ask by them.
    cut = address_cut()
    if not may(user, Action.SEE_PERSONAL_DATA):
        cut = without_personal_data(cut)
    if cut != Cut.from_query(query()):
        set_cut(cut)
    remember(cut)
    return cut


def without_personal_data(cut: Cut) -> Cut:
    """A cut that finds nobody by key, name or email: who may not see them could guess them letter by letter."""
    customers = tuple(key for key in cut.customer if "@" not in key)
    return cut.with_filters(search="", company=cut.company or cut.search, customer=customers)


def bar(
    version: Version, user: User, settings: Sequence[str] = (), *, narrow: Narrowing = itself, noun: str = "license"
) -> Cut:
    """The filters, and how many of all licenses match them; returns their cut.

    `settings` are those of `view_controls` that the page has too. `narrow` says which licenses of a cut the page is about,
    and `noun` what it calls them. A link that asks for what does not exist ends the page.
    """
    unknown_links.refuse()
    cut = current(user)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="filters"):
        part, whole = narrow(cut), narrow(Cut(on=cut.on))
        matching = cached.total(version, part)
        total = cached.total(version, whole) if whole.movable in ("", part.movable) else 0
        summary(matching, total, noun)
        widgets.fold_on_phones("Filters")
        search_box(cut, user)
        for choice in IN_BAR:
            choice_popover(choice, cut)
        more_filters(version, cut)
        view_popover(cut, settings)
    chips(cut, settings)
    policy_line(version, cut)
    return cut


def summary(matching: int, total: int, noun: str) -> None:
    """How many of all that there are match."""
    # Who asks for a stage that the queue does not have, or for what is not movable, gets licenses that are none of its whole.
    text = f"{matching:,} of {total:,} {noun}s" if matching <= total else quantity(matching, noun)
    with st.container(width="content", key="filter_summary"):
        st.markdown(f"**{text}**", width="content")


def search_box(cut: Cut, user: User) -> None:
    """The search, by company only for who may see no contacts."""
    # A viewer who could search by email would learn whose it is.
    placeholder = "Key, name, email" if may(user, Action.SEE_PERSONAL_DATA) else "Customer"
    view_controls.fill(_SEARCH, cut.search or cut.company)
    st.text_input(
        "Search",
        key=_SEARCH,
        type="search",
        placeholder=placeholder,
        label_visibility="collapsed",
        width=190,
        on_change=apply_search,
    )


def choice_popover(choice: Choice, cut: Cut) -> None:
    """A filter of the bar, behind a button that counts its values."""
    with st.popover(counted(choice.label, len(getattr(cut, choice.name))), key=f"bar_{choice.name}"):
        multiselect(choice, FIXED_VALUES[choice.name], cut)


def counted(label: str, number: int) -> str:
    """A button's label, with how many values or filters are behind it."""
    return f"{label} ({number})" if number else label


def more_filters(version: Version, cut: Cut) -> None:
    """The less common filters, drawn once they are opened."""
    names = [*(choice.name for choice in IN_POPOVER), "borderline", "movable"]
    active = [name for name in names if getattr(cut, name)]
    more = st.popover(counted("More", len(active)), icon=":material/tune:", key="more", on_change="rerun")
    if not more.open:
        return
    everything = Cut(on=cut.on)
    with more:
        with st.grid(2, gap="xsmall"):
            for choice in IN_POPOVER:
                multiselect(choice, offered_values(version, everything, choice.name), cut)
        toggle("movable", "Movable licenses only", cut)
        toggle("borderline", "Borderline Cloud licenses only", cut)


def view_popover(cut: Cut, settings: Sequence[str]) -> None:
    """The day and how to look at it, drawn once they are opened."""
    popover = st.popover("View", icon=":material/visibility:", key="view", on_change="rerun")
    if not popover.open:
        return
    with popover:
        view_controls.fill(_ON, date.fromisoformat(cut.on) if cut.on else None)
        st.date_input(
            "As of",
            None,
            key=_ON,
            help=f"Numbers as they were at the end of this day ({zone()}), under the policy then in force.",
            format="YYYY-MM-DD",
            min_value=FIRST_DAY,
            max_value=cached.today(),
            on_change=apply_day,
        )
        view_controls.controls(settings)


def chips(cut: Cut, settings: Sequence[str]) -> None:
    """A button to remove each filter and each setting that is not as usual, and one for all filters."""
    settings_in_use = list(view_controls.chips(settings))
    if cut == Cut() and not settings_in_use:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="chips"):
        for name in Cut.__slots__:
            if getattr(cut, name):
                words = Cut(**{name: getattr(cut, name)}).description()
                chip(f"chip_{name}", words, drop, name)
        for name, words in settings_in_use:
            chip(f"chip_{name}", words, drop_setting, name)
        if cut != Cut():
            st.button("Clear", key="clear", type="tertiary", on_click=set_cut, args=(Cut(),))


def chip(key: str, words: str, remove: Any, name: str) -> None:
    """A button that removes what it says."""
    words = shorten(words[:1].upper() + words[1:], _LONGEST_CHIP, placeholder="…")
    st.button(widgets.escape(words), key=key, icon=":material/close:", on_click=remove, args=(name,))


def nothing_matches(version: Version, cut: Cut, narrow: Narrowing = itself, noun: str = "license") -> None:
    """The filters of a cut without licenses, and the totals without each; see `bar`."""
    with st.container(border=True, key="nothing_matches"):
        if cut.on and not cached.total(version, Cut(on=cut.on)):
            st.header("Nothing had been imported yet on this day", anchor=False)
        else:
            st.header(f"No {noun} matches all of these filters", anchor=False)
        st.text(cut.description())
        st.text("Remove a filter or clear all.")
        with st.container(horizontal=True):
            for name in (*(choice.name for choice in CHOICES), *OTHER_LABELS):
                if getattr(cut, name):
                    total = cached.total(version, narrow(without(cut, name)))
                    label = f"Without {label_of(name).lower()}: {total:,}"
                    st.button(label, key=f"without_{name}", on_click=drop, args=(name,), icon=":material/close:")


def without(cut: Cut, name: str) -> Cut:
    """A cut without one of its filters."""
    return cut.with_filters(**{name: getattr(Cut(), name)})


def multiselect(choice: Choice, offers: tuple[Any, ...], cut: Cut) -> None:
    """The widget of one filter."""
    values = list(getattr(cut, choice.name))
    view_controls.fill(choice.key, values)
    st.multiselect(
        choice.label,
        # A link may name a value that no license has any more; a widget must have all values that are selected.
        [*offers, *(value for value in values if value not in offers)],
        format_func=choice.title,
        key=choice.key,
        placeholder="All",
        on_change=apply_choice,
        args=(choice.name, choice.key),
    )


def toggle(name: str, label: str, cut: Cut) -> None:
    """The widget of a filter that is on or off."""
    key = f"filter_{name}"
    view_controls.fill(key, getattr(cut, name) == "yes")
    st.toggle(label, key=key, on_change=apply_toggle, args=(name, key))


def policy_line(version: Version, cut: Cut) -> None:
    """By which policy the licenses of a past day were judged, if it is not today's."""
    if not cut.on:
        return
    numbers = cached.CachedNumbers(version)
    then, now = numbers.policy_of(cut).version, numbers.policy.version
    if then != now:
        st.caption(f"Outcomes by policy v{then}, in force that day; today it is v{now}.")


def apply_choice(name: str, key: str) -> None:
    """Filter by the values in a widget."""
    change(**{name: tuple(st.session_state[key])})


def apply_toggle(name: str, key: str) -> None:
    """Filter by what is on or off."""
    change(**{name: "yes" if st.session_state[key] else ""})


def apply_search() -> None:
    """Filter by the text in the box; a search by company stays one."""
    cut = last_cut()
    is_company = cut.company and not cut.search
    change(**{"company" if is_company else "search": (st.session_state[_SEARCH] or "").strip()})


def apply_day() -> None:
    """Look at the day in the box."""
    change(on=str(st.session_state[_ON] or ""))  # a day as a text is its ISO form


def change(**filters: Any) -> None:
    """Replace some filters by what a widget shows."""
    cut = last_cut()
    # A click while the page was changing may be on an option that no longer exists; parsing drops it, as from a link.
    set_cut(Cut.from_query(cut.with_filters(**filters).query()))


def narrow(**filters: Any) -> None:
    """Replace some filters, to lead to a part of what is shown."""
    cut = last_cut()
    set_cut(cut.with_filters(**filters))


def drop(name: str) -> None:
    """Remove one filter."""
    set_cut(without(last_cut(), name))


def drop_setting(name: str) -> None:
    """Make a setting of the view the usual one."""
    view_controls.set_setting(name, "")
