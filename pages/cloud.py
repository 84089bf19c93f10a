"""Cloud licenses: legacy plan or expired, when plans end, and who is near the line."""

import streamlit as st

from lib.dashboard.cloud_numbers import cloud_counts
from lib.dashboard.figures import CLOUD
from lib.web import (
    cached,
    cloud_lists,
    figure_cards,
    filters,
    newer_data,
    sample_mode,
    session,
    view_controls,
    widgets,
)
from lib.web.cached import CachedNumbers
from lib.web.session import Role

user = session.require(Role.VIEWER)

version = cached.version()
newer_data.page_header("Cloud", version)
if not version.change:
    widgets.no_licenses(":material/cloud:", "Upload your license export.", user)
    sample_mode.offer()
    st.stop()
cut = filters.bar(version, user, view_controls.WITHOUT_PERIODS)
if not cached.total(version, cut):
    filters.nothing_matches(version, cut)
    st.stop()
numbers = CachedNumbers(version)
view = view_controls.view(numbers, cut, view_controls.WITHOUT_PERIODS)
counts = cloud_counts(numbers, view)
if not counts.hosted:
    st.caption("No Cloud license here. Clear the filters above, or look at another day.")
    st.stop()
cloud_lists.groups(counts, view, version, user)
figure_cards.show_rows([[figure] for figure in CLOUD], numbers, view)
cloud_lists.borderline(version, cut, user)
