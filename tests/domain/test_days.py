"""Days by the organisation's time zone, also on those with 23 or 25 hours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.domain.days import day_of, end_of, start_of
from lib.domain.text import format_time

ZONES = some.sampled_from(("UTC", "Europe/Rome", "America/Los_Angeles", "Asia/Kathmandu", "America/Santiago"))


@given(some.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1)), ZONES)
def test_a_moment_is_on_the_day_between_whose_ends_it_lies(at: datetime, zone: str) -> None:
    day = day_of(at, zone)
    assert start_of(day, zone) <= at.replace(tzinfo=UTC) < end_of(day, zone)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)])
def test_days_on_which_clocks_change_are_shorter_or_longer(day: date, hours: int) -> None:
    assert end_of(day, "Europe/Rome") - start_of(day, "Europe/Rome") == timedelta(hours=hours)


def test_times_name_their_zone() -> None:
    assert format_time(datetime(2026, 7, 1, 22, 30), "Europe/Rome") == "2 Jul 2026 00:30 CEST"
    assert format_time(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "UTC") == "1 Jul 2026 22:30 UTC"
