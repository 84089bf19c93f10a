"""Batches: every file that was brought in, how it was read, what was wrong with it and what came of it."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO, Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from lib.checking.causes import Cause, sort_causes
from lib.checking.problem import Problem, Severity
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.store.receipt import Receipt
from lib.store.schema import batch_parts, batches, changes, check_pages, checks, rejections


class BatchState(StrEnum):
    """Where a batch is: waiting for a decision, in the store, taken out again, or thrown away before it was imported."""

    OPEN = "open"
    IMPORTED = "imported"
    UNDONE = "undone"
    DISCARDED = "discarded"


BATCH_STATE_TITLES = {
    BatchState.OPEN: "Not imported yet",
    BatchState.IMPORTED: "Imported",
    BatchState.UNDONE: "Undone",
    BatchState.DISCARDED: "Discarded",
}


@dataclass(frozen=True, slots=True)
class Batch:
    """One file that was brought in; `settings` say how to read it, `receipt` what importing it did, `purged_at` when its
    bytes were let go (None: they are kept)."""

    id: int
    name: str
    sha256: str
    size: int
    state: BatchState
    settings: dict[str, Any]
    created_at: datetime
    created_by: str
    receipt: Receipt | None
    purged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Something done to the licenses, and by whom; `file` is the name of its batch's file."""

    id: int
    at: datetime
    by: str
    kind: str
    reason: str
    counts: dict[str, int]
    batch_id: int | None
    file: str | None


_CHANGES = select(
    *(changes.c[name] for name in ("id", "at", "by", "kind", "reason", "counts", "batch_id")),
    batches.c.name.label("file"),
).select_from(changes.outerjoin(batches, batches.c.id == changes.c.batch_id))


_SHOWN = list(batches.columns)

_PART = 8 << 20
"""Bytes of a file that are compressed and stored at once."""


