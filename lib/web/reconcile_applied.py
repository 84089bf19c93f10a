"""What was applied or undone last on the page Reconcile, and the way back."""

import streamlit as st

from lib.domain.changes import RECONCILE_KINDS, ChangeKind
from lib.domain.text import quantity
from lib.reconciling import apply, requested_work
from lib.store import change_log, database
from lib.store.change_log import Change
from lib.web import reconcile_work, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import User


def last_change(user: User, *, is_new: bool) -> None:
    """The newest application, or its undo; `is_new` if this session requested it."""
    with database.reading(engine()) as connection:
        last = change_log.newest_of_kinds(connection, RECONCILE_KINDS)
        original = last and change_log.original_of(connection, last)
    if last is None or original is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="last_applied"):
        text = sentence(last, original)
        if is_new:
            st.success(widgets.escape(text), icon=":material/check:", width="stretch")
        else:
            st.caption(widgets.escape(f"{text.removesuffix('.')} · {last.by}, {time_text(last.at)}"), width="content")
        label = "Redo" if last.kind is ChangeKind.RECONCILE_UNDO else "Undo"
        st.button(label, key="undo_applied", icon=":material/undo:", on_click=undo, args=(last.id, user))
        if is_new:
            st.button("Close", key="close_applied", type="tertiary", on_click=reconcile_work.stop_waiting)


def sentence(change: Change, original: Change) -> str:
    """What a change did: an application, or one that undid or redid the `original` one."""
    counts = original.counts
    matches = quantity(counts.get("changed", 0), "match", "matches")
    if change.kind is ChangeKind.RECONCILE_UNDO:
        return f"{matches} undone, as change {change.id}."
    verb = "redone" if change.kind is ChangeKind.RECONCILE_REDO else "applied"
    how = " automatically, as the policy says" if counts.get(apply.AUTOMATIC_CHANGE) else ""
    migrated = f"{counts.get('migrated', 0):,} newly migrated, {counts.get('matched', 0):,} newly matched"
    pending = f", {counts['pending']:,} waiting for an upgrade" if "pending" in counts else ""
    return f"{matches} {verb}{how}, as change {change.id}: {migrated}{pending}."


def undo(change: int, user: User) -> None:
    """Have what was applied undone, or redone, from a callback."""
    reconcile_work.request(lambda connection, actor: requested_work.request_undo(connection, change, actor), user)
