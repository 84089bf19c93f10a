"""Jobs: long work that is asked for here and done by a worker process, one at a time, in the order it was asked for.

A job's state is the one word on who may still change the store for it. Whoever moves it away from `running` (a person
who cancels, a worker that finds another one dead) thereby ends it for good: the transaction that does the work also
moves the job from `running` to `done`, and where that is no longer possible it takes everything back.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, Role, require
from lib.store.schema import batches, jobs


class JobKind(StrEnum):
    """What is to be done with a batch."""

    CHECK = "check"
    IMPORT = "import"
    UNDO = "undo"
    REDO = "redo"


class JobState(StrEnum):
    """Where a job is: waiting for its turn, under way, or ended one of three ways."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


READING, CHECKING, COMPARING = "Reading the file", "Checking every cell", "Comparing with the licenses"
STORING, WRITING = "Keeping what was found", "Writing"
"""The steps of the work. A job that has come to `WRITING` can no longer be cancelled."""

ProgressReporter = Callable[[str, int, int], None]
"""Called with the step under way, how much of it is done and how much there is; it may raise to end the work."""


def no_progress(step: str, done: int, total: int) -> None:
    """Report to nobody."""


_COSTS: dict[JobKind, dict[str, float]] = {
    JobKind.CHECK: {READING: 3, CHECKING: 2, COMPARING: 6, STORING: 4},
    JobKind.IMPORT: {READING: 3, CHECKING: 2, COMPARING: 6, WRITING: 12},
}
"""Seconds that each step takes for a million rows, about."""

_ACTIONS = {
    JobKind.CHECK: Action.IMPORT,
    JobKind.IMPORT: Action.IMPORT,
    JobKind.UNDO: Action.UNDO_IMPORT,
    JobKind.REDO: Action.UNDO_IMPORT,
}
"""What somebody must be allowed to do to ask for each kind of work."""

_ROLE = "role"
"""Among what is stored of a request: the role of the person who asked."""

_LIVE = (JobState.QUEUED, JobState.RUNNING)
_MET = (*_LIVE, JobState.DONE)
_CHANGING = (JobKind.IMPORT, JobKind.UNDO, JobKind.REDO)


@dataclass(frozen=True, slots=True)
class Job:
    """Work on a batch: what was `asked` by whom in which role, who does it, how far it is, and in the end a sentence about it.

    `done` of `total` are rows of the file at the step, `total` 0 where they are not known. Times are in UTC.
    """

    id: int
    batch_id: int
    kind: JobKind
    asked: dict[str, Any]
    by: str
    role: Role
    at: datetime
    state: JobState
    worker: str | None
    began_at: datetime | None
    beat_at: datetime | None
    ended_at: datetime | None
    step: str
    done: int
    total: int
    message: str

    @property
    def actor(self) -> Actor:
        """Who asked for it, with the role they had then."""
        return Actor(self.by, self.role)

    @property
    def is_live(self) -> bool:
        """Whether it waits or is under way."""
        return self.state in _LIVE

    @property
    def can_be_cancelled(self) -> bool:
        """Whether a person may still stop it; `cancel` has the last word."""
        return self.is_live and self.step != WRITING


def submit(connection: Connection, batch_id: int, kind: str, asked: Mapping[str, Any], actor: Actor) -> int:
    """Ask for work on a batch; gives the job's number, which is that of an earlier one if that will do, or did, the same.

    What `asked` may hold: `base` and `settings` for an import (the change its preview was made at, and how the file was
    read for it), `reason` for import, undo and redo, `settings` for a check: one under way for other settings is
    cancelled. Ask in a `database.writing_briefly` transaction.
    Raises RefusalError if there is no such batch, or if the actor may not do that.
    """
    kind = JobKind(kind)
    require(actor, _ACTIONS[kind])
    if connection.execute(select(batches.c.id).where(batches.c.id == batch_id).with_for_update()).one_or_none() is None:
        raise RefusalError(f"There is no batch #{batch_id}. Look it up on the page Batches.")
    same = _same(connection, batch_id, kind, dict(asked))
    if same is not None:
        return same
    row = {
        "batch_id": batch_id,
        "kind": kind,
        "asked": {**asked, _ROLE: actor.role},
        "by": actor.name,
        "at": datetime.now(UTC),
        "state": JobState.QUEUED,
    }
    number: int = connection.execute(insert(jobs).values(row).returning(jobs.c.id)).scalar_one()
    return number


def _same(connection: Connection, batch_id: int, kind: JobKind, asked: dict[str, Any]) -> int | None:
    """An import of a batch is done once; undo and redo again only after the other; a check as often as it is asked."""
    of_batch = jobs.c.batch_id == batch_id
    if kind is JobKind.IMPORT:
        found = _newest(connection, of_batch, jobs.c.kind == kind, jobs.c.state.in_(_MET))
        return found.id if found else None
    if kind is not JobKind.CHECK:
        found = _newest(connection, of_batch, jobs.c.kind.in_(_CHANGING))
        return found.id if found and found.kind is kind and found.state in _MET else None
    found = _newest(connection, of_batch, jobs.c.kind == kind, jobs.c.state.in_(_LIVE))
    if found is None:
        return None
    if found.asked == json.loads(json.dumps(asked)):  # stored, a tuple has become a list
        return found.id
    _cancel(connection, found.id)
    return None


def job(connection: Connection, id: int) -> Job:
    """One job. Raises RefusalError if there is none of that number."""
    found = _newest(connection, jobs.c.id == id)
    if found is None:
        raise RefusalError(f"There is no job #{id}.")
    return found


