"""Where links to imports led before there was Activity."""

import streamlit as st

from lib.web import page_paths, session
from lib.web.session import Role

session.require(Role.IMPORTER)
query = st.query_params.to_dict() or {"files": "all"}
st.switch_page(page_paths.ACTIVITY, query_params=query)
