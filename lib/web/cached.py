"""What pages read, once per version of the data: every cached query takes that version first."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial, wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from lib.dashboard import numbers
from lib.dashboard.first_screen import FirstScreen
from lib.dashboard.first_screen import first_screen as make_first_screen
from lib.dashboard.numbers import StoredNumbers
from lib.dashboard.view import View
from lib.documents import doubts, exports
from lib.documents.upgrade_files import UPGRADE_FORMATS
from lib.domain.changes import change_title
from lib.domain.days import day_of
from lib.domain.policy import Policy
from lib.domain.requests import Stage
from lib.domain.roles import Actor
from lib.domain.text import format_time, quantity
from lib.measures.cut import Cut
from lib.measures.list_totals import ListTotals
from lib.measures.progress import PROGRESS_GROUPS, ProgressCounts
from lib.store import (
    assignments,
    change_log,
    customer_lists,
    data_version,
    database,
    license_queries,
    policies,
    request_stages,
)
from lib.web import run_memory
from lib.web.connection import engine
from lib.web.connection import store as this_store

P = ParamSpec("P")
T = TypeVar("T")


def cache(entries: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Remember a query's results for an hour, for the last so many different arguments; equal ones are written alike."""

    def decorate(query: Callable[P, T]) -> Callable[P, T]:
        def result_of(*, arguments: str, _query: Callable[[], T]) -> T:
            return _query()

        # Streamlit keeps the results of functions apart by these names.
        result_of.__module__, result_of.__qualname__ = query.__module__, query.__qualname__
        remembered = st.cache_data(max_entries=entries, ttl=3600, show_spinner=False)(result_of)

        # A text takes a tenth of the time that Streamlit takes to hash all arguments with all of their fields.
        @wraps(query)
        def remembered_result(*arguments: P.args, **named: P.kwargs) -> T:
            return remembered(arguments=repr((arguments, named)), _query=partial(query, *arguments, **named))

        return remembered_result

    return decorate


STALE_DAYS = 14
"""Days without any change after which every page says so."""


class Version(NamedTuple):
    """A state of a store: the number of its newest change, 0 while it is empty, where it is, empty for the configured one,
    and the numbers of the newest assignment and of the newest finding, which are no changes of a license."""

    change: int
    store: str = ""
    assigned: int = 0
    findings: int = 0


def version(store: str = "") -> Version:
    """The newest state of a store, by default of this visit's, in a run of a page the same to its end."""
    store = store or this_store()
    return run_memory.once(("version", store), lambda: newest_version(store))


def newest_version(store: str) -> Version:
    """The newest state of a store at this moment."""
    with database.reading(engine(store)) as connection:
        change, assigned, findings = data_version.numbers(connection)
    return Version(change, store, assigned, findings)


def policy(store: str = "") -> Policy:
    """The policy in force in a store, by default in this visit's, in a run of a page the same to its end."""
    return CachedNumbers(version(store)).policy


def all_policies(store: str = "") -> list[Policy]:
    """All versions of a store's policy, oldest first; the last is in force."""
    with database.reading(engine(store)) as connection:
        return policies.every(connection)


@cache(8)
def policy_at(version: Version) -> Policy:
    """The policy at a version of the data: whoever puts another in force makes a change."""
    return policies.in_force(engine(version.store))


@contextmanager
def stored_numbers(version: Version) -> Iterator[StoredNumbers]:
    """The numbers of a store, while a transaction that reads it lasts."""
    with database.reading(engine(version.store)) as connection:
        yield StoredNumbers(connection, policies.current(connection))


@dataclass(frozen=True)
class CachedNumbers:
    """The numbers of figures and tiles at a version of the data (see `Numbers`), each queried once."""

    version: Version

    @property
    def policy(self) -> Policy:
        return run_memory.once(("policy", self.version), lambda: policy_at(self.version))

    @cache(64)
    def policy_of(self, cut: Cut) -> Policy:
        with stored_numbers(self.version) as numbers:
            return numbers.policy_of(cut)

    def today(self) -> date:
        return today(self.version.store)

    @cache(8)
    def days(self) -> Mapping[int, date]:
        with stored_numbers(self.version) as numbers:
            return numbers.days()

    @cache(64)
    def causes(self, since: date, until: date) -> Mapping[int, str]:
        with stored_numbers(self.version) as numbers:
            return numbers.causes(since, until)

    @cache(512)
    def counts(self, cut: Cut, by: tuple[str, ...], unit: str = "licenses") -> pd.DataFrame:
        with stored_numbers(self.version) as numbers:
            return numbers.counts(cut, by, unit)

    @cache(256)
    def progress(self, cut: Cut, unit: str = "licenses") -> ProgressCounts:
        with stored_numbers(self.version) as numbers:
            return numbers.progress(cut, unit)

    @cache(128)
    def movements(self, cut: Cut, by: tuple[str, ...] = PROGRESS_GROUPS) -> pd.DataFrame:
        with stored_numbers(self.version) as numbers:
            return numbers.movements(cut, by)

    @cache(64)
    def waits(self, cut: Cut, day: date) -> pd.DataFrame:
        with stored_numbers(self.version) as numbers:
            return numbers.waits(cut, day)

    @cache(64)
    def missing(self, cut: Cut) -> pd.DataFrame:
        with stored_numbers(self.version) as numbers:
            return numbers.missing(cut)

    @cache(64)
    def median_days(self, cut: Cut) -> Mapping[Stage, float]:
        with stored_numbers(self.version) as numbers:
            return numbers.median_days(cut)


