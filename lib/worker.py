"""The process that does the long work of one database: checks, imports, undos and redos, one at a time.

`python -m lib.worker` serves until it is told to end; with `--attached` also until its standard input ends, so that it
goes with the server that started it. It may be killed at any moment: the store keeps a transaction whole or not at all,
a job ends in the transaction of its work, and the next worker to have the turn (`database.worker_lock`) knows that whatever is
still said to be under way has been left by one that is gone.

Every server has a worker. Whichever has the turn works, the others look again.
"""

import logging
import os
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

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor, Role
from lib.importing import imports, reversal
from lib.importing.source_file import forget_file
from lib.reading.tables import TableError
from lib.store import catch_up, database, jobs
from lib.store.jobs import WRITING, Job, JobKind, JobState

POLICY = Policy()
"""The rules that files are judged by."""

_SELF = Actor("worker", Role.ADMIN)
"""Who lets old files go."""

_LOOK, _BEAT, _REST = 0.25, 1.0, 2.0
"""Seconds between looks for work, between heartbeats, and before trying again what failed."""

_TRIES = 30
_PURGE = 24 * 3600.0
_REMEMBER = 600.0
"""Seconds that the file opened last is remembered, for the next word of a person about it."""

_NICENESS = 5
_log = logging.getLogger(__name__)


class CancelledError(Exception):
    """The job was ended by somebody else; nothing of it may be kept."""


class _Pulse:
    """Tells the store how far a job is, at each step and each second, on connections of its own.

    On SQLite no beat can be told while the job's own transaction writes. That is no harm: who is at work is known by
    the turn, and how long it still takes by `job_times.seconds_left`.
    """

    def __init__(self, engine: Engine, job: Job) -> None:
        self._engine, self._job = engine, job
        self._at = ("", 0, 0)
        self._ended, self._lost = Event(), Event()

    def tell(self, step: str, done: int, total: int) -> None:
        """Say how far the job is. Raises CancelledError if somebody ended it; once it writes, nobody can."""
        before, self._at = self._at, (step, done, total)
        if self._lost.is_set() or (step != before[0] and not self._beat()):
            raise CancelledError

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Go on telling while something is done."""
        thread = Thread(target=self._go_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _go_on(self) -> None:
        while not self._ended.wait(_BEAT):
            try:
                if not self._beat():
                    self._lost.set()
            except RefusalError as error:
                _log.info("No heartbeat of job %s: %s", self._job.id, error)

    def _beat(self) -> bool:
        with database.writing_briefly(self._engine) as connection:
            return jobs.heartbeat(connection, self._job.id, *self._at)


def serve(url: str) -> None:
    """Do what is asked for in the database at `url`, and let old files go once a day, for ever."""
    engine, purged, used = database.connect(url), -_PURGE, 0.0
    if folder := database.scratch_folder(engine):
        tempfile.tempdir = str(folder)
    while True:
        try:
            if _anything(engine) and work_off(engine):
                used = monotonic()
            catch_up.catch_up(engine, partial(_anything, engine))
            if monotonic() - purged > _PURGE:
                imports.purge(engine, _SELF, POLICY)
                purged = monotonic()
        except RefusalError as error:
            _log.warning("%s", error)
            sleep(_REST)
        if monotonic() - used > _REMEMBER:
            forget_file()
        sleep(_LOOK)


def _anything(engine: Engine) -> bool:
    with database.reading(engine) as connection:
        return jobs.any_live(connection)


def work_off(engine: Engine) -> int:
    """Do all jobs that wait, one after another, unless another worker is at work; gives how many were done."""
    count = 0
    with database.worker_lock(engine) as is_ours:
        if not is_ours:
            return 0
        _clear_up(engine)
        while job := _next(engine):
            _do(engine, job)
            count += 1
    return count


def _clear_up(engine: Engine) -> None:
    """Fail the jobs, and remove the temporary files, of a worker that was killed."""
    with database.writing_briefly(engine) as connection:
        for number in jobs.fail_lost(connection):
            _log.warning("Job %s was left unfinished by a worker that is gone", number)
    if folder := database.scratch_folder(engine):
        for left in filter(Path.is_dir, folder.iterdir()):
            shutil.rmtree(left, ignore_errors=True)


def _next(engine: Engine) -> Job | None:
    with database.writing_briefly(engine) as connection:
        return jobs.claim(connection, f"{socket.gethostname()}:{os.getpid()}")


def _do(engine: Engine, job: Job) -> None:
    """Do one job, and say how it ended."""
    pulse = _Pulse(engine, job)
    try:
        with pulse.beating():
            _work(engine, job, pulse)
    except CancelledError:
        _log.info("Job %s was ended before it was done", job.id)
    except (RefusalError, TableError) as error:
        _fail(engine, job, str(error))
    except Exception:
        reference = secrets.token_hex(3).upper()
        _log.exception("Unexpected error %s in job %s (%s of batch %s)", reference, job.id, job.kind, job.batch_id)
        _fail(
            engine, job, f"Something went wrong, and nothing was changed. Try again, or report reference {reference}."
        )


def _work(engine: Engine, job: Job, pulse: _Pulse) -> None:
    done = partial(_done, job)
    match job.kind:
        case JobKind.CHECK:
            imports.check_batch(engine, job.batch_id, job.actor, POLICY, pulse.tell, done)
        case JobKind.IMPORT:
            imports.commit(
                engine,
                job.batch_id,
                job.actor,
                POLICY,
                base=job.request.base,
                settings=job.request.settings,
                reason=job.request.reason or "",
                report_progress=pulse.tell,
                in_same_transaction=done,
            )
        case JobKind.UNDO | JobKind.REDO:
            turn = reversal.undo if job.kind is JobKind.UNDO else reversal.redo
            pulse.tell(WRITING, 0, 0)
            turn(engine, job.batch_id, job.actor, job.request.reason or "", done)


def _done(job: Job, connection: Connection) -> None:
    if not jobs.end(connection, job.id, JobState.DONE):
        raise CancelledError


def _fail(engine: Engine, job: Job, message: str) -> None:
    """Say why a job could not be done; where even that cannot be written now, the next turn says that it stopped."""
    for _ in range(_TRIES):
        try:
            with database.writing_briefly(engine) as connection:
                jobs.end(connection, job.id, JobState.FAILED, message)
        except RefusalError as error:
            _log.warning("Job %s failed (%s), which cannot be said: %s", job.id, message, error)
            sleep(_REST)
        else:
            return


def _go_with(source: IO[bytes]) -> None:
    """End this process at once when the source ends; the system lets go of its locks, the database of its transaction."""
    source.read()
    os._exit(0)


def main() -> None:
    """Serve the configured database."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if "--attached" in sys.argv[1:]:
        Thread(target=_go_with, args=(sys.stdin.buffer,), daemon=True).start()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # typed at the server, which then closes the input
        os.nice(_NICENESS)  # pages that people wait for come first
    with suppress(KeyboardInterrupt):
        serve(database.default_url())


if __name__ == "__main__":
    main()
