"""Downloaded files: logged, marked as sent, and what changed of a customer's licenses since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

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
from lib.requests.records import Record, records_by_key
from lib.store import customer_queries, database, downloads, license_queries


class DifferenceKind(StrEnum):
    """What became of a license since a file was downloaded."""

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
    """What changed of a license, with a sentence for each cell, verdict and move: "Editors: 10 → 100"."""

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
    """Log a downloaded file in a transaction of its own, and return its number (see `store.downloads.record`)."""
    require(actor, Action.DOWNLOAD_UPGRADES)
    # On PostgreSQL, a download does not wait for an import that is writing licenses.
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
            actor=actor,
        )


def differences_since(connection: Connection, customer: str, change: int) -> list[Difference]:
    """What changed of a customer's licenses since a change, by key."""
    before = records_by_key(customer_queries.licenses_at(connection, customer, change))
    after = records_by_key(customer_queries.current_licenses(connection, customer))
    elsewhere = records_by_key(license_queries.current_by_key(connection, before.keys() - after.keys()))
    keys = sorted({*before, *after})
    licenses = [difference_of(key, before.get(key), after.get(key), elsewhere.get(key)) for key in keys]
    return [difference for difference in licenses if difference]


def mark_sent(engine: Engine, number: int, actor: Actor, policy: Policy, *, note: str = "") -> MoveResult:
    """Mark a download as sent: requests of its licenses that were not made or just came in wait for the customer.

    All in one transaction, undone with the change that moved them (`unmark_sent`).
    Raises RefusalError if there is no such download, if it is marked already, or if the actor may not.
    """
    require(actor, Action.MARK_SENT)
    with database.writing(engine) as connection:
        download = downloads.download(connection, number)
        if download.sent_at is not None:
            raise RefusalError(
                f"Download #{number} was marked as sent already, by {download.sent_by} at {format_time(download.sent_at)}."
            )
        downloads.set_sent(connection, number, actor, is_sent=True)
        keys = downloads.keys_waiting(connection, download)
        reason = note or f"Sent to the customer (download #{number})"
        counts = {change_reversal.DOWNLOAD: number}
        return moves.move_in_transaction(connection, keys, Stage.NEEDS_INFO, actor, reason, policy, counts=counts)


def unmark_sent(engine: Engine, number: int, actor: Actor, reason: str = "") -> int | None:
    """Undo that a download was marked as sent, and the moves that came with it.

    Returns the number of the new change, None if no request was moved. Raises RefusalError if the download is not marked,
    or if all those requests were moved on since.
    """
    require(actor, Action.MARK_SENT)
    with database.writing(engine) as connection:
        if downloads.download(connection, number).sent_at is None:
            raise RefusalError(f"Download #{number} is not marked as sent.")
        change = downloads.last_marking(connection, number)
        if change is not None:
            return change_reversal.undo_in_transaction(connection, change, actor, reason)
        # No request was moved by the marking, so there is no change to revert.
        downloads.set_sent(connection, number, actor, is_sent=False)
        return None


def difference_of(key: str, before: Record | None, after: Record | None, elsewhere: Record | None) -> Difference | None:
    """What changed of a license; `elsewhere` is what it is now with another customer. None if nothing changed."""
    if before is None:
        return Difference(key, DifferenceKind.NEW)
    if after is None:
        if elsewhere is None:
            return Difference(key, DifferenceKind.GONE, ("Taken out of the store",))
        return Difference(key, DifferenceKind.GONE, tuple(changes_in_words(before, elsewhere)))
    sentences = tuple(changes_in_words(before, after))
    if not sentences:
        return None
    return Difference(key, DifferenceKind.CHANGED, sentences)


def changes_in_words(before: Record, after: Record) -> Iterator[str]:
    """A sentence for each difference between two versions of a license."""
    yield from version_differences(before, after)
    upgrade_before, upgrade_after = upgrade_in_words(before), upgrade_in_words(after)
    if upgrade_before != upgrade_after:
        yield f"Upgrade: {upgrade_before} → {upgrade_after}"


def upgrade_in_words(version: Record) -> str:
    """The upgrade that a version of a license needs."""
    if version["to_tier"] is None:
        return "none"
    return f"{format_size(version['from_size'])} to {format_size(version['to_tier'])}"
