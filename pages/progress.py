"""Managers: where are we, who is stuck, will we make it."""

import streamlit as st

from lib.web import board, data, figures, filters, pack, places, sampling, session, stuck, tiles, view, widgets
from lib.web.session import Role
from lib.words import day_in_words

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
now = data.now(version, cut, seen.unit)
tiles.show(now, seen)

burn_up = board.PROGRESS["burn_up"]
figures.show("burn_up", seen, user, board.pace_of(burn_up.seen(seen)).sentence(seen.target, burn_up.unit(seen)))
left, right = st.columns([3, 2], gap="small")
with left:
    figures.show("tier_moves", seen, user, f"{tiles.users_to_add(now)} Click a cell or a total to see its licenses.")
with right:
    figures.show("users_added", seen, user)
left, right = st.columns(2, gap="small")
with left:
    figures.show("waiting", seen, user)
with right:
    figures.show("missing_items", seen, user)
stuck.longest(seen, user)
figures.show("funnel", seen, user)
left, right = st.columns(2, gap="small")
with left:
    figures.show("outcomes_by_product", seen, user)
with right:
    figures.show("by_country", seen, user)
between = f"From the end of {day_in_words(seen.before)} to that of {day_in_words(seen.day)}."
figures.show("changes_between", seen, user, between)
