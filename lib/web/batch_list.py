"""The list of all batches, newest first, with its filters."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.domain.text import format_time, quantity, storable
from lib.importing.wording import COUNT_TITLES, short_effect
from lib.store.batches import BATCH_STATE_TITLES, Batch, BatchState
from lib.web import batch_state, page_paths, widgets

PAGE = 50
_KEY = "batch_rows"


def panel() -> None:
    """The filters and a page of the batches; choosing one opens it."""
    if not batch_state.listed([], count=1)[1]:
        widgets.empty_state(
            ":material/history:",
            "Nothing imported yet",
            "Every file you bring in is listed here, with its receipt and its undo.",
            "Import a file",
            page_paths.IMPORT,
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        states = st.pills(
            "State",
            list(BatchState),
            selection_mode="multi",
            format_func=lambda state: BATCH_STATE_TITLES[BatchState(state)],
            key="state",
            bind="query-params",
        )
        search = st.text_input(
            "Search", placeholder="File, person or number", key="find", bind="query-params", width=260
        )
    pager = f"batch_page_{states}_{search}"
    page = st.session_state.get(pager, 1)
    found, total = batch_state.listed(states or [], storable(search or ""), start=(page - 1) * PAGE, count=PAGE)
    _table(found, total)
    if total > PAGE:
        st.pagination(-(-total // PAGE), key=pager)


def _table(found: Sequence[Batch], total: int) -> None:
    if not found:
        st.caption("No batch is like that. Take a filter away.")
        return
    st.caption(f"{quantity(total, 'batch', 'batches')}. Choose one to see its receipt.")
    st.dataframe(
        pd.DataFrame(map(_row, found)),
        hide_index=True,
        key=_KEY,
        height="content",
        placeholder="",
        on_select=lambda: _open([batch.id for batch in found]),
        selection_mode="single-row",
        column_config={"Batch": st.column_config.NumberColumn(format="#%d", width=60)},
    )


def _open(numbers: Sequence[int]) -> None:
    rows = st.session_state[_KEY]["selection"]["rows"]
    if rows:
        st.query_params["batch"] = str(numbers[rows[0]])


def _row(batch: Batch) -> dict[str, object]:
    receipt = batch.receipt
    counts = receipt.counts.to_json() if receipt else {}
    return {
        "Batch": batch.id,
        "File": batch.name,
        "State": BATCH_STATE_TITLES[batch.state],
        "By": receipt.by if receipt else batch.created_by,
        "Brought in": format_time(batch.created_at),
        "Rows": counts.get("rows"),
        **{title: counts.get(name) for name, title in COUNT_TITLES.items() if name != "repeated"},
        "Effect": short_effect(receipt.effect) if receipt else "",
    }
