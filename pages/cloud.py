"""Cloud licenses: legacy plan or expired, when plans end, and who is near the line."""

import streamlit as st

from lib.web import board, cloud_lists, data, figures, filters, places, sampling, session, view, widgets
from lib.web.session import Role

user = session.require(Role.VIEWER)

version = sampling.version()
widgets.page_header("Cloud", data.status_line(version))
sampling.mark(version)
if not version.change:
    action = ("Import licenses", places.IMPORT) if user.role.may(Role.EDITOR) else ("", "")
    widgets.empty_state(":material/cloud:", "No licenses yet", "Bring in the export of the licenses you sold.", *action)
    sampling.offer()
    st.stop()
cut = filters.bar(version)
if not data.total(version, cut):
    filters.nothing_matches(version, cut)
    st.stop()
seen = view.controls(version, cut, course=False)
now = data.now(version, cut, seen.unit)
if not now.on_cloud:
    st.caption("No Cloud license with a plan here. Clear the filters above, or look at another day.")
    st.stop()
cloud_lists.groups(now, seen, user)
figures.rows([[name] for name in board.CLOUD], seen, user)
cloud_lists.borderline(now, seen, user)
