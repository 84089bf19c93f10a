"""How servers and workers begin: forked from a process that has imported the application, each in a tenth of the time."""

import ctypes
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import ModuleType

from lib.web import worker_process

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__, "tests.warm"])


def started(
    command: tuple[str, ...], folder: Path, environment: Mapping[str, str], log: Path, *, afresh: bool = False
) -> ForkServerProcess:
    """A process that runs `python -m` with that command, by a fork, or `afresh` as people start it."""
    process = _forks.Process(target=run, args=(command, folder, dict(environment), log, afresh), daemon=True)
    main = sys.modules["__main__"]
    # A fork imports what is `__main__` here; after a test of a page that is the page.
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main
    return process


def run(command: tuple[str, ...], folder: Path, environment: Mapping[str, str], log: Path, afresh: bool) -> None:
    """Become `python -m` with that command, in that folder and environment; what it says is added to a file."""
    end_with_tests()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    if afresh:
        os.execv(sys.executable, [sys.executable, "-m", *command])
    if command[0] == "streamlit":
        worker_process.worker = first_worker_forked()  # type: ignore[assignment]
    become(command)


def become(command: tuple[str, ...]) -> None:
    """Run `python -m` with that command in this process."""
    sys.argv[:] = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


def end_with_tests() -> None:
    """End this process when the tests end, however that happens: with them ends the process that it was forked from."""
    # That one waits for whoever holds this file, by which a fork may ask for forks of its own.
    if alive := getattr(forkserver._forkserver, "_forkserver_alive_fd", None):
        os.close(alive)
    end_with_parent()


def end_with_parent() -> None:
    """End this process when the one that it was forked from ends."""
    if sys.platform == "linux":
        death_signal = 1  # PR_SET_PDEATHSIG, which holds after exec, too
        ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)


class Fork:
    """A fork of this process, with what `subprocess.Popen` offers to whoever watches it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """How the process ended, or nothing while it runs."""
        if self.returncode is None and os.waitpid(self.pid, os.WNOHANG)[0]:
            self.returncode = 1
        return self.returncode

    def kill(self) -> None:
        """End the process and wait for that."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def first_worker_forked() -> "Callable[[str], AbstractContextManager[Fork | subprocess.Popen[bytes]]]":
    """What a server begins its worker with: the first is a fork that waits until then, later ones begin as they always do."""
    usual = worker_process.worker
    waits, lets_begin = os.pipe()
    pid = os.fork()
    if not pid:
        end_with_parent()
        os.close(lets_begin)
        if os.read(waits, 1):
            sys.stdin = os.fdopen(waits)
            become(("lib.worker", "--attached"))
        os._exit(0)
    os.close(waits)

    @contextmanager
    def begin(url: str) -> Iterator[Fork]:
        worker_process.worker = usual
        os.write(lets_begin, b"!")
        fork = Fork(pid)
        try:
            yield fork
        finally:
            fork.kill()

    return begin
