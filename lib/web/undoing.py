"""Undo and redo of an import: the consequence first, then a reason, then the deed."""

import pandas as pd
import streamlit as st

from lib import database
from lib.store import batches, versions
from lib.store.batches import Batch, State
from lib.store.jobs import Kind
from lib.web import drafts, widgets
from lib.web.connection import engine
from lib.words import counted

_SHOWN = 1_000
"""Kept licenses that are listed at most."""


def button(batch: Batch) -> None:
    """Undo for an imported batch, Redo for one that was undone; nothing for a batch that changed nothing."""
    if batch.state is State.OPEN or batch.receipt.get("change") is None:
        return
    if batch.state is State.IMPORTED:
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
    counts, kept = _consequence(batch.id)
    st.text(_told(counts))
    if kept:
        with st.expander(f"Kept as they are ({len(kept):,})"):
            frame = pd.DataFrame({"License key": kept[:_SHOWN]})
            st.dataframe(frame, hide_index=True, key="kept", height=180)
    with st.form("undoing", border=False):
        reason = st.text_input("Why? It stands in the history.", key="reason", max_chars=500)
        if st.form_submit_button(f"{verb} batch #{batch.id}", type="primary", key="confirm"):
            _do(batch.id, verb, reason.strip())


def _consequence(number: int) -> tuple[dict[str, int], list[str]]:
    """How many licenses would be removed, restored and kept, and the keys of those kept."""
    with database.reading(engine()) as connection:
        last = batches.last_change_of(connection, number)
        counts = (
            versions.would_take_back(connection, last.id) if last else dict.fromkeys(("removed", "restored", "kept"), 0)
        )
        return counts, versions.changed_since(connection, last.id) if last else []


def _told(counts: dict[str, int]) -> str:
    removed, restored, kept = (counts[name] for name in ("removed", "restored", "kept"))
    words = f"{counted(removed, 'license')} will be removed, {restored:,} restored to what they were before"
    return f"{words}, {kept:,} kept because they changed since." if kept else f"{words}."


def _do(number: int, verb: str, reason: str) -> None:
    if not reason:
        widgets.failure("Say why first: the others will want to know.")
        return
    drafts.ask(number, Kind.UNDO if verb == "Undo" else Kind.REDO, reason=reason)
    st.rerun()
