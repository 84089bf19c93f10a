"""A file becomes a batch in five steps: how it is read, what each column is, what is wrong, what would change, done."""

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.text import format_time
from lib.store.batches import Batch, BatchState
from lib.store.check_results import CheckResult
from lib.store.jobs import JobKind
from lib.web import (
    batch_state,
    cached,
    check_step,
    columns_step,
    file_step,
    job_progress,
    page_paths,
    preview,
    receipt,
    session,
    steps,
    uploads,
    widgets,
)
from lib.web.session import Role

session.require(Role.EDITOR)

PANELS = {
    "file": file_step.panel,
    "columns": columns_step.panel,
    "check": check_step.panel,
    "preview": preview.panel,
}


def open_batch(batch: Batch) -> None:
    """The step a person is at, or the work that must end before there is one."""
    check, job = batch_state.checked(batch), batch_state.job(batch.id)
    told = f" · {file_step.summary(check.summary.reader)}" if check else ""
    receipt.heading(
        batch, f"Batch #{batch.id} · brought in by {batch.created_by} {format_time(batch.created_at)}{told}"
    )
    if job_progress.under_way(job):
        return
    failed = job_progress.failed(job)
    if check:
        step(batch, check)
    elif not (job and failed and job.kind is JobKind.CHECK):
        batch_state.check_again(batch)
        st.rerun()


def step(batch: Batch, check: CheckResult) -> None:
    """One of the steps of a batch that was checked; what stops it comes first."""
    failure = check.summary.failure
    where = "columns" if failure and check.summary.columns else "file"
    now = steps.bar(where)
    if failure:
        widgets.failure(failure.message)
        now = now if now in ("file", where) else where
    PANELS[now](batch, check)


def one_batch(number: int) -> None:
    """The batch of the link, wherever it is."""
    try:
        batch = batch_state.batch(number)
    except RefusalError as error:
        widgets.failure(error)
        st.page_link(page_paths.BATCHES, label="Batches", icon=":material/history:")
        return
    if batch.state is BatchState.OPEN:
        open_batch(batch)
    else:
        receipt.settled(batch)


widgets.page_header("Import", cached.status_line(cached.version()))
if (number := batch_state.number_in_url(st.query_params.get("batch", ""))) is None:
    uploads.drop_zone()
    uploads.waiting()
else:
    one_batch(number)
