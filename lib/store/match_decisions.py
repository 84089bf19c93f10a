"""People's word on which licenses are one: accepted and rejected pairs, remembered for every later comparison."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select

from lib.domain.roles import Actor
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


def in_force(connection: Connection) -> list[Decision]:
    """The newest word on each pair, without those withdrawn, newest first."""
    newest = select(func.max(_d.id)).group_by(_d.license_key, _d.marketplace_id)
    columns = (_d.license_key, _d.marketplace_id, _d.state, _d.by, _d.at, _d.reason)
    query = select(*columns).where(_d.id.in_(newest), _d.state != MatchDecision.WITHDRAWN).order_by(_d.id.desc())
    return [Decision(**row._asdict()) for row in connection.execute(query)]
