"""Every customer: how its licenses stand, its files and letters, and a page for each."""

import streamlit as st

from lib.domain.roles import Action, may
from lib.domain.text import quantity, storable
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.web import (
    cached,
    customer_filters,
    customer_list,
    customer_merges,
    customer_page,
    customer_sending,
    listed_customers,
    newer_data,
    session,
    unknown_links,
)
from lib.web.listed_customers import SORTS
from lib.web.session import Role

user = session.require(Role.LISTER)
version, policy = cached.version(), cached.policy()
newer_data.page_header("Customers", version)

if key := storable(st.query_params.get("customer", "")):
    unknown_links.refuse_parameters(show=unknown_links.one_of(customer_page.TABS))
    customer_page.show(version, customer_page.current_key(key), user, policy)
    customer_list.notices(policy)
    st.stop()

customer_sending.message(user)
everyone = listed_customers.group_sizes(version, Cut())[CustomerGroup.ALL]
if not everyone:
    customer_filters.nothing_yet()
    st.stop()

unknown_links.refuse(page=unknown_links.is_page, sort=unknown_links.one_of(SORTS))
cut = customer_filters.filters(version)
matching = cached.list_totals(version, cut).customers
st.caption(f"{matching:,} of {quantity(everyone, 'customer')}")
if not matching:
    customer_filters.nothing_matches(cut)
    st.stop()

# The bar stands above the list, but what it offers depends on what is selected there.
bar = st.container()
names = customer_list.choice(version, cut, matching, user)
selection = cut.with_filters(customer=tuple(names) or cut.customer)
with bar:
    customer_list.bar(version, selection, customer_list.title_of(cut, names, matching), names, user, policy)
if may(user, Action.MERGE_CUSTOMERS):
    customer_merges.panel(version, user)
customer_list.notices(policy)
