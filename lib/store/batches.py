"""Batches: every file that was brought in, how it is read, and what came of it."""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO, Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from lib.checking.settings import Correction, Settings
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.store import audit
from lib.store.audit import AuditAction
from lib.store.receipt import Receipt
from lib.store.schema import batch_parts, batches, check_pages, checks

_b = batches.c

_PART = 8 << 20
"""Bytes of a file that are compressed and stored at once."""


class BatchState(StrEnum):
    """Where a batch is: waiting for a decision, in the store, taken out again, or thrown away before it was imported.

    An export of Marketplace's is never imported, only compared with the licenses. An answer is a mail or a list of SENs that
    is too long for a page: it waits for a decision, and what counts of it is recorded.
    """

    OPEN = "open"
    IMPORTED = "imported"
    UNDONE = "undone"
    DISCARDED = "discarded"
    COMPARED = "compared"
    ANSWER = "answer"
    RECORDED = "recorded"


BATCH_STATE_TITLES = {
    BatchState.OPEN: "Not imported yet",
    BatchState.IMPORTED: "Imported",
    BatchState.UNDONE: "Undone",
    BatchState.DISCARDED: "Discarded",
    BatchState.COMPARED: "Marketplace export",
    BatchState.ANSWER: "Answer",
    BatchState.RECORDED: "Answer recorded",
}


_UNDECIDED = (BatchState.OPEN, BatchState.ANSWER)


