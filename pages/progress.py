"""Managers: where are we, who is stuck, will we make it."""

import streamlit as st

from lib.dashboard.figures import PROGRESS
from lib.web import (
    board_pack_button,
    cached,
    figure_cards,
    filters,
    longest_waiting,
    reconcile_counts,
    sample_mode,
    session,
    tiles,
    view_controls,
    widgets,
)
from lib.web.cached import CachedNumbers
from lib.web.session import Role

user = session.require(Role.VIEWER)

STEPS = """1. Export the licenses you sold as a CSV file or a workbook.
2. Bring the file in: its columns are recognised, and every line is checked before anything is stored.
3. Come back here to see who can move, who must grow first, and what is missing."""

version = sample_mode.version()
widgets.page_header("Progress", cached.status_line(version))
sample_mode.mark(version)
if not version.change:
    widgets.no_licenses(":material/monitoring:", STEPS, user)
    sample_mode.offer()
    st.stop()
cut = filters.bar(version, user)
if not cached.total(version, cut):
    filters.nothing_matches(version, cut)
    st.stop()
numbers = CachedNumbers(version)
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    view = view_controls.controls(numbers, cut, with_burn_up=True)
    board_pack_button.button(numbers, view, user)
tiles.show(numbers, view)
reconcile_counts.strip(version, cut)
figure_cards.show_rows(PROGRESS[:3], numbers, view, user)
longest_waiting.longest(version, view, user)
figure_cards.show_rows(PROGRESS[3:], numbers, view, user)
