"""What pages read, once per version of the data: every cached query takes that version first."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from lib.documents import exports
from lib.domain.changes import change_cause, change_title
from lib.domain.codes import parse_needs
from lib.domain.policy import Policy
from lib.domain.requests import Stage
from lib.domain.text import format_time
from lib.measures import pace
from lib.measures.cut import Cut
from lib.measures.progress import PROGRESS_GROUPS, ProgressCounts, progress_counts
from lib.store import (
    assignments,
    batches,
    database,
    license_counts,
    license_queries,
    request_stages,
    selection,
    versions,
)
from lib.web.connection import engine

P = ParamSpec("P")
T = TypeVar("T")

POLICY = Policy()
"""The rules in force."""


def kept(entries: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keeps what a query gave for an hour, for so many questions. A cut is told from others by its text, which takes a tenth
    of the time that looking at all of its filters would."""
    return st.cache_data(max_entries=entries, ttl=3600, show_spinner=False, hash_funcs={Cut: repr})


_STALE = 14
"""Days without any change after which every page says so."""


class Version(NamedTuple):
    """A state of a store: the number of its newest change, 0 while it is empty, where it is, empty for the configured one, and
    the number of the newest assignment, which is no change of a license."""

    change: int
    store: str = ""
    assigned: int = 0


def version(store: str = "") -> Version:
    """The newest state of a store, by default of the configured one; cheap enough for every run of a page."""
    with database.reading(engine(store)) as connection:
        return Version(versions.latest_change(connection), store, assignments.newest_assignment(connection))


@kept(256)
def cube(version: Version, cut: Cut) -> pd.DataFrame:
    """The numbers behind most tiles and charts (see `counts.cube`)."""
    with database.reading(engine(version.store)) as connection:
        return license_counts.cube(connection, cut)


def total(version: Version, cut: Cut) -> int:
    """How many licenses a cut has."""
    return int(cube(version, cut)["licenses"].sum())


@kept(512)
def counted(version: Version, cut: Cut, by: tuple[str, ...], unit: str = "licenses") -> pd.DataFrame:
    """A cut counted by some columns (see `counts.counts`); by customers with totals besides (see `counts.customers`)."""
    with database.reading(engine(version.store)) as connection:
        if unit == "customers":
            return license_counts.customer_counts(connection, cut, by)
        return license_counts.count_by(connection, cut, by)


@kept(256)
def now(version: Version, cut: Cut, unit: str) -> ProgressCounts:
    """Where a cut stands, in a unit."""
    with database.reading(engine(version.store)) as connection:
        if unit == "customers":
            return license_counts.standing_of_customers(connection, cut)
        return progress_counts(license_counts.count_by(connection, cut, PROGRESS_GROUPS), unit)


@kept(128)
def moved(version: Version, cut: Cut, by: tuple[str, ...] = PROGRESS_GROUPS) -> pd.DataFrame:
    """What each change added to the counts of a cut (see `counts.over_time`), with its `day`."""
    with database.reading(engine(version.store)) as connection:
        return pace.with_days(license_counts.over_time(connection, cut, by), days(version))


@kept(128)
def course(version: Version, cut: Cut, unit: str, day: date, weeks: int) -> list[ProgressCounts]:
    """How a cut stood at the end of each of the last weeks up to a day; customers are not told, since they do not add up."""
    if unit == "customers":
        return []
    added = moved(version, cut.with_filters(on=""))
    return [
        progress_counts(pace.until_day(added, day - timedelta(weeks=ago)), unit) for ago in range(weeks - 1, -1, -1)
    ]


@kept(128)
def then(version: Version, cut: Cut, unit: str, day: date) -> ProgressCounts:
    """How a cut stood at the end of a day."""
    return now(version, cut.with_filters(on=day.isoformat()), unit)


def lacking(version: Version, cut: Cut) -> dict[str, int]:
    """How many licenses lack which information for a verdict, the commonest first."""
    needs = counted(version, cut, ("needs",))
    sums: Counter[str] = Counter()
    for items, licenses in zip(needs["needs"], needs["licenses"], strict=True):
        sums.update(dict.fromkeys(parse_needs(items), licenses))
    return dict(sums.most_common())


@kept(8)
def assignees(version: Version) -> list[str]:
    """Everybody who works on a request now."""
    with database.reading(engine(version.store)) as connection:
        return assignments.all_assignees(connection)


