"""Days at the ends of months under other grace months and days of the move."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.domain.cloud_plan import legacy_plan
from lib.domain.policy import Policy
from lib.domain.products import Product

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("move_day", "months", "first"),
    [
        (date(2016, 5, 31), 1, date(2016, 4, 30)),
        (date(2016, 5, 31), 3, date(2016, 2, 29)),
        (date(2015, 5, 31), 3, date(2015, 2, 28)),
        (date(2016, 3, 31), 1, date(2016, 2, 29)),
        (date(2016, 2, 29), 12, date(2015, 2, 28)),
        (date(2016, 4, 4), 0, date(2016, 4, 4)),
        (date(2016, 4, 30), 2, date(2016, 2, 29)),
    ],
)
def test_the_first_day_of_grace_is_clamped_to_its_month(move_day: date, months: int, first: date) -> None:
    policy = Policy(jira_moved=move_day, grace_months=months)
    assert legacy_plan(Product.JIRA, first, policy)
    assert legacy_plan(Product.JIRA, first - DAY, policy) is None


@given(some.dates(date(2014, 1, 1), date(2018, 12, 31)), some.integers(0, 24))
def test_grace_begins_in_the_month_so_many_before_the_move_on_its_day_or_the_last(move_day: date, months: int) -> None:
    policy = Policy(jira_moved=move_day, grace_months=months)
    first = move_day
    while legacy_plan(Product.JIRA, first - DAY, policy):
        first -= DAY
    assert (move_day.year - first.year) * 12 + move_day.month - first.month == months
    assert first.day == min(move_day.day, monthrange(first.year, first.month)[1])
