"""The request queue: from the customer's yes to the SEN."""

import streamlit as st

from lib.web import (
    cached,
    filters,
    request_items,
    request_packs,
    request_queue,
    request_replies,
    request_sens,
    session,
    widgets,
)
from lib.web.session import Role

user = session.require(Role.EDITOR)

version = cached.version()
widgets.page_header("Requests", cached.status_line(version))
if not version.change:
    text = "Bring in the export of the licenses you sold; requests are made of those that can move."
    widgets.no_licenses(":material/inbox:", text, user)
    st.stop()
cut = filters.bar(version, user)
if not cached.total(version, cut):
    filters.nothing_matches(version, cut)
    st.stop()
request_queue.parts(version, cut, user)
view = st.segmented_control(
    "Shown as",
    ("Table", "Board", "What blocks", "Paste a reply", "Paste SENs", "Packs"),
    default="Table",
    required=True,
    key="requests_as",
    bind="query-params",
)
if view == "Board":
    request_queue.board(version, cut)
elif view == "What blocks":
    request_queue.blocked(version, cut, user)
elif view == "Paste a reply":
    request_replies.panel(user)
elif view == "Paste SENs":
    request_sens.panel(user)
elif view == "Packs":
    request_packs.panel(version, cut, user)
elif keys := request_queue.table(version, cut, user):
    request_items.form(keys, user)
