"""Packs that were submitted to Atlassian: their files, how far their licenses have come, and look-ups by their ids."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Subquery, and_, case, func, insert, select, update

from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Action, Actor, require
from lib.measures.cut import Cut
from lib.store import bulk
from lib.store.schema import downloads, license_versions, pack_licenses, packs
from lib.store.selection import select_licenses

_d, _p, _l, _v = downloads.c, packs.c, pack_licenses.c, license_versions.c


PackProgress = tuple[int, int, int]
"""How many licenses a pack has, how many of them wait, and how many are answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedPack:
    """A pack by the number of its download; `counts` are those of the day it was submitted.

    Of its `licenses`, `waiting` are still in the stage it moved them to, and `answered` have a SEN now.
    """

    number: int
    at: datetime
    by: str
    change: int
    day: date
    counts: Mapping[str, int]
    size: int
    sha256: str
    answered_at: datetime | None
    licenses: int
    waiting: int
    answered: int


def record(
    connection: Connection, number: int, *, change: int, day: date, content: bytes, ids: Mapping[str, str]
) -> None:
    """Store a download's file, and its licenses' ids by key."""
    row = {"download_id": number, "change": change, "day": day, "content": content}
    connection.execute(insert(packs).values(row))
    rows = [{"download_id": number, "license_key": key, "import_id": id} for key, id in ids.items()]
    connection.execute(insert(pack_licenses), rows)


def page(connection: Connection, *, start: int = 0, count: int = 50) -> tuple[list[SubmittedPack], int]:
    """A page of the packs, newest first, and their total."""
    total: int = connection.execute(select(func.count()).select_from(packs)).scalar_one()
    numbers = select(_p.download_id).order_by(_p.download_id.desc()).offset(start).limit(count).subquery()
    query = select(
        *(_d[name] for name in ("at", "by", "counts", "size", "sha256")),
        _p.download_id.label("number"),
        *(_p[name] for name in ("change", "day", "answered_at")),
    )
    of_page = numbers.c.download_id == _p.download_id
    query = query.select_from(packs.join(downloads, _d.id == _p.download_id).join(numbers, of_page))
    progress = pack_progress(connection, numbers)
    rows = connection.execute(query.order_by(_p.download_id.desc()))
    return [submitted_pack(row, progress[row.number]) for row in rows], total


def submitted_pack(row: Any, progress: PackProgress) -> SubmittedPack:
    """A pack from its row and its progress."""
    licenses, waiting, answered = progress
    return SubmittedPack(**row._asdict(), licenses=licenses, waiting=waiting, answered=answered)


def pack_progress(connection: Connection, numbers: Subquery) -> dict[int, PackProgress]:
    """The progress of some packs, by number."""
    is_waiting = and_(_v.stage == Stage.SUBMITTED, _v.stage_since == _p.change)
    is_current = and_(_v.license_key == _l.license_key, _v.until.is_(None))
    source = pack_licenses.join(packs, _p.download_id == _l.download_id).outerjoin(license_versions, is_current)
    waiting, answered = (func.sum(case((condition, 1), else_=0)) for condition in (is_waiting, _v.sen != ""))
    query = select(_l.download_id, func.count(), waiting, answered).select_from(source)
    query = query.where(_l.download_id.in_(select(numbers.c.download_id))).group_by(_l.download_id)
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in connection.execute(query)}


def content(connection: Connection, number: int, actor: Actor) -> bytes:
    """The file of a pack, byte for byte. Raises RefusalError if there is none, or if the actor may not have it."""
    require(actor, Action.DOWNLOAD_PACK)
    file: bytes | None = connection.execute(select(_p.content).where(_p.download_id == number)).scalar_one_or_none()
    if file is None:
        raise RefusalError(f"There is no pack #{number}.")
    if not file:
        raise RefusalError(f"The file of pack #{number} was erased with the contacts of a customer in it.")
    return file


def is_of(connection: Connection, number: int, keys: Collection[str]) -> bool:
    """Whether all licenses of a pack are among these."""
    in_pack = connection.execute(select(_l.license_key).where(_l.download_id == number)).scalars()
    return {*in_pack} <= {*keys}


def keys_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The license keys behind those ids that packs have."""
    query = select(_l.import_id, _l.license_key).where(bulk.is_one_of(connection, _l.import_id, ids)).distinct()
    return {row.import_id: row.license_key for row in connection.execute(query)}


def keys_by_text(connection: Connection, texts: Sequence[str]) -> dict[str, str]:
    """The license key behind each text that is the id of a license in a pack, in capitals or not."""
    ids = {text: text.upper() for text in texts}
    keys = keys_by_id(connection, list(set(ids.values())))
    return {text: keys[id] for text, id in ids.items() if id in keys}


def mark_answered(connection: Connection, keys: Collection[str]) -> None:
    """Mark the newest pack of each of these licenses as answered now."""
    is_one = bulk.is_one_of(connection, _l.license_key, list(keys))
    newest = select(func.max(_l.download_id)).where(is_one).group_by(_l.license_key)
    marking = update(packs).where(_p.download_id.in_(newest))
    connection.execute(marking.values(answered_at=datetime.now(UTC)))


def verified_keys(connection: Connection) -> list[str]:
    """The keys of all licenses whose requests are verified, sorted."""
    selection = select_licenses(connection, Cut(stage=(Stage.VERIFIED,)))
    query = select(selection.license_key).select_from(selection.source).where(*selection.conditions)
    return list(connection.execute(query.order_by(selection.license_key)).scalars())
