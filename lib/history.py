"""What happened to one license, and which file brought each of its values; read from its versions (design §1, promise 1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise, takewhile
from typing import Any

import pandas as pd

from lib.licenses import COLUMNS
from lib.records import shown, title_of

_TOLD = ("outcome", *COLUMNS)
_KINDS = {"import": "Import", "undo": "Undo of import", "redo": "Redo of import"}


@dataclass(frozen=True, slots=True)
class Origin:
    """The place in a file that a value came from: `line` is the physical line."""

    batch: int
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a license: `at` in UTC, `deed` such as "Import #3", `changes` one sentence each."""

    at: datetime
    by: str
    deed: str
    changes: tuple[str, ...]


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
            yield _began(version, *(_differences(before, version)))
        else:
            yield _removed(before)
            yield _began(version, "Came back into the store")
    if versions and versions[-1]["until"] is not None:
        yield _removed(versions[-1])


def _began(version: dict[Any, Any], *changes: str) -> Event:
    deed = f"{_KINDS[version['kind']]} #{version['change_batch']}"
    return Event(_in_utc(version["at"]), version["by"], deed, changes)


def _removed(version: dict[Any, Any]) -> Event:
    deed = f"{_KINDS[version['ended_kind']]} #{version['ended_batch']}"
    return Event(_in_utc(version["ended_at"]), version["ended_by"], deed, ("Taken out of the store",))


def _differences(before: dict[Any, Any], after: dict[Any, Any]) -> Iterator[str]:
    for name in _TOLD:
        if before[name] != after[name]:
            old, new = (shown(name, version[name]) or "blank" for version in (before, after))
            yield f"{title_of(name)}: {old} → {new}"


def _in_utc(moment: datetime) -> datetime:
    """SQLite forgets the zone of what was written in UTC; PostgreSQL tells it in the server's own."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