def newest_of_batch(connection: Connection, batch_id: int) -> Job | None:
    """The newest job of a batch, if there ever was one."""
    return _newest(connection, jobs.c.batch_id == batch_id)


def waiting_before(connection: Connection, id: int) -> int:
    """How many jobs are done before this one, the one under way included."""
    before = select(func.count()).where(jobs.c.id < id, jobs.c.state.in_(_LIVE))
    count: int = connection.execute(before).scalar_one()
    return count


def any_live(connection: Connection) -> bool:
    """Whether any job waits or is said to be under way."""
    return connection.execute(select(jobs.c.id).where(jobs.c.state.in_(_LIVE)).limit(1)).scalar() is not None


def cancel(connection: Connection, id: int, actor: Actor) -> bool:
    """Stop a job that waits, or has not begun to write; gives whether that was so. Nothing of it will be stored."""
    require(actor, Action.IMPORT)
    return _cancel(connection, id)


def _cancel(connection: Connection, id: int) -> bool:
    stoppable = jobs.c.state.in_(_LIVE) & (jobs.c.step != WRITING)
    return _moved(connection, id, stoppable, JobState.CANCELLED, "Cancelled. Nothing was changed.")


def claim(connection: Connection, worker: str) -> Job | None:
    """Take the job that has waited longest, if any waits; it is under way then."""
    oldest = select(func.min(jobs.c.id)).where(jobs.c.state == JobState.QUEUED).scalar_subquery()
    now = datetime.now(UTC)
    taken = update(jobs).where(jobs.c.id == oldest, jobs.c.state == JobState.QUEUED)
    told = taken.values(state=JobState.RUNNING, worker=worker, began_at=now, beat_at=now).returning(jobs.c.id)
    number = connection.execute(told).scalar_one_or_none()
    return None if number is None else job(connection, number)


def heartbeat(connection: Connection, id: int, step: str, done: int, total: int) -> bool:
    """Say that a job is alive and how far it is; False if it was ended meanwhile."""
    told = {"beat_at": datetime.now(UTC), "step": step, "done": done, "total": total}
    running = update(jobs).where(jobs.c.id == id, jobs.c.state == JobState.RUNNING)
    return connection.execute(running.values(told)).rowcount == 1


def end(connection: Connection, id: int, state: JobState, message: str = "") -> bool:
    """End a job that is under way; False if it was ended meanwhile.

    To `done` a job comes in the transaction of its work, which must not be kept where the answer is False.
    """
    more = {"done": jobs.c.total} if state is JobState.DONE else {}
    return _moved(connection, id, jobs.c.state == JobState.RUNNING, state, message, **more)


def fail_lost(connection: Connection) -> list[int]:
    """Fail the jobs that are said to be under way; for a worker that knows that no other is left. Gives their numbers."""
    lost = [_job(row) for row in connection.execute(_SELECT.where(jobs.c.state == JobState.RUNNING)).all()]
    return [job.id for job in lost if end(connection, job.id, JobState.FAILED, _stopped(job))]


def seconds_left(job: Job, now: datetime) -> int | None:
    """About how long a job under way still takes; None where its rows are not counted yet.

    Before it writes, that is what such jobs usually take, set right by what it took for the steps behind it. Then the pace
    of this very job is known: at its last beat, which came when it began to write, or with a number of rows.
    """
    costs = _COSTS.get(job.kind, {})
    if job.began_at is None or job.beat_at is None or not job.is_live or not job.total or job.step not in costs:
        return None
    each = list(costs.values())
    place, whole = list(costs).index(job.step), sum(each)
    elapsed, at_beat = ((at - job.began_at).total_seconds() for at in (now, job.beat_at))
    if job.step == WRITING:
        expected = at_beat / ((sum(each[:place]) + each[place] * job.done / job.total) / whole)
    else:
        expected = max(job.total * whole / 1_000_000, elapsed / (sum(each[: place + 1]) / whole))
    return max(1, round(expected - elapsed))


def _stopped(lost: Job) -> str:
    where = f'at the step "{lost.step}" ' if lost.step else ""
    nothing = "Nothing was imported." if lost.kind is JobKind.IMPORT else "Nothing was changed."
    return f"The work stopped {where}because the server stopped. {nothing} Try again."


def _moved(
    connection: Connection, id: int, allowed: ColumnElement[bool], to: JobState, message: str, **told: Any
) -> bool:
    ended = {"state": to, "message": message, "ended_at": datetime.now(UTC), **told}
    return connection.execute(update(jobs).where(jobs.c.id == id, allowed).values(ended)).rowcount == 1


_SELECT = select(*jobs.columns)


def _newest(connection: Connection, *conditions: ColumnElement[bool]) -> Job | None:
    row = connection.execute(_SELECT.where(*conditions).order_by(jobs.c.id.desc()).limit(1)).one_or_none()
    return _job(row) if row else None


def _job(row: Row[Any]) -> Job:
    told = row._asdict()
    times = {name: _utc(told[name]) for name in ("at", "began_at", "beat_at", "ended_at")}
    asked = dict(told["asked"])
    role = Role(asked.pop(_ROLE, Role.EDITOR))  # jobs from before roles were kept: only editors could ask
    return Job(
        **{
            **told,
            **times,
            "asked": asked,
            "role": role,
            "kind": JobKind(told["kind"]),
            "state": JobState(told["state"]),
        }
    )


def _utc(at: datetime | None) -> datetime | None:
    """SQLite gives times without a zone; all of ours are UTC."""
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
