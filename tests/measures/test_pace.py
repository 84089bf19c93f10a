"""How fast the migration goes: periods that miss no day, and sentences that say no more than is known."""

from datetime import date, timedelta
from statistics import median

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.requests import Stage
from lib.domain.text import percentage
from lib.measures import pace
from lib.measures.cut import AGES
from lib.measures.forecast import Pace, Prospect
from lib.measures.periods import Period, PeriodLength, best_length, period_of, periods_between

DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
DAY = date(2026, 9, 1)


@given(DAYS, st.integers(0, 800), st.sampled_from(PeriodLength))
def test_periods_follow_one_another_without_a_gap(first: date, length: int, every: PeriodLength) -> None:
    last = first + timedelta(days=length)
    periods = periods_between(first, last, every)
    assert periods[-1].on == last
    assert len({period.label for period in periods}) == len(periods)
    day = first
    for period in periods:
        assert period_of(day, every).label == period.label
        assert period_of(period.on, every).label == period.label
        day = period.on + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "every", "label", "on"),
    [
        (date(2026, 1, 1), PeriodLength.WEEK, "2026-W01", date(2026, 1, 4)),
        (date(2027, 1, 1), PeriodLength.WEEK, "2026-W53", date(2027, 1, 3)),
        (date(2026, 12, 31), PeriodLength.MONTH, "2026-12", date(2026, 12, 31)),
        (date(2024, 2, 1), PeriodLength.MONTH, "2024-02", date(2024, 2, 29)),
        (date(2026, 10, 1), PeriodLength.QUARTER, "2026-Q4", date(2026, 12, 31)),
    ],
)
def test_a_period_ends_with_its_last_day(day: date, every: PeriodLength, label: str, on: date) -> None:
    assert period_of(day, every) == Period(label, on)


def test_a_longer_time_is_shown_in_longer_periods() -> None:
    assert best_length(DAY - timedelta(weeks=20), DAY) is PeriodLength.WEEK
    assert best_length(DAY - timedelta(weeks=60), DAY) is PeriodLength.MONTH
    assert best_length(DAY - timedelta(weeks=400), DAY) is PeriodLength.QUARTER


def a_pace(**days: int) -> Pace:
    usual = {"movable": 1480, "migrated": 612, "recent": 248, "weeks": 20}
    return Pace(day=DAY, **{**usual, **days})


def sentence_of(target: date | None = None, **counts: int) -> str:
    return " ".join(a_pace(**counts).sentences(target))


def test_the_pace_of_the_last_weeks_says_how_long_the_rest_takes() -> None:
    assert sentence_of() == (
        "612 of 1,480 licenses have migrated (41%). At the current pace (31 a week) the rest takes until 16 Mar 2027."
    )
    assert "At the current pace (0.8 a week)" in sentence_of(recent=4, weeks=5)
    assert "the rest takes more than a century." in sentence_of(recent=1, movable=1_000_000)


@pytest.mark.parametrize(
    ("target", "distance", "prospect"),
    [
        (date(2027, 3, 16), "on the target", Prospect.ON_TRACK),
        (date(2027, 3, 30), "2 weeks before the target", Prospect.ON_TRACK),
        (date(2027, 3, 15), "1 day after the target", Prospect.AT_RISK),
        (date(2027, 2, 16), "4 weeks after the target", Prospect.AT_RISK),
        (date(2027, 2, 15), "4 weeks after the target", Prospect.LATE),
        (date(2026, 11, 1), "19 weeks after the target", Prospect.LATE),
    ],
)
def test_a_target_is_met_at_risk_or_missed(target: date, distance: str, prospect: Prospect) -> None:
    assert sentence_of(target).endswith(f"until 16 Mar 2027, {distance}.")
    assert a_pace().prospect(target) is prospect


def test_a_target_says_what_a_week_must_bring() -> None:
    assert a_pace().needed_rate(date(2026, 11, 1)) == "Hitting 1 Nov 2026 takes 100 licenses a week."
    assert a_pace().needed_rate(DAY + timedelta(days=1), "users") == "Hitting 2 Sep 2026 takes 6,076 users a week."
    assert a_pace().needed_rate(DAY) == "The target, 1 Sep 2026, has passed."
    assert a_pace().prospect(DAY) is Prospect.LATE
    assert (a_pace().needed_rate(None), a_pace().prospect(None)) == ("", None)
    assert a_pace().goal_sentence(31) == "The weekly goal of 31 licenses is met."
    assert a_pace().goal_sentence(40) == "The weekly goal of 40 licenses takes 9 more a week."
    assert (a_pace().goal_sentence(None), a_pace(weeks=3).goal_sentence(40)) == ("", "")


