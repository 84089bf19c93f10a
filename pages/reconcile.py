"""Marketplace's own export beside our licenses: who has really moved, and who is recorded as moved but is not there."""

import streamlit as st

from lib.reconciling.summary import summary
from lib.store import database
from lib.web import (
    cached,
    newer_data,
    reconcile_applied,
    reconcile_file,
    reconcile_lists,
    reconcile_news,
    reconcile_work,
    session,
    unknown_links,
    widgets,
)
from lib.web.connection import engine
from lib.web.session import Role

user = session.require(Role.EDITOR)

version = cached.version()
newer_data.page_header("Reconcile", version)
if not version.change:
    text = "Upload your license export first; Marketplace's own export is then compared with them."
    widgets.no_licenses(":material/compare_arrows:", text, user)
    st.stop()
unknown_links.refuse_parameters(list=unknown_links.one_of(reconcile_lists.TITLES))
newest = reconcile_work.newest_job()
reconcile_news.show()
reconcile_file.drop_zone()
if reconcile_work.show(newest):
    st.stop()
with database.reading(engine()) as connection:
    result = summary(connection)
if result is None:
    st.caption("Nothing compared yet. Export the licenses on Marketplace's partner portal, and drop the file above.")
    st.stop()
reconcile_file.heading(result, user)
reconcile_applied.last_change(user, is_new=reconcile_work.is_just_done(newest))
reconcile_lists.panel(result, user)
reconcile_file.details(result)
