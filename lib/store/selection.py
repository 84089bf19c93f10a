"""The licenses of a cut as they stand now, or stood on a past day, as conditions for a query.

They are asked of `lookups` if those are complete up to the newest change, else of the versions themselves. Numbers of
licenses by what `profiles` say come from `tallies` and `movements`, which are always complete.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union_all,
)

from lib.domain.codes import Item
from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.domain.tiers import UNLIMITED
from lib.measures.cut import COMPLETE, UNKNOWN, Cut
from lib.measures.progress import MOVING
from lib.store import assignments, search_condition
from lib.store.catch_up import is_current
from lib.store.license_profiles import ITEM_BITS, MISSING, PROFILE_CODE, VERSION_PROFILE
from lib.store.schema import MEASURES, SEPARATOR, changes, license_versions, lookups, movements, profiles, tallies
from lib.store.versions import latest_change

_v, _l, _p = license_versions.c, lookups.c, profiles.c

PROFILES: Mapping[str, ColumnElement[Any]] = dict(_p.items())
"""The columns of `profiles`, as `TOLD` has those of versions."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to select the licenses of a cut from, and on which conditions.

    `current` says that this is `lookups`, joined with `profiles`; else it is `license_versions`, as they stood at the change
    `at`, or stand now where that is None.
    """

    cut: Cut
    current: bool
    at: int | None
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
    def missing(self) -> ColumnElement[int]:
        return _l.missing if self.current else MISSING

    @property
    def profile(self) -> Mapping[str, ColumnElement[Any]]:
        """The columns of `PROFILE`."""
        return PROFILES if self.current else VERSION_PROFILE

    @property
    def stands(self) -> ColumnElement[bool]:
        """Whether a version is one of the time that the cut asks about."""
        return _stood(self.at)

    def of(self, outcome: str) -> list[ColumnElement[bool]]:
        """The conditions for those of them with an outcome."""
        of_outcome = [self.profile["outcome"] == outcome]
        return [*self.conditions, *(_in_profile(self._connection, _l, of_outcome) if self.current else of_outcome)]

    def versions(self, conditions: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
        """Conditions of this selection, as such on `license_versions`."""
        if not self.current:
            return [*conditions]
        keys = [_v.license_key.in_(select(_l.license_key).where(*conditions))] if conditions else []
        return [_v.until.is_(None), *keys]

    @property
    def one_by_one(self) -> bool:
        """Whether they must be counted license by license, since no tally knows what the cut asks for."""
        return bool(self.cut.search.strip() or self.cut.customer or self.cut.missing or self.cut.assignee)

    def tallied(self, *also: str) -> FromClause:
        """How many of them have each profile: rows of `profile` and `MEASURES`; and of `stage_since`, if that is named too."""
        if not self.one_by_one:
            return self._summed(also).subquery()
        if not self.current:
            return count_by_profile(self.conditions, *also).subquery()
        if self._connection.dialect.name == "sqlite" and not also:
            return self._counted_apart().subquery()
        places = [_l[name] for name in ("profile", *also)]
        sums = [number.label(name) for name, number in zip(MEASURES, _measured(_l.editors), strict=True)]
        return select(*places, *sums).where(*self.conditions).group_by(*places).subquery()

    def _summed(self, also: Sequence[str]) -> Select[Any]:
        """From the tallies, or, for a time past, from what changes added and took away until then."""
        table: Table = tallies if self.at is None else movements
        c = table.c
        places, sums = [c[name] for name in ("profile", *also)], [func.sum(c[name]).label(name) for name in MEASURES]
        until = [] if self.at is None else [movements.c.change <= self.at]
        conditions = [*until, *_filtered(self._connection, True, c, self.cut), *_since(self._connection, c, self.cut)]
        return select(*places, *sums).where(*conditions).group_by(*places).having(func.sum(c.licenses) != 0)

    def _counted_apart(self) -> Select[Any]:
        """SQLite would sort a million numbers to group them: it takes a third of the time to join them to one text."""
        told = func.group_concat(_l.profile), func.group_concat(func.coalesce(_l.editors, 0))
        texts = self._connection.execute(select(*told).where(*self.conditions)).one()
        numbers, editors = (np.fromstring(text or "", np.int64, sep=",") for text in texts)
        known, places = np.unique(numbers, return_inverse=True)
        is_unlimited = editors == UNLIMITED
        sums = [
            np.bincount(places, weights, len(known))
            for weights in (None, np.where(is_unlimited, 0, editors), is_unlimited)
        ]
        rows = json.dumps(np.stack([known, *sums], axis=1).astype(np.int64).tolist())
        row = func.json_each(rows).table_valued("value").c.value
        named = enumerate(("profile", *MEASURES))
        return select(*(func.json_extract(row, f"$[{place}]").label(name) for place, name in named))


def count_by_profile(conditions: Sequence[ColumnElement[bool]], *also: str) -> Select[Any]:
    """How many of the versions on some conditions have each profile, and each of other columns of theirs."""
    told = select(PROFILE_CODE.label("code"), _v.editors, *(_v[name] for name in also)).where(*conditions).subquery()
    places = [_p.id.label("profile"), *(told.c[name] for name in also)]
    sums = [number.label(name) for name, number in zip(MEASURES, _measured(told.c.editors), strict=True)]
    joined = told.join(profiles, _p.code == told.c.code)
    return select(*places, *sums).select_from(joined).group_by(_p.id, *(told.c[name] for name in also))


def profile_movements(connection: Connection, cut: Cut) -> Select[Any]:
    """What each change added to the licenses of a cut, and took from them: rows of `change`, `profile` and `MEASURES`.

    How long licenses had been in their stage is not asked: that is of one day only.
    """
    at, always = change_at(connection, cut.on), replace(cut, waiting=(), on="")
    chosen = Selection(always, False, at, (), connection)
    if not chosen.one_by_one:
        c = movements.c
        sums = [func.sum(c[name]).label(name) for name in MEASURES]
        conditions = [*_filtered(connection, True, c, cut), *([c.change <= at] if at is not None else [])]
        return select(c.change, c.profile, *sums).where(*conditions).group_by(c.change, c.profile)
    parts = []
    for name, sign in (("since", 1), ("until", -1)):
        until = _v[name] <= at if at is not None else _v[name].is_not(None)
        each = count_by_profile([*_of_versions(connection, always), until], name).subquery().c
        parts.append(
            select(each[name].label("change"), each.profile, *((each[part] * sign).label(part) for part in MEASURES))
        )
    return union_all(*parts).subquery().select()


def _of_versions(connection: Connection, cut: Cut) -> list[ColumnElement[bool]]:
    """The conditions of a cut on any version, whenever it stood."""
    conditions = _filtered(connection, False, _v, cut)
    if cut.customer:
        conditions.append(_v.customer.in_(cut.customer))
    if cut.assignee:
        conditions.append(_v.license_key.in_(assignments.keys_assigned_to(cut.assignee)))
    if cut.missing:
        conditions.append(_lacks(MISSING, cut.missing))
    if cut.search.strip():
        conditions.append(search_condition.in_versions(cut.search))
    return conditions


def selection(connection: Connection, cut: Cut) -> Selection:
    """What to ask for the licenses of a cut."""
    at = change_at(connection, cut.on)
    if at is None and SEPARATOR not in cut.search and is_current(connection):
        return Selection(cut, True, None, tuple(_of_lookups(connection, cut)), connection)
    conditions = [*_of_versions(connection, replace(cut, search="")), *_since(connection, _v, cut), _stood(at)]
    if cut.search.strip():
        # Of versions that stand, the index knows the older ones.
        found = (
            search_condition.in_current_versions(connection, cut.search)
            if at is None
            else search_condition.in_versions(cut.search)
        )
        conditions.append(found)
    return Selection(cut, False, at, tuple(conditions), connection)


def _of_lookups(connection: Connection, cut: Cut) -> list[ColumnElement[bool]]:
    """The conditions of a cut on `lookups`, which are of now."""
    conditions = [*_filtered(connection, True, _l, cut), *_since(connection, _l, cut)]
    if cut.customer:
        conditions.append(_l.customer.in_(cut.customer))
    if cut.assignee:
        conditions.append(_l.license_key.in_(assignments.keys_assigned_to(cut.assignee)))
    if cut.missing:
        conditions.append(_lacks(_l.missing, cut.missing))
    if cut.search.strip():
        conditions.append(search_condition.in_lookups(connection, cut.search))
    return conditions


def change_at(connection: Connection, on: str) -> int | None:
    """The last change until the end of a day, 0 if there was none yet; None if that is the newest one, or for no day."""
    if not on:
        return None
    then = change_on(connection, date.fromisoformat(on))
    return None if then == latest_change(connection) else then


def _stood(at: int | None) -> ColumnElement[bool]:
    if at is None:
        return _v.until.is_(None)
    return and_(_v.since <= at, or_(_v.until.is_(None), _v.until > at))


def _measured(editors: ColumnElement[Any]) -> list[ColumnElement[int]]:
    """The `MEASURES` of grouped licenses, by their numbers of editors."""
    is_number = and_(editors.is_not(None), editors != UNLIMITED)
    numbers = func.coalesce(func.sum(case((is_number, editors), else_=0)), 0)
    return [func.count(), numbers, func.coalesce(func.sum(case((editors == UNLIMITED, 1), else_=0)), 0)]


def _since(connection: Connection, c: Any, cut: Cut) -> list[ColumnElement[bool]]:
    """How long licenses are in their stage, as changes between which it must have begun."""
    if not cut.waiting:
        return []
    day = date.fromisoformat(cut.on) if cut.on else today()
    # Twin of `measures.pace.age_band`, which says which band an age is in; tests/store/test_counts.py holds them together.
    spans = []
    for age in cut.waiting:
        least, most = age.split("-")
        until = change_on(connection, day - timedelta(days=int(least)))
        after = change_on(connection, day - timedelta(days=int(most) + 1)) if most else 0
        spans.append(and_(c.stage_since > after, c.stage_since <= until))
    return [or_(*spans)]


def change_on(connection: Connection, day: date) -> int:
    """The last change until the end of a day, by UTC; 0 if there was none yet."""
    after = datetime.combine(day, time(), UTC) + timedelta(days=1)
    return int(
        connection.execute(select(func.coalesce(func.max(changes.c.id), 0)).where(changes.c.at < after)).scalar_one()
    )


def today() -> date:
    """The day by UTC, as changes are dated."""
    return datetime.now(UTC).date()


def _lacks(missing: ColumnElement[int], codes: Sequence[str]) -> ColumnElement[bool]:
    """Whether a request lacks one of the items, or nothing but one of those told as `only_…`, or nothing."""
    only = [ITEM_BITS[Item(code.removeprefix("only_"))] for code in codes if code.startswith("only_")]
    some = [ITEM_BITS[Item(code)] for code in codes if code in ITEM_BITS]
    whole = [0] if COMPLETE in codes else []
    return or_(missing.in_([*whole, *only]), *([missing.op("&")(sum(some)) != 0] if some else []))


def _filtered(connection: Connection, current: bool, c: Any, cut: Cut) -> list[ColumnElement[bool]]:
    """The cut's conditions on profile and batch, on the columns of `lookups`, of the tallies, or of versions."""
    own = [c.batch_id.in_(cut.batch)] if cut.batch else []
    of_profile = list(_of_profile(PROFILES if current else VERSION_PROFILE, cut))
    return own + (_in_profile(connection, c, of_profile) if current else of_profile)


