"""A cut's filters as conditions on the columns of versions, `lookups` or tallies."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, and_, bindparam, false, func, not_, or_, select

from lib.domain.codes import Item
from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.measures.cut import COMPLETE, ENDING_DAYS, INCOMPLETE, UNKNOWN, Cut
from lib.measures.progress import MOVING
from lib.store import assignments, finding_conditions, search_condition
from lib.store.change_log import change_on, day_in_view
from lib.store.license_profiles import ITEM_BITS, LACKS_NOTHING, MISSING, VERSION_PROFILE
from lib.store.schema import license_versions, lookups, profiles

_v, _l, _p = license_versions.c, lookups.c, profiles.c

_BY_VALUE = ("outcome", "from_size", "to_tier", "consent", "stage", "month")
_BY_CODE = ("product", "hosting", "country", "band")

PROFILE_COLUMNS: Mapping[str, ColumnElement[Any]] = dict(_p.items())
"""The columns of `profiles` by name, as `VERSION_PROFILE` has those of versions."""


def on_versions(connection: Connection, cut: Cut) -> list[ColumnElement[bool]]:
    """The conditions of a cut on any version, whatever its time."""
    conditions = [*_of_batch(_v, cut), *_on_profile(VERSION_PROFILE, cut), *_on_license(connection, _v, MISSING, cut)]
    if cut.search.strip():
        conditions.append(search_condition.in_any_version(connection, cut.search))
    return conditions


def on_lookups(connection: Connection, cut: Cut) -> list[ColumnElement[bool]]:
    """The conditions of a cut on `lookups`, which are of now."""
    conditions = [*on_tallies(connection, _l, cut), *in_stage_since(connection, _l, cut)]
    conditions += _on_license(connection, _l, _l.missing, cut)
    if cut.search.strip():
        conditions.append(search_condition.in_lookups(connection, cut.search))
    return conditions


def on_tallies(connection: Connection, columns: Any, cut: Cut) -> list[ColumnElement[bool]]:
    """The conditions of a cut on `profile` and `batch_id`."""
    return [*_of_batch(columns, cut), *has_profile(connection, columns, list(_on_profile(PROFILE_COLUMNS, cut)))]


def profile_numbers(connection: Connection, cut: Cut) -> Sequence[int]:
    """The numbers of the profiles that a cut lets through."""
    return connection.execute(select(_p.id).where(*_on_profile(PROFILE_COLUMNS, cut))).scalars().all()


def whatever_the_profile(cut: Cut) -> Cut:
    """The cut without the filters that a profile alone decides."""
    return cut.with_filters(**dict.fromkeys((*_BY_VALUE, *_BY_CODE, "needs", "flag"), ()), borderline="", movable="")


def has_profile(
    connection: Connection, columns: Any, conditions: Sequence[ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    """Conditions on `profiles` as one on the column `profile`."""
    if not conditions:
        return []
    # The numbers are looked up first and written into the statement: the planners know how many rows they are, and
    # choose better indexes than for a subquery or bound parameters.
    numbers = connection.execute(select(_p.id).where(*conditions)).scalars().all()
    return [columns.profile.in_(bindparam(None, numbers, expanding=True, literal_execute=True))]


def in_stage_since(connection: Connection, columns: Any, cut: Cut) -> list[ColumnElement[bool]]:
    """The cut's `waiting` as changes between which the stage must have begun."""
    if not cut.waiting:
        return []
    day = day_in_view(connection, cut.on)
    # Twin of `measures.pace.age_band`, which says which band an age is in; tests/store/test_counts.py holds them together.
    spans = []
    for age in cut.waiting:
        least, most = age.split("-")
        last = change_on(connection, day - timedelta(days=int(least)))
        before = change_on(connection, day - timedelta(days=int(most) + 1)) if most else 0
        spans.append(and_(columns.stage_since > before, columns.stage_since <= last))
    return [or_(*spans)]


