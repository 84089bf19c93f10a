"""Managers: where are we, who is stuck, will we make it."""

import streamlit as st

from lib.dashboard.figures import BURN_UP, TABS
from lib.web import (
    cached,
    cloud_split,
    figure_cards,
    filters,
    headline,
    longest_waiting,
    newer_data,
    progress_tabs,
    sample_mode,
    session,
    tiles,
    unknown_links,
    view_controls,
    widgets,
)
from lib.web.cached import CachedNumbers
from lib.web.session import Role

user = session.require(Role.VIEWER)

STEPS = """1. Export the licenses you sold as a CSV file or a workbook.
2. Upload the file: its columns are recognised, and every line is checked before anything is stored.
3. Come back here to see what is eligible, what needs an upgrade first, and what is missing."""

version = cached.version()
newer_data.page_header("Progress", version)
if not version.change:
    widgets.no_licenses(":material/monitoring:", STEPS, user)
    sample_mode.offer()
    st.stop()
unknown_links.refuse(tab=unknown_links.one_of(TABS))
cut = filters.bar(version, user, view_controls.ALL)
if not cached.total(version, cut):
    filters.nothing_matches(version, cut)
    st.stop()
numbers = CachedNumbers(version)
view = view_controls.view(numbers, cut)
screen = cached.first_screen(version, view)
headline.show(numbers, screen.pace, view, user)
tiles.show(screen, view)
chart, beside = st.columns([3, 2], gap="small")
with chart:
    figure_cards.show_rows([[BURN_UP]], numbers, view)
with beside:
    longest_waiting.longest(version, view, user)
    cloud_split.show(screen.cloud, view)
progress_tabs.show(numbers, view)