def total(version: Version, cut: Cut) -> int:
    """How many licenses a cut has."""
    return run_memory.once(("total", version, cut), lambda: numbers.total(CachedNumbers(version), cut))


@cache(256)
def first_screen(version: Version, view: View) -> FirstScreen:
    """The numbers of the first screen of a view."""
    return make_first_screen(CachedNumbers(version), view)


@cache(8)
def assignees(version: Version) -> list[str]:
    """Everybody who works on a request now."""
    with database.reading(engine(version.store)) as connection:
        return assignments.all_assignees(connection)


@cache(64)
def longest(version: Version, cut: Cut, until: date, count: int) -> pd.DataFrame:
    """The licenses that have been in a stage under way for longest, their names, customer, stage and `day` of coming there.

    Of so many of them, those that came there before a day.
    """
    with database.reading(engine(version.store)) as connection:
        frame = request_stages.longest_waiting(connection, cut, count)
    columns = frame[["license_key", "company", "license_name", "customer", "stage"]]
    return came_before(until, columns.assign(day=frame["stage_since"].map(dict(CachedNumbers(version).days()))))


def came_before(until: date, rows: pd.DataFrame) -> pd.DataFrame:
    """Those of some licenses that came to their stage before a day."""
    return rows[[day < until for day in rows["day"]]]


@cache(16)
def status_line(version: Version) -> str:
    """When and by whom the data last changed, under which policy, and how much there is: the grey line of every page."""
    with database.reading(engine(version.store)) as connection:
        last = change_log.last_change(connection)
        every = license_queries.count(connection, Cut())
        policy = policies.current(connection)
    if last is None:
        return f"No data yet · policy v{policy.version}"
    parts = [
        f"Data as of {format_time(last.at, policy.time_zone)}",
        f"last {change_title(last.kind, last.batch_id).lower()} by {last.by}",
        f"policy v{policy.version}",
        quantity(every, "license"),
    ]
    idle = (day_of(datetime.now(UTC), policy.time_zone) - day_of(last.at, policy.time_zone)).days
    if idle > STALE_DAYS:
        parts.append(f"nothing new for {idle:,} days")
    return " · ".join(parts)


@cache(64)
def list_totals(version: Version, cut: Cut) -> ListTotals:
    """What the list of a cut's upgrades comes to (see `customer_lists.list_totals`)."""
    with database.reading(engine(version.store)) as connection:
        return customer_lists.list_totals(connection, cut)


@cache(64)
def upgrade_remark(version: Version, cut: Cut, suffix: str) -> str:
    """Which customers a file of a cut's upgrades would lack (see `UpgradeFormat.remark`)."""
    with database.reading(engine(version.store)) as connection:
        return UPGRADE_FORMATS[suffix].remark(connection, cut)


@cache(64)
def remarks_on_doubts(version: Version, confirmations: tuple[int, int], cut: Cut) -> tuple[str, ...]:
    """Which customers of a list may be several firms; `confirmations` are those of `customer_confirmations.revision`."""
    with database.reading(engine(version.store)) as connection:
        return doubts.remarks_of_list(connection, cut)


@cache(128)
def licenses(version: Version, cut: Cut, start: int, count: int) -> pd.DataFrame:
    """A page of the licenses of a cut, all columns (see `license_queries.licenses`)."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.licenses(connection, cut, start=start, count=count)


@cache(128)
def story(version: Version, key: str) -> tuple[dict[str, Any] | None, pd.DataFrame]:
    """A license as it stands now, None if it does not, and all versions there ever were of it."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.license(connection, key), license_queries.history(connection, key)


def licenses_csv(store: str, cut: Cut, actor: Actor) -> bytes:
    """All licenses of a cut, as a CSV file."""
    with database.reading(engine(store)) as connection:
        return exports.licenses_csv(license_queries.licenses(connection, cut), actor)


def cloud_csv(store: str, cut: Cut, actor: Actor) -> bytes:
    """The Cloud licenses of a cut, as a CSV file."""
    with database.reading(engine(store)) as connection:
        day = change_log.day_in_view(connection, cut.on)
        return exports.cloud_csv(license_queries.licenses(connection, cut), actor, day)


def today(store: str = "") -> date:
    """The current day by the time zone of a store's policy."""
    store = store or this_store()
    return run_memory.once(("today", store), lambda: day_of(datetime.now(UTC), policy(store).time_zone))
