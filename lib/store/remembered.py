"""What is remembered from file to file: the fields of a header's columns, and what texts mean."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select

from lib.checking.column_mapping import Remembered
from lib.domain.roles import Action, Actor, require
from lib.domain.text import bare_words, clean, quantity
from lib.reading.headings import ERROR_FILE_COLUMNS
from lib.store import audit
from lib.store.audit import AuditAction
from lib.store.schema import headings as headings_table
from lib.store.schema import mappings, meanings


@dataclass(frozen=True, slots=True)
class Header:
    """A remembered header: headings, fields, and orders of dates."""

    fingerprint: str
    headings: list[str]
    mapping: dict[str, str]
    date_orders: dict[str, str]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading by itself, its field, and who confirmed it."""

    words: str
    heading: str
    field: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means in a field, and who said so."""

    field: str
    text: str
    meaning: str
    by: str
    at: datetime


def fingerprint(headings: Sequence[str]) -> str:
    """The identity of a header: its headings in their order, whatever their capitals and punctuation.

    An error file has the header of the file it is of.
    """
    plain = [bare_words(heading) or clean(heading) for heading in own_headings(headings)]
    return hashlib.sha256("\x1f".join(plain).encode()).hexdigest()


def own_headings(headings: Sequence[str]) -> list[str]:
    """The headings without the columns that error files add."""
    return [heading for heading in headings if heading not in ERROR_FILE_COLUMNS]


def for_headings(connection: Connection, headings: Sequence[str]) -> Remembered:
    """What is remembered for a file with these headings."""
    query = select(mappings).where(mappings.c.fingerprint == fingerprint(headings))
    row = connection.execute(query).one_or_none()
    by_field: dict[str, dict[str, str]] = {}
    for meaning in all_meanings(connection):
        by_field.setdefault(meaning.field, {})[meaning.text] = meaning.meaning
    if row is None:
        fields = {heading.words: heading.field for heading in all_headings(connection)}
        return Remembered(headings=fields, meanings=by_field)
    # The same header may be written a little differently in this file, so its own headings are the keys.
    heading_now = dict(zip(row.headings, own_headings(headings), strict=True))
    mapping = {heading_now[heading]: field for heading, field in row.mapping.items()}
    return Remembered(mapping=mapping, date_orders=row.date_orders, meanings=by_field)


def remember_header(
    connection: Connection, headings: Sequence[str], mapping: Mapping[str, str], orders: Mapping[str, str], actor: Actor
) -> None:
    """Remember a header's fields and the orders of its dates."""
    require(actor, Action.REMEMBER_MAPPING)
    row = {
        "headings": own_headings(headings),
        "mapping": dict(mapping),
        "date_orders": dict(orders),
        "by": actor.name,
        "at": datetime.now(UTC),
    }
    replace_row(connection, mappings, {"fingerprint": fingerprint(headings)}, row)
    audit.record(connection, AuditAction.CHANGE, actor, "Columns of a file remembered")


def remember_headings(connection: Connection, fields: Mapping[str, str], actor: Actor) -> None:
    """Remember the fields of single headings, whatever stands beside them."""
    require(actor, Action.REMEMBER_MAPPING)
    for heading, field in fields.items():
        words = bare_words(heading)
        if words:
            row = {"heading": heading, "field": field, "by": actor.name, "at": datetime.now(UTC)}
            replace_row(connection, headings_table, {"words": words}, row)
    if fields:
        audit.record(connection, AuditAction.CHANGE, actor, f"{quantity(len(fields), 'heading')} remembered")


def remember_meanings(connection: Connection, field: str, texts: Mapping[str, str], actor: Actor) -> None:
    """Remember what texts mean in a field."""
    require(actor, Action.REMEMBER_MAPPING)
    for text, meaning in texts.items():
        row = {"meaning": meaning, "by": actor.name, "at": datetime.now(UTC)}
        replace_row(connection, meanings, {"field": field, "text": text}, row)
    if texts:
        audit.record(connection, AuditAction.CHANGE, actor, f"{quantity(len(texts), 'meaning')} of {field} remembered")


def all_headers(connection: Connection) -> list[Header]:
    """Every remembered header, the newest first."""
    rows = connection.execute(select(mappings).order_by(mappings.c.at.desc(), mappings.c.fingerprint))
    return [Header(**row._asdict()) for row in rows]


def all_headings(connection: Connection) -> list[Heading]:
    """Every heading that was confirmed by itself, in the order of the alphabet."""
    rows = connection.execute(select(headings_table).order_by(headings_table.c.words))
    return [Heading(**row._asdict()) for row in rows]


def all_meanings(connection: Connection) -> list[Meaning]:
    """Every remembered meaning, by field and text."""
    rows = connection.execute(select(meanings).order_by(meanings.c.field, meanings.c.text))
    return [Meaning(**row._asdict()) for row in rows]


def forget_header(connection: Connection, fingerprint: str, actor: Actor) -> None:
    """Forget a header and its headings."""
    # The words and cells of its columns propose fields again.
    require(actor, Action.FORGET_MAPPING)
    stored = connection.scalar(select(mappings.c.mapping).where(mappings.c.fingerprint == fingerprint))
    for heading, field in (stored or {}).items():
        key = {"words": bare_words(heading), "field": field}
        connection.execute(delete(headings_table).where(*_has_key(headings_table, key)))
    connection.execute(delete(mappings).where(mappings.c.fingerprint == fingerprint))
    audit.record(connection, AuditAction.CHANGE, actor, "Columns of a file forgotten")


def forget_heading(connection: Connection, words: str, actor: Actor) -> None:
    """Forget the field of a heading."""
    require(actor, Action.FORGET_MAPPING)
    connection.execute(delete(headings_table).where(headings_table.c.words == words))
    audit.record(connection, AuditAction.CHANGE, actor, "Heading forgotten")


def forget_meaning(connection: Connection, field: str, text: str, actor: Actor) -> None:
    """Forget what a text means in a field."""
    require(actor, Action.FORGET_MAPPING)
    connection.execute(delete(meanings).where(*_has_key(meanings, {"field": field, "text": text})))
    audit.record(connection, AuditAction.CHANGE, actor, f"Meaning of {field} forgotten")


def replace_row(connection: Connection, table: Table, key: dict[str, str], values: dict[str, Any]) -> None:
    """Store a row in place of one with the same key."""
    connection.execute(delete(table).where(*_has_key(table, key)))
    connection.execute(insert(table).values({**key, **values}))


def _has_key(table: Table, key: Mapping[str, str]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]
