"""What would change a verdict is true, and is what staff can ask for."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given

from lib.domain.eligibility import Outcome
from lib.domain.facts import Consent, Facts
from lib.domain.policy import Policy
from lib.domain.products import Hosting, Product
from lib.domain.rules import judge
from lib.domain.tiers import Size, format_size, tier_holding
from lib.domain.what_if import nearest_flips
from tests.strategies import cloud_facts, facts, server_facts

POLICY = Policy()


def flips_of(facts: Facts) -> dict[str, Outcome]:
    return {flip.change: flip.outcome for flip in nearest_flips(facts, POLICY)}


def test_a_license_too_small_could_grow_be_declined_or_sit_on_a_smaller_server() -> None:
    assert flips_of(server_facts()) == {
        "A SEN is recorded": Outcome.ALREADY_MIGRATED,
        "The customer declines to match": Outcome.NOT_ELIGIBLE,
        "The license has 100 editors": Outcome.ELIGIBLE,
        "The server tier is 10": Outcome.ELIGIBLE,
    }


def test_a_declined_upgrade_comes_back_when_the_customer_agrees() -> None:
    assert flips_of(server_facts(consent=Consent.DECLINED))["The customer agrees to match"] is Outcome.UPGRADE_NEEDED


def test_a_missing_host_tier_is_answered_either_way() -> None:
    flips = flips_of(server_facts(host_tier=None))
    assert flips["The server tier is 10"] is Outcome.ELIGIBLE
    assert flips["The server tier is 25"] is Outcome.UPGRADE_NEEDED


def test_maintenance_that_ended_before_the_grace_months_however_many_is_a_change() -> None:
    leap = Policy(jira_moved=date(2016, 2, 29), grace_months=24)
    changes = [flip.change for flip in nearest_flips(cloud_facts(Product.JIRA, date(2016, 5, 1)), leap)]
    assert "Maintenance had ended before 2014-02-28" in changes


def test_a_data_center_license_would_be_judged_by_its_sizes_on_server() -> None:
    assert flips_of(server_facts(hosting=Hosting.DATA_CENTER))["It runs on Server"] is Outcome.UPGRADE_NEEDED


def test_a_cloud_license_turns_with_the_end_of_its_maintenance() -> None:
    expired, active = (flips_of(cloud_facts(Product.JIRA, date(year, 1, 1))) for year in (2015, 2017))
    assert expired["Maintenance ran until 2016-04-04"] is Outcome.LEGACY_PLAN
    assert active["Maintenance had ended before 2016-01-04"] is Outcome.EXPIRED


@given(facts())
def test_no_flip_is_told_twice_and_each_changes_the_outcome(facts: Facts) -> None:
    flips = nearest_flips(facts, POLICY)
    assert len({flip.change for flip in flips}) == len(flips)
    assert all(flip.outcome is not judge(facts, POLICY).outcome for flip in flips)


@given(facts())
def test_flips_are_true(facts: Facts) -> None:
    """Each sentence is put into practice here, and judged again."""
    move_day = date(2016, 6, 20) if facts.product is Product.CONFLUENCE else date(2016, 4, 4)
    first_day = date(2016, 3, 20) if facts.product is Product.CONFLUENCE else date(2016, 1, 4)
    done = {
        "A SEN is recorded": replace(facts, has_sen=True),
        "It runs on Server": replace(facts, hosting=Hosting.SERVER),
        "The customer agrees to match": replace(facts, consent=Consent.GIVEN),
        "The customer declines to match": replace(facts, consent=Consent.DECLINED),
        f"Maintenance ran until {move_day}": replace(facts, maintenance_end=move_day),
        f"Maintenance had ended before {first_day}": replace(facts, maintenance_end=first_day - timedelta(days=1)),
    }
    for size in (10, 25, 50, 100, 250, 500, 2000, 10000, 2**31 - 1):
        done[f"The license has {format_size(size)} editors"] = replace(facts, editors=Size(size))
        done[f"The server tier is {format_size(size)}"] = replace(facts, host_tier=Size(size))
    for flip in nearest_flips(facts, POLICY):
        assert judge(done[flip.change], POLICY).outcome is flip.outcome


@given(facts())
def test_whatever_is_too_small_is_told_the_size_that_fits(facts: Facts) -> None:
    if judge(facts, POLICY).outcome is Outcome.UPGRADE_NEEDED and facts.host_tier:
        fits = f"The license has {format_size(tier_holding(facts.host_tier))} editors"
        assert flips_of(facts)[fits] is Outcome.ELIGIBLE
