"""What the worker does for the page Reconcile: requested in callbacks, its progress, and why it failed."""

from collections.abc import Callable

import streamlit as st
from sqlalchemy import Connection

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor
from lib.store import database, jobs
from lib.store.job import Job, JobState
from lib.web import job_progress, reconcile_news, session
from lib.web.connection import engine
from lib.web.session import User

_AWAITED = "reconcile_awaited"
_CLOSED = "closed_failure"


def request(submit: Callable[[Connection, Actor], int], user: User) -> None:
    """Have the worker do something, from a callback; a refusal is announced."""
    reconcile_news.announce("")
    try:
        actor = session.recheck(user, Action.RECONCILE)
        with database.writing_briefly(engine()) as connection:
            wait_for(submit(connection, actor))
    except RefusalError as refusal:
        reconcile_news.announce(str(refusal), is_failure=True)


def wait_for(number: int) -> None:
    """Say in this session what a job has come to, once it is done."""
    st.session_state[_AWAITED] = number


def newest_job() -> Job | None:
    """What was requested last."""
    with database.reading(engine()) as connection:
        return jobs.newest_of_kind(connection, *jobs.RECONCILE_JOBS)


def show(newest: Job | None) -> bool:
    """The work under way, or why it failed; whether it is still going on."""
    if job_progress.show_progress(newest):
        return True
    if newest and st.session_state.get(_CLOSED) != newest.id and job_progress.show_failure(newest):
        st.button("Close", key="close_failure", type="tertiary", on_click=close_failure, args=(newest.id,))
    return False


def is_just_done(newest: Job | None) -> bool:
    """Whether what this session requested last is done, and nobody closed the news of it."""
    return bool(newest and newest.state is JobState.DONE and st.session_state.get(_AWAITED) == newest.id)


def stop_waiting() -> None:
    """Close the news of what was done."""
    st.session_state.pop(_AWAITED, None)


def close_failure(number: int) -> None:
    """Show a failure no more in this session."""
    st.session_state[_CLOSED] = number
