"""Managers: where are we, who is stuck, will we make it."""

import streamlit as st

from lib.web import board, data, figures, filters, pack, places, sampling, session, stuck, tiles, view, widgets
from lib.web.session import Role

user = session.require(Role.VIEWER)

STEPS = """1. Export the licenses you sold as a CSV file or a workbook.
2. Bring the file in: its columns are recognised, and every line is checked before anything is stored.
3. Come back here to see who can move, who must grow first, and what is missing."""

version = sampling.version()
widgets.page_header("Progress", data.status_line(version))
sampling.mark(version)
if not version.change:
    may_import = user.role.may(Role.EDITOR)
    action = ("Import licenses", places.IMPORT) if may_import else ("", "")
    widgets.empty_state(":material/monitoring:", "No licenses yet", STEPS, *action)
    sampling.offer()
    st.stop()
cut = filters.bar(version)
if not data.total(version, cut):
    filters.nothing_matches(version, cut)
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    seen = view.controls(version, cut, course=True)
    pack.button(seen, user)
tiles.show(data.now(version, cut, seen.unit), seen)
figures.rows(board.PROGRESS_ROWS[:3], seen, user)
stuck.longest(seen)
figures.rows(board.PROGRESS_ROWS[3:], seen, user)
