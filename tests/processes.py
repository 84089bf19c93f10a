"""A worker as a process of its own, to be killed, and waiting for what it does."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from lib.store import database
from tests import forks


@contextmanager
def working(url: str, log: Path) -> Iterator[ForkServerProcess]:
    """A worker for the database at `url`, which is gone in the end; what it says is added to the file `log`."""
    process = forks.started(("lib.worker",), database.ROOT, {**os.environ, "DATABASE_URL": url}, log)
    try:
        yield process
    finally:
        process.kill()
        process.join()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so; fails if it takes too long."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "It did not come about in time."
        time.sleep(0.005)
