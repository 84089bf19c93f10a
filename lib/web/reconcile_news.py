"""What was just done on the page Reconcile, and undoing what was applied."""

import streamlit as st

from lib.domain.changes import ChangeKind
from lib.domain.refusal import RefusalError
from lib.domain.text import format_time, quantity
from lib.editing import change_reversal
from lib.reconciling import exports
from lib.store import change_log, database
from lib.web import cached, session, widgets
from lib.web.connection import engine
from lib.web.session import Role

_NEWS = "reconcile_news"


_APPLIED = (ChangeKind.RECONCILE, ChangeKind.RECONCILE_REDO)


def announce(sentence: str, *, is_failure: bool = False) -> None:
    """Show a sentence at the top of the page."""
    st.session_state[_NEWS] = (sentence, is_failure)


def show() -> None:
    """What was announced last."""
    sentence, is_failure = st.session_state.get(_NEWS, ("", False))
    if not sentence:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="reconcile_news_box"):
        if is_failure:
            widgets.failure(sentence)
        else:
            st.success(widgets.escape(sentence), icon=":material/check:", width="stretch")
        st.button("Close", key="close_news", type="tertiary", on_click=announce, args=("",))


def last_applied() -> None:
    """What was applied last, and undoing it."""
    with database.reading(engine()) as connection:
        last = change_log.newest_in_force(connection, _APPLIED)
    if last is None:
        return
    licenses = quantity(last.counts.get("changed", last.counts.get("restored", 0)), "match", "matches")
    text = f"Last applied: {licenses} by {last.by} at {format_time(last.at)}, as change {last.id}"
    with st.container(horizontal=True, vertical_alignment="center", key="last_applied"):
        st.caption(widgets.escape(text), width="content")
        st.button("Undo", key="undo_applied", type="tertiary", icon=":material/undo:", on_click=undo, args=(last.id,))


def undo(change: int) -> None:
    """Undo what was applied, and compare again, from a callback."""
    actor = session.require(Role.EDITOR)
    try:
        undone = change_reversal.undo_change(engine(), change, actor)
        exports.compare_again(engine(), actor, cached.policy())
    except RefusalError as refusal:
        announce(str(refusal), is_failure=True)
        return
    announce(f"Change {change} is undone, as change {undone}.")
