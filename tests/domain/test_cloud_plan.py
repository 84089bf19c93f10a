"""Cloud licenses at the very days that decide (domain.md §4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.cloud_plan import PlanDetail, is_borderline, legacy_plan, months_after
from lib.domain.policy import Policy
from lib.domain.products import PLUGINS, PRODUCT_TITLES, NoMoveDayError, Product
from tests.strategies import DAYS, NEAR_THE_MOVE

POLICY = Policy()
CONFLUENCE, JIRA = PLUGINS
ACTIVE, RECENT = PlanDetail
ONE_DAY = timedelta(days=1)


def test_each_product_was_moved_on_its_own_day() -> None:
    """domain.md §4: Jira 2016-04-04, Confluence 2016-06-20."""
    assert POLICY.reference(JIRA) == date(2016, 4, 4)
    assert POLICY.reference(CONFLUENCE) == date(2016, 6, 20)


@pytest.mark.parametrize("product", sorted(set(Product) - set(PLUGINS)))
def test_a_product_that_was_never_moved_has_no_reference(product: Product) -> None:
    with pytest.raises(NoMoveDayError, match=f"Cloud licenses of {PRODUCT_TITLES[product]} were never moved"):
        POLICY.reference(product)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2016, 5, 31), -3, date(2016, 2, 29)),
        (date(2015, 5, 31), -3, date(2015, 2, 28)),
        (date(2016, 8, 31), 6, date(2017, 2, 28)),
        (date(2016, 3, 31), -1, date(2016, 2, 29)),
        (date(2016, 1, 31), -2, date(2015, 11, 30)),
        (date(2016, 12, 15), 1, date(2017, 1, 15)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2016, 2, 29), 0, date(2016, 2, 29)),
    ],
)
def test_months_are_calendar_months_clamped_to_the_months_end(day: date, months: int, then: date) -> None:
    """domain.md §4: reference − grace, clamped to month end."""
    assert months_after(day, months) == then


@pytest.mark.parametrize(
    ("product", "end", "detail"),
    [
        (JIRA, date(2016, 4, 4), ACTIVE),
        (JIRA, date(2016, 4, 3), RECENT),
        (JIRA, date(2016, 1, 4), RECENT),
        (JIRA, date(2016, 1, 3), None),
        (CONFLUENCE, date(2016, 6, 20), ACTIVE),
        (CONFLUENCE, date(2016, 6, 19), RECENT),
        (CONFLUENCE, date(2016, 3, 20), RECENT),
        (CONFLUENCE, date(2016, 3, 19), None),
    ],
)
def test_the_day_maintenance_ends_decides_the_plan(product: Product, end: date, detail: PlanDetail | None) -> None:
    """domain.md §4, the table: on or after reference, from reference − 3 months, earlier."""
    plan = legacy_plan(product, end, POLICY)
    assert (plan.detail if plan else None) is detail


def test_the_grace_is_clamped_where_the_month_is_shorter() -> None:
    """domain.md §4: a move on 31 May leaves grace from 29 (or 28) February."""
    leap, common = Policy(jira_moved=date(2016, 5, 31)), Policy(jira_moved=date(2015, 5, 31))
    assert legacy_plan(JIRA, date(2016, 2, 29), leap)
    assert not legacy_plan(JIRA, date(2016, 2, 28), leap)
    assert legacy_plan(JIRA, date(2015, 2, 28), common)
    assert not legacy_plan(JIRA, date(2015, 2, 27), common)


@pytest.mark.parametrize(
    ("end", "ends"),
    [
        (date(2016, 5, 1), date(2016, 11, 1)),
        (date(2016, 1, 4), date(2016, 10, 4)),
        (date(2016, 4, 4), date(2016, 10, 4)),
        (date(2016, 8, 31), date(2017, 2, 28)),
    ],
)
def test_the_plan_lasts_six_months_past_the_later_of_move_and_maintenance(end: date, ends: date) -> None:
    """domain.md §4: legacy plan end = max(maintenance end, reference) + 6 months."""
    plan = legacy_plan(JIRA, end, POLICY)
    assert plan is not None
    assert plan.ends == ends


def test_thirty_days_from_the_edge_is_borderline_and_thirty_one_is_not() -> None:
    """domain.md §4: rows whose group would flip if the date moved by 30 days are borderline."""
    edge = date(2016, 1, 4)
    assert is_borderline(JIRA, edge + timedelta(days=29), POLICY)
    assert is_borderline(JIRA, edge - timedelta(days=30), POLICY)
    assert not is_borderline(JIRA, date(2015, 11, 30), POLICY)
    assert not is_borderline(JIRA, date(2016, 2, 13), POLICY)


def test_a_swap_of_day_and_month_that_flips_the_group_is_borderline() -> None:
    """domain.md §4: … or if day and month were swapped."""
    assert is_borderline(JIRA, date(2016, 3, 1), POLICY), "swapped it is 3 January, a day too early"
    assert not is_borderline(JIRA, date(2016, 4, 1), POLICY), "swapped it is 4 January, just in time"
    assert not is_borderline(JIRA, date(2016, 3, 13), POLICY), "there is no thirteenth month"


@given(st.sampled_from(PLUGINS), DAYS, DAYS)
def test_a_later_end_of_maintenance_never_loses_the_plan(product: Product, one: date, other: date) -> None:
    earlier, later = (legacy_plan(product, day, POLICY) for day in sorted((one, other)))
    assert later or not earlier
    if earlier and later:
        assert earlier.ends <= later.ends


@given(st.sampled_from(PLUGINS), NEAR_THE_MOVE, st.integers(-30, 30))
def test_whoever_is_not_borderline_stays_in_its_group_thirty_days_either_way(
    product: Product, end: date, days: int
) -> None:
    if not is_borderline(product, end, POLICY):
        plan = legacy_plan(product, end + timedelta(days=days), POLICY)
        assert (plan is None) == (legacy_plan(product, end, POLICY) is None)


@given(DAYS, st.integers(-24, 24))
def test_months_there_and_back_lose_at_most_the_clamped_days(day: date, months: int) -> None:
    assert timedelta() <= day - months_after(months_after(day, months), -months) <= timedelta(days=3)
