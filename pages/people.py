"""Who may do what: everybody with their role, and a form to change it."""

import streamlit as st

from lib.web import people_list, session, unknown_links, widgets
from lib.web.session import Role

user = session.require(Role.ADMIN)

widgets.page_header("People", "Who may use the license migration, and what they may do.")
unknown_links.refuse_parameters()
people_list.form(user)
people_list.table()
with st.expander("What each role may do", icon=":material/help:", key="roles_explained"):
    people_list.roles()