@dataclass(frozen=True, slots=True)
class Batch:
    """One file that was brought in.

    `settings` say how to read it, `receipt` what importing it did, `purged_at` when its bytes were deleted (None: not yet),
    `typed` the corrections that nobody saved yet.
    """

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
    typed: Mapping[Correction, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompressedFile:
    """A file compressed into `buffer`: each part's bytes before and after."""

    parts: list[tuple[int, int]]
    buffer: IO[bytes]


def fingerprint(content: bytes | memoryview) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def compress(content: bytes, buffer: IO[bytes]) -> CompressedFile:
    """Compress a file's bytes: long work that needs no database."""
    pieces = (memoryview(content)[start : start + _PART] for start in range(0, len(content), _PART))
    parts = [(len(piece), buffer.write(pa.compress(piece, codec="zstd", asbytes=True))) for piece in pieces]
    return CompressedFile(parts, buffer)


def add(
    connection: Connection,
    name: str,
    sha256: str,
    file: CompressedFile,
    settings: dict[str, Any],
    actor: Actor,
    state: BatchState = BatchState.OPEN,
) -> int:
    """Store a file as a new batch; returns its number."""
    require(actor, Action.IMPORT)
    row = {
        "name": name,
        "sha256": sha256,
        "size": sum(size for size, _ in file.parts),
        "state": state,
        "settings": settings,
        "created_at": datetime.now(UTC),
        "created_by": actor.name,
    }
    number: int = connection.execute(insert(batches).values(row).returning(_b.id)).scalar_one()
    _add_parts(connection, number, file)
    audit.record(connection, AuditAction.CHANGE, actor, f"File stored, import #{number}")
    return number


def _add_parts(connection: Connection, number: int, file: CompressedFile) -> None:
    file.buffer.seek(0)
    # One statement for each part, so that no more than one is in memory.
    for part, (size, length) in enumerate(file.parts):
        row = {"batch_id": number, "part": part, "size": size, "content": file.buffer.read(length)}
        connection.execute(insert(batch_parts).values(row))


def remove(connection: Connection, number: int) -> None:
    """Delete an open batch as if it had never been."""
    connection.execute(delete(batch_parts).where(batch_parts.c.batch_id == number))
    connection.execute(delete(batches).where(_b.id == number, _b.state == BatchState.OPEN))


def batch(connection: Connection, number: int) -> Batch:
    """One batch without its bytes. Raises RefusalError if there is none of that number."""
    row = connection.execute(select(batches).where(_b.id == number)).one_or_none()
    if row is None:
        raise RefusalError(f"There is no import #{number}. Look it up on the page Activity.")
    return _batch(row)


def content(connection: Connection, number: int) -> bytes:
    """The bytes of a batch's file. Raises RefusalError if they were deleted."""
    whole = io.BytesIO()
    for part in parts(connection, number):
        whole.write(part)
    if not whole.tell():
        raise RefusalError(f"The file of import #{number} is no longer kept. Upload it again to import it.")
    return whole.getvalue()


def parts(connection: Connection, number: int) -> Iterator[pa.Buffer]:
    """The bytes of a batch's file in parts; none if deleted."""
    of_batch = batch_parts.c.batch_id == number
    numbers = select(batch_parts.c.part).where(of_batch).order_by(batch_parts.c.part)
    # A query for each part: PostgreSQL's driver reads the whole result of a query into memory.
    for part in connection.execute(numbers).scalars().all():
        query = select(batch_parts.c.content, batch_parts.c.size).where(of_batch, batch_parts.c.part == part)
        row = connection.execute(query).one()
        yield pa.decompress(row.content, decompressed_size=row.size, codec="zstd")


def newest_imported(connection: Connection, sha256: str, settings: Mapping[str, Any]) -> Batch | None:
    """The newest imported batch of the very same table, if any: the same bytes, sheets and line of the header."""
    place = Settings.from_json(settings).place
    same = [
        batch
        for batch in _all_of(connection, sha256, BatchState.IMPORTED)
        if Settings.from_json(batch.settings).place == place
    ]
    return same[0] if same else None


def newest_export(connection: Connection, sha256: str) -> Batch | None:
    """The newest batch of the very same bytes that is an export of Marketplace's, if any."""
    return _newest_of(connection, sha256, BatchState.COMPARED)


def newest_open(connection: Connection, sha256: str) -> Batch | None:
    """The newest open batch of the very same bytes, if any."""
    return _newest_of(connection, sha256, BatchState.OPEN)


def _newest_of(connection: Connection, sha256: str, state: BatchState) -> Batch | None:
    return next(iter(_all_of(connection, sha256, state)), None)


def _all_of(connection: Connection, sha256: str, state: BatchState) -> list[Batch]:
    same = select(batches).where(_b.sha256 == sha256, _b.state == state)
    return [_batch(row) for row in connection.execute(same.order_by(_b.id.desc()))]


def page(
    connection: Connection, *, states: Sequence[str] = (), search: str = "", start: int = 0, count: int | None = 50
) -> tuple[list[Batch], int]:
    """A page of the batches, newest first (all if `count` is None), and their number in all.

    `states` are alternatives (empty: any); `search` is part of a file's name or of a person's, or a batch's number.
    """
    conditions: list[ColumnElement[bool]] = []
    if states:
        conditions.append(_b.state.in_(states))
    if text := search.strip():
        conditions.append(_matches(text))
    total = connection.execute(select(func.count()).select_from(batches).where(*conditions)).scalar_one()
    query = select(batches).where(*conditions).order_by(_b.id.desc()).offset(start).limit(count)
    return [_batch(row) for row in connection.execute(query)], total


def _matches(text: str) -> ColumnElement[bool]:
    by_name = or_(*(column.icontains(text, autoescape=True) for column in (_b.name, _b.created_by)))
    number = text.removeprefix("#")
    if number.isdecimal():
        return or_(by_name, _b.id == int(number))
    return by_name


def set_settings(connection: Connection, number: int, settings: dict[str, Any], actor: Actor) -> None:
    """Store how a person wants an open batch to be read."""
    require(actor, Action.IMPORT)
    connection.execute(update(batches).where(_b.id == number).values(settings=settings))


def delete_parts(connection: Connection, number: int) -> None:
    """Delete the bytes of a file that was read for good."""
    connection.execute(delete(batch_parts).where(batch_parts.c.batch_id == number))


def settle_answer(connection: Connection, number: int, state: BatchState, settings: dict[str, Any]) -> None:
    """Store what came of an answer, whose bytes are deleted: they may hold Marketplace's keys, which are never kept."""
    delete_files(connection, [number])
    connection.execute(update(batches).where(_b.id == number).values(state=state, settings=settings))


def set_typed(connection: Connection, number: int, correction: Correction, text: str, actor: Actor) -> None:
    """Store what somebody typed for a cell and did not save yet; blank forgets it."""
    require(actor, Action.IMPORT)
    # Locked, since two people may type at the same time.
    row = connection.execute(select(batches).where(_b.id == number).with_for_update()).one()
    typed = {**_batch(row).typed, correction: text}
    stored = [{**asdict(correction), "right": text} for correction, text in typed.items() if text]
    connection.execute(update(batches).where(_b.id == number).values(typed=stored))


def clear_typed(connection: Connection, number: int, actor: Actor) -> None:
    """Forget what was typed for a batch."""
    require(actor, Action.IMPORT)
    connection.execute(update(batches).where(_b.id == number).values(typed=None))


def set_state(connection: Connection, number: int, state: BatchState, receipt: Receipt | None = None) -> None:
    """Move a batch to a state, with its receipt if new."""
    values: dict[str, Any] = {"state": state}
    if receipt is not None:
        values["receipt"] = receipt.to_json()
    connection.execute(update(batches).where(_b.id == number).values(values))


def purge(connection: Connection, before: datetime) -> list[int]:
    """Delete the bytes of files brought in before a time, but not what came of them; returns their numbers.

    A batch that was still open is discarded: without its file nothing can come of it.
    """
    old = select(_b.id).where(_b.created_at < before, _b.purged_at.is_(None))
    numbers = list(connection.execute(old.order_by(_b.id)).scalars())
    delete_files(connection, numbers)
    return numbers


def discard_drafts(connection: Connection, before: datetime) -> list[int]:
    """Discard open batches and answers that were brought in and last checked before a time, with their files; returns their numbers."""
    is_newer = select(checks.c.batch_id).where(checks.c.at >= before)
    old = select(_b.id).where(_b.state.in_(_UNDECIDED), _b.created_at < before, _b.id.not_in(is_newer))
    numbers = list(connection.execute(old.order_by(_b.id)).scalars())
    delete_files(connection, numbers)
    return numbers


def delete_files(connection: Connection, numbers: Sequence[int]) -> None:
    """Delete the bytes of some files, but not what came of them; batches and answers that wait for a decision are discarded."""
    for table in (batch_parts, check_pages, checks):
        connection.execute(delete(table).where(table.c.batch_id.in_(numbers)))
    still_open = update(batches).where(_b.id.in_(numbers), _b.state.in_(_UNDECIDED))
    connection.execute(still_open.values(state=BatchState.DISCARDED))
    connection.execute(update(batches).where(_b.id.in_(numbers)).values(purged_at=datetime.now(UTC), typed=None))


def _batch(row: Row[Any]) -> Batch:
    values = row._asdict()
    stored = values["receipt"]
    receipt = Receipt.from_json({"batch": row.id, **stored}) if stored else None
    typed = {Correction(each["column"], each["text"], each["row"]): each["right"] for each in values["typed"] or ()}
    return Batch(**{**values, "state": BatchState(values["state"]), "receipt": receipt, "typed": typed})
