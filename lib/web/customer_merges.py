"""Customers that are probably one: a person says whether they are, and may take it back."""

import streamlit as st

from lib.domain.customers import MergeState
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import format_time, quantity
from lib.editing import customer_merges
from lib.judging.similar_customers import Suggestion
from lib.store import customer_suggestions, database
from lib.store import merges as stored
from lib.store.merges import Merge
from lib.web import session, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.session import User

_SHOWN = 10
_SAID = "merge_said"


def panel(version: Version, user: User) -> None:
    """Suggestions and what was said before, behind a switch: comparing many customers takes a while."""
    if sentence := st.session_state.pop(_SAID, ""):
        st.info(widgets.escape(sentence), icon=":material/info:")
    if not st.toggle("Look for customers that are one", key="look_for_merges"):
        return
    with database.reading(engine()) as connection:
        found = customer_suggestions.undecided(connection, _alike(version))
        said, total = stored.page(connection, (MergeState.CONFIRMED, MergeState.DISMISSED), count=_SHOWN)
    with st.container(border=True, key="merges"):
        st.markdown(f"**Probably one customer: {quantity(len(found), 'pair')}**")
        if not found:
            st.caption("No other names look like the same customer.")
        for one in found[:_SHOWN]:
            _suggestion(one, user)
        if len(found) > _SHOWN:
            st.caption(f"The likeliest {_SHOWN} of {len(found):,}.")
        if said:
            st.markdown("**Said before**")
        for told in said:
            _said(told, user)
        if total > len(said):
            st.caption(f"The newest {len(said)} of {total:,}.")


@st.cache_data(max_entries=2, ttl=3600, show_spinner="Comparing customers…")
def _alike(version: Version) -> list[Suggestion]:
    with database.reading(engine()) as connection:
        return customer_suggestions.similar_customers(connection)


def _suggestion(one: Suggestion, user: User) -> None:
    key = f"{one.customer}|{one.into}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"pair_{abs(hash(key))}"):
        names = f"{one.name} ({quantity(one.licenses, 'license')}) / {one.into_name} ({quantity(one.into_licenses, 'license')})"
        st.markdown(f"{widgets.escape(names)}  \n:small[{widgets.escape(one.why)}]", width="stretch")
        for label, kind in (("They are one", "merge"), ("They are two", "dismiss")):
            st.button(label, key=f"{kind}_{key}", on_click=_say, args=(kind, one.customer, one.into, user))


def _said(told: Merge, user: User) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"said_{told.id}"):
        joined = "is" if told.state is MergeState.CONFIRMED else "is not"
        st.markdown(
            f"{widgets.escape(told.customer)} {joined} {widgets.escape(told.into)}  \n"
            f":small[{widgets.escape(told.by)} at {format_time(told.at)}]",
            width="stretch",
        )
        st.button("Take back", key=f"back_{told.id}", type="tertiary", on_click=_take_back, args=(told, user))


def _say(kind: str, customer: str, into: str, user: User) -> None:
    say = customer_merges.merge if kind == "merge" else customer_merges.dismiss
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        say(engine(), customer, into, actor)
    except RefusalError as refusal:
        st.session_state[_SAID] = str(refusal)


def _take_back(told: Merge, user: User) -> None:
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        if told.state is MergeState.CONFIRMED:
            customer_merges.undo_merge(engine(), told.id, actor)
        else:
            customer_merges.undismiss(engine(), told.id, actor)
    except RefusalError as refusal:
        st.session_state[_SAID] = str(refusal)
