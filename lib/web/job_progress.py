"""Long work on a batch: its turn, its progress, and its failure."""

from datetime import UTC, datetime

import streamlit as st

from lib.checking.settings import Settings
from lib.domain.text import quantity
from lib.store import job_times
from lib.store.job import Job, JobKind, JobState
from lib.store.work_steps import WRITING
from lib.web import batch_state, cached, session, widgets
from lib.web.session import Role

_TITLES = {
    JobKind.CHECK: "Checking",
    JobKind.IMPORT: "Importing",
    JobKind.UNDO: "Undoing",
    JobKind.REDO: "Redoing",
    JobKind.RECONCILE: "Comparing with Marketplace",
    JobKind.COMPARE: "Comparing again",
    JobKind.APPLY: "Applying matches",
    JobKind.UNDO_APPLY: "Undoing",
    JobKind.POLICY: "Applying the policy",
    JobKind.POLICY_UNDO: "Undoing the policy",
    JobKind.READ_ANSWER: "Reading",
    JobKind.RECORD_ANSWER: "Recording SENs",
}
_REFRESH_SECONDS = 0.7
"""Seconds between looks at how far the work is."""

_SILENT_SECONDS = 10
"""Seconds without a beat after which a person is told."""


def show_progress(job: Job | None) -> bool:
    """Show a live job; False if there is none."""
    if job is None or not job.is_live:
        return False
    progress(job.id)
    return True


# A fragment, so that only this box is drawn again and again, not the page with its queries.
@st.fragment(run_every=_REFRESH_SECONDS)
def progress(number: int) -> None:
    """The progress of a job, until it ends."""
    session.require(Role.VIEWER)
    job = batch_state.job_of(number)
    if not job.is_live:
        st.rerun()
    with st.container(border=True, key="work"):
        st.progress(share(job), text=widgets.escape(headline(job)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(widgets.escape(details(job)))
            if job.can_be_cancelled:
                st.button("Cancel", key="cancel", on_click=batch_state.cancel, args=(job.id,), icon=":material/close:")


def show_quietly(job: Job | None) -> None:
    """Show a batch's live job beside what it will replace, if there is one."""
    if job is not None and job.is_live:
        chip(job.batch_id)


@st.fragment(run_every=_REFRESH_SECONDS)
def chip(number: int) -> None:
    """A word for a batch's job, until it ends."""
    session.require(Role.VIEWER)
    job = batch_state.job(number)
    if job is None or not job.is_live:
        st.rerun()
    percentage = f" {share(job):.0%}" if job.done else ""
    st.badge(f"Checking…{percentage}", icon=":material/sync:", color="blue")


def show_failure(job: Job | None) -> bool:
    """Say why a batch's newest job failed; False if it did not."""
    if job is None or job.state is not JobState.FAILED:
        return False
    widgets.failure(job.message)
    if can_be_repeated(job):
        st.button("Try again", key="try_again", icon=":material/refresh:", on_click=repeat, args=(job,))
    return True


def can_be_repeated(job: Job) -> bool:
    """Whether trying again can help: an outdated import is refused again, and work on all licenses has its own buttons."""
    if not job.batch_id:
        return False
    if job.kind is not JobKind.IMPORT:
        return True
    settings = Settings.from_json(job.request.settings or {})
    return job.request.base == cached.version().change and settings == batch_state.settings_of(job.batch_id)


def repeat(job: Job) -> None:
    """Submit a failed job again."""
    if job.kind is JobKind.CHECK:
        # The settings may have changed since the check that failed.
        batch_state.check_again(batch_state.batch(job.batch_id))
    else:
        batch_state.submit(job.batch_id, job.kind, job.request)


def share(job: Job) -> float:
    """How much of a job is done, from 0 to 1."""
    if not job.total:
        return 0.0
    return min(job.done / job.total, 1.0)


def headline(job: Job) -> str:
    """What is being done, and how far it is: `Importing · Writing · 20,000 of 100,000 rows`."""
    title = _TITLES[job.kind]
    if job.state is JobState.QUEUED:
        others = batch_state.jobs_before(job)
        if others:
            return f"{title} · queued, {quantity(others, 'other job')} first"
        return f"{title} · queued"
    texts = [title, job.step or "starting"]
    if job.done and job.total:
        texts.append(f"{job.done:,} of {job.total:,} rows")
    return " · ".join(texts)


def details(job: Job) -> str:
    """Who asked for a job, its times, and what may be wrong."""
    now = datetime.now(UTC)
    texts = [f"started by {job.by}"]
    if job.tries:
        texts.append("tried again, since the server or the database stopped")
    if job.began_at:
        texts.append(f"{(now - job.began_at).total_seconds():.0f} s so far")
        if remaining := job_times.seconds_left(job, now):
            texts.append(f"about {remaining} s left")
    # While it writes its one transaction, a job cannot report anything.
    if job.step != WRITING and job.beat_at:
        silence = (now - job.beat_at).total_seconds()
        if silence > _SILENT_SECONDS:
            texts.append(f"no progress for {silence:.0f} s")
    if job.is_live and not job.can_be_cancelled:
        texts.append("cannot be cancelled now; you can undo it afterwards")
    return " · ".join(texts)
