"""The licenses of a cut as they stand now, as conditions for a query.

They are asked of `lookups` if those are complete up to the newest change, else of the versions themselves.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    and_,
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
        if self.cut.search.strip() or self.cut.customer:
            return select(_l.profile, func.count().label("licenses")).where(*self.conditions).group_by(_l.profile)
        t = tallies.c
        summed = select(t.profile, func.sum(t.licenses).label("licenses"))
        return summed.where(*_filtered(self._connection, True, t, self.cut)).group_by(t.profile)


def selection(connection: Connection, cut: Cut) -> Selection:
    """What to ask for the licenses of a cut."""
    current = SEPARATOR not in cut.search and is_current(connection)
    conditions = _filtered(connection, current, _l if current else _v, cut)
    if not current:
        conditions.append(_v.until.is_(None))
    if cut.customer:
        conditions.append((_l if current else _v).customer.in_(cut.customer))
    if cut.search.strip():
        found = _found if current else _found_so_far
        conditions.append(found(connection, cut.search))
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


def _found(connection: Connection, search: str) -> ColumnElement[bool]:
    """Part of a key, name, email or SEN, whatever the case; part of an organisation's name, whatever its spelling.

    What is found is looked for once, and named by number, unless it is much.
    """
    sought, bare = search.strip(), words_of(search)
    holds = _holds(connection, sought, bare if bare != sought.lower() else "")
    index = [] if connection.dialect.name == "postgresql" else _candidates(connection, sought.lower(), bare)
    some = select(_l.id).where(*index, holds)
    numbers = connection.execute(some.limit(_BROAD + 1)).scalars().all()
    return _l.id.in_(_listed(connection, numbers)) if len(numbers) <= _BROAD else holds


def _holds(connection: Connection, sought: str, bare: str) -> ColumnElement[bool]:
    """Whether the texts of a license, of which its customer is one, hold what is sought, or its customer these words."""
    if connection.dialect.name == "postgresql":
        escaped = re.sub("([/%_])", r"/\1", sought)
        own = [_l.customer.contains(bare, autoescape=True)] if bare else []
        return or_(_l.texts.contains(func.lower(escaped), escape="/"), *own)
    return or_(func.instr(_l.texts, sought.lower()) > 0, *([func.instr(_l.customer, bare) > 0] if bare else []))


def _listed(connection: Connection, numbers: Sequence[int]) -> Select[Any]:
    """Numbers as a query, handed over as one value however many they are."""
    if connection.dialect.name == "postgresql":
        return select(func.unnest(literal(list(numbers), ARRAY(BigInteger))))
    each = func.json_each(json.dumps(list(numbers))).table_valued("value")
    return select(each.c.value)


def _candidates(connection: Connection, *texts: str) -> list[ColumnElement[bool]]:
    """Which rows of `lookups` can hold one of the texts, by SQLite's index of parts; any, if that cannot say or they are
    many."""
    told = [text for text in texts if text]
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
    found = _v.license_key.in_(select(_l.license_key).where(_found(connection, search)))
    return or_(and_(_v.since <= change, found), and_(_v.since > change, newer))
