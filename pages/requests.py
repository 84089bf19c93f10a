"""The request queue: from the customer's yes to the SEN."""

import streamlit as st

from lib.web import (
    announcements,
    cached,
    filters,
    newer_data,
    request_board,
    request_packs,
    request_parts,
    request_queue,
    request_replies,
    request_sens,
    session,
    unknown_links,
    widgets,
)
from lib.web.session import Role

user = session.require(Role.EDITOR)
VIEWS = ("Queue", "Board", "Packs")

version = cached.version()
newer_data.page_header("Requests", version)
if not version.change:
    text = "Import your license export first; requests are made for the licenses in it."
    widgets.no_licenses(":material/inbox:", text, user)
    st.stop()
announcements.show()
unknown_links.refuse(requests_as=unknown_links.one_of(VIEWS))
cut = filters.bar(version, user, narrow=request_parts.queue_cut, noun="request")
request_parts.show(version, cut, user)
queue, board, packs = st.tabs(list(VIEWS), key="requests_as", bind="query-params")
# Only the open tab is drawn: each has queries of its own.
if queue.open:
    with queue:
        request_queue.table(version, cut, user)
if board.open:
    with board:
        request_board.show(version, cut)
if packs.open:
    with packs:
        request_packs.panel(version, cut, user)
if announcements.is_open(request_replies.DIALOG):
    request_replies.dialog()
elif announcements.is_open(request_sens.DIALOG):
    request_sens.dialog()
