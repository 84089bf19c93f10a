"""What happened to a license, and where each of its values came from, as its versions show (design §1, promise 1)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise, takewhile
from typing import Any

import pandas as pd

from lib.checking import other_columns
from lib.domain.changes import ChangeKind, change_title
from lib.domain.codes import parse_fields
from lib.domain.display import column_title, display_text
from lib.domain.licenses import COLUMNS
from lib.domain.masking import HIDDEN

_COMPARED = ("outcome", "stage", *COLUMNS, "extra")
_NAMES = ("company", "license_name", "contact_email")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: a physical line of a file, or, without a line, a person (`by`)."""

    batch: int
    file: str
    line: int | None
    by: str = ""

    def __str__(self) -> str:
        if self.by:
            return f"edited by {self.by}"
        return f"line {self.line}, import #{self.batch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a license, at a time in UTC."""

    at: datetime
    by: str
    title: str
    """Such as "Import #3"."""

    why: str
    """The reason that person gave."""

    changes: tuple[str, ...]
    """A sentence each."""

    batch: int | None
    """The number of the batch that did it."""

    file: str = ""
    line: int | None = None


def value_origins(versions: pd.DataFrame, names: Sequence[str]) -> dict[str, Origin]:
    """Where the current value of each column came from, without blank ones.

    `versions` is a license's history as `license_queries.history` gives it. An import that repeats a value is not its
    origin: the first of the newest versions with that value is.
    """
    newest_first = versions.to_dict("records")[::-1]
    origins = {name: value_origin(newest_first, name) for name in names}
    return {name: origin for name, origin in origins.items() if origin}


def value_origin(newest_first: list[dict[Any, Any]], name: str) -> Origin | None:
    """The origin of a column's current value; None if blank."""
    if not newest_first:
        return None
    current = newest_first[0][name]
    if current is None or current == "":
        return None
    # Only the newest run of versions counts: a value that was changed and came back has a new origin.
    *_, first = takewhile(lambda version: version[name] == current, newest_first)
    if name in parse_fields(first["edited"]):
        return Origin(first["batch_id"], "", None, first["by"])
    return Origin(first["batch_id"], first["file"] or "", first["line"])


def license_events(versions: pd.DataFrame, hidden: Collection[str] = ()) -> list[Event]:
    """What happened to a license, newest first, by `license_queries.history`; values of hidden columns are masked."""
    return list(events_in_order(versions.to_dict("records"), hidden))[::-1]


def events_in_order(versions: list[dict[Any, Any]], hidden: Collection[str]) -> Iterator[Event]:
    """What happened to a license, oldest first."""
    if versions:
        yield start_event(versions[0], "Imported")
    for before, version in pairwise(versions):
        # A gap between two versions is a time in which the license was not in the store.
        if before["until"] == version["since"]:
            yield start_event(version, *version_differences(before, version, hidden))
        else:
            yield removal_event(before)
            yield start_event(version, "Restored")
    if versions and versions[-1]["until"] is not None:
        yield removal_event(versions[-1])


def start_event(version: dict[Any, Any], *changes: str) -> Event:
    """The change that a version started with."""
    event = Event(
        at=in_utc(version["at"]),
        by=version["by"],
        title=change_title(version["kind"], version["change_batch"]),
        why=version["why"],
        changes=changes,
        batch=version["change_batch"],
    )
    # Versions of other changes repeat the line of the import before them, which did not make them.
    if version["kind"] == ChangeKind.RECONCILE:
        return replace(event, file=version["export"] or "", line=version["export_line"])
    if version["kind"] != ChangeKind.IMPORT:
        return event
    return replace(event, file=version["file"] or "", line=version["line"])


def removal_event(version: dict[Any, Any]) -> Event:
    """The change that a license was removed by."""
    return Event(
        at=in_utc(version["ended_at"]),
        by=version["ended_by"],
        title=change_title(version["ended_kind"], version["ended_batch"]),
        why=version["ended_why"],
        changes=("Removed",),
        batch=version["ended_batch"],
    )


def version_differences(
    before: Mapping[Any, Any], after: Mapping[Any, Any], hidden: Collection[str] = ()
) -> Iterator[str]:
    """How two versions differ, such as "Editors: 10 → 100"; values of hidden columns are masked."""
    for name in _COMPARED:
        if field_text(name, before) != field_text(name, after):
            yield difference_sentence(name, before, after, hidden)
    # A customer that follows from other names is no news beside them.
    if before["customer"] != after["customer"] and all(before[name] == after[name] for name in _NAMES):
        yield f"Customer: {before['customer']} → {after['customer']}"


def difference_sentence(name: str, before: Mapping[Any, Any], after: Mapping[Any, Any], hidden: Collection[str]) -> str:
    """How a field of two versions differs; values of hidden columns are masked."""
    old, new = field_text(name, before), field_text(name, after)
    if name in hidden:
        old, new = old and HIDDEN, new and HIDDEN
    return f"{field_title(name)}: {old or 'blank'} → {new or 'blank'}"


def field_text(name: str, version: Mapping[Any, Any]) -> str:
    """A version's value in a field, for people."""
    if name == "extra":
        return other_columns.format_cells(version["extra"])
    value = version[name]
    # A country that we do not know has no code, but still its own text.
    if name == "country":
        value = value or version["country_text"]
    return display_text(name, value)


def field_title(name: str) -> str:
    """What people call a field."""
    if name == "extra":
        return "Other columns"
    return column_title(name)


def in_utc(at: datetime) -> datetime:
    """A time in UTC."""
    # SQLite gives times without a zone, PostgreSQL in that of its server.
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    return at.astimezone(UTC)
