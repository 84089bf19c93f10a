"""The cube: licenses counted by whatever they are grouped by, today or on a past day, all from one counting by profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, case, func, select, true

from lib.domain.eligibility import Outcome
from lib.measures.cut import ALL, Cut
from lib.measures.progress import CLOUD_OUTCOMES, PROGRESS_GROUPS, WITH_CUSTOMER, ProgressCounts, progress_counts
from lib.store.cut_conditions import is_movable
from lib.store.schema import MEASURES, PROFILE, profiles
from lib.store.selection import Selection, profile_movements, select_licenses

_p = profiles.c

DIMENSIONS = (
    "product",
    "hosting",
    "outcome",
    "reason",
    "needs",
    "from_size",
    "to_tier",
    "consent",
    "plan_detail",
    "borderline",
)
"""What the numbers of most charts are grouped by."""

_BY_OUTCOME = ("eligible", "upgrade_needed", "needs_info", "not_eligible", "legacy_plan", "expired")

_CATALOGUES: WeakKeyDictionary[Engine, "ProfileCatalogue"] = WeakKeyDictionary()


Codes = tuple[NDArray[np.int64], list[Any]]
"""A column as codes into its distinct values."""


@dataclass(frozen=True)
class ProfileCatalogue:
    """All profiles there are: `columns` has each of `PROFILE` as codes into its distinct values, one per row; `ids` are the
    profiles' numbers, ascending."""

    ids: NDArray[np.int64]
    columns: dict[str, Codes]

    @cached_property
    def users_added(self) -> NDArray[np.int64]:
        """The users that a license of each profile must add; 0 where that is no number."""
        codes, values = self.columns["users_added"]
        return np.array([value or 0 for value in values], np.int64)[codes]

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of profiles by number."""
        return np.searchsorted(self.ids, ids)


def cube(connection: Connection, cut: Cut) -> pd.DataFrame:
    """The licenses of a cut counted by `DIMENSIONS`: one row per combination (see `counts`)."""
    return count_by(connection, cut, DIMENSIONS)


def count_by(connection: Connection, cut: Cut, by: Sequence[str]) -> pd.DataFrame:
    """The licenses of a cut counted by some columns of `PROFILE`: one row per combination, values as the database has them.

    `licenses`; `users` is the sum of their editors, of which `unlimited` licenses have no number; `users_added` is a sum too,
    to which moves from or to Unlimited add no number.
    """
    return _counted(connection, select(select_licenses(connection, cut).counts_by_profile()), by)


def over_time(connection: Connection, cut: Cut, by: Sequence[str]) -> pd.DataFrame:
    """What each change added to these counts, and took away: `change` and columns as in `counts`."""
    return _counted(connection, profile_movements(connection, cut), by, "change")


def waits(connection: Connection, cut: Cut) -> pd.DataFrame:
    """Since when licenses have been in their stage: columns `stage_since` (a change), `stage`, and those of `counts`."""
    return _counted(
        connection, select(select_licenses(connection, cut).counts_by_profile("stage_since")), ("stage",), "stage_since"
    )


def customer_counts(connection: Connection, cut: Cut, by: Sequence[str]) -> pd.DataFrame:
    """How many customers have licenses of each combination in a cut: `by`, and `customers`.

    They are not to be summed up, for one customer may stand in several: totals are rows of their own, which have `ALL` in
    place of the values they are of.
    """
    chosen = select_licenses(connection, cut)
    frames = [
        _customers(connection, chosen, by, kept) for size in range(len(by) + 1) for kept in combinations(by, size)
    ]
    return pd.concat(frames, ignore_index=True)


def _customers(connection: Connection, chosen: Selection, by: Sequence[str], kept: Sequence[str]) -> pd.DataFrame:
    told = select(chosen.customer.label("customer"), *(chosen.profile[name].label(name) for name in kept))
    each = told.select_from(chosen.source).where(*chosen.conditions).subquery().c
    places = [each[name] for name in kept]
    rows = connection.execute(select(*places, func.count(each.customer.distinct())).group_by(*places)).all()
    frame = pd.DataFrame([tuple(row) for row in rows], columns=[*kept, "customers"], dtype=object)
    frame = frame.assign(**{name: ALL for name in by if name not in kept})
    return frame[frame["customers"] > 0][[*by, "customers"]].astype({"customers": "int64"})


def standing_of_customers(connection: Connection, cut: Cut) -> ProgressCounts:
    """How many customers of a cut have licenses that are where (see `ProgressCounts`); its sums are those of licenses."""
    chosen = select_licenses(connection, cut)
    parts = customer_masks(chosen.profile)
    numbers = [func.count(case((part, chosen.customer)).distinct()).label(name) for name, part in parts.items()]
    told = connection.execute(select(*numbers).select_from(chosen.source).where(*chosen.conditions)).one()
    licenses = progress_counts(count_by(connection, cut, PROGRESS_GROUPS))
    return replace(licenses, **told._asdict())


def customer_masks(c: Mapping[str, ColumnElement[Any]]) -> dict[str, ColumnElement[bool]]:
    """The conditions on licenses that each number of customers counts, by name."""
    # Twin of `progress.count_masks`, which does the same on counted rows; tests/store/test_twins.py holds them together.
    on_cloud = c["outcome"].in_(CLOUD_OUTCOMES)
    movable = is_movable(c)
    return {
        "licenses": true(),
        "movable": movable,
        "migrated": c["outcome"] == Outcome.ALREADY_MIGRATED,
        "waiting": and_(c["stage"].in_(WITH_CUSTOMER), movable),
        "on_cloud": on_cloud,
        "borderline": and_(on_cloud, c["borderline"].is_(True)),
        **{name: c["outcome"] == Outcome(name) for name in _BY_OUTCOME},
    }


def _counted(connection: Connection, asked: Select[Any], by: Sequence[str], *also: str) -> pd.DataFrame:
    """Rows of `profile`, `MEASURES` and whole numbers besides, summed up by columns of `PROFILE` and those numbers."""
    told = connection.execute(asked)
    places = {name: place for place, name in enumerate(told.keys())}
    numbers = np.array([tuple(row) for row in told], np.int64).reshape(-1, len(places))
    catalogue = profile_catalogue(connection)
    rows = catalogue.rows(numbers[:, places["profile"]])
    measured = {name: numbers[:, places[name]] for name in MEASURES}
    measured["users_added"] = measured["licenses"] * catalogue.users_added[rows]
    columns = {name: (codes[rows], values) for name, (codes, values) in catalogue.columns.items() if name in by}
    own = {name: _coded(numbers[:, places[name]].tolist()) for name in also}
    return _summed(own | {name: columns[name] for name in by}, measured)


def _summed(columns: dict[str, Codes], measured: dict[str, NDArray[np.int64]]) -> pd.DataFrame:
    """Measures summed up by coded columns."""
    place = np.zeros(len(measured["licenses"]), np.int64)
    for codes, values in columns.values():
        place = place * max(len(values), 1) + codes
    found, first, places = np.unique(place, return_index=True, return_inverse=True)
    shown = {
        name: pd.Series(np.array([*values, None], dtype=object)[codes[first]], dtype=object)
        for name, (codes, values) in columns.items()
    }
    sums = {name: np.bincount(places, numbers, len(found)).astype(np.int64) for name, numbers in measured.items()}
    return pd.DataFrame({**shown, **sums})


def profile_catalogue(connection: Connection) -> ProfileCatalogue:
    """All profiles, which are only ever added to: read anew when there are more of them.

    A process remembers them, but not what a transaction that writes may yet take back.
    """
    newest = connection.execute(select(func.coalesce(func.max(_p.id), 0))).scalar_one()
    known = _CATALOGUES.get(connection.engine)
    if known is not None and len(known.ids) and known.ids[-1] == newest:
        return known
    catalogue = _read(connection)
    if connection.get_execution_options().get("begin", "BEGIN") == "BEGIN":
        _CATALOGUES[connection.engine] = catalogue
    return catalogue


def _read(connection: Connection) -> ProfileCatalogue:
    told = connection.execute(select(_p.id, *(_p[name] for name in PROFILE)).order_by(_p.id)).all()
    ids, *columns = zip(*told, strict=True) if told else ((), *(() for _ in PROFILE))
    return ProfileCatalogue(
        np.array(ids, np.int64), {name: _coded(values) for name, values in zip(PROFILE, columns, strict=True)}
    )


def _coded(values: Sequence[Any]) -> Codes:
    known: dict[Any, int] = {}
    codes = np.fromiter((known.setdefault(value, len(known)) for value in values), np.int64, len(values))
    return codes, list(known)
