"""Packs that were submitted to Atlassian: kept whole, listed with how far their licenses have come, and found by ids."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, insert, select, update

from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Action, Actor, require
from lib.measures.cut import Cut
from lib.store import bulk
from lib.store.schema import downloads, license_versions, pack_licenses, packs
from lib.store.selection import select_licenses

_d, _p, _l, _v = downloads.c, packs.c, pack_licenses.c, license_versions.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedPack:
    """A pack by the number of its download. Of its `licenses`, `waiting` are still where it moved them, and `answered`
    have a SEN now; `counts` are those of the day it was made."""

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
    """Keep the file of a download, with the ids of its licenses by license key."""
    told = {"download_id": number, "change": change, "day": day, "content": content}
    connection.execute(insert(packs).values(told))
    rows = [{"download_id": number, "license_key": key, "import_id": id} for key, id in ids.items()]
    connection.execute(insert(pack_licenses), rows)


def page(connection: Connection, *, start: int = 0, count: int = 50) -> tuple[list[SubmittedPack], int]:
    """A page of the packs, the newest first; and how many there are in all."""
    total: int = connection.execute(select(func.count()).select_from(packs)).scalar_one()
    page = select(_p.download_id).order_by(_p.download_id.desc()).offset(start).limit(count).subquery()
    has_come = {number: told for number, *told in connection.execute(_come_to(page))}
    asked = select(
        *(_d[name] for name in ("at", "by", "counts", "size", "sha256")),
        _p.download_id.label("number"),
        *(_p[name] for name in ("change", "day", "answered_at")),
    ).select_from(packs.join(downloads, _d.id == _p.download_id).join(page, page.c.download_id == _p.download_id))
    rows = connection.execute(asked.order_by(_p.download_id.desc()))
    return [_pack(row._asdict(), has_come[row.number]) for row in rows], total


def content(connection: Connection, number: int, actor: Actor) -> bytes:
    """The file of a pack, byte for byte. Raises RefusalError if there is no such pack, or if
    the actor may not have it."""
    require(actor, Action.DOWNLOAD_PACK)
    found: bytes | None = connection.execute(select(_p.content).where(_p.download_id == number)).scalar_one_or_none()
    if found is None:
        raise RefusalError(f"There is no pack #{number}.")
    return found


def keys_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The license key behind each of some ids; without those that no pack has."""
    asked = select(_l.import_id, _l.license_key).where(bulk.is_one_of(connection, _l.import_id, ids)).distinct()
    return {row.import_id: row.license_key for row in connection.execute(asked)}


def keys_by_text(connection: Connection, texts: Sequence[str]) -> dict[str, str]:
    """The license key behind each text that is the id of a license in a pack, in capitals or not."""
    ids = {text: text.upper() for text in texts}
    keys = keys_by_id(connection, list(set(ids.values())))
    return {text: keys[id] for text, id in ids.items() if id in keys}


def mark_answered(connection: Connection, keys: Collection[str]) -> None:
    """Say of the newest pack of each of these licenses that it was answered now."""
    mine = bulk.is_one_of(connection, _l.license_key, list(keys))
    newest = select(func.max(_l.download_id)).where(mine).group_by(_l.license_key)
    marking = update(packs).where(_p.download_id.in_(newest))
    connection.execute(marking.values(answered_at=datetime.now(UTC)))


def verified_keys(connection: Connection) -> list[str]:
    """The keys of all licenses whose requests are verified, in their order."""
    chosen = select_licenses(connection, Cut(stage=(Stage.VERIFIED,)))
    asked = select(chosen.license_key).select_from(chosen.source).where(*chosen.conditions)
    return list(connection.execute(asked.order_by(chosen.license_key)).scalars())


def _come_to(page: Any) -> Any:
    """For each pack of a page: its licenses, those that wait, those that have a SEN."""
    waits = and_(_v.stage == Stage.SUBMITTED, _v.stage_since == _p.change)
    stands = and_(_v.license_key == _l.license_key, _v.until.is_(None))
    source = pack_licenses.join(packs, _p.download_id == _l.download_id).outerjoin(license_versions, stands)
    numbers = (func.sum(case((condition, 1), else_=0)) for condition in (waits, _v.sen != ""))
    asked = select(_l.download_id, func.count(), *numbers).select_from(source)
    return asked.where(_l.download_id.in_(select(page.c.download_id))).group_by(_l.download_id)


def _pack(told: dict[str, Any], come_to: Sequence[int]) -> SubmittedPack:
    licenses, waiting, answered = map(int, come_to)
    return SubmittedPack(**told, licenses=licenses, waiting=waiting, answered=answered)
