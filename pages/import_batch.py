"""A file becomes a batch: how it is read, what each column is, what is wrong, what would change, done."""

import streamlit as st

from lib.problems import RefusalError
from lib.store.batches import Batch, State
from lib.tables import TableError
from lib.web import data, drafts, mapping, places, preview, reading, receipt, session, uploads, widgets
from lib.web.session import Role
from lib.words import moment

session.require(Role.EDITOR)


def open_batch(batch: Batch) -> None:
    """The batch on its way: questions, counts and effect, the button, and all the details."""
    try:
        read = drafts.reading(batch)
    except TableError as error:
        widgets.failure(error)
        reading.panel(batch, None)
        return
    receipt.heading(
        batch,
        f"Batch #{batch.id} · brought in by {batch.created_by} {moment(batch.created_at)} · {reading.summary(read.table)}",
    )
    try:
        plan = drafts.plan(batch, data.version())
    except TableError as error:
        widgets.failure(error)
        mapping.panel(batch, read)
        reading.panel(batch, read)
        return
    uploads.recognised(batch, plan)
    mapping.questions(batch, plan.checked)
    preview.tiles(plan.counts)
    preview.effect(plan.effect)
    preview.commit_button(batch, plan)
    changes, problems, columns, file = st.tabs(
        ["Changes", "Problems", "Columns", "File"], key="step", bind="query-params"
    )
    if changes.open:
        with changes:
            preview.changes(plan)
    if problems.open:
        with problems:
            preview.problems(batch, plan)
    if columns.open:
        with columns:
            mapping.orders(batch, plan.checked)
            mapping.panel(batch, read)
    if file.open:
        with file:
            reading.panel(batch, read)


def one_batch(number: int) -> None:
    """The batch of the link, wherever it is."""
    try:
        preview.commit_if_asked(drafts.batch(number))
    except (RefusalError, TableError) as error:
        widgets.failure(error)
    try:
        batch = drafts.batch(number)
    except RefusalError:
        st.page_link(places.BATCHES, label="Batches", icon=":material/history:")
        return
    if batch.state is State.OPEN:
        open_batch(batch)
    else:
        receipt.heading(batch, receipt.done_line(batch))
        receipt.panel(batch)


widgets.page_header("Import", data.status_line(data.version()))
if (number := drafts.number_in_url(st.query_params.get("batch", ""))) is None:
    uploads.drop_zone()
    uploads.waiting()
else:
    one_batch(number)
