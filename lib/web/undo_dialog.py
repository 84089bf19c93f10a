"""Undo and redo of an import: the consequence, a reason, and the button."""

import pandas as pd
import streamlit as st

from lib.domain.changes import change_title
from lib.domain.text import format_time, quantity
from lib.editing import change_reversal
from lib.store import change_log, database, reverts
from lib.store.batches import Batch, BatchState
from lib.store.job import JobKind, JobRequest
from lib.store.reverts import RevertCounts
from lib.web import batch_state, local_times, row_links, session, stored_licenses, widgets
from lib.web.connection import engine
from lib.web.local_times import zone
from lib.web.session import Role, User

_PAGE = 50
"""Kept licenses that are listed at a time."""

_IN_VIEW = 4
"""Of those, how many are seen without scrolling."""

_VERBS = {JobKind.UNDO: "Undo", JobKind.REDO: "Redo"}


def button(batch: Batch) -> None:
    """Undo or redo of a batch that changed licenses."""
    if batch.state is BatchState.OPEN or batch.receipt is None or batch.receipt.change is None:
        return
    if batch.state is BatchState.IMPORTED:
        if st.button("Undo…", key="undo", icon=":material/undo:"):
            undo(batch)
    elif st.button("Redo…", key="redo", icon=":material/redo:"):
        redo(batch)


# Two functions, for the title of a dialog is fixed when it is decorated.
@st.dialog("Undo this import", icon=":material/undo:")
def undo(batch: Batch) -> None:
    """The dialog that undoes an import."""
    confirm(batch, JobKind.UNDO, session.require(Role.IMPORTER))


@st.dialog("Redo this import", icon=":material/redo:")
def redo(batch: Batch) -> None:
    """The dialog that brings an undone import back."""
    confirm(batch, JobKind.REDO, session.require(Role.IMPORTER))


def confirm(batch: Batch, kind: JobKind, user: User) -> None:
    """What would change, the reason, and the button."""
    row_links.follow(user)
    st.text(f"Import #{batch.id} · {batch.name}")
    counts = consequence(batch.id)
    later = change_reversal.later_changes_of_batch(engine(), batch.id)
    st.text(consequence_text(kind, counts, change_reversal.describe_later_changes(later, local_times.zone())))
    if counts.left_alone:
        with st.expander(f"Kept as they are ({counts.left_alone:,})"):
            retained_licenses(batch.id, counts.left_alone, user)
    # A form, so that typing the reason does not run the dialog's queries again.
    with st.form("undoing", border=False):
        reason = st.text_input("Reason (required)", key="reason", max_chars=500)
        if st.form_submit_button(f"{_VERBS[kind]} import #{batch.id}", type="primary", key="confirm"):
            start(batch.id, kind, reason.strip())


def retained_licenses(number: int, count: int, user: User) -> None:
    """A page of the licenses kept, with the later change of each."""
    page = widgets.pager(count, _PAGE, "kept_page")
    licenses, _ = change_reversal.licenses_changed_since_batch(engine(), number, start=(page - 1) * _PAGE, count=_PAGE)
    own_zone = zone()
    rows = [
        (row["license_key"], change_title(row["kind"], row["batch_id"]), row["by"], format_time(row["at"], own_zone))
        for row in licenses.to_dict("records")
    ]
    frame = pd.DataFrame(rows, columns=["License key", "What", "Who", "When"], dtype=object)
    row_links.table(
        frame,
        stored_licenses.places(frame["License key"].tolist(), user),
        key="kept",
        height=180 if len(frame) > _IN_VIEW else "content",
        alt="Licenses that are kept; click a key to open its license",
    )


def consequence(number: int) -> RevertCounts:
    """How many licenses would be removed, restored and kept."""
    with database.reading(engine()) as connection:
        last = change_log.last_change_of_batch(connection, number)
        if last:
            return reverts.preview_revert(connection, last.id)
        return RevertCounts(0, 0, 0)


def consequence_text(kind: JobKind, counts: RevertCounts, why: str) -> str:
    """What an undo or redo would do; `why` explains the licenses kept."""
    deeds = {"removed": counts.removed, "restored to their earlier values": counts.restored}
    if kind is JobKind.REDO:
        deeds = {"imported again": counts.restored + counts.removed}
    clauses: list[str] = []
    for deed, count in deeds.items():
        if count:
            clauses.append(f"{count:,} {deed}" if clauses else f"{quantity(count, 'license')} will be {deed}")
    sentence = f"{' and '.join(clauses) or 'No license will change'}."
    if counts.left_alone:
        sentence += f" {quantity(counts.left_alone, 'license')} changed since and will be kept: {why}."
    return sentence


def start(number: int, kind: JobKind, reason: str) -> None:
    """Ask the worker for the undo or redo, and close the dialog."""
    if not reason:
        widgets.failure("Enter a reason.")
        return
    batch_state.submit(number, kind, JobRequest(reason=reason))
    st.rerun()
