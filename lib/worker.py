"""The process that does the long work of one database: checks, imports, undos, redos, comparisons with
Marketplace and new policies, one at a time.

`python -m lib.worker` runs until it is ended; with `--attached` also until its standard input ends, so that it ends with
the server that started it. It may be killed at any moment: the store keeps a transaction whole or not at all, a job ends in
the transaction of its work, and the next worker to hold the lock (`database.worker_lock`) fails the jobs that one before
it left under way.

Every server has a worker. The one that holds the lock works, the others look again.
"""

import logging
import os
import resource
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import IO

from sqlalchemy import Connection, Engine

from lib.columnar.memory import spare_modules
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor, Role
from lib.importing import imports, retention, reversal
from lib.importing.source_file import forget_file
from lib.monitoring import logs, metrics
from lib.policies import saving
from lib.reading.tables import TableError
from lib.reconciling import exports
from lib.requests.stage_correction import correct_once
from lib.store import catch_up, database, jobs, policies
from lib.store.jobs import WRITING, Job, JobKind, JobState

_SELF = Actor("worker", Role.ADMIN)
"""Who removes old files."""

_LOOK, _BEAT, _REST = 0.25, 1.0, 2.0
"""Seconds between looks for work, between heartbeats, and before trying again what failed."""

_MOST_TRIES = 30
_PURGE_EVERY = 24 * 3600.0
_REMEMBER_FILE = 600.0
"""Seconds that the file opened last is remembered, for what a person asks of it next."""

_NICENESS = 5
_LEAST_MEMORY = 4 << 30  # bytes of addresses; an import of a million rows takes some three
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
            return jobs.heartbeat(connection, self._job.id, *self._at)


def serve(url: str) -> None:
    """Do the jobs of the database at `url`, and remove old files once a day, for ever."""
    engine = database.connect(url)
    if folder := database.scratch_folder(engine):
        tempfile.tempdir = str(folder)
    # Old files are removed at the start, and then once a day.
    purge_time, work_time = -_PURGE_EVERY, 0.0
    may_need_correction = True
    while True:
        try:
            if has_jobs(engine) and work_off(engine):
                work_time = monotonic()
                may_need_correction = True  # a redo brings back what older versions of this program wrote
            if may_need_correction:
                correct_once(engine, _SELF)
                may_need_correction = False
            catch_up.catch_up(engine, partial(has_jobs, engine))
            if monotonic() - purge_time > _PURGE_EVERY:
                retention.apply(engine, _SELF, policies.in_force(engine))
                purge_time = monotonic()
        except RefusalError as error:
            _log.warning("%s", error)
            sleep(_REST)
        if monotonic() - work_time > _REMEMBER_FILE:
            forget_file()
        sleep(_LOOK)


def has_jobs(engine: Engine) -> bool:
    """Whether jobs wait or are under way."""
    with database.reading(engine) as connection:
        return jobs.any_live(connection)


def work_off(engine: Engine) -> int:
    """Do all jobs that wait, one after another, unless another worker is at work; returns how many."""
    count = 0
    with database.worker_lock(engine) as is_ours:
        if not is_ours:
            return 0
        clear_up(engine)
        while job := claim_job(engine):
            do_job(engine, job)
            count += 1
    return count


def clear_up(engine: Engine) -> None:
    """Fail the jobs, and remove the temporary files, of a worker that was killed."""
    with database.writing_briefly(engine) as connection:
        for number in jobs.fail_lost(connection):
            _log.warning("Job %s was left unfinished by a worker that is gone", number)
    if scratch := database.scratch_folder(engine):
        for folder in filter(Path.is_dir, scratch.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)


def claim_job(engine: Engine) -> Job | None:
    """The next job that waits, marked as under way here."""
    with database.writing_briefly(engine) as connection:
        return jobs.claim(connection, f"{socket.gethostname()}:{os.getpid()}")


def do_job(engine: Engine, job: Job) -> None:
    """Do one job, log it and store how it ended."""
    with logs.within(job=job.id, batch=job.batch_id, user=logs.user_id(job.by)):
        start = monotonic()
        state = try_job(engine, job)
        seconds = monotonic() - start
        metrics.JOB_RUNS.labels(job.kind, state).observe(seconds)
        _log.info("Job %s (%s) is %s after %.1f s", job.id, job.kind, state, seconds)


