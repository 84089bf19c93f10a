"""Jobs: long work that people request here and a worker process does, one job at a time, in the order of the requests.

A job's state alone decides who may still change the store for it. Whoever moves it away from `running` (a person who
cancels, a worker that finds another one dead) thereby ends it for good: the transaction that does the work also moves
the job from `running` to `done`, and rolls everything back where that is no longer possible.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, Role, require
from lib.store.job import LIVE, LIVE_OR_DONE, ROLE, TRIES, Job, JobKind, JobRequest, JobState
from lib.store.schema import batches, jobs
from lib.store.work_steps import WRITING

_ACTIONS = {
    JobKind.CHECK: Action.IMPORT,
    JobKind.IMPORT: Action.IMPORT,
    JobKind.UNDO: Action.UNDO_IMPORT,
    JobKind.REDO: Action.UNDO_IMPORT,
    JobKind.RECONCILE: Action.RECONCILE,
    JobKind.COMPARE: Action.RECONCILE,
    JobKind.APPLY: Action.RECONCILE,
    JobKind.UNDO_APPLY: Action.RECONCILE,
    JobKind.POLICY: Action.CHANGE_POLICY,
    JobKind.POLICY_UNDO: Action.CHANGE_POLICY,
    JobKind.READ_ANSWER: Action.RECORD_SENS,
    JobKind.RECORD_ANSWER: Action.RECORD_SENS,
}
"""What somebody must be allowed to do to request each kind of work."""

POLICY_JOBS = (JobKind.POLICY, JobKind.POLICY_UNDO)
"""The work that judges all licenses by another policy."""

RECONCILE_JOBS = (JobKind.RECONCILE, JobKind.COMPARE, JobKind.APPLY, JobKind.UNDO_APPLY)
"""The work that compares all licenses with Marketplace's."""

_UNDER_WAY = {
    POLICY_JOBS: "A change of the policy by {by} is under way. Wait for it, and look at the effect again.",
    RECONCILE_JOBS: "A comparison with Marketplace by {by} is under way. Wait for it, and look at the lists again.",
}
"""What refuses work while other work of the same kind is under way."""

_CHANGING = (JobKind.IMPORT, JobKind.UNDO, JobKind.REDO)


def submit(connection: Connection, batch_id: int, kind: JobKind, request: JobRequest, actor: Actor) -> int:
    """Request work on a batch; returns the number of the new job, or of an earlier one that does, or did, the same.

    A check under way for other settings is cancelled. Submit in a `database.writing_briefly` transaction.
    Raises RefusalError if there is no such batch, or if the actor may not do that.
    """
    require(actor, _ACTIONS[kind])
    # The row lock of PostgreSQL (SQLite has one writer anyway) keeps two people from submitting the same at once.
    batch = select(batches.c.id).where(batches.c.id == batch_id).with_for_update()
    if connection.execute(batch).one_or_none() is None:
        raise RefusalError(f"There is no import #{batch_id}. Look it up on the page Activity.")
    earlier = _earlier_job(connection, batch_id, kind, request)
    if earlier is not None:
        return earlier.id
    return _insert(connection, batch_id, kind, request, actor)


def submit_alone(connection: Connection, kind: JobKind, request: JobRequest, actor: Actor) -> int:
    """Request work on all licenses: another policy, or a comparison with Marketplace; returns the number of the job.

    Raises RefusalError if such work is under way already, or if the actor may not do that.
    """
    require(actor, _ACTIONS[kind])
    family = POLICY_JOBS if kind in POLICY_JOBS else RECONCILE_JOBS
    live = _newest(connection, jobs.c.kind.in_(family), jobs.c.state.in_(LIVE))
    if live is not None:
        raise RefusalError(_UNDER_WAY[family].format(by=live.by))
    return _insert(connection, None, kind, request, actor)


def _insert(connection: Connection, batch_id: int | None, kind: JobKind, request: JobRequest, actor: Actor) -> int:
    row = {
        "batch_id": batch_id,
        "kind": kind,
        "asked": {**request.to_json(), ROLE: actor.role},
        "by": actor.name,
        "at": datetime.now(UTC),
        "state": JobState.QUEUED,
    }
    number: int = connection.execute(insert(jobs).values(row).returning(jobs.c.id)).scalar_one()
    return number


def _earlier_job(connection: Connection, batch_id: int, kind: JobKind, request: JobRequest) -> Job | None:
    if kind is JobKind.CHECK:
        return _live_check(connection, batch_id, request)
    of_batch = jobs.c.batch_id == batch_id
    if kind in (JobKind.RECONCILE, JobKind.READ_ANSWER):
        return _newest(connection, of_batch, jobs.c.kind == kind, jobs.c.state.in_(LIVE))
    if kind in (JobKind.IMPORT, JobKind.RECORD_ANSWER):
        # A batch is imported, and an answer recorded, once.
        return _newest(connection, of_batch, jobs.c.kind == kind, jobs.c.state.in_(LIVE_OR_DONE))
    # Undo and redo are done again only after the other.
    last = _newest(connection, of_batch, jobs.c.kind.in_(_CHANGING))
    if last and last.kind is kind and last.state in LIVE_OR_DONE:
        return last
    return None


