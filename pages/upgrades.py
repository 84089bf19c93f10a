"""Upgrade lists per customer, their files, and a page for each customer."""

import streamlit as st

from lib.domain.text import quantity, storable
from lib.measures.cut import Cut
from lib.web import cached, customer_merges, customer_page, session, upgrade_lists, widgets
from lib.web.session import Role

user = session.require(Role.EDITOR)
version = cached.version()
widgets.page_header("Upgrade lists", cached.status_line(version))

if key := storable(st.query_params.get("customer", "")):
    customer_page.show(version, customer_page.known_as(key), user, cached.POLICY)
    upgrade_lists.notices(cached.POLICY)
    st.stop()

everyone = cached.upgrade_totals(version, Cut()).customers
if not everyone:
    upgrade_lists.nothing_yet(version)
    st.stop()

cut = upgrade_lists.filters()
matching = cached.upgrade_totals(version, cut).customers
st.caption(f"{matching:,} of {quantity(everyone, 'customer')} with licenses to upgrade")
if not matching:
    upgrade_lists.nothing_matches(cut)
    st.stop()

bar = st.container()
keys = upgrade_lists.choice(version, cut, matching)
chosen = cut.with_filters(customer=tuple(keys))
with bar:
    upgrade_lists.bar(version, chosen, upgrade_lists.title_of(version, chosen, matching), user, cached.POLICY)
customer_merges.panel(version, user)
upgrade_lists.notices(cached.POLICY)
