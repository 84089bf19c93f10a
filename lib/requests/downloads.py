"""Downloaded files: logged, and what a customer's list says by now that it did not say at a change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine

from lib.domain.masking import PERSONAL
from lib.domain.roles import Action, Actor, require
from lib.domain.tiers import format_size
from lib.editing.history import difference_sentence, version_differences
from lib.measures.cut import Cut
from lib.requests.records import Record, records_by_key
from lib.store import customer_queries, database, downloads, license_queries
from lib.store.list_changes import LISTED_FIELDS


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
    """What a list says differently of a license, a sentence each: "Editors: 10 → 100"."""

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
    content: bytes | memoryview | None = None,
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
    """What the list of a customer says of its licenses that it did not say at a change, by key."""
    before = records_by_key(customer_queries.licenses_at(connection, customer, change))
    after = records_by_key(customer_queries.current_licenses(connection, customer))
    elsewhere = records_by_key(license_queries.current_by_key(connection, before.keys() - after.keys()))
    keys = sorted({*before, *after})
    licenses = [difference_of(key, before.get(key), after.get(key), elsewhere.get(key)) for key in keys]
    return [difference for difference in licenses if difference]


def difference_of(key: str, before: Record | None, after: Record | None, elsewhere: Record | None) -> Difference | None:
    """What changed of a license; `elsewhere` is what it is now with another customer. None if nothing changed."""
    if before is None:
        return Difference(key, DifferenceKind.NEW)
    if after is None:
        if elsewhere is None:
            return Difference(key, DifferenceKind.GONE, ("Removed",))
        return Difference(key, DifferenceKind.GONE, tuple(version_differences(before, elsewhere, PERSONAL)))
    if all(before[name] == after[name] for name in LISTED_FIELDS):
        return None
    return Difference(key, DifferenceKind.CHANGED, tuple(listed_differences(before, after)))


def listed_differences(before: Record, after: Record) -> Iterator[str]:
    """A sentence for each thing that a list says differently of two versions of a license."""
    for name in LISTED_FIELDS:
        if name not in _UPGRADE and before[name] != after[name]:
            yield difference_sentence(name, before, after, PERSONAL)
    upgrade_before, upgrade_after = upgrade_in_words(before), upgrade_in_words(after)
    if upgrade_before != upgrade_after:
        yield f"Upgrade: {upgrade_before} → {upgrade_after}"


_UPGRADE = ("from_size", "to_tier")
"""Fields that are said together."""


def upgrade_in_words(version: Record) -> str:
    """The upgrade that a version of a license needs."""
    if version["to_tier"] is None:
        return "none"
    return f"{format_size(version['from_size'])} to {format_size(version['to_tier'])}"
