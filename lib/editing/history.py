"""What happened to one license, and which file brought each of its values; read from its versions (design §1, promise 1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise, takewhile
from typing import Any

import pandas as pd

from lib.checking import other_columns
from lib.domain.changes import change_title
from lib.domain.codes import parse_fields
from lib.domain.display import column_title, display_text
from lib.domain.licenses import COLUMNS

_TOLD = ("outcome", "stage", *COLUMNS, "extra")
_NAMING = ("company", "license_name", "contact_email")


@dataclass(frozen=True, slots=True)
class Origin:
    """The place in a file that a value came from, `line` being the physical line; or who wrote it here (`by`, without a
    line)."""

    batch: int
    file: str
    line: int | None
    by: str = ""

    def __str__(self) -> str:
        return f"edited by {self.by}" if self.by else f"line {self.line}, import #{self.batch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a license: `at` in UTC, `title` such as "Import #3", `why` as that person said, `changes`
    one sentence each. Of what a batch did, `batch` is its number; `file` and `line` are where an import had it from."""

    at: datetime
    by: str
    title: str
    why: str
    changes: tuple[str, ...]
    batch: int | None
    file: str = ""
    line: int | None = None


def origins(versions: pd.DataFrame, names: Sequence[str]) -> dict[str, Origin]:
    """Where the current value of each named column came from, without those that are blank.

    `versions` is a license's history as `views.history` gives it. An import that repeated a value did not bring it: the
    first of the newest versions with that value did.
    """
    newest_first = versions.to_dict("records")[::-1]
    found = {name: _bringer(newest_first, name) for name in names}
    return {name: origin for name, origin in found.items() if origin}


def _bringer(newest_first: list[dict[Any, Any]], name: str) -> Origin | None:
    current = newest_first[0][name] if newest_first else None
    if current is None or current == "":
        return None
    *_, first = takewhile(lambda version: version[name] == current, newest_first)
    if name in parse_fields(first["edited"]):
        return Origin(first["batch_id"], "", None, first["by"])
    return Origin(first["batch_id"], first["file"] or "", first["line"])


def events(versions: pd.DataFrame) -> list[Event]:
    """What happened to a license, newest first; `versions` is its history as `views.history` gives it."""
    return list(_told(versions.to_dict("records")))[::-1]


def _told(versions: list[dict[Any, Any]]) -> Iterator[Event]:
    for before, version in pairwise([None, *versions]):
        assert version is not None, "only the first has none before it"
        if before is None:
            yield _began(version, "Came into the store")
        elif before["until"] == version["since"]:
            yield _began(version, *differences(before, version))
        else:
            yield _removed(before)
            yield _began(version, "Came back into the store")
    if versions and versions[-1]["until"] is not None:
        yield _removed(versions[-1])


def _began(version: dict[Any, Any], *changes: str) -> Event:
    batch = version["change_batch"]
    place = {"file": version["file"] or "", "line": version["line"]} if version["kind"] == "import" else {}
    return Event(
        at=_in_utc(version["at"]),
        by=version["by"],
        title=change_title(version["kind"], batch),
        why=version["why"],
        changes=changes,
        batch=batch,
        **place,
    )


def _removed(version: dict[Any, Any]) -> Event:
    batch = version["ended_batch"]
    return Event(
        at=_in_utc(version["ended_at"]),
        by=version["ended_by"],
        title=change_title(version["ended_kind"], batch),
        why=version["ended_why"],
        changes=("Taken out of the store",),
        batch=batch,
    )


def differences(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[str]:
    """What one version of a license says otherwise than another, a sentence each: "Editors: 10 → 100"."""
    for name in _TOLD:
        old, new = (_said(name, version) for version in (before, after))
        if old != new:
            yield f"{_title(name)}: {old or 'blank'} → {new or 'blank'}"
    if before["customer"] != after["customer"] and all(before[name] == after[name] for name in _NAMING):
        yield f"Customer: {before['customer']} → {after['customer']}"


def _said(name: str, version: Mapping[Any, Any]) -> str:
    if name == "extra":
        return other_columns.format_cells(version["extra"])
    return display_text(name, version["country"] or version["country_text"] if name == "country" else version[name])


def _title(name: str) -> str:
    return "Other columns" if name == "extra" else column_title(name)


def _in_utc(moment: datetime) -> datetime:
    """SQLite forgets the zone of what was written in UTC; PostgreSQL tells it in the server's own."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
