"""A worker as a process of its own, to be killed, and waiting for what it does."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.store import database


@contextmanager
def working(url: str, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker for the database at `url`, which is gone in the end; what it says is added to the file `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "lib.worker", "--attached"],
            cwd=database.ROOT,
            env={**os.environ, "DATABASE_URL": url},
            stdin=subprocess.PIPE,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so; fails if it takes too long."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "It did not come about in time."
        time.sleep(0.005)
