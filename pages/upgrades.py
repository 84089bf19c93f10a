"""Upgrade lists per customer, and their files."""

import streamlit as st

from lib.cut import Cut
from lib.web import data, session, upgrade_lists, widgets
from lib.web.session import Role
from lib.words import counted

user = session.require(Role.EDITOR)
version = data.version()
widgets.page_header("Upgrade lists", data.status_line(version))

everyone = upgrade_lists.totals(version, Cut())["customers"]
if not everyone:
    upgrade_lists.nothing_yet(version)
    st.stop()

cut = upgrade_lists.filters()
matching = upgrade_lists.totals(version, cut)["customers"]
st.caption(f"{matching:,} of {counted(everyone, 'customer')} with licenses to upgrade")
if not matching:
    upgrade_lists.nothing_matches(cut)
    st.stop()

bar = st.container()
keys = upgrade_lists.choice(version, cut, matching)
chosen = cut.narrowed(customer=tuple(keys))
title = upgrade_lists.title_of(version, chosen, matching)
with bar:
    upgrade_lists.bar(version, chosen, title, user, data.POLICY)
if len(keys) == 1:
    upgrade_lists.detail(version, chosen, title)
upgrade_lists.notices(data.POLICY)
