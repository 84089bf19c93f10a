"""A page's title with the data that it shows, and a button as soon as there is newer."""

import streamlit as st

from lib.domain.refusal import OutageError
from lib.web import cached, widgets
from lib.web.cached import Version

_LOOK_SECONDS = 5.0
"""Seconds between looks for newer data."""


def page_header(title: str, version: Version) -> None:
    """A page's title, and beside it which data it shows."""
    with widgets.page_header(title, cached.status_line(version)):
        offer_newer(version)


# A fragment, so that a look draws nothing else, and a page that somebody works on stays as it is until they ask.
@st.fragment(run_every=_LOOK_SECONDS)
def offer_newer(version: Version) -> None:
    """Offer to draw the page again once there is newer data than a version."""
    try:
        newest = cached.version(version.store)
    except OutageError:
        st.caption(":material/cloud_off: The database cannot be reached; this page shows what was read before.")
        return
    if newest <= version:
        return
    if st.button("Show newer data", key="show_newer", icon=":material/refresh:", type="tertiary"):
        st.rerun()
