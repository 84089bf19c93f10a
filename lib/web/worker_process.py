"""The server's worker process, which starts and ends with it."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

from lib.store import database

_POLL_SECONDS = 0.5
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds before a worker is restarted: doubled each time, until one has run for a while."""

_STABLE_AFTER = 60.0
"""Seconds after which a worker counts as one that runs."""

_log = logging.getLogger(__name__)


@contextmanager
def keep_worker_running(url: str) -> Iterator[None]:
    """Run a worker for the database at `url` for as long as the context lasts."""
    stop = Event()
    thread = Thread(target=restart_whenever_ended, args=(url, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def restart_whenever_ended(url: str, stop: Event) -> None:
    """Run one worker after another until told to stop."""
    pause = _PAUSE
    while not stop.is_set():
        start = monotonic()
        with worker(url) as process:
            while process.poll() is None and not stop.wait(_POLL_SECONDS):
                pass
        if stop.is_set():
            return
        _log.warning("The worker ended with code %s; it is started again", process.returncode)
        # A worker that fails at once must not be restarted in a tight loop.
        pause = _PAUSE if monotonic() - start > _STABLE_AFTER else min(2 * pause, _LONGEST_PAUSE)
        stop.wait(pause)


@contextmanager
def worker(url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker's process, killed when the context ends."""
    # `--attached` makes it watch its standard input, which closes with this process, even when that is killed.
    process = subprocess.Popen(
        [sys.executable, "-m", "lib.worker", "--attached"],
        cwd=database.ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdin=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
