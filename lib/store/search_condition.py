"""A search as a condition: on `lookups`, by the database's indexes of texts, or on the versions themselves."""

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
from lib.store.searched_names import searched_name

_v, _l = license_versions.c, lookups.c

_TRIGRAM = 3
"""Letters of a text that SQLite's index holds together."""

_SEARCHES = 16
"""Searches whose results a process remembers for each database."""

_RESULTS: WeakKeyDictionary[Engine, dict[tuple[int, str], Sequence[int] | None]] = WeakKeyDictionary()

# Rows beyond which reading all texts in their order is faster than fetching each row.
_MANY = 100_000


def in_lookups(connection: Connection, search: str) -> ColumnElement[bool]:
    """Whether a row of `lookups` matches, while they are complete."""
    change: int = connection.execute(select(caught_up.c.change)).scalar_one()
    results, key = _RESULTS.setdefault(connection.engine, {}), (change, search)
    # A screen asks for the same search many times. The numbers of rows stay the same while `lookups` are at one change.
    if key not in results:
        # Other threads do the same, so a search may be gone already.
        for old in list(results)[: len(results) - _SEARCHES + 1]:
            results.pop(old, None)
        numbers = connection.execute(matching_numbers(connection, search).limit(_MANY + 1)).scalars().all()
        results[key] = array("q", numbers) if len(numbers) <= _MANY else None
    result = results.get(key)
    if result is None:
        return matches(connection, search)
    return _has_number(connection, result)


def matching_numbers(connection: Connection, search: str) -> Select[Any]:
    """Select the numbers of the rows of `lookups` that match."""
    # PostgreSQL uses its own index of texts by itself.
    by_index = [] if connection.dialect.name == "postgresql" else candidates(connection, search)
    return select(_l.id).where(*by_index, matches(connection, search))


def matches(connection: Connection, search: str) -> ColumnElement[bool]:
    """Whether a text of `lookups` has the search as a part, in any case, or the customer's key its bare words."""
    text, bare = search.strip(), bare_words(search)
    in_texts = contains(connection, _l.texts, text)
    # The customer's name is the last of the texts: usually one condition finds either.
    if bare == text.lower():
        return in_texts
    # Where the bare words differ from what was typed, as for `fooBar`, the key is matched on its own, and left out of
    # the other texts.
    own_texts = func.substr(_l.texts, 1, func.length(_l.texts) - func.length(searched_name(_l.customer)))
    in_own_texts = and_(in_texts, contains(connection, own_texts, text))
    if not bare:
        return in_own_texts
    return or_(in_own_texts, contains(connection, searched_name(_l.customer), bare))


def contains(connection: Connection, text: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Whether a lower-case text has a part, in any case."""
    # Only PostgreSQL has an index for LIKE; SQLite's `instr` is faster than its LIKE.
    if connection.dialect.name == "postgresql":
        return text.contains(func.lower(re.sub("([/%_])", r"/\1", part)), escape="/")
    return func.instr(text, part.lower()) > 0


def _has_number(connection: Connection, numbers: Sequence[int]) -> ColumnElement[bool]:
    # One value, however many numbers it holds.
    if connection.dialect.name == "postgresql":
        return _l.id == any_(literal(list(numbers), ARRAY(BigInteger)))
    each = func.json_each(f"[{','.join(map(str, numbers))}]").table_valued("value")
    return _l.id.in_(select(each.c.value))


def candidates(connection: Connection, search: str) -> list[ColumnElement[bool]]:
    """Which rows of `lookups` may match, by SQLite's index of trigrams; no condition if it cannot tell, or for many."""
    texts = [text for text in (search.strip().lower(), bare_words(search)) if text]
    if min(map(len, texts)) < _TRIGRAM:
        return []
    index = table(SEARCH_INDEX, column("rowid"))
    either = " OR ".join(map(trigram_query, texts))
    rows = select(index.c.rowid).where(literal_column(SEARCH_INDEX).op("MATCH")(either))
    some = rows.limit(_MANY + 1).subquery()
    if connection.execute(select(func.count()).select_from(some)).scalar_one() > _MANY:
        return []
    return [_l.id.in_(rows)]


def trigram_query(text: str) -> str:
    """The full-text query for rows that have all trigrams of a text."""
    trigrams = dict.fromkeys(text[start : start + _TRIGRAM] for start in range(len(text) - _TRIGRAM + 1))
    quoted = ['"' + trigram.replace('"', '""') + '"' for trigram in trigrams]
    return f"({' AND '.join(quoted)})"


def in_current_versions(connection: Connection, search: str) -> ColumnElement[bool]:
    """Whether a current version matches, while `lookups` may be incomplete."""
    newer = in_versions(search)
    change: int = connection.execute(select(caught_up.c.change)).scalar_one()
    if not change or SEPARATOR in search:
        return newer
    # Versions that are older than what `lookups` are complete for are looked up there, only the newer ones one by one.
    keys = select(_l.license_key).where(_l.id.in_(matching_numbers(connection, search)))
    older = _v.license_key.in_(keys)
    return or_(and_(_v.since <= change, older), and_(_v.since > change, newer))


def in_versions(search: str) -> ColumnElement[bool]:
    """Whether a version, of any time, matches a search."""
    conditions = [text.icontains(search.strip(), autoescape=True) for text in SEARCHED_COLUMNS]
    if bare := bare_words(search):
        conditions.append(searched_name(_v.customer).contains(bare, autoescape=True))
    return or_(*conditions)
