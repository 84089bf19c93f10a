"""The licenses of a cut, today or on a past day, as something to select from and conditions.

They come from `lookups` if those are complete up to the newest change, else from the versions themselves. Numbers of
licenses by profile come from `tallies` and `movements`, which are always complete.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, and_, case, func, or_, select, union_all

from lib.domain.eligibility import Outcome
from lib.domain.tiers import UNLIMITED
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.store import customer_sums, cut_conditions, search_condition
from lib.store.catch_up import is_current
from lib.store.change_log import past_change_on
from lib.store.cut_conditions import PROFILE_COLUMNS
from lib.store.license_profiles import MISSING, PROFILE_CODE, VERSION_PROFILE
from lib.store.schema import (
    MEASURES,
    SEPARATOR,
    customer_tallies,
    license_versions,
    lookups,
    movements,
    profiles,
    tallies,
)

_v, _l, _p, _m, _t = license_versions.c, lookups.c, profiles.c, movements.c, customer_tallies.c

PLANS = ("running", "ending", "ended")
"""How legacy plans stand, by the numbers that `counts_by_plan` gives them."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to select the licenses of a cut from, and on which conditions.

    With `in_lookups` this is `lookups`, joined with `profiles`; else `license_versions`, as they were at the change `at`,
    or are now where that is None.
    """

    cut: Cut
    in_lookups: bool
    at: int | None
    conditions: tuple[ColumnElement[bool], ...]
    _connection: Connection

    @property
    def source(self) -> FromClause:
        """The table, or tables, that have the columns below."""
        if self.in_lookups:
            return lookups.join(profiles, _p.id == _l.profile)
        return license_versions

    @property
    def license_key(self) -> ColumnElement[str]:
        """The column of license keys."""
        if self.in_lookups:
            return _l.license_key
        return _v.license_key

    @property
    def customer(self) -> ColumnElement[str]:
        """The column of customers' keys."""
        return _l.customer if self.in_lookups else _v.customer

    @property
    def missing(self) -> ColumnElement[int]:
        """What a license's request lacks, as the sum of `ITEM_BITS`."""
        return _l.missing if self.in_lookups else MISSING

    @property
    def profile(self) -> Mapping[str, ColumnElement[Any]]:
        """The columns of `PROFILE`."""
        if self.in_lookups:
            return PROFILE_COLUMNS
        return VERSION_PROFILE

    @property
    def is_of_day(self) -> ColumnElement[bool]:
        """Whether a version is of the cut's day."""
        return _is_version_at(self.at)

    @property
    def has_no_tally(self) -> bool:
        """Whether licenses must be counted, for lack of a tally."""
        return has_no_tally(self.cut)

    def with_outcome(self, outcome: str) -> list[ColumnElement[bool]]:
        """The conditions for those of the licenses with an outcome."""
        has_outcome = [self.profile["outcome"] == outcome]
        if self.in_lookups:
            has_outcome = cut_conditions.has_profile(self._connection, _l, has_outcome)
        return [*self.conditions, *has_outcome]

    def on_versions(self, conditions: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
        """Conditions of this selection, as conditions on `license_versions`."""
        if not self.in_lookups:
            return [*conditions]
        keys = [_v.license_key.in_(select(_l.license_key).where(*conditions))] if conditions else []
        return [_v.until.is_(None), *keys]

    def counts_by_profile(self, *columns: str) -> FromClause:
        """Licenses by profile: rows of `profile`, further `columns`, and `MEASURES`."""
        if not self.has_no_tally:
            return self._sums_of_tallies(columns).subquery()
        if not self.in_lookups:
            return counts_of_versions(self.conditions, *(_v[name] for name in columns)).subquery()
        if self._connection.dialect.name == "sqlite" and not columns:
            return self._counts_in_numpy().subquery()
        places = [_l[name] for name in ("profile", *columns)]
        return select(*places, *_measures(_l.editors)).where(*self.conditions).group_by(*places).subquery()

    def _sums_of_tallies(self, columns: Sequence[str]) -> Select[Any]:
        """From tallies, or, on a past day, from the movements until then."""
        table: Table = tallies if self.at is None else movements
        places = [table.c[name] for name in ("profile", *columns)]
        sums = [func.sum(table.c[name]).label(name) for name in MEASURES]
        conditions = cut_conditions.on_tallies(self._connection, table.c, self.cut)
        conditions += cut_conditions.in_stage_since(self._connection, table.c, self.cut)
        if self.at is not None:
            conditions.insert(0, _m.change <= self.at)
        return select(*places, *sums).where(*conditions).group_by(*places).having(func.sum(table.c.licenses) != 0)

    def _counts_in_numpy(self) -> Select[Any]:
        # SQLite sorts a million numbers to group them. Joining them to one text takes it a third of the time, NumPy
        # counts them at once, and the few counts go back to SQLite as JSON, so that callers have a query as ever.
        columns = func.group_concat(_l.profile), func.group_concat(func.coalesce(_l.editors, 0))
        texts = self._connection.execute(select(*columns).where(*self.conditions)).one()
        numbers, editors = (np.fromstring(text or "", np.int64, sep=",") for text in texts)
        profile, places = np.unique(numbers, return_inverse=True)
        is_unlimited = editors == UNLIMITED
        weights = (None, np.where(is_unlimited, 0, editors), is_unlimited)
        sums = [np.bincount(places, weight, len(profile)) for weight in weights]
        rows = json.dumps(np.stack([profile, *sums], axis=1).astype(np.int64).tolist())
        row = func.json_each(rows).table_valued("value").c.value
        names = enumerate(("profile", *MEASURES))
        return select(*(func.json_extract(row, f"$[{place}]").label(name) for place, name in names))


def has_no_tally(cut: Cut) -> bool:
    """Whether the licenses of a cut must be counted, for lack of a tally."""
    texts = (cut.search.strip(), cut.company.strip())
    return any((*texts, cut.customer, cut.missing, cut.plan, cut.assignee, cut.marketplace, in_one_group(cut)))


def in_one_group(cut: Cut) -> bool:
    """Whether a cut is of the customers of one group."""
    return cut.group not in ("", CustomerGroup.ALL)


def select_licenses(connection: Connection, cut: Cut) -> Selection:
    """What to select for the licenses of a cut."""
    selection = select_of_any_group(connection, replace(cut, group=""))
    if not in_one_group(cut):
        return replace(selection, cut=cut)
    is_of_group = selection.customer.in_(customers_of_group(selection, CustomerGroup(cut.group)))
    return replace(selection, cut=cut, conditions=(*selection.conditions, is_of_group))


def customers_of_group(selection: Selection, group: CustomerGroup) -> Select[Any]:
    """Select the customers that the licenses of a selection put into a group, once each."""
    in_tallies = tallies_condition(selection)
    if in_tallies is not None:
        return select(_t.customer).where(in_tallies, customer_sums.is_in_group(_t, group))
    sums = customer_sums.sums_of(selection.profile)
    query = select(selection.customer).select_from(selection.source).where(*selection.conditions)
    return query.group_by(selection.customer).having(customer_sums.is_in_group(sums, group))


def tallies_condition(selection: Selection) -> ColumnElement[bool] | None:
    """Which of `customer_tallies` hold what this selection's customers come to, whatever their group; None if none do.

    They are kept for each product, and for all together, of all current licenses: only customers can be chosen of them.
    """
    cut = selection.cut
    is_of_product = replace(cut, on="", customer=(), group="") == Cut(product=cut.product)
    if not selection.in_lookups or len(cut.product) > 1 or not is_of_product:
        return None
    conditions = [_t.product == "".join(cut.product)]
    if cut.customer:
        conditions.append(_t.customer.in_(cut.customer))
    return and_(*conditions)


def select_of_any_group(connection: Connection, cut: Cut) -> Selection:
    """What to select for the licenses of a cut that names no group."""
    at = past_change_on(connection, cut.on)
    # A text with the separator may be found across two of the searched texts in `lookups`, so it is not searched there.
    if at is None and SEPARATOR not in cut.search and is_current(connection):
        return Selection(cut, True, None, tuple(cut_conditions.on_lookups(connection, cut)), connection)
    # Of which day a version is, is told by two numbers: before any text is looked at.
    conditions = [
        _is_version_at(at),
        *cut_conditions.on_versions(connection, replace(cut, search="")),
        *cut_conditions.in_stage_since(connection, _v, cut),
    ]
    if cut.search.strip() and at is None:
        conditions.append(search_condition.in_current_versions(connection, cut.search))
    elif cut.search.strip():
        conditions.append(search_condition.in_any_version(connection, cut.search))
    return Selection(cut, False, at, tuple(conditions), connection)


def _is_version_at(change: int | None) -> ColumnElement[bool]:
    if change is None:
        return _v.until.is_(None)
    return and_(_v.since <= change, or_(_v.until.is_(None), _v.until > change))


def profile_movements(connection: Connection, cut: Cut) -> Select[Any]:
    """What each change added to the licenses of a cut, and removed: rows of `change`, `profile` and `MEASURES`.

    The cut's `waiting` and `group` are left out: how long licenses have been in their stage, and how those of a customer
    stand together, are questions of one day.
    """
    at = past_change_on(connection, cut.on)
    any_day = replace(cut, waiting=(), group="", on="")
    if not has_no_tally(any_day):
        return _sums_of_movements(connection, cut, at)
    return _movements_of_versions(connection, any_day, at)


def _sums_of_movements(connection: Connection, cut: Cut, at: int | None) -> Select[Any]:
    sums = [func.sum(_m[name]).label(name) for name in MEASURES]
    conditions = cut_conditions.on_tallies(connection, _m, cut)
    if at is not None:
        conditions.append(_m.change <= at)
    return select(_m.change, _m.profile, *sums).where(*conditions).group_by(_m.change, _m.profile)


def _movements_of_versions(connection: Connection, cut: Cut, at: int | None) -> Select[Any]:
    # Versions are looked at once, and counted by the changes that they came and went with. Named with WITH and used twice,
    # the counts are not made twice.
    is_until_then = [] if at is None else [_v.since <= at]
    conditions = [*cut_conditions.on_versions(connection, cut), *is_until_then]
    each = counts_of_versions(conditions, _v.since, _v.until).cte("spans").c
    has_ended = each.until.is_not(None) if at is None else each.until <= at
    arrivals = select(each.since.label("change"), each.profile, *(each[name] for name in MEASURES))
    left = ((-each[name]).label(name) for name in MEASURES)
    departures = select(each.until.label("change"), each.profile, *left).where(has_ended)
    return union_all(arrivals, departures).subquery().select()


def counts_by_plan(connection: Connection, cut: Cut) -> Select[Any]:
    """The licenses of a cut of a past day that have a legacy plan, by how it stands (see `PLANS`), and profile."""
    selection = select_licenses(connection, replace(cut, plan=()))
    spans = cut_conditions.plan_spans(connection, _v, cut)
    plan = case(*((spans[code], place) for place, code in enumerate(PLANS))).label("plan")
    conditions = [*selection.with_outcome(Outcome.LEGACY_PLAN), _v.plan_end.is_not(None)]
    return counts_of_versions(conditions, plan)


def counts_of_versions(conditions: Sequence[ColumnElement[bool]], *columns: ColumnElement[Any]) -> Select[Any]:
    """Versions by profile and further columns: rows of these and `MEASURES`."""
    code = PROFILE_CODE.label("code")
    versions = select(code, _v.editors, *columns).where(*conditions).subquery()
    places = [versions.c[name] for name in ("code", *(column.name for column in columns))]
    # Grouped before codes are looked up: there are far fewer then.
    each = select(*places, *_measures(versions.c.editors)).group_by(*places).subquery()
    numbers = [each.c[name] for name in (*(column.name for column in columns), *MEASURES)]
    return select(_p.id.label("profile"), *numbers).select_from(each.join(profiles, _p.code == each.c.code))


def _measures(editors: ColumnElement[Any]) -> list[ColumnElement[int]]:
    """The `MEASURES` of grouped licenses, by their numbers of editors."""
    is_number = and_(editors.is_not(None), editors != UNLIMITED)
    users = func.coalesce(func.sum(case((is_number, editors), else_=0)), 0)
    unlimited = func.coalesce(func.sum(case((editors == UNLIMITED, 1), else_=0)), 0)
    return [number.label(name) for name, number in zip(MEASURES, (func.count(), users, unlimited), strict=True)]
