"""What is below the first screen of Progress: a question a tab, of which only the open one is drawn."""

import streamlit as st

from lib.dashboard.figures import TABS
from lib.dashboard.view import View
from lib.web import figure_cards, reconcile_counts
from lib.web.cached import CachedNumbers


def show(numbers: CachedNumbers, view: View) -> None:
    """Draw what the comparison with Marketplace counts, the tabs, and the figures of the open one."""
    reconcile_counts.strip(numbers.version, view.cut)
    tabs = st.tabs(list(TABS), key="tab", bind="query-params", on_change="rerun")
    for rows, tab in zip(TABS.values(), tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            figure_cards.show_rows(rows, numbers, view)
