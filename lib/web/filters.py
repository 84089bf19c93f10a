"""The filter bar: one cut for a whole page, kept in the address and session."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from lib.domain.codes import Flag, parse_needs
from lib.domain.display import column_title
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.flags import FLAG_TITLES
from lib.domain.products import HOSTING_TITLES, PRODUCT_TITLES, Hosting, Product
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES
from lib.domain.roles import Action, may
from lib.domain.tiers import format_size
from lib.matching.finding_lists import LIST_TITLES, FindingList
from lib.measures.cut import AGES, BAND_TITLES, COMPLETE, UNKNOWN, Cut, country_title, missing_title
from lib.web import cached, widgets
from lib.web.cached import Version
from lib.web.session import User

_CUT = "cut"
_PAGE = "page"
"""The number of a list's page, in the address; another cut begins at the first."""

_EARLIEST = date(2000, 1, 1)
_OTHER_LABELS = {"borderline": "near the line", "movable": "what may move", "on": "the day"}
CONSENTS = {"given": "Given", "pending": "Pending", "declined": "Declined"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter of some values: its name in a cut, label, and titles."""

    name: str
    label: str
    title: Callable[[Any], str]

    @property
    def key(self) -> str:
        """The key of the filter's widget."""
        return f"filter_{self.name}"


_IN_BAR = (
    Choice("product", "Product", lambda code: PRODUCT_TITLES.get(code, "Unknown")),
    Choice("hosting", "Hosting", lambda code: HOSTING_TITLES.get(code, "Unknown")),
    Choice("outcome", "Outcome", lambda code: OUTCOME_TITLES[code]),
)
_IN_POPOVER = (
    Choice("from_size", "Upgrades from, editors", format_size),
    Choice("to_tier", "Upgrades to, server tier", format_size),
    Choice("consent", "Consent to upgrade", lambda code: CONSENTS.get(code, code)),
    Choice("needs", "Information needed", column_title),
    Choice("missing", "Request lacks", missing_title),
    Choice("stage", "Stage of the request", lambda code: STAGE_TITLES.get(code, code)),
    Choice("waiting", "In its stage for", lambda age: AGES.get(age, age)),
    Choice("assignee", "Assigned to", str),
    Choice("marketplace", "Marketplace says", lambda code: LIST_TITLES.get(code, code)),
    Choice("country", "Country", country_title),
    Choice("band", "Size of the server", lambda code: BAND_TITLES.get(code, code)),
    Choice("month", "Cloud maintenance ends in", str),
    Choice("flag", "Look twice", lambda code: FLAG_TITLES.get(code, code)),
)


_CHOICES = (*_IN_BAR, *_IN_POPOVER)

_FIXED_VALUES: dict[str, tuple[str, ...]] = {
    "product": (*map(str, Product), UNKNOWN),
    "hosting": (*map(str, Hosting), UNKNOWN),
    "outcome": tuple(map(str, Outcome)),
    "consent": tuple(CONSENTS),
    "missing": (*map(str, ITEM_TITLES), COMPLETE),
    "stage": tuple(map(str, STAGE_TITLES)),
    "waiting": tuple(AGES),
    "band": tuple(BAND_TITLES),
    "marketplace": tuple(map(str, FindingList)),
    "flag": tuple(str(flag) for flag in FLAG_TITLES if flag is not Flag.MAINTENANCE_EXPIRED),
}
"""The values of filters that are offered whether or not a license has them."""
_TOGGLE_VALUES = {True: "yes", False: ""}
_SEARCH, _BORDERLINE, _MOVABLE, _ON = "filter_search", "filter_borderline", "filter_movable", "filter_on"


def current(user: User) -> Cut:
    """The cut of the address, or without one there, the last cut, as far as that person may ask."""
    cut_in_address = Cut.from_query({name: st.query_params.get_all(name) for name in st.query_params})
    cut: Cut = cut_in_address
    if cut == Cut():
        cut = st.session_state.get(_CUT, cut)
    if not may(user, Action.SEE_PERSONAL_DATA):
        cut = without_personal_data(cut)
    if cut != cut_in_address:
        set_cut(cut)
    st.session_state[_CUT] = cut
    return cut


def without_personal_data(cut: Cut) -> Cut:
    """A cut that finds nobody by key, name or email: who may not see them could guess them letter by letter."""
    customers = tuple(key for key in cut.customer if "@" not in key)
    return cut.with_filters(search="", company=cut.company or cut.search, customer=customers)


def bar(version: Version, user: User) -> Cut:
    """The filters, and how many of all licenses match them; returns their cut."""
    cut = current(user)
    searched = "Key, name, email" if may(user, Action.SEE_PERSONAL_DATA) else "Company"
    everything = Cut(on=cut.on)
    fill_widgets(cut)
    with st.container(border=True, key="filters", gap="xsmall"):
        with st.grid(5, min_column_width=150, gap="xsmall", vertical_alignment="bottom"):
            st.text_input("Search", key=_SEARCH, type="search", placeholder=searched, on_change=apply_widgets)
            for choice in _IN_BAR:
                multiselect(choice, _FIXED_VALUES[choice.name], cut)
            more_filters(version, cut, everything)
        summary_line(cut, cached.total(version, cut), cached.total(version, everything))
        policy_line(version, cut)
    return cut


def nothing_matches(version: Version, cut: Cut) -> None:
    """The filters of a cut without licenses, and the totals without each."""
    with st.container(border=True, key="nothing_matches"):
        st.subheader("No license matches all of these filters", anchor=False)
        st.text(cut.description())
        st.text("Take one of them away, or clear them all.")
        names = [choice.name for choice in _CHOICES] + [
            "customer",
            "batch",
            "borderline",
            "movable",
            "search",
            "company",
            "on",
        ]
        with st.container(horizontal=True):
            for name in names:
                if getattr(cut, name):
                    total = cached.total(version, without(cut, name))
                    label = f"Without {label_of(name).lower()}: {total:,}"
                    st.button(label, key=f"without_{name}", on_click=drop, args=(name,), icon=":material/close:")


def label_of(name: str) -> str:
    """What a filter of a cut is called on the screen."""
    labels = {choice.name: choice.label for choice in _CHOICES} | _OTHER_LABELS
    return labels.get(name, name)


def without(cut: Cut, name: str) -> Cut:
    """A cut without one of its filters."""
    return cut.with_filters(**{name: getattr(Cut(), name)})


def more_filters(version: Version, cut: Cut, everything: Cut) -> None:
    """The less common filters, behind a button that counts those used."""
    used = [choice.name for choice in _IN_POPOVER if getattr(cut, choice.name)]
    used += [name for name in ("borderline", "movable") if getattr(cut, name)]
    label = f"More ({len(used)})" if used else "More"
    with st.popover(label, icon=":material/tune:", width="stretch", key="more"):
        with st.grid(2, gap="xsmall"):
            for choice in _IN_POPOVER:
                multiselect(choice, offered_values(version, everything, choice.name), cut)
        st.toggle("Only what moved or may still move", key=_MOVABLE, on_change=apply_widgets)
        st.toggle("Cloud licenses near the line only", key=_BORDERLINE, on_change=apply_widgets)


@cached.cache(64)
def offered_values(version: Version, everything: Cut, name: str) -> tuple[Any, ...]:
    """All values that a filter can have, or all that occur."""
    if name == "assignee":
        return tuple(cached.assignees(version))
    if name in _FIXED_VALUES:
        return _FIXED_VALUES[name]
    values = cached.CachedNumbers(version).counts(everything, (name,))[name]
    if name == "needs":
        return items_of(values)
    if name == "country":
        countries = sorted(filter(None, values), key=country_title)
        return (*countries, UNKNOWN) if values.isna().any() else tuple(countries)
    return tuple(sorted(values.dropna()))


def items_of(needs: Iterable[str]) -> tuple[str, ...]:
    """All items that occur in lists of needs, as the store holds them."""
    items: set[str] = set()
    for text in needs:
        items.update(map(str, parse_needs(text)))
    return tuple(sorted(items))


def multiselect(choice: Choice, offered: tuple[Any, ...], cut: Cut) -> None:
    """The widget of one filter."""
    # A link may name a value that no license has any more; a widget must have all values that are selected.
    others = [value for value in getattr(cut, choice.name) if value not in offered]
    st.multiselect(
        choice.label,
        [*offered, *others],
        format_func=choice.title,
        key=choice.key,
        placeholder="All",
        on_change=apply_widgets,
    )


def summary_line(cut: Cut, matching: int, total: int) -> None:
    """How many licenses match, the filters in words, and the day."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(horizontal=True, vertical_alignment="center", key="filter_summary"):
            st.markdown(f"**{matching:,} of {total:,} licenses**", width="content")
            if cut != Cut():
                st.caption(widgets.escape(cut.description()), width="content")
                st.button(
                    "Clear", key="clear", type="tertiary", icon=":material/close:", on_click=set_cut, args=(Cut(),)
                )
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
            # The label beside the box; its own would stand above it and make the bar higher.
            st.caption("As of", width="content")
            st.date_input(
                "As of",
                None,
                key=_ON,
                format="YYYY-MM-DD",
                min_value=_EARLIEST,
                max_value=cached.today(),
                on_change=apply_widgets,
                label_visibility="collapsed",
                width=175,
            )


def policy_line(version: Version, cut: Cut) -> None:
    """By which policy the licenses of a past day were judged, if it is not today's."""
    if not cut.on:
        return
    numbers = cached.CachedNumbers(version)
    then, now = numbers.policy_of(cut).version, numbers.policy.version
    if then != now:
        st.caption(f"Judged by policy v{then}, which was in force that day; today it is v{now}.")


def fill_widgets(cut: Cut) -> None:
    """Show a cut in the widgets, wherever it comes from."""
    values: dict[str, Any] = {choice.key: list(getattr(cut, choice.name)) for choice in _CHOICES}
    values[_SEARCH] = cut.search or cut.company
    values[_BORDERLINE] = bool(cut.borderline)
    values[_MOVABLE] = bool(cut.movable)
    values[_ON] = date.fromisoformat(cut.on) if cut.on else None
    for key, value in values.items():
        # Setting a widget to what it shows already would still make Streamlit send it to the browser anew.
        if st.session_state.get(key) != value:
            st.session_state[key] = value


def apply_widgets() -> None:
    """Make the cut what the widgets show."""
    cut: Cut = st.session_state.get(_CUT, Cut())
    state = st.session_state
    values: dict[str, Any] = {choice.name: tuple(state[choice.key]) for choice in _CHOICES}
    # One box for both: a search by company stays one.
    values["company" if cut.company and not cut.search else "search"] = (state[_SEARCH] or "").strip()
    values["borderline"] = _TOGGLE_VALUES[state[_BORDERLINE]]
    values["movable"] = _TOGGLE_VALUES[state[_MOVABLE]]
    values["on"] = str(state[_ON] or "")  # a day as a text is its ISO form
    changed = cut.with_filters(**values)
    # A click while the page was changing may be on an option that no longer exists; parsing drops it, as from a link.
    set_cut(Cut.from_query(changed.query()))


def narrow(**filters: Any) -> None:
    """Replace some filters, to lead to a part of what is shown."""
    cut: Cut = st.session_state.get(_CUT, Cut())
    set_cut(cut.with_filters(**filters))


def drop(name: str) -> None:
    """Remove one filter."""
    set_cut(without(st.session_state.get(_CUT, Cut()), name))


def set_cut(cut: Cut) -> None:
    """Make this the cut, in the address too; the list returns to page one."""
    st.session_state[_CUT] = cut
    query = cut.query()
    # Name by name: parameters that widgets are bound to must not be written here, even with the value they have.
    for name in {*Cut.__slots__, _PAGE} - {*query}:
        st.query_params.pop(name, None)
    st.query_params.update(query)
