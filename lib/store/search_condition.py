"""A search as a condition: on `lookups`, by the database's indexes of texts, or on the versions themselves."""

import re
from array import array
from collections.abc import Sequence
from typing import Any, TypeVar
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
    union,
)

from lib.domain.text import bare_words
from lib.store import bulk
from lib.store.catch_up import complete_change, is_current
from lib.store.license_profiles import join_texts
from lib.store.schema import SEARCH_INDEX, SEPARATOR, license_versions, lookups, past_texts
from lib.store.searched_names import searched_name
from lib.store.searched_texts import SEARCHED_COLUMNS

_v, _l, _past = license_versions.c, lookups.c, past_texts.c

_TRIGRAM = 3
"""Letters of a text that SQLite's index holds together."""

_SEARCHES = 16
"""Searches whose results a process remembers for each database."""

_RESULTS: WeakKeyDictionary[Engine, dict[tuple[int, str], Sequence[int] | None]] = WeakKeyDictionary()
_KEYS: WeakKeyDictionary[Engine, dict[tuple[int, str], Sequence[str] | None]] = WeakKeyDictionary()

T = TypeVar("T")

# Rows beyond which reading all texts in their order is faster than fetching each row.
_MANY = 100_000


def in_lookups(connection: Connection, search: str) -> ColumnElement[bool]:
    """Whether a row of `lookups` matches, while they are complete."""
    results, key = _RESULTS.setdefault(connection.engine, {}), (complete_change(connection), search)
    # A screen asks for the same search many times. The numbers of rows stay the same while `lookups` are at one change.
    if key not in results:
        numbers = connection.execute(matching_numbers(connection, search).limit(_MANY + 1)).scalars().all()
        remember(results, key, array("q", numbers) if len(numbers) <= _MANY else None)
    result = results.get(key)
    if result is None:
        return matches(connection, search)
    return _has_number(connection, result)


def remember(results: dict[tuple[int, str], T], key: tuple[int, str], result: T) -> None:
    """Remember what a search gave, in place of the oldest."""
    # Other threads do the same, so a search may be gone already.
    for old in list(results)[: len(results) - _SEARCHES + 1]:
        results.pop(old, None)
    results[key] = result


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
    newer = in_versions(connection, search)
    change = complete_change(connection)
    if not change or SEPARATOR in search:
        return newer
    # Versions that are older than what `lookups` are complete for are looked up there, only the newer ones one by one.
    keys = select(_l.license_key).where(_l.id.in_(matching_numbers(connection, search)))
    older = _v.license_key.in_(keys)
    return or_(and_(_v.since <= change, older), and_(_v.since > change, newer))


def in_any_version(connection: Connection, search: str) -> ColumnElement[bool]:
    """Whether a version, of any time, matches a search: by the indexes of keys, where few licenses ever matched."""
    is_match = in_versions(connection, search)
    change = complete_change(connection)
    if not change or SEPARATOR in search:
        return is_match
    keys = keys_that_ever_matched(connection, search)
    if keys is None:
        return is_match
    has_key = bulk.is_one_of(connection, _v.license_key, keys)
    # Current and closed versions apart, since each kind has an index of its own; and those that are newer than the keys.
    kinds = (_v.until.is_(None), _v.until.is_not(None))
    return and_(or_(*(and_(kind, has_key) for kind in kinds), _v.since > change), is_match)


def keys_that_ever_matched(connection: Connection, search: str) -> Sequence[str] | None:
    """The licenses with a version, not newer than `lookups`, that may match a search; None if they are many."""
    remembered, key = _KEYS.setdefault(connection.engine, {}), (complete_change(connection), search)
    # While licenses are brought up, texts come and go at one change.
    if key in remembered and is_current(connection):
        return remembered[key]
    # In lower case by the database, as the texts are: Python and PostgreSQL differ on a last sigma.
    text, bare = search.strip(), bare_words(search)
    parts = [contains(connection, _past.texts, part) for part in {text, bare} if part]
    before = select(_past.license_key).where(or_(*parts))
    now = select(_l.license_key).where(_l.id.in_(matching_numbers(connection, search)))
    rows = connection.execute(union(now, before).limit(_MANY + 1)).scalars().all()
    keys = rows if len(rows) <= _MANY else None
    remember(remembered, key, keys)
    return keys


def in_versions(connection: Connection, search: str) -> ColumnElement[bool]:
    """Whether a version, of any time, matches a search, by its texts alone."""
    conditions = []
    if bare := bare_words(search):
        conditions.append(searched_name(_v.customer).contains(bare, autoescape=True))
    if connection.dialect.name == "postgresql" or SEPARATOR in search:
        conditions += [text.icontains(search.strip(), autoescape=True) for text in SEARCHED_COLUMNS]
    else:
        # SQLite's `lower` is a function of Python's: called once for each version.
        texts = join_texts(*(func.coalesce(text, "") for text in SEARCHED_COLUMNS))
        conditions.append(contains(connection, func.lower(texts), search.strip()))
    return or_(*conditions)
