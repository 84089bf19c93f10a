"""Jobs whose server or database stopped: they are tried again, and fail after some tries."""

from sqlalchemy import Connection, select, update

from lib.store import jobs as every_job
from lib.store.job import TRIES, Job, JobKind, JobState
from lib.store.schema import jobs

MOST_TRIES = 3
"""Tries before a job fails: one that needs more memory than there is would end every worker."""


def try_lost_again(connection: Connection) -> list[Job]:
    """Queue the jobs marked as under way, for a worker that knows that no other is left; returns them as they were."""
    rows = connection.execute(select(jobs).where(jobs.c.state == JobState.RUNNING)).all()
    lost = [every_job.from_row(row) for row in rows]
    for job in lost:
        try_again(connection, job, _lost_message(job))
    return lost


def try_again(connection: Connection, job: Job, message: str) -> JobState:
    """Queue a job under way in its old place, or fail it with the message if this was its last try."""
    if job.tries + 1 >= MOST_TRIES:
        every_job.end(connection, job.id, JobState.FAILED, message, worker=job.worker)
        return JobState.FAILED
    values = {
        "state": JobState.QUEUED,
        "asked": {**job.stored_request(), TRIES: job.tries + 1},
        "worker": None,
        "began_at": None,
        "beat_at": None,
        "step": "",
        "done": 0,
        "total": 0,
    }
    connection.execute(update(jobs).where(jobs.c.id == job.id, every_job.is_running(job.worker)).values(values))
    return JobState.QUEUED


def _lost_message(lost: Job) -> str:
    where = f', the last time at the step "{lost.step}"' if lost.step else ""
    nothing = "Nothing was imported." if lost.kind is JobKind.IMPORT else "Nothing was changed."
    return (
        f"The server stopped {MOST_TRIES} times during this work{where}. {nothing} Try again, or ask whoever runs it."
    )
