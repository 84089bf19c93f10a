"""Licenses counted by whatever they are grouped by, today or on a past day: all from counts by profile."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select, true

from lib.domain.eligibility import Outcome
from lib.domain.requests import UNDER_WAY, Stage
from lib.measures.cut import ALL, Cut
from lib.measures.progress import CLOUD_OUTCOMES, PROGRESS_GROUPS, ProgressCounts, progress_counts
from lib.store import change_log
from lib.store.cut_conditions import is_movable, profile_numbers, whatever_the_profile
from lib.store.profile_catalogue import Codes, encode, profile_catalogue
from lib.store.recent_answers import remembered
from lib.store.schema import MEASURES
from lib.store.selection import (
    PLANS,
    Selection,
    counts_by_plan,
    has_no_tally,
    in_one_group,
    profile_movements,
    select_licenses,
)

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

ProfileCounts = Mapping[str, NDArray[np.int64]]
"""Columns of `profile`, `MEASURES` and maybe further numbers, a row for each profile."""

_BY_OUTCOME = ("eligible", "upgrade_needed", "needs_info", "not_eligible", "legacy_plan", "expired")


def cube(connection: Connection, cut: Cut) -> pd.DataFrame:
    """The licenses of a cut counted by `DIMENSIONS` (see `count_by`)."""
    return count_by(connection, cut, DIMENSIONS)


def count_by(connection: Connection, cut: Cut, by: Sequence[str]) -> pd.DataFrame:
    """The licenses of a cut counted by some columns of `PROFILE`: one row per combination.

    `licenses`; `users` is the sum of their editors, of which `unlimited` licenses have no number; `users_added` is a sum
    too, to which moves from or to Unlimited add no number.
    """
    return sum_numbers(connection, profile_counts(connection, cut), by)


def profile_counts(connection: Connection, cut: Cut) -> ProfileCounts:
    """The licenses of a cut by profile."""
    past = change_log.past_change_on(connection, cut.on)
    if cut.plan and past is not None:
        return counts_with_plan(connection, cut)

    def fetch_counts() -> ProfileCounts:
        if is_part_of_another(cut):
            return of_profiles(connection, profile_counts(connection, whatever_the_profile(cut)), cut)
        # A search looks at all versions of the licenses that ever matched, whatever the day: once is enough for all days.
        if past is not None and cut.search.strip() and not cut.waiting and not in_one_group(cut):
            return counts_after(past, movement_counts(connection, replace(cut, on="")))
        return fetch_numbers(connection, select(select_licenses(connection, cut).counts_by_profile()))

    # A screen groups the counts of one cut in many ways.
    return remembered(connection, "counts", cut, fetch_counts)


def counts_with_plan(connection: Connection, cut: Cut) -> ProfileCounts:
    """The licenses of a past day's cut of plans, by profile, and maybe several rows for one."""

    def fetch_counts() -> ProfileCounts:
        return fetch_numbers(connection, counts_by_plan(connection, cut))

    # Only versions have the last days of plans on a past day. A screen asks for each group of plans, and gets all of one look.
    counts = remembered(connection, "counts by plan", replace(cut, plan=()), fetch_counts)
    is_one = np.isin(counts["plan"], [PLANS.index(code) for code in cut.plan])
    return {name: numbers[is_one] for name, numbers in counts.items()}


def movement_counts(connection: Connection, cut: Cut) -> ProfileCounts:
    """What each `change` added to the licenses of a cut and removed, by profile, in one row or several."""

    def fetch_movements() -> ProfileCounts:
        if is_part_of_another(cut):
            return of_profiles(connection, movement_counts(connection, whatever_the_profile(cut)), cut)
        return fetch_numbers(connection, profile_movements(connection, cut))

    return remembered(connection, "movements", cut, fetch_movements)


def is_part_of_another(cut: Cut) -> bool:
    """Whether a cut is best counted as those licenses of another one that have some profiles."""
    # A screen asks for many parts of the same licenses. But not where a profile leaves few that are looked at one by one,
    # and what puts customers into a group is in all of their licenses.
    is_counted_once = not has_no_tally(cut) or cut.search.strip()
    return bool(is_counted_once) and not in_one_group(cut) and cut != whatever_the_profile(cut)


def of_profiles(connection: Connection, counts: ProfileCounts, cut: Cut) -> ProfileCounts:
    """Those of counts whose profiles a cut lets through."""
    is_one = np.isin(counts["profile"], profile_numbers(connection, cut))
    return {name: numbers[is_one] for name, numbers in counts.items()}


def counts_after(change: int, movements: ProfileCounts) -> ProfileCounts:
    """The licenses that there were after a change, by profile."""
    until_then = movements["change"] <= change
    profile, places = np.unique(movements["profile"][until_then], return_inverse=True)
    sums = {name: np.bincount(places, movements[name][until_then], len(profile)) for name in MEASURES}
    remain = sums["licenses"] != 0
    return {"profile": profile[remain], **{name: sums[name][remain].astype(np.int64) for name in MEASURES}}


def over_time(connection: Connection, cut: Cut, by: Sequence[str]) -> pd.DataFrame:
    """What each `change` added and removed; columns as in `count_by`."""
    return sum_numbers(connection, movement_counts(connection, cut), by, "change")


