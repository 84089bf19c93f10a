"""Undoing any change: what it comes to, a note, and the button."""

import streamlit as st

from lib.domain.changes import CUSTOMER_KINDS, ChangeKind
from lib.domain.refusal import RefusalError
from lib.domain.text import quantity
from lib.editing import activity as undoing
from lib.editing import change_reversal
from lib.store import change_list, database, jobs, later_changes, reverts
from lib.store.change_list import Activity
from lib.store.job import JobKind, JobRequest
from lib.web import announcements, batch_state, local_times, session, undo_dialog, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import Role


def verb(change: Activity) -> str:
    """What undoing a change is called: "Redo" where it brings back what was undone."""
    return "Redo" if undoing.is_redo(change) else "Undo"


def open_dialog(number: int) -> None:
    """Ask whether to undo a change."""
    with database.reading(engine()) as connection:
        change = change_list.activity(connection, number)
    if change is None:
        return
    if change.batch_id is None:
        undo_dialog_of_change(number)
        return
    batch = batch_state.batch(change.batch_id)
    if change.kind is ChangeKind.UNDO:
        undo_dialog.redo(batch)
    else:
        undo_dialog.undo(batch)


@st.dialog("Undo this change", icon=":material/undo:")
def undo_dialog_of_change(number: int) -> None:
    """What undoing a change comes to, a note, and the button."""
    session.require(Role.IMPORTER)
    with database.reading(engine()) as connection:
        change = change_list.activity(connection, number)
        assert change is not None, "changes are never deleted"
        what, consequence = undoing.sentence(connection, change), consequence_of(change)
    st.text(what)
    st.caption(widgets.escape(f"{change.by}, {time_text(change.at)}"))
    if consequence:
        st.text(consequence)
    with st.form("undo_change", border=False):
        reason = st.text_input("Note (optional, shown in history)", key="undo_reason", max_chars=500)
        if st.form_submit_button(f"{verb(change)} change #{number}", type="primary", key="confirm_undo"):
            undo(change, reason.strip())


def consequence_of(change: Activity) -> str:
    """How many licenses come back, and which stay."""
    if change.kind in CUSTOMER_KINDS:
        return ""
    with database.reading(engine()) as connection:
        counts = reverts.preview_revert(connection, change.id)
        later = later_changes.changes_since(connection, change.id) if counts.left_alone else []
    text = f"{quantity(counts.restored, 'license')} will be restored to their earlier values."
    if counts.left_alone:
        why = change_reversal.describe_later_changes(later, local_times.zone())
        text += f" {quantity(counts.left_alone, 'license')} changed since and will be kept: {why}."
    return text


def undo(change: Activity, reason: str) -> None:
    """Undo a change, and say so above the list; a refusal is shown in the dialog."""
    try:
        actor = session.recheck(session.visitor(), undoing.action_to_undo(change))
        if change.kind is ChangeKind.POLICY:
            with database.writing_briefly(engine()) as connection:
                request = JobRequest(base=change.id, reason=reason)
                jobs.submit_alone(connection, JobKind.POLICY_UNDO, request, actor)
            announcements.announce("The previous policy applies as soon as all outcomes are updated.")
        else:
            with st.spinner(f"{quantity(change.licenses, 'license')}…"):
                undoing.undo(engine(), change.id, actor, reason)
            announcements.announce_reversal(change.id)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    st.rerun()