def is_movable(profile: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """Whether a license moved or may still move (see `progress.is_movable`)."""
    # Twin of `measures.progress.is_movable`, which says the same of counted rows; tests/store/test_twins.py holds them together.
    on_server = func.coalesce(profile["hosting"], "") != Hosting.CLOUD
    return or_(profile["outcome"].in_(MOVING), and_(profile["outcome"] == Outcome.NEEDS_INFO, on_server))


def _of_batch(columns: Any, cut: Cut) -> list[ColumnElement[bool]]:
    if not cut.batch:
        return []
    return [columns.batch_id.in_(cut.batch)]


def _on_license(
    connection: Connection, columns: Any, missing: ColumnElement[int], cut: Cut
) -> Iterator[ColumnElement[bool]]:
    """The conditions that no tally can answer, but for the search."""
    if cut.customer:
        yield columns.customer.in_(cut.customer)
    if company := cut.company.strip():
        yield _has_company(columns, company)
    if cut.assignee:
        yield columns.license_key.in_(assignments.keys_assigned_to(cut.assignee))
    if cut.marketplace:
        yield columns.license_key.in_(finding_conditions.keys_in(cut.marketplace))
    if cut.missing:
        yield _lacks(missing, LACKS_NOTHING if columns is _v else missing == 0, cut.missing)
    if cut.plan:
        yield _has_plan(connection, columns, cut)


def _has_company(columns: Any, part: str) -> ColumnElement[bool]:
    """Whether a license's company has this part in its name; `lookups` hold all texts of a license as one."""
    has_part = _v.company.icontains(part, autoescape=True)
    if columns is _v:
        return has_part
    current = select(_v.license_key).where(_v.until.is_(None), has_part)
    return cast("ColumnElement[bool]", columns.license_key.in_(current))


def plan_spans(connection: Connection, columns: Any, cut: Cut) -> dict[str, ColumnElement[bool]]:
    """Whether a legacy plan's last day is one of those that put it into a group, by the groups' codes."""
    day = day_in_view(connection, cut.on)
    last = day + timedelta(days=ENDING_DAYS)
    return {
        "running": columns.plan_end > last,
        "ending": columns.plan_end.between(day, last),
        "ended": columns.plan_end < day,
    }


def _has_plan(connection: Connection, columns: Any, cut: Cut) -> ColumnElement[bool]:
    """Whether a license's legacy plan stands so on the cut's day."""
    spans = plan_spans(connection, columns, cut)
    stands_so = or_(*(spans[code] for code in cut.plan))
    # In `lookups`, nothing but a legacy plan has an end.
    if columns is _v:
        return and_(_v.outcome == Outcome.LEGACY_PLAN, stands_so)
    return stands_so


def _lacks(
    missing: ColumnElement[int], lacks_nothing: ColumnElement[bool], codes: Sequence[str]
) -> ColumnElement[bool]:
    """Whether a request lacks one of these items, nothing but one (`only_…`), nothing at all (COMPLETE), or anything (INCOMPLETE)."""
    exactly = [ITEM_BITS[Item(code.removeprefix("only_"))] for code in codes if code.startswith("only_")]
    either: list[ColumnElement[bool]] = [missing.in_(exactly)] if exactly else []
    if COMPLETE in codes:
        either.append(lacks_nothing)
    if INCOMPLETE in codes:
        either.append(not_(lacks_nothing))
    if any_of := sum(ITEM_BITS[Item(code)] for code in codes if code in ITEM_BITS):
        either.append(missing.op("&")(any_of) != 0)
    return or_(false(), *either)


def _on_profile(profile: Mapping[str, ColumnElement[Any]], cut: Cut) -> Iterator[ColumnElement[bool]]:
    """The conditions on a profile's columns, in `profiles` or as expressions of a version."""
    for name in _BY_VALUE:
        if values := getattr(cut, name):
            yield profile[name].in_(values)
    for name in _BY_CODE:
        if codes := getattr(cut, name):
            yield _is_one_of_or_unknown(profile[name], codes)
    for codes, listed in ((cut.needs, profile["needs"]), (cut.flag, profile["flags"])):
        if codes:
            # Commas at both ends, so that a code is not found within another.
            yield or_(*(("," + listed + ",").contains(f",{code},", autoescape=True) for code in codes))
    if cut.borderline:
        yield profile["borderline"].is_(True)
    if cut.movable:
        movable = is_movable(profile)
        yield not_(movable) if cut.movable == "no" else movable


def _is_one_of_or_unknown(column: ColumnElement[Any], codes: Sequence[str]) -> ColumnElement[bool]:
    is_one = column.in_(codes)
    if UNKNOWN in codes:
        return or_(is_one, column.is_(None))
    return is_one
