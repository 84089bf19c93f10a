"""A file becomes a batch: five steps from the file to its receipt."""

import streamlit as st

from lib.checking.open_points import Step, first_step
from lib.domain.refusal import RefusalError
from lib.reading.tables import TableErrorCode
from lib.store.batches import Batch, BatchState
from lib.store.check_results import CheckResult
from lib.store.job import JobKind
from lib.web import (
    batch_state,
    cached,
    check_step,
    columns_step,
    file_step,
    import_help,
    import_lists,
    job_progress,
    menu_pages,
    newer_data,
    page_paths,
    preview,
    receipt,
    session,
    steps,
    unknown_links,
    uploads,
    widgets,
)
from lib.web.local_times import time_text
from lib.web.session import Role

session.require(Role.IMPORTER)

PANELS = {
    Step.FILE: file_step.panel,
    Step.COLUMNS: columns_step.panel,
    Step.CHECK: check_step.panel,
    Step.PREVIEW: preview.panel,
}


def open_batch(batch: Batch) -> None:
    """The step of an open batch, or its running job; what was checked last stays while it is checked again."""
    check, job = batch_state.newest_check(batch.id), batch_state.job(batch.id)
    line = f"Import #{batch.id} · uploaded by {batch.created_by} on {time_text(batch.created_at)}"
    if check:
        line = f"{line} · {file_step.summary(check.summary.reader)}"
    receipt.heading(batch, line, file_step.discard_button)
    is_current = check is not None and batch_state.is_current(batch, check)
    is_quiet = check is not None and job is not None and job.kind is JobKind.CHECK
    if not is_quiet and job_progress.show_progress(job):
        return
    has_failed = job_progress.show_failure(job)
    is_in_hand = is_quiet and job is not None and (job.is_live or has_failed)
    if check and (is_current or is_in_hand):
        step(batch, check)
        return
    # A check that failed would fail again: only people may ask for another one.
    if not (job and has_failed and job.kind is JobKind.CHECK):
        batch_state.check_again(batch)
        st.rerun()


def step(batch: Batch, check: CheckResult) -> None:
    """The step of the address; of a failed check only those where that can be mended."""
    failure = check.summary.failure
    name = steps.bar(check.summary)
    if failure:
        if failure.code == TableErrorCode.WHICH_SHEET:
            st.info(widgets.escape(failure.message), icon=":material/table:")
        else:
            widgets.failure(failure.message)
        name = min(name, first_step(check.summary), key=list(Step).index)
    PANELS[name](batch, check)


def one_batch(number: int) -> None:
    """The batch of the link: open, being worked on, or done."""
    try:
        batch = batch_state.batch(number)
    except RefusalError as error:
        widgets.failure(error)
        menu_pages.link(page_paths.ACTIVITY, label="Activity", icon=":material/history:")
        return
    if batch.state is BatchState.OPEN:
        open_batch(batch)
    else:
        receipt.settled(batch)


newer_data.page_header("Import", cached.version())
unknown_links.refuse_parameters(batch=unknown_links.is_number, step=unknown_links.one_of(Step))
number = batch_state.number_in_url(st.query_params.get("batch", ""))
if number is None:
    uploads.drop_zone()
    import_lists.unfinished()
    import_lists.recent()
    import_help.columns_that_matter()
else:
    one_batch(number)
