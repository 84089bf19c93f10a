"""The licenses of a cut as they stand now, as conditions for a query.

They are asked of `lookups` if those are complete up to the newest change, else of the versions themselves.
"""

import json
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from lib.cut import UNKNOWN, Cut
from lib.schema import SEARCH_INDEX, SEPARATOR, caught_up, license_versions, lookups, profiles, tallies
from lib.store.search import SEARCHED, is_current
from lib.words import words_of

_Columns = ReadOnlyColumnCollection[str, ColumnElement[Any]]
_v, _l, _p = license_versions.c, lookups.c, profiles.c

_PART = 3
"""Letters of a text that SQLite's index knows together."""

_SEARCHES = 16
"""Searches that a process remembers for each database."""

_REMEMBERED: WeakKeyDictionary[Engine, dict[tuple[int, str], Sequence[int] | None]] = WeakKeyDictionary()

_BROAD = 100_000
"""Candidates beyond which reading all texts in their order is faster than fetching each."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to select the licenses of a cut from, and on which conditions.

    `current` says that this is `lookups`, joined with `profiles`; else it is `license_versions`.
    """

    cut: Cut
    current: bool
    conditions: tuple[ColumnElement[bool], ...]
    _connection: Connection

    @property
    def source(self) -> FromClause:
        return lookups.join(profiles, _p.id == _l.profile) if self.current else license_versions

    @property
    def license_key(self) -> ColumnElement[str]:
        return _l.license_key if self.current else _v.license_key

    @property
    def customer(self) -> ColumnElement[str]:
        return _l.customer if self.current else _v.customer

    @property
    def profile(self) -> _Columns:
        """The columns of `PROFILE`."""
        return _p if self.current else _v

    def of(self, outcome: str) -> list[ColumnElement[bool]]:
        """The conditions for those of them with an outcome."""
        of_outcome = [self.profile.outcome == outcome]
        return [*self.conditions, *(_in_profile(self._connection, _l, of_outcome) if self.current else of_outcome)]

    def versions(self, conditions: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
        """Conditions of this selection, as such on `license_versions`."""
        if not self.current:
            return [*conditions]
        keys = [_v.license_key.in_(select(_l.license_key).where(*conditions))] if conditions else []
        return [_v.until.is_(None), *keys]

    def weighed(self) -> tuple[FromClause, ColumnElement[int], Sequence[ColumnElement[bool]]]:
        """What to count from, as whose columns, and on which conditions: a row stands for as many licenses as the second
        says."""
        if not self.current:
            return license_versions, literal_column("1", Integer), self.conditions
        counted = self._by_profile().subquery()
        return profiles.join(counted, counted.c.profile == _p.id), counted.c.licenses, ()

    def _by_profile(self) -> Select[Any]:
        if self.cut.search.strip() and self._connection.dialect.name == "sqlite":
            return self._counted_apart()
        if self.cut.search.strip() or self.cut.customer:
            return select(_l.profile, func.count().label("licenses")).where(*self.conditions).group_by(_l.profile)
        t = tallies.c
        summed = select(t.profile, func.sum(t.licenses).label("licenses"))
        return summed.where(*_filtered(self._connection, True, t, self.cut)).group_by(t.profile)

    def _counted_apart(self) -> Select[Any]:
        """SQLite would sort a million numbers to group them: it takes a third of the time to join them to one text."""
        joined = self._connection.execute(select(func.group_concat(_l.profile)).where(*self.conditions)).scalar_one()
        numbers, times = np.unique(np.fromstring(joined or "", np.int64, sep=","), return_counts=True)
        pairs = json.dumps(list(zip(numbers.tolist(), times.tolist(), strict=True)))
        pair = func.json_each(pairs).table_valued("value").c.value
        return select(
            func.json_extract(pair, "$[0]").label("profile"), func.json_extract(pair, "$[1]").label("licenses")
        )


def selection(connection: Connection, cut: Cut) -> Selection:
    """What to ask for the licenses of a cut."""
    current = SEPARATOR not in cut.search and is_current(connection)
    conditions = _filtered(connection, current, _l if current else _v, cut)
    if not current:
        conditions.append(_v.until.is_(None))
    if cut.customer:
        conditions.append((_l if current else _v).customer.in_(cut.customer))
    if cut.search.strip():
        conditions.append(_found_now(connection, cut.search) if current else _found_so_far(connection, cut.search))
    return Selection(cut, current, tuple(conditions), connection)


def _filtered(connection: Connection, current: bool, c: _Columns, cut: Cut) -> list[ColumnElement[bool]]:
    """The cut's conditions but for search and customer, on the columns of `lookups`, of `tallies`, or of versions."""
    own = [c.batch_id.in_(cut.batch)] if cut.batch else []
    of_profile = list(_of_profile(_p if current else _v, cut))
    return own + (_in_profile(connection, c, of_profile) if current else of_profile)


def _in_profile(
    connection: Connection, c: _Columns, conditions: list[ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    """Conditions on `profiles`, as numbers of profiles: knowing those, a database finds better ways than by a subquery."""
    if not conditions:
        return []
    numbers = connection.execute(select(_p.id).where(*conditions)).scalars().all()
    return [c.profile.in_(bindparam(None, numbers, expanding=True, literal_execute=True))]


def _of_profile(c: _Columns, cut: Cut) -> Iterator[ColumnElement[bool]]:
    for name in ("outcome", "from_size", "to_tier", "consent"):
        if values := getattr(cut, name):
            yield c[name].in_(values)
    for codes, coded in ((cut.product, c.product), (cut.hosting, c.hosting)):
        if codes:
            yield or_(coded.in_(codes), *([coded.is_(None)] if UNKNOWN in codes else []))
    for codes, listed in ((cut.needs, c.needs), (cut.flag, c.flags)):
        if codes:
            yield or_(*(("," + listed + ",").contains(f",{code},", autoescape=True) for code in codes))
    if cut.borderline:
        yield c.borderline.is_(True)


def _found_now(connection: Connection, search: str) -> ColumnElement[bool]:
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
    sought, bare = search.strip(), words_of(search)
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
    told = [text for text in (search.strip().lower(), words_of(search)) if text]
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


def _found_so_far(connection: Connection, search: str) -> ColumnElement[bool]:
    """The same of versions: those that `lookups` are complete for are found there, the newer ones one by one."""
    texts, bare = [text.icontains(search.strip(), autoescape=True) for text in SEARCHED], words_of(search)
    newer = or_(*texts, *([_v.customer.contains(bare, autoescape=True)] if bare else []))
    change: int = connection.execute(select(caught_up.c.change)).scalar_one()
    if not change or SEPARATOR in search:
        return newer
    found = _v.license_key.in_(select(_l.license_key).where(_l.id.in_(_looked_for(connection, search))))
    return or_(and_(_v.since <= change, found), and_(_v.since > change, newer))
