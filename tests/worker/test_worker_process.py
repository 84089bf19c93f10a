"""A server has a worker as long as it lives, and not longer."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

from lib.store import database
from lib.web import worker_process
from tests.processes import until
from tests.store.stories import a_row, ask_for, brought_in, job

_SERVER = "import sys, time; from lib.web import worker_process\nwith worker_process.keep_worker_running(sys.argv[1]): time.sleep(600)"


def worker_of(engine: Engine, key: str) -> int:
    """The process id of the worker that does a job asked for now."""
    number = ask_for(engine, brought_in(engine, a_row(key)), "check")
    until(lambda: not job(engine, number).is_live)
    host, _, pid = (job(engine, number).worker or "").rpartition(":")
    assert host
    return int(pid)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one whose end nobody has asked about yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_worker_that_dies_is_started_again_and_the_last_one_ends_with_the_server(
    sqlite: Engine, sqlite_store_url: str
) -> None:
    with worker_process.keep_worker_running(sqlite_store_url):
        first = worker_of(sqlite, "K-1")
        os.kill(first, signal.SIGKILL)
        second = worker_of(sqlite, "K-2")
        assert second != first
    until(lambda: is_gone(second))


def test_a_worker_dies_with_a_server_that_is_killed(sqlite: Engine, sqlite_store_url: str) -> None:
    server = subprocess.Popen([sys.executable, "-c", _SERVER, sqlite_store_url], cwd=database.ROOT)
    pid = worker_of(sqlite, "K-1")
    server.kill()
    server.wait()
    until(lambda: is_gone(pid))
