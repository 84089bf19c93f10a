"""Killing the worker at random moments of an import, and seeing that the store is whole each time.

`python -m tests.crashes --kills 50 --rows 100000 [--database URL]`: the database must be empty; without one, a new SQLite
file is used. Half of the file's licenses are in the store before, and half of those are changed by it.
"""

import argparse
import csv
import io
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, exists, func, select

from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.importing import imports, reversal
from lib.store import batches, change_log, database, jobs
from lib.store.job import Job, JobKind, JobRequest, JobState
from lib.store.schema import changes, license_versions, rejections
from tests import generate
from tests.actors import editor
from tests.processes import until, working

_EACH = 10
"""After how many kills an import is let through, and undone."""

_v = license_versions.c
Figures = tuple[Any, ...]


@dataclass(slots=True)
class Kills:
    """What came of the kills: at which step each came, and how the next worker found the job."""

    steps: Counter[str] = field(default_factory=Counter)
    job_states: Counter[str] = field(default_factory=Counter)
    let_through: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        steps = ", ".join(f"{count} at {step or 'the very beginning'}" for step, count in self.steps.most_common())
        job_states = ", ".join(f"{count} {state}" for state, count in self.job_states.most_common())
        return (
            f"{self.steps.total()} kills in {self.seconds:.0f} s ({steps}); the next worker found the job {job_states}; "
            f"{self.let_through} imports let through and undone; the store was whole each time."
        )


def crash(url: str, kills: int, rows: int, seed: int, log: Path) -> Kills:
    """Kill a worker that often while it imports; fails if the store is not whole after any of it."""
    engine = database.connect(url)
    database.upgrade(engine)
    before, after = files(rows, seed)
    imports.import_file(engine, "before.csv", before, Settings(), editor("ada"), Policy())
    rng, done, start = Random(seed), Kills(), time.monotonic()
    batch, usual = _bring_in(engine, after), 0.0
    for number in range(kills):
        if number % _EACH == 0:
            usual = _let_through(engine, url, batch, log)
            done.let_through += 1
            batch = _bring_in(engine, after)
        _killed(engine, url, batch, usual * rng.random(), log, done)
        _undo(engine, batch)
        batch = _bring_in(engine, after)
    _let_through(engine, url, batch, log)
    done.let_through += 1
    done.seconds = time.monotonic() - start
    engine.dispose()
    return done


def files(rows: int, seed: int) -> tuple[bytes, bytes]:
    """The first half of the rows, and all of them with half of them told anew."""
    header, *half = list(generate.rows(rows, seed))[: rows // 2 + 1]
    text = io.StringIO()
    csv.writer(text).writerows([header, *half])
    return text.getvalue().encode(), generate.content(rows, seed, changed=0.5)


def figures(connection: Connection) -> Figures:
    """What tells one state of the store from another: its licenses and their contents, versions, changes, problems."""
    stands = _v.until.is_(None)
    licenses = select(func.count(), func.sum(_v.content % 1_000_003)).where(stands)
    return (
        *connection.execute(licenses).one(),
        connection.execute(select(func.count()).select_from(license_versions)).scalar_one(),
        connection.execute(select(func.max(changes.c.id))).scalar_one(),
        connection.execute(select(func.count()).select_from(rejections)).scalar_one(),
    )


def assert_whole(connection: Connection) -> None:
    """Every license has one current version or none, every version is of a change, and none overlaps the next."""
    current = select(_v.license_key).where(_v.until.is_(None)).group_by(_v.license_key).having(func.count() > 1)
    assert connection.execute(current.limit(1)).all() == []
    odd = select(func.count()).where(_v.until <= _v.since)
    assert connection.execute(odd).scalar_one() == 0
    for column in (_v.since, _v.until):
        unknown = select(column).where(column.is_not(None), ~exists().where(changes.c.id == column)).limit(1)
        assert connection.execute(unknown).all() == []
    if connection.dialect.name == "sqlite":
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def _bring_in(engine: Engine, content: bytes) -> int:
    return imports.add_file(engine, "after.csv", content, Settings(), editor("ada"))


def _let_through(engine: Engine, url: str, batch: int, log: Path) -> float:
    """Try again, with nobody killing: it is imported, as its receipt says, and undoing it brings all back. Gives seconds."""
    with database.reading(engine) as connection:
        before = figures(connection)
    with working(url, log):
        number = _ask(engine, batch)
        until(lambda: not _job(engine, number).is_live)
    job = _job(engine, number)
    assert job.state is JobState.DONE, job.message
    assert job.began_at is not None
    assert job.ended_at is not None
    _assert_imported(engine, batch, before)
    _undo(engine, batch)
    with database.reading(engine) as connection:
        assert figures(connection)[:2] == before[:2]
    return (job.ended_at - job.began_at).total_seconds()


def _killed(engine: Engine, url: str, batch: int, delay: float, log: Path, done: Kills) -> None:
    """Kill a worker some time after it began an import, which the next one does again if it was not done."""
    with database.reading(engine) as connection:
        before = figures(connection)
    number = _ask(engine, batch)
    with working(url, log) as process:
        until(lambda: _job(engine, number).state is not JobState.QUEUED)
        time.sleep(delay)
        process.kill()
        process.join()
    done.steps[_job(engine, number).step] += 1
    _assert_kept_or_not(engine, batch, before)
    with working(url, log):
        until(lambda: not _job(engine, number).is_live)
    job = _job(engine, number)
    done.job_states["under way, and did it again" if job.tries else "done"] += 1
    assert job.state is JobState.DONE, job.message
    _assert_imported(engine, batch, before)


def _assert_kept_or_not(engine: Engine, batch: int, before: Figures) -> None:
    """The store is as it was before, or as the receipt says."""
    with database.reading(engine) as connection:
        assert_whole(connection)
        if batches.batch(connection, batch).state is batches.BatchState.OPEN:
            assert figures(connection) == before
            assert change_log.changes_of_batch(connection, batch) == []
            return
    _assert_imported(engine, batch, before)


def _assert_imported(engine: Engine, batch: int, before: Figures) -> None:
    with database.reading(engine) as connection:
        assert_whole(connection)
        stored = batches.batch(connection, batch)
        assert stored.state is batches.BatchState.IMPORTED
        assert stored.receipt
        counts, now = stored.receipt.counts, figures(connection)
        assert now[0] == before[0] + counts.new
        assert now[2] == before[2] + counts.written
        assert now[3] > before[3]
        count = select(func.count()).where(_v.since == stored.receipt.change)
        assert connection.execute(count).scalar_one() == counts.written > 0


def _undo(engine: Engine, batch: int) -> None:
    counts = reversal.undo(engine, batch, editor("ada"))
    assert counts["kept"] == 0


def _ask(engine: Engine, batch: int) -> int:
    with database.writing_briefly(engine) as connection:
        return jobs.submit(connection, batch, JobKind.IMPORT, JobRequest(), editor("ada"))


def _job(engine: Engine, number: int) -> Job:
    with database.reading(engine) as connection:
        return jobs.job(connection, number)


def main() -> None:
    """Kill as often as asked, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same file and delays")
    parser.add_argument("--database", metavar="URL", help="an empty database, instead of a new SQLite file")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="crashes") as folder:
        url = options.database or f"sqlite:///{Path(folder) / 'licenses.sqlite'}"
        sys.stdout.write(f"{crash(url, options.kills, options.rows, options.seed, Path(folder) / 'worker.log')}\n")


if __name__ == "__main__":
    main()
