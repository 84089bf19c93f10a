"""The batch at hand: always as it is stored, so that a reload, another tab or a colleague sees the same.

Its file is read and checked by the worker's process; here are only the numbers that it found, and pages of the rows.
"""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from lib.checking.settings import Settings
from lib.store import batches, change_log, check_results, database, jobs
from lib.store.batches import Batch, BatchState
from lib.store.change_log import Change
from lib.store.check_results import CheckResult
from lib.store.jobs import Job, JobKind, JobRequest
from lib.web import session
from lib.web.connection import engine
from lib.web.session import Role


def number_in_url(value: str) -> int | None:
    """The batch a link means, None if it means none."""
    return int(value) if value.isdecimal() and len(value) < 10 else None


def batch(number: int) -> Batch:
    """A batch as it is stored now. Raises RefusalError if there is none of that number."""
    with database.reading(engine()) as connection:
        return batches.batch(connection, number)


def changes(number: int) -> list[Change]:
    """All that a batch did to the licenses, oldest first."""
    with database.reading(engine()) as connection:
        return change_log.changes_of_batch(connection, number)


def checked(batch: Batch) -> CheckResult | None:
    """What checking an open batch found; None if it was not checked yet as it is to be read now."""
    with database.reading(engine()) as connection:
        found = check_results.newest(connection, batch.id)
    return found if found and found.settings == batch.settings else None


def rows(number: int, check: CheckResult, name: str, start: int, count: int) -> pd.DataFrame:
    """`count` rows of a list of a check (see `check_results`), from the `start`-th on, from 0."""
    return _rows(number, check.at, name, start, count)


@st.cache_data(max_entries=64, ttl=1800, show_spinner=False)
def _rows(number: int, at: datetime, name: str, start: int, count: int) -> pd.DataFrame:
    with database.reading(engine()) as connection:
        return check_results.page(connection, number, name, start, count)


def length(number: int, check: CheckResult, name: str) -> int:
    """How many rows a list of a check has."""
    return _length(number, check.at, name)


@st.cache_data(max_entries=256, ttl=1800, show_spinner=False)
def _length(number: int, at: datetime, name: str) -> int:
    with database.reading(engine()) as connection:
        return check_results.length(connection, number, name)


def choose(number: int, settings: Settings) -> None:
    """Keep how a person wants an open batch to be read, and check it anew; one imported meanwhile stays as it was."""
    actor = session.require(Role.EDITOR)
    with database.writing_briefly(engine()) as connection:
        if batches.batch(connection, number).state is BatchState.OPEN:
            batches.set_settings(connection, number, settings.to_json(), actor)
            jobs.submit(connection, number, JobKind.CHECK, JobRequest(settings=settings.to_json()), actor)


def settings_of(number: int) -> Settings:
    """How an open batch is to be read, as it is stored now."""
    return Settings.from_json(batch(number).settings)


def ask(number: int, kind: JobKind, request: JobRequest) -> None:
    """Ask for long work on a batch, once however often a button is pressed. Raises RefusalError if it cannot be."""
    actor = session.require(Role.EDITOR)
    with database.writing_briefly(engine()) as connection:
        jobs.submit(connection, number, kind, request, actor)


def check_again(stored: Batch) -> None:
    """Ask for a check of an open batch as it is to be read now."""
    ask(stored.id, JobKind.CHECK, JobRequest(settings=stored.settings))


def job(number: int) -> Job | None:
    """The newest work on a batch, if there was any."""
    with database.reading(engine()) as connection:
        return jobs.newest_of_batch(connection, number)


def before(job: Job) -> int:
    """How many other jobs come before this one."""
    with database.reading(engine()) as connection:
        return jobs.waiting_before(connection, job.id)


def cancel(number: int) -> None:
    """Stop a job, if it can still be stopped."""
    actor = session.require(Role.EDITOR)
    with database.writing_briefly(engine()) as connection:
        jobs.cancel(connection, number, actor)


def listed(states: Sequence[str], search: str = "", *, start: int = 0, count: int = 50) -> tuple[list[Batch], int]:
    """A page of the batches, newest first, and how many there are."""
    with database.reading(engine()) as connection:
        return batches.page(connection, states=states, search=search, start=start, count=count)
