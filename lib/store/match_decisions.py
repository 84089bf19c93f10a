"""People's word on which licenses are one: accepted and rejected pairs, remembered for every later comparison."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, insert, select

from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.store import audit
from lib.store.audit import AuditAction
from lib.store.schema import match_decisions

_d = match_decisions.c


class MatchDecision(StrEnum):
    """What a person said of a pair; a withdrawn word is none."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on a pair of licenses."""

    license_key: str
    marketplace_id: str
    state: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of one pair or of many at once, as far as that still counts.

    `pairs` is how many those are, `license_key` and `marketplace_id` are the first of them.
    """

    state: str
    by: str
    at: datetime
    reason: str
    pairs: int
    license_key: str
    marketplace_id: str


def add(
    connection: Connection,
    pairs: Collection[tuple[str, str]],
    state: MatchDecision,
    actor: Actor,
    reason: str = "",
) -> None:
    """Remember what a person says of pairs of license key and Marketplace id."""
    row = {"state": str(state), "by": actor.name, "at": datetime.now(UTC), "reason": reason}
    rows = [{**row, "license_key": key, "marketplace_id": id} for key, id in pairs]
    if rows:
        connection.execute(insert(match_decisions), rows)
        audit.record(connection, AuditAction.CHANGE, actor, f"{quantity(len(rows), 'match', 'matches')} {state}")


def in_force(connection: Connection) -> list[Decision]:
    """The newest word on each pair, without those withdrawn, newest first."""
    columns = (_d.license_key, _d.marketplace_id, _d.state, _d.by, _d.at, _d.reason)
    query = select(*columns).where(*_is_in_force()).order_by(_d.id.desc())
    return [Decision(**row._asdict()) for row in connection.execute(query)]


def answers(connection: Connection, count: int) -> list[Answer]:
    """The answers in force, the newest `count` of them."""
    # Pairs that were answered at once have the same time.
    of_answer = (_d.state, _d.by, _d.at, _d.reason)
    first = [func.min(column).label(column.name) for column in (_d.license_key, _d.marketplace_id)]
    query = select(*of_answer, func.count().label("pairs"), *first).where(*_is_in_force()).group_by(*of_answer)
    rows = connection.execute(query.order_by(func.max(_d.id).desc()).limit(count))
    return [Answer(**row._asdict()) for row in rows]


def number_of_answers(connection: Connection) -> int:
    """How many answers are in force."""
    one = select(_d.at).where(*_is_in_force()).group_by(_d.state, _d.by, _d.at, _d.reason).subquery()
    number: int = connection.execute(select(func.count()).select_from(one)).scalar_one()
    return number


def pairs_of(connection: Connection, answer: Answer) -> list[tuple[str, str]]:
    """The pairs of license key and Marketplace id of an answer, as far as it is in force."""
    is_this = (_d.state == answer.state, _d.by == answer.by, _d.at == answer.at)
    query = select(_d.license_key, _d.marketplace_id).where(*_is_in_force(), *is_this)
    return [(row[0], row[1]) for row in connection.execute(query)]


def _is_in_force() -> list[ColumnElement[bool]]:
    newest = select(func.max(_d.id)).group_by(_d.license_key, _d.marketplace_id)
    return [_d.id.in_(newest), _d.state != MatchDecision.WITHDRAWN]
