"""What the policy no longer retains is deleted: files, drafts, texts of cells that could not be read, sign-ins."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from lib.domain.policy import Policy
from lib.domain.roles import Action, Actor, require
from lib.domain.text import quantity
from lib.store import audit, batches, database, people, row_problems
from lib.store.audit import AuditAction


@dataclass(frozen=True, slots=True)
class Removal:
    """What was deleted: the batches whose files and drafts, and how many cells and sign-ins."""

    files: list[int]
    drafts: list[int]
    cells: int
    sign_ins: int


def apply(engine: Engine, actor: Actor, policy: Policy, now: datetime | None = None) -> Removal:
    """Delete what is older than the policy retains it; what came of it stays."""
    require(actor, Action.PURGE)

    def before(days: int) -> datetime:
        return (now or datetime.now(UTC)) - timedelta(days=days)

    with database.writing(engine) as connection:
        removal = Removal(
            batches.purge(connection, before(policy.keep_files_days)),
            batches.discard_drafts(connection, before(policy.keep_drafts_days)),
            row_problems.forget_cells(connection, before(policy.keep_cells_days)),
            people.forget_sign_ins(connection, before(policy.keep_sign_ins_days)),
        )
        if removal.files or removal.drafts or removal.cells:
            detail = f"{quantity(len(removal.files) + len(removal.drafts), 'file')} and {quantity(removal.cells, 'cell')} removed by age"
            audit.record(connection, AuditAction.CHANGE, actor, detail)
        return removal
