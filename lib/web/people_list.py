"""Everybody who may use the application, and how their role is changed."""

import os

import pandas as pd
import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import RULES, Action, Role
from lib.domain.text import storable
from lib.store import database, people
from lib.store.people import Person
from lib.web import admission, session, widgets
from lib.web.connection import engine
from lib.web.identity import LISTS, folded, listed
from lib.web.local_times import time_text
from lib.web.session import User

_NO_ACCESS = "No access"
_MESSAGE = "people_message"


def form(user: User) -> None:
    """A person's email address, their role, and the button that gives it."""
    with st.form("role_form", clear_on_submit=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Email address", key="role_email", placeholder="ann@example.com", width=320)
            st.selectbox("Role", [*map(str.capitalize, Role), _NO_ACCESS], key="role_of_email", width=180)
            st.form_submit_button("Save", type="primary", key="save_role", on_click=save, args=(user,))
        st.caption("Takes effect at once: the person has to sign in again, in open tabs too.")
    if sentence := st.session_state.pop(_MESSAGE, ""):
        st.info(widgets.escape(sentence), icon=":material/info:")


def save(user: User) -> None:
    """Give the role in the form, or say why not."""
    if widgets.is_closed("role_email", "role_of_email"):
        return
    email = folded(storable(st.session_state["role_email"]).strip())
    title = st.session_state["role_of_email"]
    role = None if title == _NO_ACCESS else Role(title.lower())
    try:
        actor = session.recheck(user, Action.MANAGE_PEOPLE)
        with database.writing_briefly(engine()) as connection:
            people.set_role(connection, email, role, actor)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)
    else:
        st.session_state[_MESSAGE] = f"{email} now has the role “{title}”."


def table() -> None:
    """All people by email address, wherever their role is from."""
    with database.reading(engine()) as connection:
        stored = {person.email: person for person in people.everybody(connection)}
    emails = set(stored)
    for variable in LISTS.values():
        emails.update(map(folded, listed(variable)))
    if not emails:
        st.caption("Nobody yet. Give somebody a role above; it takes effect once sign-in is configured.")
        return
    st.dataframe(
        pd.DataFrame([row(email, stored.get(email)) for email in sorted(emails)]),
        hide_index=True,
        height="content",
        key="people",
        alt="Everybody, by email address, with their role and where it is from",
    )


def row(email: str, person: Person | None) -> dict[str, str]:
    """A person as a row of the table."""
    role = admission.role_of(email, person)
    title = role.capitalize() if role else _NO_ACCESS
    source = "The server's configuration"
    if person and person.role is not None:
        source = f"{person.by}, {time_text(person.at)}"
    elif role is None and os.environ.get("APP_ROLE_CLAIM"):
        title, source = "As signed in", "The identity provider"
    return {
        "Email address": email,
        "Role": title,
        "From": source,
        "Signed in with": (person.issuer or "an account") if person and person.subject else "",
    }


def roles() -> None:
    """Each role and what it may do beside what the one before it may."""
    for role in Role:
        actions = [str(action) for action, rule in RULES.items() if rule.lowest is role]
        st.markdown(f"**{role.capitalize()}**: {widgets.escape(', '.join(actions))}")
