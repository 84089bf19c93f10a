"""The receipt of an imported batch: what it did, how the file was read, what was wrong in it, and what came after."""

import json
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.checking.causes import left_empty_title
from lib.checking.problem import Problem
from lib.checking.questions import FIELD_TITLES, ORDER_TITLES
from lib.domain.text import format_time, quantity
from lib.importing.receipts import receipt_document
from lib.importing.wording import CHANGE_TITLES, delimiter_title
from lib.reading.numeric_dates import DateOrder
from lib.store import database, row_problems
from lib.store.batches import BATCH_STATE_TITLES, Batch, BatchState
from lib.store.change_log import Change
from lib.store.jobs import JobKind
from lib.store.receipt import Receipt
from lib.web import batch_state, job_progress, page_paths, preview, problem_list, steps, undo_dialog, widgets
from lib.web.connection import engine
from lib.web.problem_list import Problems

_COLORS = {
    BatchState.OPEN: "orange",
    BatchState.IMPORTED: "green",
    BatchState.UNDONE: "gray",
    BatchState.DISCARDED: "gray",
}


def state_badge(batch: Batch) -> None:
    """Where a batch is, in a word and a colour."""
    st.badge(BATCH_STATE_TITLES[batch.state], color=_COLORS[batch.state])  # type: ignore[arg-type]


def heading(batch: Batch, line: str) -> None:
    """A batch's file name and state, and under it a grey line of plain text."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(widgets.escape(batch.name), anchor=False, width="content")
        state_badge(batch)
    st.caption(widgets.escape(line))


def settled(batch: Batch) -> None:
    """A batch that has come to its end, or what is being done with it now."""
    if batch.receipt is None:
        heading(batch, f"Batch #{batch.id} · brought in by {batch.created_by} {format_time(batch.created_at)}")
        st.text("This file was discarded: nothing of it was imported. Bring it in again to import it.")
        return
    steps.done()
    heading(batch, done_line(batch, batch.receipt))
    job = batch_state.job(batch.id)
    if not job_progress.under_way(job):
        if job and job.kind in (JobKind.UNDO, JobKind.REDO):
            job_progress.failed(job)
        panel(batch, batch.receipt)


def panel(batch: Batch, receipt: Receipt) -> None:
    """All about a batch that was imported, and what can be done next."""
    done = batch_state.changes(batch.id)
    preview.tiles(receipt.counts)
    preview.effect(receipt.effect)
    _next_steps(batch, done)
    problems, reading, history = st.tabs(["Problems", "File and columns", "History"], key="part", bind="query-params")
    if problems.open:
        with problems:
            problem_list.panel(f"kept_problems_{batch.id}", _problems(batch))
            if receipt.counts.held and batch.purged_at is None:
                problem_list.held_rows_button(batch.id, receipt.counts.held)
    if reading.open:
        with reading:
            _reading(batch, receipt)
    if history.open:
        with history:
            _history(batch, done)


def done_line(batch: Batch, receipt: Receipt) -> str:
    """Who imported a batch, and how long it took."""
    seconds = "" if receipt.seconds is None else f" in {receipt.seconds:,} s"
    rows = quantity(receipt.counts.rows, "row")
    return (
        f"Batch #{batch.id} · {rows} · imported by {receipt.by}{seconds} · brought in {format_time(batch.created_at)}"
    )


def _next_steps(batch: Batch, done: list[Change]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if batch.state is BatchState.IMPORTED and done:
            _way_on("See these licenses", "see", ":material/key:", page_paths.LICENSES, {"batch": str(batch.id)})
        _way_on("Import another", "another", ":material/upload_file:", page_paths.IMPORT, {})
        st.download_button(
            "Receipt (JSON)",
            partial(_file, batch.id),
            file_name=f"receipt_of_batch_{batch.id}.json",
            mime="application/json",
            key="receipt",
            on_click="ignore",
            icon=":material/download:",
        )
        undo_dialog.button(batch)


def _way_on(label: str, key: str, icon: str, page: str, query: dict[str, str]) -> None:
    if st.button(label, key=key, icon=icon):
        st.switch_page(page, query_params=query)


def _file(number: int) -> str:
    told = receipt_document(batch_state.batch(number), batch_state.changes(number))
    return json.dumps(told, indent=2, ensure_ascii=False)


def _problems(batch: Batch) -> Problems:
    with database.reading(engine()) as connection:
        causes = row_problems.causes(connection, batch.id)
    return Problems(
        causes,
        partial(_page_of, batch.id),
        partial(_page_of, batch.id, None, 0, None),
        f"problems_of_batch_{batch.id}.csv",
    )


def _page_of(number: int, cause: Any, start: int, count: int | None) -> list[Problem]:
    with database.reading(engine()) as connection:
        return row_problems.problems(connection, number, cause, start=start, count=count)


def _reading(batch: Batch, receipt: Receipt) -> None:
    facts = {
        "File": f"{batch.name} ({batch.size:,} bytes)",
        "SHA-256": batch.sha256,
        "Encoding": receipt.encoding or "workbook",
        "Separator": delimiter_title(receipt.delimiter),
        "Header line": receipt.header_line or "none",
        "Date order": _orders(batch.settings["date_orders"]),
        "Left empty": ", ".join(map(left_empty_title, batch.settings["leave_empty"])) or "nothing",
        "Not imported": ", ".join(receipt.unmapped) or "nothing: every column was",
        "Policy": f"v{receipt.policy}",
    }
    shown = pd.DataFrame({"What": facts.keys(), "Value": map(str, facts.values())}, dtype=object)
    st.dataframe(shown, hide_index=True, key="facts", height="content")
    mapping = receipt.mapping
    titles = [FIELD_TITLES.get(field, field) for field in mapping.values()]
    st.dataframe(pd.DataFrame({"Column": mapping.keys(), "Field": titles}, dtype=object), hide_index=True, key="mapped")


def _orders(said: dict[str, str]) -> str:
    told = (
        f"{FIELD_TITLES.get(name, 'every date')}: {ORDER_TITLES[DateOrder(order)].lower()}"
        for name, order in said.items()
    )
    return ", ".join(told) or "as found"


def _history(batch: Batch, done: list[Change]) -> None:
    if not done:
        st.caption("Every license in the file was stored already: importing it changed nothing.")
        return
    rows = [
        (CHANGE_TITLES.get(change.kind, change.kind), format_time(change.at), change.by, _counts(change), change.reason)
        for change in done
    ]
    frame = pd.DataFrame(rows, columns=["What", "When", "Who", "Licenses", "Why"], dtype=object)
    st.dataframe(frame, hide_index=True, key="history")


def _counts(change: Change) -> str:
    names = ("new", "changed") if change.kind == "import" else ("removed", "restored", "kept")
    return ", ".join(f"{change.counts.get(name, 0):,} {name}" for name in names)
