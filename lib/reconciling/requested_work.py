"""What people request of the worker on the page Reconcile: compare again, apply matches, undo that."""

from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.roles import Actor
from lib.importing.imports import WithinTransaction
from lib.matching.confidence import Confidence
from lib.reconciling import apply, comparison
from lib.reconciling.apply import Level
from lib.store import jobs
from lib.store.job import Job, JobKind, JobRequest
from lib.store.work_steps import ProgressReporter


def request_comparison(connection: Connection, actor: Actor) -> int:
    """Request that all licenses are compared again; gives the number of the job."""
    return jobs.submit_alone(connection, JobKind.COMPARE, JobRequest(), actor)


def request_application(connection: Connection, comparison: int, level: Level, actor: Actor, reason: str) -> int:
    """Request that matches of the comparison that a person saw are applied; gives the number of the job."""
    settings = {"comparison": comparison, "level": None if level is None else str(level)}
    return jobs.submit_alone(connection, JobKind.APPLY, JobRequest(settings=settings, reason=reason), actor)


def request_undo(connection: Connection, change: int, actor: Actor, reason: str = "") -> int:
    """Request that what was applied is undone, or redone; gives the number of the job."""
    return jobs.submit_alone(connection, JobKind.UNDO_APPLY, JobRequest(base=change, reason=reason), actor)


def do_work(engine: Engine, job: Job, policy: Policy, report: ProgressReporter, end: WithinTransaction) -> None:
    """Do what was requested; `end` belongs to the transaction that stores it. Raises RefusalError if it cannot be done."""
    reason, settings = job.request.reason or "", job.request.settings or {}
    match job.kind:
        case JobKind.COMPARE:
            comparison.compare_again(engine, job.actor, policy, report, end)
        case JobKind.APPLY:
            apply.apply_matches(
                engine,
                settings["comparison"],
                level_of(settings["level"]),
                job.actor,
                policy,
                reason,
                report_progress=report,
                in_same_transaction=end,
            )
        case JobKind.UNDO_APPLY:
            apply.undo_application(
                engine,
                job.request.base or 0,
                job.actor,
                policy,
                reason,
                report_progress=report,
                in_same_transaction=end,
            )


def level_of(name: str | None) -> Level:
    """How sure matches must be, of a request's text."""
    return None if name is None else Confidence(name)
