"""A search as a condition: in `lookups`, by the indexes the database has for it, or in the versions themselves."""

import re
from array import array
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    any_,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)

from lib.domain.text import bare_words
from lib.store.catch_up import SEARCHED_COLUMNS
from lib.store.schema import SEARCH_INDEX, SEPARATOR, caught_up, license_versions, lookups

_v, _l = license_versions.c, lookups.c

_PART = 3
"""Letters of a text that SQLite's index knows together."""

_SEARCHES = 16
"""Searches that a process remembers for each database."""

_REMEMBERED: WeakKeyDictionary[Engine, dict[tuple[int, str], Sequence[int] | None]] = WeakKeyDictionary()

_BROAD = 100_000
"""Candidates beyond which reading all texts in their order is faster than fetching each."""


def in_lookups(connection: Connection, search: str) -> ColumnElement[bool]:
    """What is found in `lookups` that are current; looked for once, and remembered by number unless it is much.

    The numbers stay what they are as long as `lookups` are at the same change.
    """
    change: int = connection.execute(select(caught_up.c.change)).scalar_one()
    remembered, place = _REMEMBERED.setdefault(connection.engine, {}), (change, search)
    if place not in remembered:
        for old in list(remembered)[: len(remembered) - _SEARCHES + 1]:
            remembered.pop(old, None)
        numbers = connection.execute(_looked_for(connection, search).limit(_BROAD + 1)).scalars().all()
        remembered[place] = array("q", numbers) if len(numbers) <= _BROAD else None
    known = remembered.get(place)
    return _holds(connection, search) if known is None else _listed(connection, known)


def _looked_for(connection: Connection, search: str) -> Select[Any]:
    """The numbers of the rows of `lookups` that are found."""
    index = [] if connection.dialect.name == "postgresql" else _candidates(connection, search)
    return select(_l.id).where(*index, _holds(connection, search))


def _holds(connection: Connection, search: str) -> ColumnElement[bool]:
    """Part of a key, name, email or SEN, whatever the case; part of an organisation's name, whatever its spelling.

    The customer's key is the last of the texts: usually one look finds either. Where its words would not be those typed,
    such as `fooBar`, it is looked into on its own.
    """
    sought, bare = search.strip(), bare_words(search)
    holds = _contains(connection, _l.texts, sought)
    if bare == sought.lower():
        return holds
    own = func.substr(_l.texts, 1, func.length(_l.texts) - func.length(_l.customer))
    by_customer = [_contains(connection, _l.customer, bare)] if bare else []
    return or_(and_(holds, _contains(connection, own, sought)), *by_customer)


def _contains(connection: Connection, text: ColumnElement[str], sought: str) -> ColumnElement[bool]:
    """Whether a text in lower case holds another in any; only PostgreSQL has an index for LIKE."""
    if connection.dialect.name == "postgresql":
        return text.contains(func.lower(re.sub("([/%_])", r"/\1", sought)), escape="/")
    return func.instr(text, sought.lower()) > 0


def _listed(connection: Connection, numbers: Sequence[int]) -> ColumnElement[bool]:
    """Whether a row has one of these numbers, handed over as one value however many they are."""
    if connection.dialect.name == "postgresql":
        return _l.id == any_(literal(list(numbers), ARRAY(BigInteger)))
    each = func.json_each(f"[{','.join(map(str, numbers))}]").table_valued("value")
    return _l.id.in_(select(each.c.value))


def _candidates(connection: Connection, search: str) -> list[ColumnElement[bool]]:
    """Which rows of `lookups` can hold one of the texts, by SQLite's index of parts; any, if that cannot say or they are
    many."""
    told = [text for text in (search.strip().lower(), bare_words(search)) if text]
    if min(map(len, told)) < _PART:
        return []
    index = table(SEARCH_INDEX, column("rowid"))
    asked = select(index.c.rowid).where(literal_column(SEARCH_INDEX).op("MATCH")(" OR ".join(map(_parts, told))))
    some = asked.limit(_BROAD + 1).subquery()
    if connection.execute(select(func.count()).select_from(some)).scalar_one() > _BROAD:
        return []
    return [_l.id.in_(asked)]


def _parts(text: str) -> str:
    """The question for rows that hold every three letters of a text that follow one another."""
    parts = dict.fromkeys(text[start : start + _PART] for start in range(len(text) - _PART + 1))
    return f"({' AND '.join(_quoted(part) for part in parts)})"


def _quoted(part: str) -> str:
    doubled = part.replace('"', '""')
    return f'"{doubled}"'


def in_current_versions(connection: Connection, search: str) -> ColumnElement[bool]:
    """The same of versions that stand: those that `lookups` are complete for are found there, the newer ones one by one."""
    newer = in_versions(search)
    change: int = connection.execute(select(caught_up.c.change)).scalar_one()
    if not change or SEPARATOR in search:
        return newer
    found = _v.license_key.in_(select(_l.license_key).where(_l.id.in_(_looked_for(connection, search))))
    return or_(and_(_v.since <= change, found), and_(_v.since > change, newer))


def in_versions(search: str) -> ColumnElement[bool]:
    """The same of versions, whenever they stood."""
    texts, bare = [text.icontains(search.strip(), autoescape=True) for text in SEARCHED_COLUMNS], bare_words(search)
    return or_(*texts, *([_v.customer.contains(bare, autoescape=True)] if bare else []))
