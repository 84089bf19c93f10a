"""Long work that waits its turn, is done by a process of its own, and tells how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from lib.problems import RefusalError
from lib.schema import jobs


class Kind(StrEnum):
    """What a job does with its batch."""

    CHECK = "check"
    IMPORT = "import"
    UNDO = "undo"
    REDO = "redo"


class State(StrEnum):
    """Where a job is; ENDING is one that still runs and was asked to end."""

    QUEUED = "queued"
    RUNNING = "running"
    ENDING = "ending"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = (State.QUEUED, State.RUNNING, State.ENDING)
_AT_WORK = (State.RUNNING, State.ENDING)
WRITING = "Writing"
"""The step that cannot be ended any more: the transaction has begun."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work; `done` of `total` rows of a step, `message` says why it failed."""

    id: int
    batch_id: int
    kind: Kind
    asked: dict[str, Any]
    by: str
    at: datetime
    state: State
    worker: str | None
    began_at: datetime | None
    beat_at: datetime | None
    ended_at: datetime | None
    step: str
    done: int
    total: int
    message: str

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNDER_WAY


_SHOWN = [jobs.c[field.name] for field in fields(Job)]


def ask(connection: Connection, batch: int, kind: Kind, asked: dict[str, Any], by: str) -> int:
    """Ask for a job; gives its number.

    A second click asks for nothing new: a job of the kind that waits or runs stands for both, and a check that still
    waits takes what was asked last. Raises RefusalError while the batch has a job of another kind.
    """
    for job in _found(connection, jobs.c.batch_id == batch, jobs.c.state.in_(UNDER_WAY)):
        if job.kind is not kind:
            raise RefusalError(f"Batch #{batch} is being worked on ({job.kind}). Wait until that has ended.")
        if kind is not Kind.CHECK:
            return job.id
        cancel(connection, job.id)  # what it would find is no longer asked for
    told = {"batch_id": batch, "kind": kind, "asked": asked, "by": by, "at": datetime.now(UTC)}
    asking = insert(jobs).values(**told, state=State.QUEUED).returning(jobs.c.id)
    return int(connection.execute(asking).scalar_one())


def job(connection: Connection, number: int) -> Job:
    """One job. Raises RefusalError if there is none of that number."""
    found = _found(connection, jobs.c.id == number)
    if not found:
        raise RefusalError(f"There is no job #{number}.")
    return found[0]


def newest_of(connection: Connection, batch: int) -> Job | None:
    """The job that was asked for last for a batch, if any was."""
    found = _found(connection, jobs.c.batch_id == batch)
    return found[-1] if found else None


def waiting_before(connection: Connection, number: int) -> int:
    """How many jobs will be done before this one."""
    before = select(func.count()).where(jobs.c.state.in_(UNDER_WAY), jobs.c.id < number)
    return int(connection.execute(before).scalar_one())


def cancel(connection: Connection, number: int) -> bool:
    """End a job: at once if it waits, at its next step if it runs. False if it has begun to write, or has ended."""
    now = {"state": State.CANCELLED, "ended_at": datetime.now(UTC)}
    waits = update(jobs).where(jobs.c.id == number, jobs.c.state == State.QUEUED).values(now)
    if connection.execute(waits).rowcount:
        return True
    runs = [jobs.c.id == number, jobs.c.state == State.RUNNING, jobs.c.step != WRITING]
    return bool(connection.execute(update(jobs).where(*runs).values(state=State.ENDING)).rowcount)


def claim(connection: Connection, worker: str) -> Job | None:
    """The job that waits longest, now running; None if none waits."""
    now = datetime.now(UTC)
    for job in _found(connection, jobs.c.state == State.QUEUED, first=1):
        began = {"state": State.RUNNING, "worker": worker, "began_at": now, "beat_at": now}
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(began))
        return job
    return None


def beat(connection: Connection, number: int, step: str, done: int, total: int) -> bool:
    """Tell how far a job is. False if it was asked to end."""
    told = {"beat_at": datetime.now(UTC), "step": step, "done": done, "total": total}
    connection.execute(update(jobs).where(jobs.c.id == number).values(told))
    state = connection.execute(select(jobs.c.state).where(jobs.c.id == number)).scalar_one()
    return bool(state == State.RUNNING)


def end(connection: Connection, number: int, state: State, message: str = "") -> None:
    """End a job that runs."""
    ended = {"state": state, "message": message, "ended_at": datetime.now(UTC)}
    connection.execute(update(jobs).where(jobs.c.id == number, jobs.c.state.in_(_AT_WORK)).values(ended))


def give_up_lost(connection: Connection) -> list[int]:
    """End the jobs whose worker is gone; to be called by the only worker there is. Gives their numbers.

    What such a job would have changed is as it was: it ends in the transaction that changes the licenses.
    """
    lost = _found(connection, jobs.c.state.in_(_AT_WORK))
    for job in lost:
        where = f" at the step “{job.step}”" if job.step else ""
        message = f"The work stopped{where} because the server stopped. Nothing was changed. Try again."
        end(connection, job.id, State.FAILED, message)
    return [job.id for job in lost]


def _found(connection: Connection, *conditions: ColumnElement[bool], first: int | None = None) -> list[Job]:
    rows: Iterable[Any] = connection.execute(select(*_SHOWN).where(*conditions).order_by(jobs.c.id).limit(first))
    return [Job(**{**row._asdict(), "kind": Kind(row.kind), "state": State(row.state)}) for row in rows]
