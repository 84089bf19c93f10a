"""The receipt of an import: effect, file, problems, and later changes."""

import json
from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from lib.checking.causes import Cause, left_empty_title
from lib.checking.problem import Problem
from lib.checking.questions import FIELD_TITLES, ORDER_TITLES
from lib.domain.changes import ChangeKind
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.importing.receipts import receipt_document
from lib.importing.wording import CHANGE_TITLES, delimiter_title
from lib.reading.numeric_dates import DateOrder
from lib.store import database, row_problems
from lib.store.batches import BATCH_STATE_TITLES, Batch, BatchState
from lib.store.change_log import Change
from lib.store.job import JobKind
from lib.store.receipt import Receipt
from lib.web import (
    batch_state,
    download_button,
    job_progress,
    menu_pages,
    page_paths,
    preview,
    problem_list,
    receipt_links,
    session,
    steps,
    undo_dialog,
    widgets,
)
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.problem_list import Problems
from lib.web.session import Role, User

_COLORS: dict[BatchState, widgets.BadgeColor] = {
    BatchState.OPEN: "orange",
    BatchState.IMPORTED: "green",
    BatchState.UNDONE: "gray",
    BatchState.DISCARDED: "gray",
    BatchState.COMPARED: "blue",
    BatchState.ANSWER: "orange",
    BatchState.RECORDED: "green",
}


def state_badge(batch: Batch) -> None:
    """The state of a batch, as a word and a colour."""
    st.badge(BATCH_STATE_TITLES[batch.state], color=_COLORS[batch.state])


def heading(batch: Batch, line: str, action: Callable[[Batch], None] | None = None) -> None:
    """A batch's name and state, what else can be done with it, and a plain grey line."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(widgets.escape(batch.name), anchor=False, width="content")
        state_badge(batch)
        if action:
            action(batch)
    st.caption(widgets.escape(line))


def settled(batch: Batch) -> None:
    """A batch that was discarded or imported, with its running job."""
    if batch.receipt is None:
        heading(batch, f"Import #{batch.id} · uploaded by {batch.created_by} on {time_text(batch.created_at)}")
        if batch.state is BatchState.COMPARED:
            st.text("This is Marketplace's own export. It was compared with your licenses; nothing in it was imported.")
            menu_pages.link(page_paths.RECONCILE, label="Open Reconcile", icon=":material/compare_arrows:")
            return
        if batch.state in (BatchState.ANSWER, BatchState.RECORDED):
            st.text("This is an answer to requests. What counts of it is recorded on the page Requests.")
            menu_pages.link(page_paths.REQUESTS, label="Open Requests", icon=":material/inbox:")
            return
        st.text("Discarded: nothing was imported. Upload it again to import it.")
        page_button("Import another", "another", ":material/upload_file:", page_paths.IMPORT, {})
        return
    steps.done()
    heading(batch, done_line(batch, batch.receipt))
    job = batch_state.job(batch.id)
    if job_progress.show_progress(job):
        return
    if job and job.kind in (JobKind.UNDO, JobKind.REDO):
        job_progress.show_failure(job)
    panel(batch, batch.receipt)


def panel(batch: Batch, receipt: Receipt) -> None:
    """All about a batch that was imported, and what can be done next."""
    changes = batch_state.changes(batch.id)
    if batch.state is BatchState.UNDONE:
        st.info(widgets.escape(undone_sentence(changes)), icon=":material/undo:")
    preview.tiles(receipt.counts)
    if batch.state is BatchState.IMPORTED:
        preview.effect(receipt.effect)
    receipt_links.skipped_rows(batch, receipt)
    next_steps(batch, changes)
    titles = ["Problems", "File and columns", "History"]
    problems_tab, file_tab, history_tab = st.tabs(titles, key="part", bind="query-params")
    # Only the open tab is drawn: each has queries of its own.
    if problems_tab.open:
        with problems_tab:
            problem_list.panel(f"kept_problems_{batch.id}", problems_of(batch))
            if receipt.counts.held and batch.purged_at is None:
                problem_list.held_rows_button(batch.id, receipt.counts.held)
    if file_tab.open:
        with file_tab:
            file_facts(batch, receipt)
    if history_tab.open:
        with history_tab:
            history(changes)


def undone_sentence(changes: list[Change]) -> str:
    """Who undid an import and why, and that nothing of it is in force."""
    sentence = "This import was undone and has no effect."
    if not changes or changes[-1].kind is not ChangeKind.UNDO:
        return sentence
    last = changes[-1]
    return f"{sentence} Undone by {last.by} on {time_text(last.at)}: {last.reason}"


def done_line(batch: Batch, receipt: Receipt) -> str:
    """Who imported a batch, how long it took, and when it was uploaded."""
    duration = "" if receipt.seconds is None else f" in {receipt.seconds:,} s"
    texts = (
        f"Import #{batch.id}",
        quantity(receipt.counts.rows, "row"),
        f"imported by {receipt.by}{duration}",
        f"uploaded {time_text(batch.created_at)}",
    )
    return " · ".join(texts)


def next_steps(batch: Batch, changes: list[Change]) -> None:
    """Buttons to the licenses, another import, the file, and undo."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if batch.state is BatchState.IMPORTED and changes:
            receipt_links.onward(batch)
            page_button("See these licenses", "see", ":material/key:", page_paths.LICENSES, {"batch": str(batch.id)})
        page_button("Import another", "another", ":material/upload_file:", page_paths.IMPORT, {})
        download_button.show(
            "Receipt (JSON)",
            partial(receipt_json, batch.id, session.require(Role.IMPORTER)),
            file_name=f"receipt_of_import_{batch.id}.json",
            mime="application/json",
            key="receipt",
            on_click="ignore",
            icon=":material/download:",
        )
        undo_dialog.button(batch)