def try_job(engine: Engine, job: Job) -> JobState:
    """How a job ended, which is stored if it failed."""
    progress = JobProgress(engine, job)
    try:
        with progress.heartbeats():
            run_job(engine, job, progress)
        return JobState.DONE
    except CancelledError:
        return JobState.CANCELLED
    except (RefusalError, TableError) as error:
        fail_job(engine, job, str(error))
    except MemoryError:
        _log.exception("Job %s needs more memory than there is", job.id)
        fail_job(
            engine,
            job,
            "This needs more memory than the server has, and nothing was changed. Split the file, and try again.",
        )
    except Exception:
        reference = secrets.token_hex(3).upper()
        _log.exception("Unexpected error %s in job %s (%s of batch %s)", reference, job.id, job.kind, job.batch_id)
        metrics.ERRORS.labels("job").inc()
        message = f"Something went wrong, and nothing was changed. Try again, or report reference {reference}."
        fail_job(engine, job, message)
    return JobState.FAILED


def run_job(engine: Engine, job: Job, progress: JobProgress) -> None:
    """Do the work of a job."""
    # The job is done in the transaction of its work: if that fails or the job was cancelled, neither is stored.
    end = partial(end_job, job)
    policy, reason = policies.in_force(engine), job.request.reason or ""
    match job.kind:
        case JobKind.CHECK:
            imports.check_batch(engine, job.batch_id, job.actor, policy, progress.report, end)
        case JobKind.IMPORT:
            imports.commit(
                engine,
                job.batch_id,
                job.actor,
                policy,
                base=job.request.base,
                settings=job.request.settings,
                reason=reason,
                report_progress=progress.report,
                in_same_transaction=end,
            )
        case JobKind.UNDO | JobKind.REDO:
            reverse = reversal.undo if job.kind is JobKind.UNDO else reversal.redo
            progress.report(WRITING, 0, 0)
            reverse(engine, job.batch_id, job.actor, reason, end)
        case JobKind.RECONCILE:
            exports.take_in_batch(engine, job.batch_id, job.actor, policy, progress.report, end)
        case JobKind.POLICY:
            saving.save(
                engine,
                job.request.settings or {},
                job.actor,
                reason,
                base=job.request.base,
                report_progress=progress.report,
                in_same_transaction=end,
            )
        case JobKind.POLICY_UNDO:
            saving.undo(
                engine,
                job.request.base or 0,
                job.actor,
                reason,
                report_progress=progress.report,
                in_same_transaction=end,
            )


def end_job(job: Job, connection: Connection) -> None:
    """Mark a job as done. Raises CancelledError if somebody ended it before."""
    if not jobs.end(connection, job.id, JobState.DONE):
        raise CancelledError


def fail_job(engine: Engine, job: Job, message: str) -> None:
    """Store why a job failed."""
    # If even that is impossible now, the next worker notes that the job stopped.
    for _ in range(_MOST_TRIES):
        try:
            with database.writing_briefly(engine) as connection:
                jobs.end(connection, job.id, JobState.FAILED, message)
        except RefusalError as error:
            _log.warning("Job %s failed (%s), which cannot be stored: %s", job.id, message, error)
            sleep(_REST)
        else:
            return


def limit_memory() -> None:
    """Let this process have three quarters of the machine's memory: what needs more fails with a sentence, and the server lives."""
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    limit = max(pages * page_bytes * 3 // 4, _LEAST_MEMORY)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or limit <= hard:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def exit_at_end_of(source: IO[bytes]) -> None:
    """End this process at once when the source ends; its locks and its transaction go with it."""
    source.read()
    os._exit(0)


def main() -> None:
    """Serve the configured database."""
    logs.configure()
    if "--attached" in sys.argv[1:]:
        Thread(target=exit_at_end_of, args=(sys.stdin.buffer,), daemon=True).start()
        # Ctrl-C is typed at the server, which then closes the input.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # Pages that people wait for come first.
        os.nice(_NICENESS)
    else:
        metrics.serve(database.connect(database.default_url()))
    limit_memory()
    spare_modules()
    with suppress(KeyboardInterrupt):
        serve(database.default_url())


if __name__ == "__main__":
    main()