def _live_check(connection: Connection, batch_id: int, request: JobRequest) -> Job | None:
    """The check of a batch under way for the same settings; one for other settings is cancelled."""
    check = _newest(connection, jobs.c.batch_id == batch_id, jobs.c.kind == JobKind.CHECK, jobs.c.state.in_(LIVE))
    if check is None:
        return None
    as_stored = json.loads(json.dumps(request.to_json()))  # in JSON, a tuple becomes a list
    if check.request == JobRequest.from_json(as_stored):
        return check
    _cancel(connection, check.id)
    return None


def job(connection: Connection, id: int) -> Job:
    """One job. Raises RefusalError if there is none of that number."""
    one = _newest(connection, jobs.c.id == id)
    if one is None:
        raise RefusalError(f"There is no job #{id}.")
    return one


def newest_of_batch(connection: Connection, batch_id: int) -> Job | None:
    """The newest job of a batch, if there ever was one."""
    return _newest(connection, jobs.c.batch_id == batch_id)


def newest_of_kind(connection: Connection, *kinds: JobKind) -> Job | None:
    """The newest job of some kinds, if there ever was one."""
    return _newest(connection, jobs.c.kind.in_(kinds))


def waiting_before(connection: Connection, id: int) -> int:
    """How many jobs come before this one, the current one included."""
    before = select(func.count()).where(jobs.c.id < id, jobs.c.state.in_(LIVE))
    count: int = connection.execute(before).scalar_one()
    return count


def any_live(connection: Connection) -> bool:
    """Whether any job waits or is marked as under way."""
    return connection.execute(select(jobs.c.id).where(jobs.c.state.in_(LIVE)).limit(1)).scalar() is not None


def cancel(connection: Connection, id: int, actor: Actor) -> bool:
    """Stop a job that waits, or has not begun to write; returns whether it was stopped. Nothing of it will be stored."""
    require(actor, Action.IMPORT)
    return _cancel(connection, id)


def _cancel(connection: Connection, id: int) -> bool:
    can_stop = jobs.c.state.in_(LIVE) & (jobs.c.step != WRITING)
    return _end(connection, id, can_stop, JobState.CANCELLED, "Cancelled. Nothing was changed.")


def claim(connection: Connection, worker: str) -> Job | None:
    """Start the job that has waited longest, if any waits."""
    oldest = select(func.min(jobs.c.id)).where(jobs.c.state == JobState.QUEUED).scalar_subquery()
    now = datetime.now(UTC)
    # The state is compared again: on PostgreSQL somebody may cancel the job between the subquery and the update.
    claiming = update(jobs).where(jobs.c.id == oldest, jobs.c.state == JobState.QUEUED)
    values = {"state": JobState.RUNNING, "worker": worker, "began_at": now, "beat_at": now}
    number = connection.execute(claiming.values(values).returning(jobs.c.id)).scalar_one_or_none()
    if number is None:
        return None
    return job(connection, number)


def heartbeat(connection: Connection, id: int, step: str, done: int, total: int, *, worker: str | None = None) -> bool:
    """Store how far a job is; False if it was ended or is another worker's meanwhile."""
    values = {"beat_at": datetime.now(UTC), "step": step, "done": done, "total": total}
    running = update(jobs).where(jobs.c.id == id, is_running(worker))
    return connection.execute(running.values(values)).rowcount == 1


def end(connection: Connection, id: int, state: JobState, message: str = "", *, worker: str | None = None) -> bool:
    """End a job that is under way; False if it was ended or is another worker's meanwhile.

    A job becomes `done` in the transaction of its work, which must be rolled back where this returns False.
    """
    if state is JobState.DONE:
        return _end(connection, id, is_running(worker), state, message, done=jobs.c.total)
    return _end(connection, id, is_running(worker), state, message)


def is_running(worker: str | None) -> ColumnElement[bool]:
    """The condition that a job is under way, at that worker if one is named."""
    running = jobs.c.state == JobState.RUNNING
    if worker:
        return running & (jobs.c.worker == worker)
    return running


def _end(
    connection: Connection, id: int, condition: ColumnElement[bool], state: JobState, message: str, **values: Any
) -> bool:
    ending = update(jobs).where(jobs.c.id == id, condition)
    end_values = {"state": state, "message": message, "ended_at": datetime.now(UTC), **values}
    return connection.execute(ending.values(end_values)).rowcount == 1


def _newest(connection: Connection, *conditions: ColumnElement[bool]) -> Job | None:
    newest = select(jobs).where(*conditions).order_by(jobs.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return from_row(row) if row else None


def from_row(row: Row[Any]) -> Job:
    """The job of a row of the table."""
    values = row._asdict()
    request = values.pop("asked")
    times = {name: as_utc(values[name]) for name in ("at", "began_at", "beat_at", "ended_at")}
    return Job(
        **{
            **values,
            **times,
            "request": JobRequest.from_json(request),
            "batch_id": values["batch_id"] or 0,
            # Jobs from before roles were stored could only be requested by editors.
            "role": Role(request.get(ROLE, Role.EDITOR)),
            "tries": request.get(TRIES, 0),
            "kind": JobKind(values["kind"]),
            "state": JobState(values["state"]),
        }
    )


def as_utc(at: datetime | None) -> datetime | None:
    """A stored time with its zone: SQLite returns times without one, and all of ours are UTC."""
    if at and at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    return at
