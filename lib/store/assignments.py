"""Who works on which request: the newest assignment of a license counts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Select, func, insert, select

from lib.domain.roles import Action, Actor, require
from lib.domain.text import quantity
from lib.store import audit, bulk
from lib.store.audit import AuditAction
from lib.store.schema import assignments

_a = assignments.c
_NEWEST = select(func.max(_a.id)).group_by(_a.license_key)


def assign(connection: Connection, keys: Sequence[str], assignee: str, actor: Actor) -> None:
    """Assign licenses' requests to somebody, or to nobody (an empty name)."""
    require(actor, Action.ASSIGN)
    at = datetime.now(UTC)
    rows = [{"license_key": key, "assignee": assignee, "by": actor.name, "at": at} for key in dict.fromkeys(keys)]
    if rows:
        connection.execute(insert(assignments), rows)
        audit.record(connection, AuditAction.CHANGE, actor, f"{quantity(len(rows), 'request')} assigned")


def assignees(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """The assignees of these licenses' requests, by key, where there is one."""
    is_one = bulk.is_one_of(connection, _a.license_key, keys)
    query = select(_a.license_key, _a.assignee).where(_a.id.in_(_NEWEST), is_one)
    return {row.license_key: row.assignee for row in connection.execute(query) if row.assignee}


def all_assignees(connection: Connection) -> list[str]:
    """Everybody who works on a request now, sorted."""
    query = select(_a.assignee).where(_a.id.in_(_NEWEST), _a.assignee != "").distinct()
    return sorted(connection.execute(query).scalars())


def keys_assigned_to(assignees: Sequence[str]) -> Select[tuple[str]]:
    """Select the keys of licenses whose requests some people work on."""
    return select(_a.license_key).where(_a.id.in_(_NEWEST), _a.assignee.in_(assignees))
