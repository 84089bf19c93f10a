"""How servers begin: forked from a process that has imported the application, so that each is up in a tenth of the time."""

import ctypes
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__, "tests.browser.warm"])


def started(
    command: tuple[str, ...], folder: Path, environment: Mapping[str, str], log: Path, *, afresh: bool
) -> ForkServerProcess:
    """A process that runs `python -m` with that command, by a fork, or `afresh` as people start it."""
    process = _forks.Process(target=run, args=(command, folder, dict(environment), log, afresh), daemon=True)
    process.start()
    return process


def run(command: tuple[str, ...], folder: Path, environment: Mapping[str, str], log: Path, afresh: bool) -> None:
    """Become `python -m` with that command, in that folder and environment, with its output in a file."""
    end_with_tests()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("wb") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    if afresh:
        os.execv(sys.executable, [sys.executable, "-m", *command])
    sys.argv[:] = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


def end_with_tests() -> None:
    """End this process when the tests end, however that happens: with them ends the process that it was forked from."""
    # That one waits for whoever holds this file, by which a fork may ask for forks of its own.
    if alive := getattr(forkserver._forkserver, "_forkserver_alive_fd", None):
        os.close(alive)
    if sys.platform == "linux":
        death_signal = 1  # PR_SET_PDEATHSIG, which holds after exec, too
        ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
