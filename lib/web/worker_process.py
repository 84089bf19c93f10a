"""The worker that goes with this server: started with it, started again whenever it ends, and ended with it."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

from lib.store import database

_LOOK = 0.5
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds before a worker that ended is started again: twice as long each time, until one lives for a while."""

_A_WHILE = 60.0
_log = logging.getLogger(__name__)


@contextmanager
def kept_alive(url: str) -> Iterator[None]:
    """Have a worker for the database at `url` while something is done."""
    ended = Event()
    thread = Thread(target=_keep, args=(url, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _keep(url: str, ended: Event) -> None:
    pause = _PAUSE
    while not ended.is_set():
        began = monotonic()
        with _worker(url) as process:
            while process.poll() is None and not ended.wait(_LOOK):
                pass
        if not ended.is_set():
            _log.warning("The worker ended with code %s; it is started again", process.returncode)
            pause = _PAUSE if monotonic() - began > _A_WHILE else min(2 * pause, _LONGEST_PAUSE)
            ended.wait(pause)


@contextmanager
def _worker(url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker's process; closing its standard input ends it, and so does the end of this process, however it comes."""
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
