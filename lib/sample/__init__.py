"""A throw-away store of invented licenses, half way through a migration, to show the dashboard with data.

Each process has its own, in a temporary folder that goes with the process.
"""

import shutil
from atexit import register
from datetime import UTC, datetime
from functools import cache
from os import getpid
from pathlib import Path
from tempfile import mkdtemp
from threading import RLock

from lib.sample import letter_wordings
from lib.sample.dating import open_logs
from lib.sample.deeds import write_history
from lib.store import catch_up, database, sample_stores

_LOCK = RLock()
_SQLITE = "sqlite:///"


def url() -> str:
    """The database URL of this process's sample; nothing is there before `prepare`."""
    return _address(_file())


def prepare() -> None:
    """Create the sample unless it exists; takes a few seconds. Its history covers the thirty weeks up to yesterday."""
    with _LOCK:
        whole = _file()
        if not whole.exists():
            unfinished = whole.with_name("unfinished.sqlite")
            fill(unfinished)
            # Renamed at the end, so that a visitor never sees half of it, and a failed attempt starts anew.
            unfinished.rename(whole)


def copy() -> str:
    """The database URL of a new copy of the sample, in a folder of its own."""
    prepare()
    file = Path(mkdtemp(dir=_folder(getpid()))) / "sample.sqlite"
    shutil.copyfile(_file(), file)
    return _address(file)


def remove(url: str) -> None:
    """Delete a copy, and all that is beside it."""
    shutil.rmtree(Path(url.removeprefix(_SQLITE)).parent, ignore_errors=True)


def fill(file: Path) -> None:
    """Create a store in a file and write the whole history into it."""
    file.unlink(missing_ok=True)
    engine = database.connect(_address(file))
    try:
        database.upgrade(engine)
        with database.writing(engine) as connection:
            sample_stores.mark(connection)
        letter_wordings.say_sample(engine)
        with open_logs(engine):
            write_history(engine, datetime.now(UTC).date())
        catch_up.catch_up(engine)
    finally:
        engine.dispose()


def _address(file: Path) -> str:
    return f"{_SQLITE}{file}"


def _file() -> Path:
    with _LOCK:
        return _folder(getpid()) / "sample.sqlite"


@cache
def _folder(process: int) -> Path:
    """A folder for this account only, until the process ends."""
    folder = Path(mkdtemp(prefix="license-sample-"))
    register(_remove, folder, process)
    return folder


def _remove(folder: Path, process: int) -> None:
    if getpid() == process:  # a fork ends with the same duties
        shutil.rmtree(folder, ignore_errors=True)
