"""Links that ask for what does not exist: a page says so instead of showing other numbers."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from textwrap import shorten

import streamlit as st

from lib.domain.text import quantity
from lib.measures.cut import Cut, unknown_filters
from lib.web import batch_state, cached, view_controls
from lib.web.cut_state import query, set_cut
from lib.web.filter_choices import label_of

_LONGEST = 60
"""Letters of a text in a link that are repeated."""


def refuse() -> None:
    """End the page of a link that asks for what does not exist: without that filter, its numbers would be others."""
    end_page(list(unknown_values()), drop_unknown)


def refuse_unless_numbers(**labels: str) -> None:
    """End the page of a link in which something with one of these names is no number."""
    texts = {name: st.query_params.get(name, "") for name in labels}
    unknown = [name for name, text in texts.items() if text and batch_state.number_in_url(text) is None]
    end_page([(labels[name], texts[name]) for name in unknown], partial(drop, unknown))


def drop(names: Sequence[str]) -> None:
    """Leave these out of the address."""
    for name in names:
        st.query_params.pop(name)


def end_page(unknown: Sequence[tuple[str, str]], leave_out: Callable[[], None]) -> None:
    """End the page where anything is unknown, with each label and text, and a way on."""
    if not unknown:
        return
    with st.container(border=True, key="unknown_link"):
        st.header("This link asks for something that does not exist", anchor=False)
        for label, text in unknown:
            st.text(f"{label}: “{shorten(text, _LONGEST, placeholder='…')}” is not known here.")
        st.text("Correct the address, or open the page without it.")
        label = f"Open without {quantity(len(unknown), 'unknown value')}"
        st.button(label, key="without_unknown", icon=":material/close:", on_click=leave_out)
    st.stop()


def unknown_values() -> Iterator[tuple[str, str]]:
    """The label of each filter and setting in the address that means nothing, and its text there."""
    address = query()
    for name, text in unknown_filters(address, cached.today()):
        yield label_of(name), text
    yield from view_controls.unknown_settings(address)


def drop_unknown() -> None:
    """Leave in the address what is known."""
    for name in view_controls.SETTINGS:
        view_controls.set_setting(name, view_controls.setting(name))
    address = query()
    for name, text in list(unknown_filters(address, cached.today())):
        address[name].remove(text)
    set_cut(Cut.from_query(address))
