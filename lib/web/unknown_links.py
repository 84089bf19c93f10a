"""Links that ask for what does not exist: a page says so instead of showing other numbers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from textwrap import shorten

import streamlit as st

from lib.domain.text import quantity
from lib.measures.cut import Cut, parse_day, unknown_filters
from lib.web import cached, view_controls
from lib.web.batch_state import number_in_url
from lib.web.cut_state import query, set_cut
from lib.web.filter_choices import label_of

_LABELS = {"audit_action": "What", "by": "Who", "requests_as": "View", "show": "Tab"}
"""What parameters of pages are called there, where their names do not say it."""

_OF_PAGES = frozenset(
    """
    answer audit_action audit_who batch by change changed customer days dialog done draft files find kind license line
    list page part requests_as sending show sort state step tab undo
    """.split()
)
"""The parameters of pages, besides filters and settings. One page may be reached with another's, so they are known on all."""

NAMES = _OF_PAGES.union(Cut.__slots__, view_controls.SETTINGS)
"""What links may ask for."""

_LONGEST = 60
"""Letters of a text in a link that are repeated."""


Parameter = Callable[[str], bool]
"""Whether a text of a link means something as a parameter of a page."""


def one_of(values: Iterable[str]) -> Parameter:
    """Some values, in any case of letters."""
    lower_values = frozenset(value.lower() for value in values)
    return lambda text: text.lower() in lower_values


def is_number(text: str) -> bool:
    """Whether it may be the number of an import or a change."""
    return number_in_url(text) is not None


def is_page(text: str) -> bool:
    """Whether it may be the number of a page of a list."""
    return (number_in_url(text) or 0) > 0


def is_past_day(text: str) -> bool:
    """Whether it is today or an earlier day."""
    return "" < parse_day(text) <= cached.today().isoformat()


def refuse(**parameters: Parameter) -> None:
    """End the page of a link that asks for what does not exist: without that filter, its numbers would be others.

    `parameters` are those of the page itself, besides filters and settings.
    """
    refuse_values([*unknown_values(), *unknown_parameters(parameters)], parameters)


def refuse_parameters(**parameters: Parameter) -> None:
    """The same for a page without filters and settings."""
    refuse_values(list(unknown_parameters(parameters)), parameters)


def refuse_values(unknown: Sequence[tuple[str, str]], parameters: Mapping[str, Parameter]) -> None:
    """Name what is unknown, with a way on, and end the page; nothing if all is known."""
    unknown = [*unknown, *unknown_names()]
    if not unknown:
        return
    with st.container(border=True, key="unknown_link"):
        st.header("This link asks for something that does not exist", anchor=False)
        for label, text in unknown:
            st.text(f"{label}: “{shorten(text, _LONGEST, placeholder='…')}” is not known here.")
        st.text("Correct the address, or open the page without it.")
        label = f"Open without {quantity(len(unknown), 'unknown value')}"
        st.button(label, key="without_unknown", icon=":material/close:", on_click=drop_unknown, args=(parameters,))
    st.stop()


def unknown_values() -> Iterator[tuple[str, str]]:
    """The label of each filter and setting in the address that means nothing, and its text there."""
    address = query()
    for name, text in unknown_filters(address, cached.today()):
        yield label_of(name), text
    yield from view_controls.unknown_settings(address)


def unknown_parameters(parameters: Mapping[str, Parameter]) -> Iterator[tuple[str, str]]:
    """The name of each of these parameters in the address that means nothing, and its text there."""
    for name, means_something in parameters.items():
        texts = filter(None, st.query_params.get_all(name))
        label = _LABELS.get(name) or label_of(name).capitalize()
        yield from ((label, text) for text in texts if not means_something(text))


def unknown_names() -> Iterator[tuple[str, str]]:
    """Each name in the address that no page knows, and its text there."""
    for name in st.query_params:
        if name not in NAMES:
            yield from ((shorten(name, _LONGEST, placeholder="…"), text) for text in st.query_params.get_all(name))


def drop_unknown(parameters: Mapping[str, Parameter]) -> None:
    """Leave in the address what is known."""
    for name in set(st.query_params) - NAMES:
        st.query_params.pop(name)
    for name, means_something in parameters.items():
        if not all(map(means_something, st.query_params.get_all(name))):
            st.query_params.pop(name)
    for name in view_controls.SETTINGS:
        view_controls.set_setting(name, view_controls.setting(name))
    address = query()
    for name, text in list(unknown_filters(address, cached.today())):
        address[name].remove(text)
    set_cut(Cut.from_query(address))
