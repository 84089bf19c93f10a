"""The list of all batches, newest first, with its filters."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.domain.text import format_time, quantity, storable
from lib.importing.wording import COUNT_TITLES, short_effect
from lib.store.batches import BATCH_STATE_TITLES, Batch, BatchState
from lib.web import batch_state, page_paths, row_links, widgets
from lib.web.local_times import zone
from lib.web.row_links import Destination

PAGE = 50
_TABLE_KEY = "batch_rows"


def panel() -> None:
    """The filters and a page of the batches; selecting one opens it."""
    _, uploads = batch_state.page([], count=1)
    if not uploads:
        widgets.empty_state(
            ":material/history:",
            "Nothing imported yet",
            "Every file you upload is listed here, with its receipt and its undo.",
            "Import licenses",
            page_paths.IMPORT,
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        states = st.pills(
            "State",
            list(BatchState),
            selection_mode="multi",
            # From the address a state comes as a text.
            format_func=lambda state: BATCH_STATE_TITLES[BatchState(state)],
            key="state",
            bind="query-params",
        )
        search = st.text_input(
            "Search", placeholder="File, person or number", key="find", bind="query-params", width=260
        )
    # The pager stands below the table, so its choice is read before it is drawn. The filters are in its key,
    # so that other filters begin at their first page.
    pager_key = f"batch_page_{states}_{search}"
    page = st.session_state.get(pager_key, 1)
    batches, total = batch_state.page(states or [], storable(search or ""), start=(page - 1) * PAGE, count=PAGE)
    table(batches, total)
    widgets.pager(total, PAGE, pager_key)


def table(batches: Sequence[Batch], total: int) -> None:
    """A page of the batches."""
    if not batches:
        st.caption("No matching imports. Remove a filter.")
        return
    st.caption(f"{quantity(total, 'import')}. Click a name to see its receipt.")
    own_zone = zone()
    row_links.table(
        pd.DataFrame([row(batch, own_zone) for batch in batches]),
        {"File": [Destination(row_links.THIS_PAGE, {"batch": str(batch.id)}) for batch in batches]},
        key=_TABLE_KEY,
        height="content",
        placeholder="",
        alt="All files, the newest first. Click a name to see its receipt.",
        column_config={"Batch": st.column_config.NumberColumn(format="#%d", width=60)},
    )


def row(batch: Batch, own_zone: str) -> dict[str, object]:
    """A batch as a row of the table."""
    receipt = batch.receipt
    counts = receipt.counts.to_json() if receipt else {}
    outcomes = {title: counts.get(name) for name, title in COUNT_TITLES.items() if name != "repeated"}
    return {
        "Batch": batch.id,
        "File": batch.name,
        "State": BATCH_STATE_TITLES[batch.state],
        "By": receipt.by if receipt else batch.created_by,
        "Uploaded": format_time(batch.created_at, own_zone),
        "Rows": counts.get("rows"),
        **outcomes,
        "Effect": short_effect(receipt.effect) if receipt else "",
    }
