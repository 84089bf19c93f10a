"""The filter bar: one cut of the licenses for a whole page, in the address, and kept from page to page."""

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
from lib.domain.tiers import format_size
from lib.measures.cut import AGES, BAND_TITLES, COMPLETE, UNKNOWN, Cut, country_title, missing_title
from lib.web import cached, widgets
from lib.web.cached import Version

_KEPT = "cut"
_PAGE = "page"
"""The number of a list's page, in the address; another cut begins at the first."""

_FIRST_DAY = date(2000, 1, 1)
_OTHERS = {"borderline": "near the line", "movable": "what may move", "on": "the day"}
CONSENTS = {"given": "Given", "pending": "Pending", "declined": "Declined"}


@dataclass(frozen=True, slots=True)
class _Choice:
    """A filter that offers values: its name in a cut, its label, and what a value is called."""

    name: str
    label: str
    title: Callable[[Any], str]

    @property
    def key(self) -> str:
        return f"filter_{self.name}"


_FIRST = (
    _Choice("product", "Product", lambda code: PRODUCT_TITLES.get(code, "Unknown")),
    _Choice("hosting", "Hosting", lambda code: HOSTING_TITLES.get(code, "Unknown")),
    _Choice("outcome", "Outcome", lambda code: OUTCOME_TITLES[code]),
)
_MORE = (
    _Choice("from_size", "Upgrades from, editors", format_size),
    _Choice("to_tier", "Upgrades to, server tier", format_size),
    _Choice("consent", "Consent to upgrade", lambda code: CONSENTS.get(code, code)),
    _Choice("needs", "Information needed", column_title),
    _Choice("missing", "Request lacks", missing_title),
    _Choice("stage", "Stage of the request", lambda code: STAGE_TITLES.get(code, code)),
    _Choice("waiting", "In its stage for", lambda age: AGES.get(age, age)),
    _Choice("assignee", "Assigned to", str),
    _Choice("country", "Country", country_title),
    _Choice("band", "Size of the server", lambda code: BAND_TITLES.get(code, code)),
    _Choice("month", "Cloud maintenance ends in", str),
    _Choice("flag", "Look twice", lambda code: FLAG_TITLES.get(code, code)),
)
_SEARCH, _BORDERLINE, _MOVABLE, _ON = "filter_search", "filter_borderline", "filter_movable", "filter_on"


def current() -> Cut:
    """The cut of the address; an address without filters, as the menu leads to, means the cut used last."""
    told = Cut.from_query({name: st.query_params.get_all(name) for name in st.query_params})
    cut: Cut = told if told != Cut() else st.session_state.get(_KEPT, told)
    if cut != told:
        _go(cut)
    st.session_state[_KEPT] = cut
    return cut


def bar(version: Version) -> Cut:
    """Show the filters, and how many of all licenses they let through; gives the cut they make."""
    cut = current()
    _show_choices_of(cut)
    shown = cached.total(version, cut)
    every = Cut(on=cut.on)
    with st.container(border=True, key="filters", gap="xsmall"):
        with st.grid(5, min_column_width=150, gap="xsmall", vertical_alignment="bottom"):
            st.text_input("Search", key=_SEARCH, type="search", placeholder="Key, name, email", on_change=_choose)
            for choice in _FIRST:
                _choices(choice, _known(choice.name), cut)
            _more(version, cut, every)
        _summary(cut, shown, cached.total(version, every))
    return cut


def nothing_matches(version: Version, cut: Cut) -> None:
    """What a page shows for a cut without licenses: what was asked for, and how many there are if less is asked for."""
    with st.container(border=True, key="nothing_matches"):
        st.subheader("No license matches all of these filters", anchor=False)
        st.text(cut.description())
        st.text("Take one of them away, or clear them all.")
        names = [choice.name for choice in (*_FIRST, *_MORE) if getattr(cut, choice.name)]
        names += [name for name in ("customer", "batch", "borderline", "movable", "search", "on") if getattr(cut, name)]
        with st.container(horizontal=True):
            for name in names:
                found = cached.total(version, cut.with_filters(**{name: getattr(Cut(), name)}))
                label = f"Without {_label_of(name).lower()}: {found:,}"
                st.button(label, key=f"without_{name}", on_click=_drop, args=(name,), icon=":material/close:")


def _label_of(name: str) -> str:
    return next((choice.label for choice in (*_FIRST, *_MORE) if choice.name == name), _OTHERS.get(name, name))


def _known(name: str) -> tuple[str, ...]:
    known: dict[str, tuple[str, ...]] = {
        "product": (*Product, UNKNOWN),
        "hosting": (*Hosting, UNKNOWN),
        "outcome": tuple(Outcome),
    }
    return tuple(map(str, known[name]))


