"""Licenses that stand with another customer than today's rules give: looked at, then moved with one click."""

import streamlit as st

from lib.domain.changes import ChangeKind
from lib.domain.customers import NO_ORGANIZATION
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.editing import regrouping
from lib.editing.regrouping import Departure
from lib.store import change_log, database
from lib.web import session, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import User

_LISTED = 10
_MESSAGE = "regrouping_message"


def panel(version: Version, user: User) -> None:
    """Who would be parted from whom, and the buttons that do it and revert it."""
    if sentence := st.session_state.pop(_MESSAGE, ""):
        st.info(widgets.escape(sentence), icon=":material/info:")
    departures = misplaced(version)
    with database.reading(engine()) as connection:
        newest = change_log.newest_in_force(connection, (ChangeKind.REGROUP,))
    if not departures and newest is None:
        return
    may_decide = may(user, Action.MERGE_CUSTOMERS)
    with st.container(border=True, key="regrouping"):
        if departures:
            list_departures(departures)
            if may_decide:
                st.button("Regroup them", key="regroup", on_click=regroup, args=(user,))
        if newest:
            st.caption(widgets.escape(f"Regrouped by {newest.by} on {time_text(newest.at)}."))
            if may_decide:
                st.button("Undo", key="undo_regroup", type="tertiary", on_click=undo, args=(newest.id, user))


@st.cache_data(max_entries=1, ttl=3600, show_spinner="Comparing licenses with the rules…")
def misplaced(version: Version) -> list[Departure]:
    """The licenses that a regrouping would move."""
    return regrouping.departures(engine())


def list_departures(departures: list[Departure]) -> None:
    """The first licenses that would move, customer by customer."""
    licenses = quantity(sum(len(departure.license_keys) for departure in departures), "license")
    st.markdown(f"**By today's rules, {licenses} belong to another customer**")
    for departure in departures[:_LISTED]:
        names = [key or NO_ORGANIZATION for key in (departure.customer, departure.into)]
        line = f"{quantity(len(departure.license_keys), 'license')}: {' → '.join(names)}"
        st.markdown(widgets.escape(line))
    if len(departures) > _LISTED:
        st.caption(f"The first {_LISTED} of {quantity(len(departures), 'move')}.")


def regroup(user: User) -> None:
    """Give each license the customer of today's rules."""
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        change = regrouping.regroup(engine(), actor)
        st.session_state[_MESSAGE] = f"Regrouped, as change {change}."
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)


def undo(number: int, user: User) -> None:
    """Give the licenses their customers from before the regrouping."""
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        change = regrouping.undo_regrouping(engine(), number, actor)
        st.session_state[_MESSAGE] = f"Undone, as change {change}."
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)