@kept(8)
def days(version: Version) -> dict[int, date]:
    """The day of each change, by UTC."""
    with database.reading(engine(version.store)) as connection:
        return {change: at.date() for change, at in batches.change_times(connection).items()}


@kept(64)
def causes(version: Version, cut: Cut, since: date, until: date) -> pd.DataFrame:
    """What changed from the end of one day to that of another, and why: columns cause, outcome and change, in order."""
    added = moved(version, cut.with_filters(on=""), ("outcome",))
    between = added[(added["day"] > since) & (added["day"] <= until)]
    with database.reading(engine(version.store)) as connection:
        first, last = (selection.change_on(connection, day) for day in (since, until))
        told = {
            one.id: change_cause(one.kind, one.batch_id, one.by)
            for one in batches.changes_between(connection, first, last)
        }
    rows = between.assign(cause=between["change"].map(told), change=between["licenses"])
    return rows.groupby(["cause", "outcome"], sort=False)[["change"]].sum().reset_index()


@kept(64)
def waits(version: Version, cut: Cut, day: date) -> pd.DataFrame:
    """How long licenses of requests under way have been in their stage on a day: columns stage, waiting and the units."""
    with database.reading(engine(version.store)) as connection:
        return pace.waiting_ages(license_counts.waits(connection, cut), days(version), day)


@kept(64)
def missing(version: Version, cut: Cut) -> pd.DataFrame:
    """What requests lack (see `stages.missing`)."""
    with database.reading(engine(version.store)) as connection:
        return request_stages.missing_items(connection, cut)


@kept(64)
def steps(version: Version, cut: Cut) -> dict[Stage, float]:
    """The median of the days that licenses took to come to each stage of the way from the one before it."""
    with database.reading(engine(version.store)) as connection:
        return pace.median_days(request_stages.steps(connection, cut), days(version))


@kept(64)
def longest(version: Version, cut: Cut, count: int) -> pd.DataFrame:
    """The licenses that have been in a stage under way for longest, all columns and their `day` of coming there."""
    with database.reading(engine(version.store)) as connection:
        frame = request_stages.longest_waiting(connection, cut, count)
    return frame.assign(day=frame["stage_since"].map(days(version)))


@kept(16)
def status_line(version: Version) -> str:
    """When and by whom the data last changed, under which policy, and how much there is: the grey line of every page."""
    with database.reading(engine(version.store)) as connection:
        last = batches.last_change(connection)
        every = license_queries.count(connection, Cut())
    if last is None:
        return f"No data yet · policy v{POLICY.version}"
    did = change_title(last.kind, last.batch_id).lower()
    told = (
        f"Data as of {format_time(last.at)} · last {did} by {last.by} · policy v{POLICY.version} · {every:,} licenses"
    )
    idle = (today() - last.at.date()).days
    return f"{told} · nothing new for {idle:,} days" if idle > _STALE else told


@kept(64)
def upgrade_totals(version: Version, cut: Cut) -> dict[str, int]:
    """What the list of a cut's upgrades comes to (see `views.upgrade_totals`)."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.upgrade_totals(connection, cut)


@kept(128)
def licenses(version: Version, cut: Cut, start: int, count: int) -> pd.DataFrame:
    """A page of the licenses of a cut, all columns (see `views.licenses`)."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.licenses(connection, cut, start=start, count=count)


@kept(128)
def story(version: Version, key: str) -> tuple[dict[str, Any] | None, pd.DataFrame]:
    """A license as it stands now, None if it does not, and all versions there ever were of it."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.license(connection, key), license_queries.history(connection, key)


def licenses_csv(store: str, cut: Cut) -> bytes:
    """All licenses of a cut as they stand at this moment, as a CSV file."""
    with database.reading(engine(store)) as connection:
        return exports.licenses_csv(license_queries.licenses(connection, cut))


def cloud_csv(store: str, cut: Cut) -> bytes:
    """The Cloud licenses of a cut as they stand at this moment, with the next step of each, as a CSV file."""
    with database.reading(engine(store)) as connection:
        return exports.cloud_csv(license_queries.licenses(connection, cut))


def today() -> date:
    """The day by UTC, as changes are dated."""
    return datetime.now(UTC).date()
