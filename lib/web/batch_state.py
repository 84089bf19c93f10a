"""The batch of a page, always as it is stored, so that a reload, another tab or a colleague sees the same.

The worker's process reads and checks its file; here are only its results, and pages of its rows.
"""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from lib.checking.settings import Correction, Settings
from lib.store import batches, change_log, check_results, database, jobs
from lib.store.batches import Batch, BatchState
from lib.store.change_log import Change
from lib.store.check_results import CheckResult
from lib.store.job import Job, JobKind, JobRequest
from lib.web import session
from lib.web.connection import engine
from lib.web.session import Role


def number_in_url(value: str) -> int | None:
    """The batch that a link names, None if it names none."""
    # Longer numbers would not fit into the database's column.
    if value.isdecimal() and len(value) < 10:
        return int(value)
    return None


def batch(number: int) -> Batch:
    """A batch as stored now. Raises RefusalError if there is none."""
    with database.reading(engine()) as connection:
        return batches.batch(connection, number)


def changes(number: int) -> list[Change]:
    """All changes of licenses by a batch, oldest first."""
    with database.reading(engine()) as connection:
        return change_log.changes_of_batch(connection, number)


def newest_check(number: int) -> CheckResult | None:
    """The newest check of an open batch, maybe of earlier settings, or None."""
    with database.reading(engine()) as connection:
        return check_results.newest(connection, number)


def is_current(batch: Batch, check: CheckResult) -> bool:
    """Whether a check was made with the batch's current settings."""
    return check.settings == batch.settings


def rows(number: int, check: CheckResult, name: str, start: int, count: int) -> pd.DataFrame:
    """`count` rows of a check's list, from the `start`-th on, from 0."""
    return cached_rows(number, check.at, name, start, count)


# The time of the check is a part of the key: a newer check stores other rows under the same names.
@st.cache_data(max_entries=64, ttl=1800, show_spinner=False)
def cached_rows(number: int, at: datetime, name: str, start: int, count: int) -> pd.DataFrame:
    """Rows of a list of the check made at a time."""
    with database.reading(engine()) as connection:
        return check_results.page(connection, number, name, start, count)


def length(number: int, check: CheckResult, name: str) -> int:
    """How many rows a list of a check has."""
    return cached_length(number, check.at, name)


@st.cache_data(max_entries=256, ttl=1800, show_spinner=False)
def cached_length(number: int, at: datetime, name: str) -> int:
    """The length of a list of the check made at a time."""
    with database.reading(engine()) as connection:
        return check_results.length(connection, number, name)


def set_settings(number: int, settings: Settings) -> None:
    """Store how an open batch is to be read, and check it again."""
    actor = session.require(Role.IMPORTER)
    with database.writing_briefly(engine()) as connection:
        if batches.batch(connection, number).state is BatchState.OPEN:
            batches.set_settings(connection, number, settings.to_json(), actor)
            jobs.submit(connection, number, JobKind.CHECK, JobRequest(settings=settings.to_json()), actor)


def set_typed(number: int, correction: Correction, text: str) -> None:
    """Store what was typed for a cell of an open batch; blank forgets it."""
    actor = session.require(Role.IMPORTER)
    with database.writing_briefly(engine()) as connection:
        batches.set_typed(connection, number, correction, text, actor)


def clear_typed(number: int) -> None:
    """Forget what was typed for an open batch."""
    actor = session.require(Role.IMPORTER)
    with database.writing_briefly(engine()) as connection:
        batches.clear_typed(connection, number, actor)


def settings_of(number: int) -> Settings:
    """How an open batch is to be read, as stored now."""
    return Settings.from_json(batch(number).settings)


def submit(number: int, kind: JobKind, request: JobRequest) -> None:
    """Submit a job for a batch, if none runs. Raises RefusalError if it cannot be done."""
    actor = session.require(Role.IMPORTER)
    with database.writing_briefly(engine()) as connection:
        jobs.submit(connection, number, kind, request, actor)


def check_again(batch: Batch) -> None:
    """Have an open batch checked with its current settings."""
    submit(batch.id, JobKind.CHECK, JobRequest(settings=batch.settings))


def job(number: int) -> Job | None:
    """The newest job of a batch, if there was any."""
    with database.reading(engine()) as connection:
        return jobs.newest_of_batch(connection, number)


def job_of(number: int) -> Job:
    """A job by its number. Raises RefusalError if there is none."""
    with database.reading(engine()) as connection:
        return jobs.job(connection, number)


def jobs_before(job: Job) -> int:
    """How many other jobs come before this one."""
    with database.reading(engine()) as connection:
        return jobs.waiting_before(connection, job.id)


def cancel(number: int) -> None:
    """Cancel a job, if it still can be."""
    actor = session.require(Role.IMPORTER)
    with database.writing_briefly(engine()) as connection:
        jobs.cancel(connection, number, actor)


def page(states: Sequence[str], search: str = "", *, start: int = 0, count: int = 50) -> tuple[list[Batch], int]:
    """A page of the batches, newest first, and how many there are."""
    with database.reading(engine()) as connection:
        return batches.page(connection, states=states, search=search, start=start, count=count)
