"""The log of what was done: rows are added in the transaction of the deed, and never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select

from lib.domain.roles import Action, Actor, require
from lib.domain.text import storable
from lib.store import database
from lib.store.schema import audit_log

_a = audit_log.c


class AuditAction(StrEnum):
    """What is logged."""

    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    REFUSAL = "refusal"
    ROLE = "role"
    CHANGE = "change"
    DOWNLOAD = "download"
    REVEAL = "reveal"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed; see `schema.audit_log`."""

    id: int
    at: datetime
    who: str
    account: str
    origin: str
    action: AuditAction
    detail: str


def record(connection: Connection, action: AuditAction, actor: Actor, detail: str) -> None:
    """Log a deed; `detail` names no person but the one whose role changes, and no license key."""
    row = {
        "at": datetime.now(UTC),
        "who": actor.name,
        "account": actor.account,
        "origin": actor.origin,
        "action": action,
        "detail": storable(detail),
    }
    connection.execute(insert(audit_log).values(row))


def log(engine: Engine, action: AuditAction, actor: Actor, detail: str) -> None:
    """Log a deed that changes nothing itself, in a transaction of its own; `detail` as for `record`."""
    with database.writing_briefly(engine) as connection:
        record(connection, action, actor, detail)


def page(
    connection: Connection, actor: Actor, *, who: str = "", action: str = "", start: int = 0, count: int = 100
) -> tuple[list[AuditEntry], int]:
    """A page of the log, newest first, and how many match: `who` is part of a name, `action` one of `AuditAction`."""
    require(actor, Action.SEE_AUDIT)
    conditions: list[ColumnElement[bool]] = []
    if who.strip():
        conditions.append(_a.who.icontains(who.strip(), autoescape=True))
    if action:
        conditions.append(_a.action == action)
    total: int = connection.execute(select(func.count()).select_from(audit_log).where(*conditions)).scalar_one()
    query = select(audit_log).where(*conditions).order_by(_a.id.desc()).offset(start).limit(count)
    return [_entry(row._asdict()) for row in connection.execute(query)], total


def _entry(values: dict[str, Any]) -> AuditEntry:
    return AuditEntry(**{**values, "action": AuditAction(values["action"])})
