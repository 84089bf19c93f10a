"""Sample data: invented licenses in a store of their own."""

import streamlit as st

from lib import sample
from lib.web import cached
from lib.web.cached import Version

_KEY = "sample"


def version() -> Version:
    """The newest state of the store this person looks at, or the sample's."""
    if not st.session_state.get(_KEY):
        return cached.version()
    # On each run, for the sample may have been deleted meanwhile, and a session outlives that.
    sample.prepare()
    return cached.version(sample.url())


def offer() -> None:
    """A button to look at sample data before there is any other."""
    with st.container(horizontal_alignment="center"):
        if st.button("See it with sample data", key="see_sample", icon=":material/science:", type="tertiary"):
            with st.spinner("Creating sample data…"):
                sample.prepare()
            st.session_state[_KEY] = True
            # The page has already been drawn from the real store.
            st.rerun()


def mark(version: Version) -> None:
    """A notice that this is sample data, and the way back."""
    if not version.store:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="sample_mark"):
        st.badge("Sample data", icon=":material/science:", color="orange")
        st.markdown("Every license and customer here is invented. Nothing you do here is kept.", width="stretch")
        st.button("Leave the sample", key="leave_sample", icon=":material/logout:", on_click=leave)


def leave() -> None:
    """Go back to the real store."""
    st.session_state.pop(_KEY, None)
