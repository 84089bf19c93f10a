"""The process that does the long work of one database: checks, imports, undos, redos, comparisons with
Marketplace and new policies, one at a time.

`python -m lib.worker` runs until it is ended; with `--attached` also until its standard input ends, so that it ends with
the server that started it. It may be killed at any moment: the store keeps a transaction whole or not at all, a job ends in
the transaction of its work, and the next worker to hold the lock (`database.worker_lock`) tries the jobs again that one
before it left under way.

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
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import IO, TypeVar

from sqlalchemy import Connection, Engine

from lib.columnar.memory import spare_modules
from lib.domain.policy import Policy
from lib.domain.refusal import OutageError, RefusalError
from lib.domain.roles import Actor, Role
from lib.importing import imports, retention, reversal
from lib.importing.imports import WithinTransaction
from lib.importing.source_file import forget_file
from lib.monitoring import logs, metrics
from lib.policies import saving
from lib.reading.tables import TableError
from lib.reconciling import exports, requested_work
from lib.requests import long_answers
from lib.requests.stage_correction import correct_once
from lib.store import catch_up, database, jobs, lost_jobs, policies
from lib.store.heartbeats import CancelledError, JobProgress
from lib.store.job import Job, JobKind, JobState
from lib.store.work_steps import WRITING

_SELF = Actor("worker", Role.ADMIN)
"""Who removes old files."""

_LOOK, _REST = 0.25, 2.0
"""Seconds between looks for work, and before trying again what failed."""

_MOST_TRIES = 30
_PURGE_EVERY = 24 * 3600.0
_REMEMBER_FILE = 600.0
"""Seconds that the file opened last is remembered, for what a person asks of it next."""

_NICENESS = 5
_LEAST_MEMORY = 4 << 30  # bytes of addresses; an import of a million rows takes some three
_log = logging.getLogger(__name__)
T = TypeVar("T")


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
            count += 1
            if do_job(engine, job) is JobState.QUEUED:
                break  # the outage that ended it may have ended the lock, too
    return count


def clear_up(engine: Engine) -> None:
    """Queue the jobs, and remove the temporary files, of a worker that was killed."""
    with database.writing_briefly(engine) as connection:
        for job in lost_jobs.try_lost_again(connection):
            _log.warning("Job %s was left unfinished by a worker that is gone", job.id)
    if scratch := database.scratch_folder(engine):
        for folder in filter(Path.is_dir, scratch.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)


def claim_job(engine: Engine) -> Job | None:
    """The next job that waits, marked as under way here."""
    with database.writing_briefly(engine) as connection:
        return jobs.claim(connection, f"{socket.gethostname()}:{os.getpid()}")


def do_job(engine: Engine, job: Job) -> JobState:
    """Do one job, log it and store how it ended; returns that."""
    with logs.within(job=job.id, batch=job.batch_id, user=logs.user_id(job.by)):
        start = monotonic()
        state = try_job(engine, job)
        seconds = monotonic() - start
        metrics.JOB_RUNS.labels(job.kind, state).observe(seconds)
        _log.info("Job %s (%s) is %s after %.1f s", job.id, job.kind, state, seconds)
        return state


def try_job(engine: Engine, job: Job) -> JobState:
    """How a job ended, which is stored if it failed."""
    progress = JobProgress(engine, job)
    try:
        with progress.heartbeats():
            run_job(engine, job, progress)
        return JobState.DONE
    except CancelledError:
        return JobState.CANCELLED
    except OutageError as error:
        return try_job_again(engine, job, str(error))
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
            import_batch(engine, job, policy, progress, end)
        case JobKind.UNDO | JobKind.REDO:
            reverse = reversal.undo if job.kind is JobKind.UNDO else reversal.redo
            progress.report(WRITING, 0, 0)
            reverse(engine, job.batch_id, job.actor, reason, end)
        case JobKind.RECONCILE:
            exports.take_in_batch(engine, job.batch_id, job.actor, policy, progress.report, end)
        case JobKind.COMPARE | JobKind.APPLY | JobKind.UNDO_APPLY:
            requested_work.do_work(engine, job, policy, progress.report, end)
        case JobKind.POLICY | JobKind.POLICY_UNDO:
            change_policy(engine, job, progress, end)
        case JobKind.READ_ANSWER:
            long_answers.read(engine, job.batch_id, job.actor, policy, progress.report, end)
        case JobKind.RECORD_ANSWER:
            fingerprint = job.request.fingerprint or ""
            long_answers.record(engine, job.batch_id, job.actor, policy, fingerprint, reason, progress.report, end)


def import_batch(engine: Engine, job: Job, policy: Policy, progress: JobProgress, end: WithinTransaction) -> None:
    """Import the batch of a job."""
    imports.commit(
        engine,
        job.batch_id,
        job.actor,
        policy,
        base=job.request.base,
        fingerprint=job.request.fingerprint,
        settings=job.request.settings,
        reason=job.request.reason or "",
        report_progress=progress.report,
        in_same_transaction=end,
    )


def change_policy(engine: Engine, job: Job, progress: JobProgress, end: WithinTransaction) -> None:
    """Put a job's policy in force, or take its policy back."""
    request, reason = job.request, job.request.reason or ""
    if job.kind is JobKind.POLICY_UNDO:
        save = partial(saving.undo, number=request.base or 0)
    else:
        save = partial(saving.save, settings=request.settings or {}, base=request.base)
    save(engine, actor=job.actor, reason=reason, report_progress=progress.report, in_same_transaction=end)


def end_job(job: Job, connection: Connection) -> None:
    """Mark a job as done. Raises CancelledError if somebody ended it before."""
    if not jobs.end(connection, job.id, JobState.DONE, worker=job.worker):
        raise CancelledError


def fail_job(engine: Engine, job: Job, message: str) -> None:
    """Store why a job failed."""
    insist(engine, partial(jobs.end, id=job.id, state=JobState.FAILED, message=message, worker=job.worker))


def try_job_again(engine: Engine, job: Job, message: str) -> JobState:
    """Queue a job that an outage ended, or fail it after its last try; returns how it stands."""
    _log.warning("Job %s was ended by an outage: %s", job.id, message)
    sleep(_REST)
    return insist(engine, partial(lost_jobs.try_again, job=job, message=message)) or JobState.QUEUED


def insist(engine: Engine, store: Callable[[Connection], T]) -> T | None:
    """What a short transaction returns, as soon as it is possible; None if it is not for a minute."""
    # The next worker clears up then.
    for _ in range(_MOST_TRIES):
        try:
            with database.writing_briefly(engine) as connection:
                return store(connection)
        except RefusalError as error:
            _log.warning("How a job ended cannot be stored: %s", error)
            sleep(_REST)
    return None


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
