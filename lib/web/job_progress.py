"""Long work on a batch as people see it: its turn, how far it is, a way to stop it, and what to do if it failed."""

from datetime import UTC, datetime

import streamlit as st

from lib.checking.settings import Settings
from lib.domain.text import quantity
from lib.store import job_times, jobs
from lib.store.jobs import Job, JobKind, JobState
from lib.web import batch_state, cached, widgets

_DOING = {
    JobKind.CHECK: "Checking",
    JobKind.IMPORT: "Importing",
    JobKind.UNDO: "Undoing",
    JobKind.REDO: "Bringing back",
}
_EVERY = 0.7
"""Seconds between looks at how far the work is."""

_LATE = 10
"""Seconds without a beat after which a person is told."""


def under_way(job: Job | None) -> bool:
    """Draw the progress of a batch's work if there is any; False if there is none."""
    if job is None or not job.is_live:
        return False
    _progress(job.batch_id)
    return True


@st.fragment(run_every=_EVERY)
def _progress(number: int) -> None:
    job = batch_state.job(number)
    if job is None or not job.is_live:
        st.rerun()
    with st.container(border=True, key="work"):
        st.progress(_share(job), text=widgets.escape(_told(job)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(widgets.escape(_more(job)))
            if job.can_be_cancelled:
                st.button("Cancel", key="cancel", on_click=batch_state.cancel, args=(job.id,), icon=":material/close:")


def failed(job: Job | None) -> bool:
    """Say why the newest work on a batch failed, if it did, with a way to try again; whether that was so."""
    if job is None or job.state is not JobState.FAILED:
        return False
    widgets.failure(job.message)
    if _may_do_better(job):
        st.button("Try again", key="try_again", icon=":material/refresh:", on_click=_again, args=(job,))
    return True


def _may_do_better(job: Job) -> bool:
    """Whether the same again is of use: of an import only if what its preview said still holds, else it is refused again."""
    if job.kind is not JobKind.IMPORT:
        return True
    settings = Settings.from_json(job.request.settings or {})
    return job.request.base == cached.version().change and settings == batch_state.settings_of(job.batch_id)


def _again(job: Job) -> None:
    if job.kind is JobKind.CHECK:
        batch_state.check_again(batch_state.batch(job.batch_id))
    else:
        batch_state.ask(job.batch_id, job.kind, job.request)


def _share(job: Job) -> float:
    return min(job.done / job.total, 1.0) if job.total else 0.0


def _told(job: Job) -> str:
    """What is being done, and how far it is: `Importing · Writing · 20,000 of 100,000 rows`."""
    if job.state is JobState.QUEUED:
        others = batch_state.before(job)
        turn = f"{quantity(others, 'other job')} first" if others else "about to begin"
        return f"{_DOING[job.kind]} · waiting for its turn, {turn}"
    rows = f" · {job.done:,} of {job.total:,} rows" if job.done and job.total else ""
    return f"{_DOING[job.kind]} · {job.step or 'beginning'}{rows}"


def _more(job: Job) -> str:
    now = datetime.now(UTC)
    told = [f"asked for by {job.by}"]
    if job.began_at:
        spent = (now - job.began_at).total_seconds()
        told.append(f"{spent:.0f} s so far")
        if left := job_times.seconds_left(job, now):
            told.append(f"about {left} s left")
    if job.step != jobs.WRITING and job.beat_at and (silent := (now - job.beat_at).total_seconds()) > _LATE:
        told.append(f"no sign of life for {silent:.0f} s")
    if job.is_live and not job.can_be_cancelled:
        told.append("it can no longer be stopped, but undone afterwards")
    return " · ".join(told)