def fingerprint(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class CompressedFile:
    """A file's bytes, compressed part by part one after the other into `into`: of each part its size, and how many bytes it
    takes there."""

    parts: list[tuple[int, int]]
    into: IO[bytes]


def compress(content: bytes, into: IO[bytes]) -> CompressedFile:
    """A file's bytes ready to be kept; long work that needs no database."""
    pieces = (memoryview(content)[start : start + _PART] for start in range(0, len(content), _PART))
    parts = [(len(piece), into.write(pa.compress(piece, codec="zstd", asbytes=True))) for piece in pieces]
    return CompressedFile(parts, into)


def add(
    connection: Connection, name: str, sha256: str, file: CompressedFile, settings: dict[str, Any], actor: Actor
) -> int:
    """Keep a file, given with its fingerprint, as a new open batch; gives its number."""
    require(actor, Action.IMPORT)
    row = {
        "name": name,
        "sha256": sha256,
        "size": sum(size for size, _ in file.parts),
        "state": BatchState.OPEN,
        "settings": settings,
        "created_at": datetime.now(UTC),
        "created_by": actor.name,
    }
    number: int = connection.execute(insert(batches).values(row).returning(batches.c.id)).scalar_one()
    file.into.seek(0)
    for part, (size, length) in enumerate(file.parts):
        told = {"batch_id": number, "part": part, "size": size, "content": file.into.read(length)}
        connection.execute(insert(batch_parts).values(told))
    return number


def remove(connection: Connection, number: int) -> None:
    """Take back that an open batch was kept, as if it had never been."""
    connection.execute(delete(batch_parts).where(batch_parts.c.batch_id == number))
    connection.execute(delete(batches).where(batches.c.id == number, batches.c.state == BatchState.OPEN))


def batch(connection: Connection, number: int) -> Batch:
    """One batch without its bytes. Raises RefusalError if there is none of that number."""
    row = connection.execute(select(*_SHOWN).where(batches.c.id == number)).one_or_none()
    if row is None:
        raise RefusalError(f"There is no batch #{number}. Look it up on the page Batches.")
    return _batch(row)


def content(connection: Connection, number: int) -> bytes:
    """The bytes of a batch's file, as they were brought in. Raises RefusalError if they were let go."""
    whole = io.BytesIO()
    for part in parts(connection, number):
        whole.write(part)
    if not whole.tell():
        raise RefusalError(f"The file of batch #{number} is no longer kept. Bring the file in again to import it.")
    return whole.getvalue()


def parts(connection: Connection, number: int) -> Iterator[pa.Buffer]:
    """The same bytes part by part, of which one is held at a time; none if they were let go."""
    own = batch_parts.c.batch_id == number
    for part in connection.execute(select(batch_parts.c.part).where(own).order_by(batch_parts.c.part)).scalars().all():
        asked = select(batch_parts.c.content, batch_parts.c.size).where(own, batch_parts.c.part == part)
        row = connection.execute(asked).one()
        yield pa.decompress(row.content, decompressed_size=row.size, codec="zstd")


def newest_imported(connection: Connection, sha256: str) -> Batch | None:
    """The newest batch of the very same bytes that is in the store now, if any."""
    return _newest_of(connection, sha256, BatchState.IMPORTED)


def newest_open(connection: Connection, sha256: str) -> Batch | None:
    """The newest batch of the very same bytes that still waits to be imported, if any."""
    return _newest_of(connection, sha256, BatchState.OPEN)


def _newest_of(connection: Connection, sha256: str, state: BatchState) -> Batch | None:
    same = select(*_SHOWN).where(batches.c.sha256 == sha256, batches.c.state == state)
    row = connection.execute(same.order_by(batches.c.id.desc()).limit(1)).one_or_none()
    return _batch(row) if row else None


def page(
    connection: Connection, *, states: Sequence[str] = (), search: str = "", start: int = 0, count: int | None = 50
) -> tuple[list[Batch], int]:
    """A page of the batches, newest first (all of them if `count` is None), and how many there are in all.

    `states` are alternatives (empty: any); `search` is part of a file's name or of who brought it in, or a batch's number.
    """
    conditions: list[ColumnElement[bool]] = [batches.c.state.in_(states)] if states else []
    if sought := search.strip():
        named = [column.icontains(sought, autoescape=True) for column in (batches.c.name, batches.c.created_by)]
        number = sought.removeprefix("#")
        conditions.append(or_(*named, *([batches.c.id == int(number)] if number.isdecimal() else [])))
    total = connection.execute(select(func.count()).select_from(batches).where(*conditions)).scalar_one()
    asked = select(*_SHOWN).where(*conditions).order_by(batches.c.id.desc()).offset(start).limit(count)
    return [_batch(row) for row in connection.execute(asked)], total


def set_settings(connection: Connection, number: int, settings: dict[str, Any], actor: Actor) -> None:
    """Remember how a person wants an open batch to be read."""
    require(actor, Action.IMPORT)
    connection.execute(update(batches).where(batches.c.id == number).values(settings=settings))


def set_state(connection: Connection, number: int, state: BatchState, receipt: Receipt | None = None) -> None:
    """Move a batch to a state, with its receipt if it has a new one."""
    values: dict[str, Any] = {"state": state}
    if receipt is not None:
        values["receipt"] = receipt.to_json()
    connection.execute(update(batches).where(batches.c.id == number).values(values))


def purge(connection: Connection, before: datetime) -> list[int]:
    """Let go of the bytes of files that were brought in before a moment; what came of them stays. Gives their numbers.

    A batch that was still open is discarded: without its file nothing can come of it.
    """
    old = select(batches.c.id).where(batches.c.created_at < before, batches.c.purged_at.is_(None))
    numbers = list(connection.execute(old.order_by(batches.c.id)).scalars())
    if numbers:
        for table in (batch_parts, check_pages, checks):
            connection.execute(delete(table).where(table.c.batch_id.in_(old)))
        still_open = update(batches).where(batches.c.id.in_(old), batches.c.state == BatchState.OPEN)
        connection.execute(still_open.values(state=BatchState.DISCARDED))
        connection.execute(update(batches).where(batches.c.id.in_(old)).values(purged_at=datetime.now(UTC)))
    return numbers


def causes(connection: Connection, number: int) -> list[Cause]:
    """What was wrong in a batch, grouped by cause: errors first, the commonest first."""
    grouped = [rejections.c[name] for name in ("severity", "code", "column", "field")]
    asked = select(*grouped, func.count().label("times")).where(rejections.c.batch_id == number).group_by(*grouped)
    return sort_causes(
        Cause(Severity(row.severity), row.code, row.column, row.field, row.times) for row in connection.execute(asked)
    )


def problems(
    connection: Connection, number: int, cause: Cause | None = None, *, start: int = 0, count: int | None = None
) -> list[Problem]:
    """What was wrong in a batch, in the file's order; of one cause only, or one page, if asked for."""
    names = ["severity", "row", "line", "column", "field", "code", "value", "message"]
    asked = select(*(rejections.c[name] for name in names)).where(rejections.c.batch_id == number)
    for name in ("severity", "code", "column", "field") if cause else ():
        asked = asked.where(rejections.c[name].is_not_distinct_from(getattr(cause, name)))
    found = connection.execute(asked.order_by(rejections.c.id).offset(start).limit(count))
    return [Problem(**{**row._asdict(), "severity": Severity(row.severity)}) for row in found]


def last_change_of_batch(connection: Connection, number: int) -> Change | None:
    """The newest change of a batch: its import, or the newest undoing or redoing of it; None if it changed nothing."""
    found = changes_of_batch(connection, number)
    return found[-1] if found else None


def changes_of_batch(connection: Connection, number: int) -> list[Change]:
    """Every change of a batch, oldest first."""
    asked = _CHANGES.where(changes.c.batch_id == number).order_by(changes.c.id)
    return [Change(**row._asdict()) for row in connection.execute(asked)]


def last_change(connection: Connection) -> Change | None:
    """The newest change of the store, None if nothing was ever imported."""
    row = connection.execute(_CHANGES.order_by(changes.c.id.desc()).limit(1)).one_or_none()
    return Change(**row._asdict()) if row else None


def change(connection: Connection, number: int) -> Change | None:
    """The change of that number, None if there is none."""
    return _change(connection, changes.c.id == number)


def change_times(connection: Connection) -> dict[int, datetime]:
    """When each change was made, by its number."""
    return {row.id: row.at for row in connection.execute(select(changes.c.id, changes.c.at))}


def changes_between(connection: Connection, after: int, until: int) -> list[Change]:
    """The changes after one up to another, the oldest first."""
    asked = _CHANGES.where(changes.c.id > after, changes.c.id <= until).order_by(changes.c.id)
    return [Change(**row._asdict()) for row in connection.execute(asked)]


def reversal_of(connection: Connection, number: int) -> Change | None:
    """The change that took that one back, None if none did."""
    return _change(connection, changes.c.undoes == number)


def _change(connection: Connection, condition: ColumnElement[bool]) -> Change | None:
    row = connection.execute(_CHANGES.where(condition)).one_or_none()
    return Change(**row._asdict()) if row else None


def _batch(row: Row[Any]) -> Batch:
    values = row._asdict()
    stored = values["receipt"]
    receipt = Receipt.from_json({"batch": row.id, **stored}) if stored else None
    return Batch(**{**values, "state": BatchState(values["state"]), "receipt": receipt})
