"""One change: who made it when and why, the licenses that it wrote, and its undo."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.masking import PERSONAL
from lib.domain.text import quantity
from lib.editing import activity as undoing
from lib.editing.history import version_differences
from lib.store import change_list, database
from lib.store.change_list import Activity, Version
from lib.web import activity_undo, listing, local_times, row_links, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import User

_ROWS = 50
_IN_VIEW = 14


def panel(number: int, user: User) -> None:
    """A change by its number."""
    with database.reading(engine()) as connection:
        change = change_list.activity(connection, number)
    if change is None:
        widgets.failure(f"There is no change #{number}.")
        return
    st.header(widgets.escape(undoing.title(change)), anchor=False)
    st.caption(widgets.escape(f"Change #{change.id} · {change.by} · {time_text(change.at)}"))
    if change.reason:
        st.text(change.reason)
    undo_button(change, user)
    licenses(change, user)


def undo_button(change: Activity, user: User) -> None:
    """The way to undo a change, or why that cannot be done."""
    refusal = undoing.refusal_to_undo(change, user, local_times.zone())
    if refusal:
        st.caption(widgets.escape(refusal))
        return
    verb = activity_undo.verb(change)
    if st.button(f"{verb}…", key="undo_change_button", icon=":material/undo:"):
        activity_undo.open_dialog(change.id)


def licenses(change: Activity, user: User) -> None:
    """The licenses that a change wrote, and what became of each."""
    pager_key = f"change_page_{change.id}"
    page = st.session_state.get(pager_key, 1)
    with database.reading(engine()) as connection:
        pairs, total = change_list.licenses(connection, change.id, start=(page - 1) * _ROWS, count=_ROWS)
    st.markdown(f"**{quantity(total, 'license')}**")
    if not pairs:
        st.caption("No license was changed.")
        return
    frame = pd.DataFrame([row(before, after) for before, after in pairs])
    customers = pd.DataFrame({"customer": [(after or before or {}).get("customer", "") for before, after in pairs]})
    places = {
        "License key": row_links.licenses([str(key) for key in frame["License key"]]),
        "Customer": row_links.customers(customers, user),
    }
    key = f"change_rows_{change.id}_{page}"
    row_links.table(
        frame,
        places,
        key=key,
        height=listing.height(frame, _IN_VIEW),
        column_config={"What changed": st.column_config.TextColumn(width="large")},
        alt="The licenses of this change. Click a key to open its license.",
    )
    widgets.pager(total, _ROWS, pager_key)


def row(before: Version | None, after: Version | None) -> dict[str, Any]:
    """A license of a change: what it was and is."""
    license = after or before or {}
    return {
        "License key": license["license_key"],
        "Customer": license["company"] or license["license_name"] or "",
        "What changed": what_changed(before, after),
    }


def what_changed(before: Version | None, after: Version | None) -> str:
    """How a change altered a license."""
    if before is None:
        return "Imported"
    if after is None:
        return "Removed"
    return " · ".join(version_differences(before, after, PERSONAL)) or "Only its own numbers"