def _in_profile(connection: Connection, c: Any, conditions: list[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """Conditions on `profiles`, as numbers of profiles: knowing those, a database finds better ways than by a subquery."""
    if not conditions:
        return []
    numbers = connection.execute(select(_p.id).where(*conditions)).scalars().all()
    return [c.profile.in_(bindparam(None, numbers, expanding=True, literal_execute=True))]


def _of_profile(c: Mapping[str, ColumnElement[Any]], cut: Cut) -> Iterator[ColumnElement[bool]]:
    for name in ("outcome", "from_size", "to_tier", "consent", "stage", "month"):
        if values := getattr(cut, name):
            yield c[name].in_(values)
    for name in ("product", "hosting", "country", "band"):
        if codes := getattr(cut, name):
            yield or_(c[name].in_(codes), *([c[name].is_(None)] if UNKNOWN in codes else []))
    for codes, listed in ((cut.needs, c["needs"]), (cut.flag, c["flags"])):
        if codes:
            yield or_(*(("," + listed + ",").contains(f",{code},", autoescape=True) for code in codes))
    if cut.borderline:
        yield c["borderline"].is_(True)
    if cut.movable:
        yield is_movable(c)


def is_movable(c: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """Whether a license moved or may still move (see `progress.is_movable`)."""
    # Twin of `measures.progress.is_movable`, which says the same of counted rows; tests/store/test_twins.py holds them together.
    on_server = func.coalesce(c["hosting"], "") != Hosting.CLOUD
    return or_(c["outcome"].in_(MOVING), and_(c["outcome"] == Outcome.NEEDS_INFO, on_server))
