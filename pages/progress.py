"""Managers: where are we, who is stuck, will we make it."""

import streamlit as st

from lib.domain.roles import Action, may
from lib.web import (
    board_pack_button,
    cached,
    dashboard_figures,
    figure_cards,
    filters,
    longest_waiting,
    page_paths,
    sample_mode,
    session,
    tiles,
    view_controls,
    widgets,
)
from lib.web.session import Role

user = session.require(Role.VIEWER)

STEPS = """1. Export the licenses you sold as a CSV file or a workbook.
2. Bring the file in: its columns are recognised, and every line is checked before anything is stored.
3. Come back here to see who can move, who must grow first, and what is missing."""

version = sample_mode.version()
widgets.page_header("Progress", cached.status_line(version))
sample_mode.mark(version)
if not version.change:
    may_import = may(user, Action.IMPORT)
    action = ("Import licenses", page_paths.IMPORT) if may_import else ("", "")
    widgets.empty_state(":material/monitoring:", "No licenses yet", STEPS, *action)
    sample_mode.offer()
    st.stop()
cut = filters.bar(version)
if not cached.total(version, cut):
    filters.nothing_matches(version, cut)
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    seen = view_controls.controls(version, cut, course=True)
    board_pack_button.button(seen, user)
tiles.show(cached.now(version, cut, seen.unit), seen)
figure_cards.rows(dashboard_figures.PROGRESS_ROWS[:3], seen, user)
longest_waiting.longest(seen)
figure_cards.rows(dashboard_figures.PROGRESS_ROWS[3:], seen, user)