def page_button(label: str, key: str, icon: str, page: str, query: dict[str, str]) -> None:
    """A button that leads to another page."""
    # Not a page link, which cannot look like the buttons beside it.
    if st.button(label, key=key, icon=icon):
        st.switch_page(page, query_params=query)


def receipt_json(number: int, user: User) -> str:
    """The receipt as a JSON file, built on click."""
    session.recheck_download(user, Action.SEE_FILE, f"receipt of import #{number}")
    document = receipt_document(batch_state.batch(number), batch_state.changes(number))
    return json.dumps(document, indent=2, ensure_ascii=False)


def problems_of(batch: Batch) -> Problems:
    """The problems that were stored with a batch."""
    with database.reading(engine()) as connection:
        causes = row_problems.causes(connection, batch.id)
    return Problems(
        batch.id,
        causes,
        page_of=partial(problems_page, batch.id),
        everything=partial(problems_page, batch.id, None, 0, None),
        name=f"problems_of_import_{batch.id}.csv",
    )


def problems_page(number: int, cause: Cause | None, start: int, count: int | None) -> list[Problem]:
    """Stored problems of a cause, or of all; `count` None means all rows."""
    with database.reading(engine()) as connection:
        return row_problems.problems(connection, number, cause, start=start, count=count)


def file_facts(batch: Batch, receipt: Receipt) -> None:
    """How the file was read, and the field of each column."""
    facts = {
        "File": f"{batch.name} ({batch.size:,} bytes)",
        "SHA-256": batch.sha256,
        "Encoding": receipt.encoding or "workbook",
        "Separator": delimiter_title(receipt.delimiter),
        "Header line": receipt.header_line or "none",
        "Date order": date_orders_text(batch.settings["date_orders"]),
        "Left empty": ", ".join(map(left_empty_title, batch.settings["leave_empty"])) or "none",
        "Columns not mapped": ", ".join(receipt.unmapped) or "none",
        "Policy": f"v{receipt.policy}",
    }
    frame = pd.DataFrame({"What": facts.keys(), "Value": map(str, facts.values())}, dtype=object)
    st.dataframe(frame, hide_index=True, key="facts", height="content")
    titles = [FIELD_TITLES.get(field, field) for field in receipt.mapping.values()]
    columns = pd.DataFrame({"Column": receipt.mapping.keys(), "Field": titles}, dtype=object)
    st.dataframe(columns, hide_index=True, key="mapped")


def date_orders_text(orders: dict[str, str]) -> str:
    """The orders of dates that people decided, in words."""
    texts = []
    for name, order in orders.items():
        field_title = FIELD_TITLES.get(name, "every date")
        texts.append(f"{field_title}: {ORDER_TITLES[DateOrder(order)].lower()}")
    return ", ".join(texts) or "detected"


def history(changes: list[Change]) -> None:
    """The import, and each undo and redo of it."""
    if not changes:
        st.caption("Every license in the file was already stored: importing it changed nothing.")
        return
    rows = [
        (
            CHANGE_TITLES.get(change.kind, change.kind),
            time_text(change.at),
            change.by,
            counts_text(change),
            change.reason,
        )
        for change in changes
    ]
    frame = pd.DataFrame(rows, columns=["What", "When", "Who", "Licenses", "Why"], dtype=object)
    st.dataframe(frame, hide_index=True, key="history")


def counts_text(change: Change) -> str:
    """How many licenses a change wrote, in words: `12 new, 3 changed`."""
    names: tuple[str, ...] = ("removed", "restored", "kept")
    if change.kind is ChangeKind.IMPORT:
        names = ("new", "changed")
    return ", ".join(f"{change.counts.get(name, 0):,} {name}" for name in names)
