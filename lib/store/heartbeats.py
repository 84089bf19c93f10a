"""How far a job is, stored while it is under way, and whether anybody ended it meanwhile."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import Engine

from lib.domain.refusal import RefusalError
from lib.store import database, jobs
from lib.store.job import Job

_BEAT = 1.0
"""Seconds between heartbeats."""

_log = logging.getLogger(__name__)


class CancelledError(Exception):
    """The job was ended by somebody else; none of its work may stay."""


class JobProgress:
    """Reports how far a job is, at each step and each second, on connections of its own.

    On SQLite no heartbeat can be written during the job's own transaction. That does no harm: the lock says who is at
    work, and `job_times.seconds_left` how long it takes.
    """

    def __init__(self, engine: Engine, job: Job) -> None:
        self._engine, self._job = engine, job
        self._at = ("", 0, 0)
        self._is_over, self._is_cancelled = Event(), Event()

    def report(self, step: str, done: int, total: int) -> None:
        """Report how far the job is. Raises CancelledError if somebody ended it; once it writes, nobody can."""
        is_new_step = step != self._at[0]
        self._at = (step, done, total)
        if self._is_cancelled.is_set() or (is_new_step and not self.write_heartbeat()):
            raise CancelledError

    @contextmanager
    def heartbeats(self) -> Iterator[None]:
        """Write a heartbeat each second in this context."""
        thread = Thread(target=self._write_heartbeats, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            thread.join()

    def _write_heartbeats(self) -> None:
        while not self._is_over.wait(_BEAT):
            try:
                if not self.write_heartbeat():
                    self._is_cancelled.set()
            except RefusalError as error:
                _log.info("No heartbeat of job %s: %s", self._job.id, error)

    def write_heartbeat(self) -> bool:
        """Store how far the job is; whether it is still ours."""
        with database.writing_briefly(self._engine) as connection:
            return jobs.heartbeat(connection, self._job.id, *self._at, worker=self._job.worker)
