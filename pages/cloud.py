"""Cloud licenses: legacy plan or expired, when plans end, and who is near the line."""

import streamlit as st

from lib.dashboard.figures import CLOUD
from lib.domain.roles import Action, may
from lib.web import (
    cached,
    cloud_lists,
    figure_cards,
    filters,
    page_paths,
    sample_mode,
    session,
    view_controls,
    widgets,
)
from lib.web.cached import CachedNumbers
from lib.web.session import Role

user = session.require(Role.VIEWER)

version = sample_mode.version()
widgets.page_header("Cloud", cached.status_line(version))
sample_mode.mark(version)
if not version.change:
    action = ("Import licenses", page_paths.IMPORT) if may(user, Action.IMPORT) else ("", "")
    widgets.empty_state(":material/cloud:", "No licenses yet", "Bring in the export of the licenses you sold.", *action)
    sample_mode.offer()
    st.stop()
cut = filters.bar(version)
if not cached.total(version, cut):
    filters.nothing_matches(version, cut)
    st.stop()
numbers = CachedNumbers(version)
view = view_controls.controls(numbers, cut, with_burn_up=False)
now = numbers.progress(cut, view.unit)
if not now.on_cloud:
    st.caption("No Cloud license with a plan here. Clear the filters above, or look at another day.")
    st.stop()
cloud_lists.groups(numbers, now, view, user)
figure_cards.show_rows([[figure] for figure in CLOUD], numbers, view, user)
cloud_lists.borderline(version, cut, user)
