"""The numbers that figures and tiles are made of, from one state of the data."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import pandas as pd
from sqlalchemy import Connection

from lib.domain.changes import change_cause
from lib.domain.codes import parse_needs
from lib.domain.days import day_of
from lib.domain.policy import Policy
from lib.domain.requests import Stage
from lib.measures import pace
from lib.measures.cut import Cut
from lib.measures.progress import PROGRESS_GROUPS, ProgressCounts, progress_counts
from lib.store import change_log, license_counts, policies, request_stages


class Numbers(Protocol):
    """Answers about one state of the data; whoever gives them may remember them."""

    @property
    def policy(self) -> Policy:
        """The policy in force."""

    def policy_of(self, cut: Cut) -> Policy:
        """The policy that the licenses of a cut's day were judged by."""

    def today(self) -> date:
        """The current day, as changes are dated."""

    def days(self) -> Mapping[int, date]:
        """The day of each change."""

    def causes(self, since: date, until: date) -> Mapping[int, str]:
        """The cause of each change after one day, until another; what undoes one of them has the same."""

    def counts(self, cut: Cut, by: tuple[str, ...], unit: str = "licenses") -> pd.DataFrame:
        """A cut counted by some columns (see `license_counts.count_by`); customers with totals (see `customer_counts` there)."""

    def progress(self, cut: Cut, unit: str = "licenses") -> ProgressCounts:
        """How a cut stands, in a unit."""

    def movements(self, cut: Cut, by: tuple[str, ...] = PROGRESS_GROUPS) -> pd.DataFrame:
        """What each change added to the counts of a cut (see `license_counts.over_time`), with its `day`."""

    def waits(self, cut: Cut, day: date) -> pd.DataFrame:
        """How long requests have been in their stage on a day: columns stage, waiting and the units."""

    def missing(self, cut: Cut) -> pd.DataFrame:
        """What requests lack (see `request_stages.missing_items`)."""

    def median_days(self, cut: Cut) -> Mapping[Stage, float]:
        """The median of the days that licenses took to each stage from the one before it."""


@dataclass(frozen=True, slots=True)
class StoredNumbers:
    """The same answers straight from a store, each by a query of its own."""

    connection: Connection
    policy: Policy

    def policy_of(self, cut: Cut) -> Policy:
        past = change_log.past_change_on(self.connection, cut.on)
        if past is None:
            return self.policy
        return policies.in_force_at(self.connection, past)

    def today(self) -> date:
        return day_of(datetime.now(UTC), self.policy.time_zone)

    def days(self) -> Mapping[int, date]:
        return {
            change: day_of(at, self.policy.time_zone) for change, at in change_log.change_times(self.connection).items()
        }

    def causes(self, since: date, until: date) -> Mapping[int, str]:
        first, last = (change_log.change_on(self.connection, day) for day in (since, until))
        causes: dict[int, str] = {}
        for change in change_log.changes_between(self.connection, first, last):
            cause = change_cause(change.kind, change.batch_id, change.by)
            # What is undone within the same time counts together with what undoes it, so that both cancel out.
            causes[change.id] = causes.get(change.undoes or 0, cause)
        return causes

    def counts(self, cut: Cut, by: tuple[str, ...], unit: str = "licenses") -> pd.DataFrame:
        if unit == "customers":
            return license_counts.customer_counts(self.connection, cut, by)
        return license_counts.count_by(self.connection, cut, by)

    def progress(self, cut: Cut, unit: str = "licenses") -> ProgressCounts:
        if unit == "customers":
            return license_counts.standing_of_customers(self.connection, cut)
        return progress_counts(license_counts.count_by(self.connection, cut, PROGRESS_GROUPS), unit)

    def movements(self, cut: Cut, by: tuple[str, ...] = PROGRESS_GROUPS) -> pd.DataFrame:
        return pace.with_days(license_counts.over_time(self.connection, cut, by), self.days())

    def waits(self, cut: Cut, day: date) -> pd.DataFrame:
        return pace.waiting_ages(license_counts.waits(self.connection, cut), self.days(), day)

    def missing(self, cut: Cut) -> pd.DataFrame:
        return request_stages.missing_items(self.connection, cut)

    def median_days(self, cut: Cut) -> Mapping[Stage, float]:
        return pace.median_days(request_stages.steps(self.connection, cut), self.days())


def total(numbers: Numbers, cut: Cut) -> int:
    """How many licenses a cut has."""
    return numbers.progress(cut).licenses


def progress_on(numbers: Numbers, cut: Cut, unit: str, day: date) -> ProgressCounts:
    """How a cut stood at the end of a day."""
    return numbers.progress(cut.with_filters(on=day.isoformat()), unit)


def weekly_course(numbers: Numbers, cut: Cut, unit: str, day: date, weeks: int) -> list[ProgressCounts]:
    """How a cut stood at the end of each week up to a day."""
    # Customers have no course: one with licenses in two weeks is one customer.
    if unit == "customers":
        return []
    movements = numbers.movements(cut.with_filters(on=""))
    ends = [day - timedelta(weeks=ago) for ago in range(weeks - 1, -1, -1)]
    return [progress_counts(pace.until_day(movements, end), unit) for end in ends]


def changes_by_cause(numbers: Numbers, cut: Cut, since: date, until: date) -> pd.DataFrame:
    """What changed from the end of one day to that of another, and why: cause, outcome and change, in order."""
    movements = numbers.movements(cut.with_filters(on=""), ("outcome",))
    between = movements[(movements["day"] > since) & (movements["day"] <= until)]
    causes = between["change"].map(dict(numbers.causes(since, until)))
    # A movement counts licenses with a sign, so its sum is the net change.
    rows = between.assign(cause=causes, change=between["licenses"])
    sums = rows.groupby(["cause", "outcome"], sort=False)[["change"]].sum().reset_index()
    return sums[sums["change"] != 0].reset_index(drop=True)


def needed_items(numbers: Numbers, cut: Cut) -> dict[str, int]:
    """How many licenses lack which information, the commonest first."""
    needs = numbers.counts(cut, ("needs",))
    sums: Counter[str] = Counter()
    for items, licenses in zip(needs["needs"], needs["licenses"], strict=True):
        # A license that lacks several things counts for each of them.
        sums.update(dict.fromkeys(parse_needs(items), licenses))
    return dict(sums.most_common())
