"""What is remembered from file to file: which column was which field under a header, and what texts mean."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select

from lib.checking.column_mapping import Remembered
from lib.domain.roles import Action, Actor, require
from lib.domain.text import bare_words, clean
from lib.reading.headings import ERROR_FILE_COLUMNS
from lib.store.schema import mappings, meanings


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was seen before: its headings, which of them is which field, and the orders of its dates."""

    fingerprint: str
    headings: list[str]
    mapping: dict[str, str]
    date_orders: dict[str, str]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means in a field, as somebody said."""

    field: str
    text: str
    meaning: str
    by: str
    at: datetime


def fingerprint(headings: Sequence[str]) -> str:
    """What tells a header from others: its headings in their order, however they are capitalised and punctuated.

    An error file has the header of the file it is of.
    """
    plain = [bare_words(heading) or clean(heading) for heading in _own(headings)]
    return hashlib.sha256("\x1f".join(plain).encode()).hexdigest()


def for_headings(connection: Connection, headings: Sequence[str]) -> Remembered:
    """What is remembered for a file with these headings."""
    found = select(mappings).where(mappings.c.fingerprint == fingerprint(headings))
    row = connection.execute(found).one_or_none()
    said: dict[str, dict[str, str]] = {}
    for meaning in all_meanings(connection):
        said.setdefault(meaning.field, {})[meaning.text] = meaning.meaning
    if row is None:
        return Remembered(meanings=said)
    now = dict(zip(row.headings, _own(headings), strict=True))  # the same header may be written a little otherwise
    mapping = {now[heading]: field for heading, field in row.mapping.items()}
    return Remembered(mapping=mapping, date_orders=row.date_orders, meanings=said)


def remember_header(
    connection: Connection, headings: Sequence[str], mapping: Mapping[str, str], orders: Mapping[str, str], actor: Actor
) -> None:
    """Remember which column is which field under a header, and in which order its dates are."""
    require(actor, Action.REMEMBER_MAPPING)
    key = {"fingerprint": fingerprint(headings)}
    told = {"headings": _own(headings), "mapping": dict(mapping), "date_orders": dict(orders)}
    _put(connection, mappings, key, {**told, **_now(actor)})


def remember_meanings(connection: Connection, field: str, said: Mapping[str, str], actor: Actor) -> None:
    """Remember what texts mean in a field."""
    require(actor, Action.REMEMBER_MAPPING)
    for text, meaning in said.items():
        _put(connection, meanings, {"field": field, "text": text}, {"meaning": meaning, **_now(actor)})


def all_headers(connection: Connection) -> list[Header]:
    """Every header that is remembered, the newest first."""
    rows = connection.execute(select(mappings).order_by(mappings.c.at.desc(), mappings.c.fingerprint))
    return [Header(**row._asdict()) for row in rows]


def all_meanings(connection: Connection) -> list[Meaning]:
    """Every meaning that is remembered, by field and text."""
    rows = connection.execute(select(meanings).order_by(meanings.c.field, meanings.c.text))
    return [Meaning(**row._asdict()) for row in rows]


def forget_header(connection: Connection, fingerprint: str, actor: Actor) -> None:
    """Forget a header; files that have it are proposed anew by what their headings say."""
    require(actor, Action.FORGET_MAPPING)
    connection.execute(delete(mappings).where(mappings.c.fingerprint == fingerprint))


def forget_meaning(connection: Connection, field: str, text: str, actor: Actor) -> None:
    """Forget what a text means in a field."""
    require(actor, Action.FORGET_MAPPING)
    connection.execute(delete(meanings).where(*_same(meanings, {"field": field, "text": text})))


def _own(headings: Sequence[str]) -> list[str]:
    return [heading for heading in headings if heading not in ERROR_FILE_COLUMNS]


def _put(connection: Connection, table: Table, key: dict[str, str], told: dict[str, Any]) -> None:
    connection.execute(delete(table).where(*_same(table, key)))
    connection.execute(insert(table).values({**key, **told}))


def _same(table: Table, key: Mapping[str, str]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]


def _now(actor: Actor) -> dict[str, Any]:
    return {"by": actor.name, "at": datetime.now(UTC)}
