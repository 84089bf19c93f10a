"""What a job is: its kind, what it is to do, who requested it, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from lib.domain.roles import Actor, Role
from lib.store.work_steps import WRITING


class JobKind(StrEnum):
    """What is to be done: with a batch, or, of the policy, with all licenses."""

    CHECK = "check"
    IMPORT = "import"
    UNDO = "undo"
    REDO = "redo"
    RECONCILE = "reconcile"
    COMPARE = "compare"
    APPLY = "apply"
    UNDO_APPLY = "undo_apply"
    POLICY = "policy"
    POLICY_UNDO = "policy_undo"
    READ_ANSWER = "read_answer"
    RECORD_ANSWER = "record_answer"


class JobState(StrEnum):
    """Where a job is: waiting, under way, or ended one of three ways."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ROLE, TRIES = "role", "tries"
"""Under which names the role of the person who requested a job, and how often it was tried, are stored with the request."""

LIVE = (JobState.QUEUED, JobState.RUNNING)
LIVE_OR_DONE = (*LIVE, JobState.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """What a job is to do besides its kind; what does not matter for the kind is left out.

    `base`, `fingerprint` and `settings` are for an import (the change its preview was made at, what that showed, and how
    the file was read for it), `settings` also for a check, `reason` for import, undo and redo. A new policy has all three: the change that its effect
    was seen at, its settings and why; one to be taken back has the change that put it in force as `base`. Matches to apply have the
    comparison and how sure they must be as `settings`; those to be undone the change that applied them as `base`.
    An answer to be recorded has what was seen of it as `fingerprint`.
    """

    base: int | None = None
    settings: dict[str, Any] | None = None
    reason: str | None = None
    fingerprint: str | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "JobRequest":
        """A request as `to_json` stored it."""
        return cls(**{part.name: stored.get(part.name) for part in fields(cls)})

    def to_json(self) -> dict[str, Any]:
        """The request as JSON, without what was left out."""
        values = {part.name: getattr(self, part.name) for part in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Job:
    """Work on a batch, 0 for all licenses: who requested it in which role, who does it, how far it is, and in the end a sentence about it.

    `done` of `total` are rows of the file at the step, `total` 0 where they are not counted yet. Times are in UTC.
    `tries` came to no end, since a server or the database stopped.
    """

    id: int
    batch_id: int
    kind: JobKind
    request: JobRequest
    by: str
    role: Role
    tries: int
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
        """Who requested it, with the role they had then."""
        return Actor(self.by, self.role)

    def stored_request(self) -> dict[str, Any]:
        """The request and the role, as they are stored."""
        return {**self.request.to_json(), ROLE: self.role}

    @property
    def is_live(self) -> bool:
        """Whether it waits or is under way."""
        return self.state in LIVE

    @property
    def can_be_cancelled(self) -> bool:
        """Whether a person may still try to stop it; `cancel` decides."""
        return self.is_live and self.step != WRITING
