"""The ladder of Server tiers, at its rungs and between them (domain.md §2, §3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.tiers import (
    LADDER,
    UNLIMITED,
    Size,
    format_size,
    highest,
    json_size,
    steps_between,
    tier_holding,
    users_added,
)
from tests.strategies import SIZES


def test_the_ladder_is_the_one_marketplace_sells() -> None:
    """domain.md §2: 10, 25, 50, 100, 250, 500, 2000, 10000, Unlimited."""
    assert LADDER == (10, 25, 50, 100, 250, 500, 2000, 10000, UNLIMITED)


@pytest.mark.parametrize(
    ("users", "tier"),
    [(1, 10), (10, 10), (11, 25), (87, 100), (100, 100), (101, 250), (2001, 10000), (10000, 10000)],
)
def test_a_number_of_users_is_rounded_up_to_the_next_tier(users: int, tier: int) -> None:
    """domain.md §3, details: a host tier given as a user count (87) is rounded up to the ladder (100)."""
    assert tier_holding(Size(users)) == tier


def test_above_ten_thousand_users_only_unlimited_is_left() -> None:
    """domain.md §3, details: above 10000 → Unlimited."""
    assert tier_holding(Size(10_001)) == UNLIMITED
    assert tier_holding(UNLIMITED) == UNLIMITED


def test_service_desk_agents_round_up_before_the_highest_application_counts() -> None:
    """domain.md §3, details: Jira with several applications; Service Desk agents round up first (15 → 25)."""
    assert highest([Size(10), Size(15)]) == 25
    assert highest([Size(50), Size(15)]) == 50


@pytest.mark.parametrize(
    ("editors", "tier", "steps"),
    [(10, 100, 3), (3, 10, 1), (10, 25, 1), (75, 100, 1), (50, 50, 0), (100, 50, 0), (10, UNLIMITED, 8)],
)
def test_steps_count_the_tiers_above_the_editors_up_to_the_host_tier(editors: int, tier: int, steps: int) -> None:
    assert steps_between(Size(editors), Size(tier)) == steps


def test_nobody_can_count_the_users_that_unlimited_adds() -> None:
    assert users_added(Size(10), Size(100)) == 90
    assert users_added(Size(10), UNLIMITED) is None
    assert users_added(UNLIMITED, UNLIMITED) is None


def test_sizes_are_spelled_for_people_and_plain_for_machines() -> None:
    assert [format_size(size) for size in (None, 10, 2000, UNLIMITED)] == ["", "10", "2,000", "Unlimited"]
    assert [json_size(size) for size in (None, 10, 2000, UNLIMITED)] == [None, 10, 2000, "Unlimited"]


@given(SIZES, SIZES)
def test_larger_numbers_never_get_a_smaller_tier(one: Size, other: Size) -> None:
    assert tier_holding(min(one, other)) <= tier_holding(max(one, other))


@given(SIZES, st.sampled_from(LADDER), st.sampled_from(LADDER))
def test_steps_add_up_over_the_tiers_between(editors: Size, middle: Size, top: Size) -> None:
    low, high = min(middle, top), max(middle, top)
    if editors <= low:
        assert steps_between(editors, low) + steps_between(low, high) == steps_between(editors, high)
