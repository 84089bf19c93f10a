"""The cut that a page shows: in its address, and in the session for the pages that follow."""

import streamlit as st

from lib.measures.cut import Cut

_CUT = "cut"
# The number of a list's page, in the address; another cut begins at the first.
_PAGE = "page"
_RETURNED = "returned"


def query() -> dict[str, list[str]]:
    """The query of the address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def take_mark_of_return() -> None:
    """Take the mark out of the address that the browser sets when it goes back or forward; see `static/history.js`."""
    st.session_state[_RETURNED] = st.query_params.pop(_RETURNED, None) is not None


def last_cut() -> Cut:
    """The cut that this session has seen last."""
    cut: Cut = st.session_state.get(_CUT, Cut())
    return cut


def address_cut() -> Cut:
    """The cut that this page is to show: the address's, or else the last one if it was reached by the menu."""
    cut = Cut.from_query(query())
    if cut == Cut() and not st.session_state.get(_RETURNED):
        return last_cut()
    return cut


def remember(cut: Cut) -> None:
    """Make this the session's cut."""
    st.session_state[_CUT] = cut


def set_cut(cut: Cut) -> None:
    """Make this the cut, in the address too; the list returns to page one."""
    remember(cut)
    query = cut.query()
    # Name by name: parameters that widgets are bound to must not be written here, even with the value they have.
    for name in {*Cut.__slots__, _PAGE} - {*query}:
        st.query_params.pop(name, None)
    st.query_params.update(query)
