"""The versions of the policy: the one in force, those before it, and a new one; rows are only ever added."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select

from lib.domain.policy import Policy
from lib.domain.policy_settings import policy_from_json, settings_json
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import format_time
from lib.store import database
from lib.store.schema import policies

_p = policies.c


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A version of the policy: who put it in force, when, why, and by which change (0 for the first)."""

    policy: Policy
    by: str
    at: datetime
    reason: str
    change: int


def current(connection: Connection) -> Policy:
    """The policy in force."""
    return newest(connection).policy


def newest(connection: Connection) -> PolicyVersion:
    """The version in force."""
    query = select(policies).order_by(_p.number.desc()).limit(1)
    return _policy_version(connection.execute(query).one())


def in_force(engine: Engine) -> Policy:
    """The policy in force, where no transaction is open."""
    with database.reading(engine) as connection:
        return current(connection)


def current_number(connection: Connection) -> int:
    """The number of the policy in force."""
    number: int = connection.execute(select(func.max(_p.number))).scalar_one()
    return number


def time_in_words(connection: Connection, at: datetime) -> str:
    """A stored time by the clocks of the organization."""
    return format_time(at, current(connection).time_zone)


def in_force_at(connection: Connection, change: int | None) -> Policy:
    """The policy that was in force once a change was made; today's without one."""
    if change is None:
        return current(connection)
    then = select(policies).where(_p.change <= change).order_by(_p.number.desc()).limit(1)
    return _policy_version(connection.execute(then).one()).policy


def version(connection: Connection, number: int) -> PolicyVersion:
    """One version. Raises RefusalError if there is none of that number."""
    row = connection.execute(select(policies).where(_p.number == number)).one_or_none()
    if row is None:
        last = current_number(connection)
        raise RefusalError(f"There is no policy v{number}. The versions are v1 to v{last}.")
    return _policy_version(row)


def versions(connection: Connection) -> list[PolicyVersion]:
    """All versions, newest first."""
    return [_policy_version(row) for row in connection.execute(select(policies).order_by(_p.number.desc()))]


def every(connection: Connection) -> list[Policy]:
    """All policies there were, oldest first; the last is in force."""
    return [version.policy for version in reversed(versions(connection))]


def add(connection: Connection, policy: Policy, actor: Actor, reason: str, change: int) -> Policy:
    """Put a policy in force, under the next number."""
    require(actor, Action.CHANGE_POLICY)
    numbered = replace(policy, version=current_number(connection) + 1)
    row = {
        "number": numbered.version,
        "settings": settings_json(numbered),
        "by": actor.name,
        "at": datetime.now(UTC),
        "reason": reason,
        "change": change,
    }
    connection.execute(insert(policies).values(row))
    return numbered


def refuse_outdated(connection: Connection, policy: Policy) -> None:
    """Raises RefusalError if another version is in force: licenses would be judged by what no longer holds."""
    number = current_number(connection)
    if number != policy.version:
        raise RefusalError(
            f"The policy changed meanwhile: v{number} is in force instead of v{policy.version}. Nothing was changed. Try again."
        )


def _policy_version(row: Row[Any]) -> PolicyVersion:
    policy = policy_from_json(row.number, row.settings)
    return PolicyVersion(policy, row.by, row.at, row.reason, row.change)
