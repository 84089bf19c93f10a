"""The address that *Customers* had while it listed upgrades only: links that people saved lead there."""

import streamlit as st

from lib.measures.customer_groups import CustomerGroup
from lib.web import page_paths, session
from lib.web.session import Role

session.require(Role.LISTER)
query = {name: st.query_params.get_all(name) for name in st.query_params}
st.switch_page(page_paths.CUSTOMERS, query_params={"group": CustomerGroup.UPGRADE, **query})
