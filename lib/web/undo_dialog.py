"""Undo and redo of an import: the consequence first, then a reason, then the deed."""

import pandas as pd
import streamlit as st

from lib.domain.changes import change_title
from lib.domain.text import format_time, quantity
from lib.editing import edits
from lib.store import batches, database, versions
from lib.store.batches import Batch, BatchState
from lib.store.jobs import JobKind
from lib.web import batch_state, widgets
from lib.web.connection import engine

_PAGE = 50
"""Kept licenses that are listed at a time."""

_IN_VIEW = 4
"""Of those, how many are seen without scrolling."""


def button(batch: Batch) -> None:
    """Undo for an imported batch, Redo for one that was undone; nothing for a batch that changed nothing."""
    if batch.state is BatchState.OPEN or batch.receipt.get("change") is None:
        return
    if batch.state is BatchState.IMPORTED:
        if st.button("Undo…", key="undo", icon=":material/undo:"):
            _undo(batch)
    elif st.button("Redo…", key="redo", icon=":material/redo:"):
        _redo(batch)


@st.dialog("Undo this import", icon=":material/undo:")
def _undo(batch: Batch) -> None:
    _ask(batch, "Undo")


@st.dialog("Redo this import", icon=":material/redo:")
def _redo(batch: Batch) -> None:
    _ask(batch, "Redo")


def _ask(batch: Batch, verb: str) -> None:
    st.text(f"Batch #{batch.id} · {batch.name}")
    counts = _consequence(batch.id)
    st.text(_told(counts, edits.kept_in_words(edits.keepers_of(engine(), batch.id))))
    if counts["kept"]:
        with st.expander(f"Kept as they are ({counts['kept']:,})"):
            _kept(batch.id, counts["kept"])
    with st.form("undoing", border=False):
        reason = st.text_input("Why? It stands in the history.", key="reason", max_chars=500)
        if st.form_submit_button(f"{verb} batch #{batch.id}", type="primary", key="confirm"):
            _do(batch.id, verb, reason.strip())


def _kept(number: int, count: int) -> None:
    """A page of the licenses that are kept, with what changed them, who and when."""
    pages = -(-count // _PAGE)
    page = st.pagination(pages, key="kept_page") if pages > 1 else 1
    found, _ = edits.kept_of(engine(), number, start=(page - 1) * _PAGE, count=_PAGE)
    rows = [
        (row["license_key"], change_title(row["kind"], row["batch_id"]), row["by"], format_time(row["at"]))
        for row in found.to_dict("records")
    ]
    frame = pd.DataFrame(rows, columns=["License key", "What", "Who", "When"], dtype=object)
    st.dataframe(frame, hide_index=True, key="kept", height=180 if len(frame) > _IN_VIEW else "content")


def _consequence(number: int) -> dict[str, int]:
    """How many licenses would be removed, restored and kept."""
    with database.reading(engine()) as connection:
        last = batches.last_change_of_batch(connection, number)
        nothing = dict.fromkeys(("removed", "restored", "kept"), 0)
        return versions.preview_revert(connection, last.id) if last else nothing


def _told(counts: dict[str, int], why: str) -> str:
    removed, restored, kept = (counts[name] for name in ("removed", "restored", "kept"))
    words = f"{quantity(removed, 'license')} will be removed, {restored:,} restored to what they were before"
    return f"{words}, {kept:,} kept because they changed since: {why}." if kept else f"{words}."


def _do(number: int, verb: str, reason: str) -> None:
    if not reason:
        widgets.failure("Say why first: the others will want to know.")
        return
    batch_state.ask(number, JobKind.UNDO if verb == "Undo" else JobKind.REDO, reason=reason)
    st.rerun()
