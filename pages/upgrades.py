"""Upgrade lists per customer, their files, and a page for each customer."""

import streamlit as st

from lib.domain.roles import Action, may
from lib.domain.text import quantity, storable
from lib.measures.cut import Cut
from lib.web import cached, customer_merges, customer_page, customer_sending, session, upgrade_lists, widgets
from lib.web.session import Role

user = session.require(Role.LISTER)
version = cached.version()
widgets.page_header("Upgrade lists", cached.status_line(version))

if key := storable(st.query_params.get("customer", "")):
    customer_page.show(version, customer_page.current_key(key), user, cached.policy())
    upgrade_lists.notices(cached.policy())
    st.stop()

customer_sending.message(user)
everyone = cached.list_totals(version, Cut()).customers
if not everyone:
    upgrade_lists.nothing_yet(version)
    st.stop()

cut = upgrade_lists.filters()
matching = cached.list_totals(version, cut).customers
st.caption(f"{matching:,} of {quantity(everyone, 'customer')} with licenses to upgrade")
if not matching:
    upgrade_lists.nothing_matches(cut)
    st.stop()

# The bar stands above the list, but what it offers depends on what is selected there.
bar = st.container()
keys = upgrade_lists.choice(version, cut, matching)
selection = cut.with_filters(customer=tuple(keys))
title = upgrade_lists.title_of(version, selection, matching)
with bar:
    upgrade_lists.bar(version, selection, title, user, cached.policy())
if may(user, Action.MERGE_CUSTOMERS):
    customer_merges.panel(version, user)
upgrade_lists.notices(cached.policy())