def _more(version: Version, cut: Cut, every: Cut) -> None:
    used = sum(bool(getattr(cut, choice.name)) for choice in _MORE) + bool(cut.borderline) + bool(cut.movable)
    with st.popover(f"More ({used})" if used else "More", icon=":material/tune:", width="stretch", key="more"):
        with st.grid(2, gap="xsmall"):
            for choice in _MORE:
                _choices(choice, _offered(version, every, choice.name), cut)
        st.toggle("Only what moved or may still move", key=_MOVABLE, on_change=_choose)
        st.toggle("Cloud licenses near the line only", key=_BORDERLINE, on_change=_choose)


@cached.cache(64)
def _offered(version: Version, every: Cut, name: str) -> tuple[Any, ...]:
    """What a filter can be set to: all that is known, or all that occurs."""
    known: dict[str, Iterable[Any]] = {
        "consent": CONSENTS,
        "missing": (*ITEM_TITLES, COMPLETE),
        "stage": STAGE_TITLES,
        "waiting": AGES,
        "band": BAND_TITLES,
        "assignee": cached.assignees(version),
        "flag": [flag for flag in FLAG_TITLES if flag is not Flag.MAINTENANCE_EXPIRED],
    }
    if name in known:
        return tuple(map(str, known[name]))
    values = cached.CachedNumbers(version).counts(every, (name,))[name]
    if name == "needs":
        return tuple(sorted({str(item) for items in values for item in parse_needs(items)}))
    if name == "country":
        return (*sorted(filter(None, values), key=country_title), *([UNKNOWN] if values.isna().any() else []))
    return tuple(sorted(values.dropna()))


def _choices(choice: _Choice, offered: tuple[Any, ...], cut: Cut) -> None:
    strange = [value for value in getattr(cut, choice.name) if value not in offered]
    st.multiselect(
        choice.label,
        [*offered, *strange],
        format_func=choice.title,
        key=choice.key,
        placeholder="All",
        on_change=_choose,
    )


def _summary(cut: Cut, shown: int, total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(horizontal=True, vertical_alignment="center", key="filter_summary"):
            st.markdown(f"**{shown:,} of {total:,} licenses**", width="content")
            if cut != Cut():
                st.caption(widgets.escape(cut.description()), width="content")
                st.button("Clear", key="clear", type="tertiary", icon=":material/close:", on_click=_go, args=(Cut(),))
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
            st.caption("As of", width="content")
            st.date_input(
                "As of",
                None,
                key=_ON,
                format="YYYY-MM-DD",
                min_value=_FIRST_DAY,
                max_value=cached.today(),
                on_change=_choose,
                label_visibility="collapsed",
                width=175,
            )


def _show_choices_of(cut: Cut) -> None:
    """Let the widgets show what the cut says, wherever it came from."""
    told: dict[str, Any] = {choice.key: list(getattr(cut, choice.name)) for choice in (*_FIRST, *_MORE)}
    day = date.fromisoformat(cut.on) if cut.on else None
    for key, value in {
        **told,
        _SEARCH: cut.search,
        _BORDERLINE: bool(cut.borderline),
        _MOVABLE: bool(cut.movable),
        _ON: day,
    }.items():
        if st.session_state.get(key) != value:
            st.session_state[key] = value


def _choose() -> None:
    cut: Cut = st.session_state.get(_KEPT, Cut())
    chosen = {choice.name: tuple(st.session_state[choice.key]) for choice in (*_FIRST, *_MORE)}
    borderline, movable = ("yes" if st.session_state[key] else "" for key in (_BORDERLINE, _MOVABLE))
    day = st.session_state[_ON]
    search, on = (st.session_state[_SEARCH] or "").strip(), day.isoformat() if day else ""
    told = cut.with_filters(**chosen, search=search, borderline=borderline, movable=movable, on=on)
    # A choice made while the page was changing may be of an option that is no more: taken as a link's would be.
    _go(Cut.from_query(told.query()))


def narrow(**wanted: Any) -> None:
    """Set some filters anew, for a button that leads to a part of what is shown."""
    cut: Cut = st.session_state.get(_KEPT, Cut())
    _go(cut.with_filters(**wanted))


def _drop(name: str) -> None:
    cut: Cut = st.session_state.get(_KEPT, Cut())
    _go(cut.with_filters(**{name: getattr(Cut(), name)}))


def _go(cut: Cut) -> None:
    """Make this the cut, in the address too; what else the address says stays, but for the number of a list's page."""
    st.session_state[_KEPT] = cut
    told = cut.query()
    # What widgets keep in the address themselves must not even be written again as it is.
    for name in {*Cut.__slots__, _PAGE} - {*told}:
        st.query_params.pop(name, None)
    st.query_params.update(told)
