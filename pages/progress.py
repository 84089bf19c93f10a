"""Managers: where are we, who is stuck, will we make it."""

import streamlit as st

from lib import charts
from lib.cut import Cut
from lib.eligibility import Outcome
from lib.progress import CLOUD_OUTCOMES, Standing, standing
from lib.web import data, figures, filters, places, session, tiles, widgets
from lib.web.session import Role
from lib.words import counted

user = session.require(Role.VIEWER)

STEPS = """1. Export the licenses you sold as a CSV file or a workbook.
2. Bring the file in: its columns are recognised, and every line is checked before anything is stored.
3. Come back here to see who can move, who must grow first, and what is missing."""


def outcomes(version: int, cut: Cut, now: Standing) -> Cut | None:
    """How the licenses of each product stand; gives the licenses to open below."""
    st.markdown("**Where the licenses of each product stand**")
    words = charts.described(data.cube(version, cut))
    return figures.clickable(charts.outcomes_by_product, version, cut, of=cut, words=words)


def upgrades(version: int, cut: Cut, now: Standing) -> Cut | None:
    """The heat table of upgrades, and how many users they add; gives the licenses to open below."""
    st.markdown("**Upgrades: from how many editors to which tier**")
    if not now.upgrade_needed:
        st.caption("No license needs an upgrade here.")
        return None
    st.caption(f"{tiles.users_to_add(now)} Click a cell or a total to see its licenses.")
    growing = cut.narrowed(outcome=(Outcome.UPGRADE_NEEDED,))
    words = charts.moves_described(data.cube(version, cut))
    return figures.clickable(charts.tier_moves, version, cut, of=growing, words=words)


def cloud(version: int, cut: Cut, now: Standing) -> Cut | None:
    """Legacy plan or expired, and the licenses near the line between them; gives the licenses to open below."""
    st.markdown("**Cloud: legacy plan or expired**")
    if not now.on_cloud:
        st.caption("No Cloud license with a plan here.")
        return None
    on_cloud = cut.narrowed(outcome=CLOUD_OUTCOMES)
    words = charts.described(data.cube(version, cut), CLOUD_OUTCOMES)
    picked = figures.clickable(charts.cloud_plans, version, cut, of=on_cloud, words=words)
    st.caption("Borderline: 30 days more or less, or day and month swapped, would change the group.")
    if now.borderline and st.toggle(f"List {counted(now.borderline, 'borderline license')}", key="borderline_list"):
        return on_cloud.narrowed(borderline="yes")
    return picked


version = data.version()
widgets.page_header("Progress", data.status_line(version))
if not int(data.cube(version, Cut())["licenses"].sum()):
    may_import = user.role.may(Role.EDITOR)
    action = ("Import licenses", places.IMPORT) if may_import else ("", "")
    widgets.empty_state(":material/monitoring:", "No licenses yet", STEPS, *action)
    st.stop()
cut = filters.bar(version)
now = standing(data.cube(version, cut))
if not now.licenses:
    filters.nothing_matches(cut)
    st.stop()
tiles.show(now, cut)
for figure in (outcomes, upgrades, cloud):
    with st.container(border=True, gap="xsmall"):
        picked = figure(version, cut, now)
    if picked:
        figures.opened(figure.__name__, version, picked, user)
