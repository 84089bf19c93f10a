"""Files that people took along: logged, marked as sent, and what changed of a customer's licenses since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Action, Actor, require
from lib.domain.text import format_time
from lib.domain.tiers import format_size
from lib.editing import change_reversal
from lib.editing.history import version_differences
from lib.measures.cut import Cut
from lib.requests import moves
from lib.requests.moves import MoveResult
from lib.store import customer_queries, database, downloads, license_queries


class DifferenceKind(StrEnum):
    """What became of a license since a file was taken along."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


DIFFERENCE_TITLES = {
    DifferenceKind.NEW: "New license",
    DifferenceKind.CHANGED: "Changed",
    DifferenceKind.GONE: "No longer this customer's",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What is otherwise with a license; `sentences` tell each cell, verdict and move: "Editors: 10 → 100"."""

    license_key: str
    kind: DifferenceKind
    sentences: tuple[str, ...] = ()


def log(
    engine: Engine,
    *,
    kind: str,
    cut: Cut,
    change: int,
    counts: Mapping[str, int],
    content: bytes | None = None,
    size: int = 0,
    sha256: str = "",
    customers: Iterable[str],
    actor: Actor,
) -> int:
    """Log a file that is taken along, in a transaction of its own (see `store.downloads.record`); gives its number."""
    require(actor, Action.DOWNLOAD_UPGRADES)
    with database.writing_briefly(engine) as connection:
        return downloads.record(
            connection,
            kind=kind,
            cut=cut,
            change=change,
            counts=counts,
            content=content,
            size=size,
            sha256=sha256,
            customers=customers,
            by=actor.name,
        )


def differences_since(connection: Connection, customer: str, change: int) -> list[Difference]:
    """What changed of a customer's licenses between a change and now, license by license in the order of their keys."""
    then, now = (
        _by_key(customer_queries.licenses_at(connection, customer, change)),
        _by_key(customer_queries.current_licenses(connection, customer)),
    )
    elsewhere = _by_key(license_queries.current_by_key(connection, then.keys() - now.keys()))
    return [
        found for key in sorted({*then, *now}) if (found := _difference(key, then.get(key), now.get(key), elsewhere))
    ]


def mark_sent(engine: Engine, number: int, actor: Actor, policy: Policy, *, note: str = "") -> MoveResult:
    """Mark a download as sent, and let the requests of its licenses wait for the customer where none was made or one has
    come in; in one transaction, and taken back with the change that moved them (`unmark_sent`).

    Raises RefusalError if there is no such download, if it is marked already, or if the actor may not.
    """
    require(actor, Action.MARK_SENT)
    with database.writing(engine) as connection:
        told = downloads.download(connection, number)
        if told.sent_at is not None:
            raise RefusalError(
                f"Download #{number} was marked as sent already, by {told.sent_by} at {format_time(told.sent_at)}."
            )
        downloads.set_sent(connection, number, actor.name, is_sent=True)
        keys = downloads.keys_waiting(connection, told)
        why = note or f"Sent to the customer (download #{number})"
        counts = {change_reversal.DOWNLOAD: number}
        return moves.move_within(connection, keys, Stage.NEEDS_INFO, actor, why, policy, counts=counts)


def unmark_sent(engine: Engine, number: int, actor: Actor, reason: str = "") -> int | None:
    """Take back that a download was marked as sent, and the moves that came with it; gives the number of the new change,
    None if no request was moved. Raises RefusalError if it is not marked, or if all those requests were moved on since."""
    require(actor, Action.MARK_SENT)
    with database.writing(engine) as connection:
        if downloads.download(connection, number).sent_at is None:
            raise RefusalError(f"Download #{number} is not marked as sent.")
        change = downloads.last_marking(connection, number)
        if change is not None:
            return change_reversal.undo_in_transaction(connection, change, actor, reason)
        downloads.set_sent(connection, number, actor.name, is_sent=False)
        return None


def _difference(
    key: str, then: Mapping[str, Any] | None, now: Mapping[str, Any] | None, elsewhere: Mapping[str, Mapping[str, Any]]
) -> Difference | None:
    if then is None:
        return Difference(key, DifferenceKind.NEW)
    if now is None:
        moved = elsewhere.get(key)
        return Difference(key, DifferenceKind.GONE, tuple(_told(then, moved)) if moved else ("Taken out of the store",))
    sentences = tuple(_told(then, now))
    return Difference(key, DifferenceKind.CHANGED, sentences) if sentences else None


def _told(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    yield from version_differences(then, now)
    was, has = _upgrade(then), _upgrade(now)
    if was != has:
        yield f"Upgrade: {was or 'none'} → {has or 'none'}"


def _upgrade(version: Mapping[str, Any]) -> str:
    if version["to_tier"] is None:
        return ""
    return f"{format_size(version['from_size'])} to {format_size(version['to_tier'])}"


def _by_key(versions: pd.DataFrame) -> dict[str, Mapping[str, Any]]:
    return {
        row["license_key"]: {str(name): value for name, value in row.items()} for row in versions.to_dict("records")
    }