def waits(connection: Connection, cut: Cut) -> pd.DataFrame:
    """Since when licenses have been in their stage: `stage_since` (a change), `stage`, and columns as in `count_by`."""

    def fetch_waits() -> ProfileCounts:
        return fetch_numbers(connection, select(select_licenses(connection, cut).counts_by_profile("stage_since")))

    return sum_numbers(connection, remembered(connection, "waits", cut, fetch_waits), ("stage",), "stage_since")


def customer_counts(connection: Connection, cut: Cut, by: Sequence[str]) -> pd.DataFrame:
    """How many customers have licenses of each combination in a cut: `by`, and `customers`.

    One customer may be in several, so they cannot be summed up: totals are split into rows, with `ALL` in place of the
    values they are of.
    """
    selection = select_licenses(connection, cut)
    frames = []
    for size in range(len(by) + 1):
        frames += [count_customers(connection, selection, by, columns) for columns in combinations(by, size)]
    return pd.concat(frames, ignore_index=True)


def count_customers(
    connection: Connection, selection: Selection, by: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """The customers by some of the columns `by`, with `ALL` in the others."""
    labels = [selection.profile[name].label(name) for name in columns]
    licenses = select(selection.customer.label("customer"), *labels).select_from(selection.source)
    each = licenses.where(*selection.conditions).subquery().c
    places = [each[name] for name in columns]
    rows = connection.execute(select(*places, func.count(each.customer.distinct())).group_by(*places)).all()
    frame = pd.DataFrame([tuple(row) for row in rows], columns=[*columns, "customers"], dtype=object)
    frame = frame.assign(**{name: ALL for name in by if name not in columns})
    # Without licenses there is one row all the same, where nothing is grouped by.
    return frame[frame["customers"] > 0][[*by, "customers"]].astype({"customers": "int64"})


def standing_of_customers(connection: Connection, cut: Cut) -> ProgressCounts:
    """How many customers of a cut have licenses at each point (see `ProgressCounts`); its sums are of licenses."""
    selection = select_licenses(connection, cut)
    masks = customer_masks(selection.profile)
    numbers = [func.count(case((mask, selection.customer)).distinct()).label(name) for name, mask in masks.items()]
    query = select(*numbers).select_from(selection.source).where(*selection.conditions)
    customers = connection.execute(query).one()
    licenses = progress_counts(count_by(connection, cut, PROGRESS_GROUPS))
    return replace(licenses, **customers._asdict())


def customer_masks(profile: Mapping[str, ColumnElement[Any]]) -> dict[str, ColumnElement[bool]]:
    """The conditions on licenses that each number of customers counts, by name."""
    # Twin of `progress.count_masks`, which does the same on counted rows; tests/store/test_twins.py holds them together.
    on_cloud = profile["outcome"].in_(CLOUD_OUTCOMES)
    movable = is_movable(profile)
    return {
        "licenses": true(),
        "movable": movable,
        "unfinished": and_(movable, profile["outcome"] != Outcome.ALREADY_MIGRATED),
        "migrated": profile["outcome"] == Outcome.ALREADY_MIGRATED,
        "under_way": and_(profile["stage"].in_(UNDER_WAY), movable),
        "waiting": and_(profile["stage"] == Stage.NEEDS_INFO, movable),
        "on_cloud": on_cloud,
        "borderline": and_(on_cloud, profile["borderline"].is_(True)),
        **{name: profile["outcome"] == Outcome(name) for name in _BY_OUTCOME},
    }


def fetch_numbers(connection: Connection, query: Select[Any]) -> ProfileCounts:
    """The rows of a query of whole numbers, by column."""
    result = connection.execute(query)
    names = list(result.keys())
    numbers = np.array([tuple(row) for row in result], np.int64).reshape(-1, len(names))
    return dict(zip(names, numbers.T, strict=True))


def sum_numbers(connection: Connection, numbers: ProfileCounts, by: Sequence[str], *further: str) -> pd.DataFrame:
    """Numbers by `profile`, `MEASURES` and further whole numbers, summed up by columns of `PROFILE` and these.

    Values are as the database has them.
    """
    catalogue = profile_catalogue(connection)
    rows = catalogue.rows(numbers["profile"])
    measures = {name: numbers[name] for name in MEASURES}
    measures["users_added"] = measures["licenses"] * catalogue.users_added[rows]
    columns = {name: encode(numbers[name].tolist()) for name in further}
    for name in by:
        codes, values = catalogue.columns[name]
        columns[name] = codes[rows], values
    return sum_measures(columns, measures)


def sum_measures(columns: dict[str, Codes], measures: dict[str, NDArray[np.int64]]) -> pd.DataFrame:
    """Measures summed up by coded columns, one row per combination."""
    # Each combination as one number, in a system whose digits are the columns' codes.
    combination = np.zeros(len(measures["licenses"]), np.int64)
    for codes, values in columns.values():
        combination = combination * max(len(values), 1) + codes
    distinct, first, places = np.unique(combination, return_index=True, return_inverse=True)
    summed: dict[str, Any] = {}
    for name, (codes, values) in columns.items():
        # The None at the end makes it an array of objects even where all values are numbers or texts.
        objects = np.array([*values, None], dtype=object)
        summed[name] = pd.Series(objects[codes[first]], dtype=object)
    for name, numbers in measures.items():
        summed[name] = np.bincount(places, numbers, len(distinct)).astype(np.int64)
    return pd.DataFrame(summed)
