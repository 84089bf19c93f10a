"""A throw-away store of invented licenses, half way through a migration: what the dashboard looks like with data.

Each process has its own, in a temporary folder that goes with the process.
"""

import shutil
from atexit import register
from functools import cache
from os import getpid
from pathlib import Path
from tempfile import mkdtemp
from threading import RLock

from lib.sample.deeds import tell
from lib.store import catch_up, database
from lib.store.selection import today

_ONE_AT_A_TIME = RLock()


def url() -> str:
    """Where this process keeps its sample; nothing is there before `prepare`."""
    return _address(_file())


def prepare() -> None:
    """Make and fill the sample, unless that is done; takes a few seconds.

    What it tells happened in the thirty weeks up to the day before.
    """
    with _ONE_AT_A_TIME:
        whole = _file()
        if not whole.exists():
            _fill(half := whole.with_name("half.sqlite"))
            half.rename(whole)


def _fill(file: Path) -> None:
    file.unlink(missing_ok=True)
    engine = database.connect(_address(file))
    try:
        database.upgrade(engine)
        tell(engine, today())
        catch_up.catch_up(engine)
    finally:
        engine.dispose()


def _address(file: Path) -> str:
    return f"sqlite:///{file}"


def _file() -> Path:
    with _ONE_AT_A_TIME:
        return _folder(getpid()) / "sample.sqlite"


@cache
def _folder(process: int) -> Path:
    """A folder that only this account may read, until the process ends."""
    folder = Path(mkdtemp(prefix="license-sample-"))
    register(_remove, folder, process)
    return folder


def _remove(folder: Path, process: int) -> None:
    if getpid() == process:  # a fork ends with the same duties
        shutil.rmtree(folder, ignore_errors=True)