def test_too_little_history_is_said_instead_of_a_forecast() -> None:
    assert sentence_of(weeks=3).endswith("Forecast available after four weeks of history.")
    assert a_pace(weeks=3).prospect(date(2030, 1, 1)) is None
    assert "At the current pace" in sentence_of(weeks=4)


def test_nothing_lately_and_nothing_left_are_said_as_such() -> None:
    assert sentence_of(recent=0).endswith("Nothing has migrated in the last 8 weeks.")
    assert a_pace(recent=-3).prospect(date(2030, 1, 1)) is Prospect.LATE
    assert sentence_of(migrated=1480) == "All 1,480 movable licenses have migrated."
    assert a_pace(migrated=1480).prospect(None) is Prospect.DONE
    assert sentence_of(movable=1, migrated=0).startswith("0 of 1 license has migrated (0%).")
    assert sentence_of(movable=0, migrated=0) == "Nothing to move."


def test_a_share_is_none_or_all_only_where_it_is() -> None:
    assert [percentage(part, 1000) for part in (0, 1, 10, 549, 991, 1000)] == ["0%", "<1%", "1%", "55%", ">99%", "100%"]


def movements(*rows: tuple[int, str, str, str | None, int]) -> pd.DataFrame:
    """What changes added: days from `DAY`, stage, outcome, hosting, licenses."""
    frame = pd.DataFrame(rows, columns=["day", "stage", "outcome", "hosting", "licenses"])
    return frame.assign(day=[DAY + timedelta(days=day) for day in frame["day"]])


def test_a_burn_up_stacks_what_can_move_and_draws_empty_periods() -> None:
    changes = movements(
        (-20, "not_requested", "eligible", "server", 5),
        (-20, "not_requested", "expired", "cloud", 9),
        (0, "not_requested", "eligible", "server", -2),
        (0, "needs_info", "eligible", "server", 1),
        (0, "matched", "already_migrated", "server", 1),
    )
    when = [Period("a", DAY - timedelta(days=14)), Period("b", DAY - timedelta(days=7)), Period("c", DAY)]
    frame = pace.burn_up(changes, when, "licenses").set_index(["period", "stage"])["licenses"]
    assert [frame[period, "not_requested"] for period in "abc"] == [5, 5, 3]
    assert (frame["c", "received"], frame["c", "migrated"], frame["b", "migrated"]) == (1, 1, 0)
    assert pace.pace(changes, DAY - timedelta(days=30), DAY, "licenses") == Pace(DAY, 5, 1, 1, 4)


@given(st.integers(0, 400))
def test_every_age_is_in_one_band(age: int) -> None:
    band = pace.age_band(age)
    assert band in AGES
    least, most = band.split("-")
    assert int(least) <= age <= int(most or age)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(6, 12), st.integers(1, 9)), min_size=1, max_size=6))
def test_the_median_counts_every_license(steps: list[tuple[int, int, int]]) -> None:
    frame = pd.DataFrame(steps, columns=["began", "ended", "licenses"]).assign(
        stage="not_requested", next_stage="received"
    )
    days = {change: DAY + timedelta(days=change * change) for change in range(1, 13)}
    spans = [(days[end] - days[start]).days for start, end, times in steps for _ in range(times)]
    assert pace.median_days(frame, days) == {Stage.RECEIVED: median(spans)}


def test_steps_back_and_aside_have_no_median() -> None:
    rows = [("received", "not_requested"), ("received", "cancelled"), ("received", "needs_info")]
    frame = pd.DataFrame(rows, columns=["stage", "next_stage"]).assign(began=1, ended=2, licenses=3)
    assert pace.median_days(frame, {1: DAY, 2: DAY}) == {}


def test_a_funnel_counts_all_that_came_so_far() -> None:
    counts = movements(
        (0, "not_requested", "eligible", "server", 6),
        (0, "received", "needs_info", None, 2),
        (0, "submitted", "eligible", "server", 1),
        (0, "matched", "already_migrated", "server", 1),
        (0, "received", "legacy_plan", "cloud", 50),
    )
    frame = pace.funnel(counts, {Stage.RECEIVED: 3.0}, "licenses").set_index("stage")
    assert frame["reached"].to_dict() == {
        "not_requested": 10,
        "received": 4,
        "verified": 2,
        "submitted": 2,
        "migrated": 1,
    }
    assert frame["conversion"].to_dict()["received"] == 0.4
    assert frame.loc["migrated", "stages"] == "migrated,matched"
    assert frame.loc["received", "median_days"] == 3.0
