"""The Server verdict, line by line and at its exact boundaries (domain.md §3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.codes import Flag, Item, ReasonCode
from lib.domain.eligibility import Outcome, Verdict
from lib.domain.facts import Consent, Facts, LicenseKind
from lib.domain.flags import flags_on
from lib.domain.policy import Policy
from lib.domain.products import PLUGINS, Hosting, Product
from lib.domain.rules import RULES, Mark, judge, rule_results
from lib.domain.tiers import LADDER, UNLIMITED, Size, steps_between, tier_holding
from tests.strategies import DAYS, SIZES, cloud_facts, facts, policies, server_facts

POLICY = Policy()
LENIENT = Policy(round_editors_up=True)
STRICT = Policy(consent_before_upgrade=True, expired_maintenance_eligible=False)


def verdict(facts: Facts, policy: Policy = POLICY) -> Verdict:
    return judge(facts, policy)


def why(facts: Facts, policy: Policy = POLICY) -> tuple[Outcome, list[str]]:
    result = verdict(facts, policy)
    return result.outcome, [reason.code for reason in result.reasons]


def test_a_recorded_sen_decides_before_anything_else() -> None:
    """domain.md §3 line 1."""
    facts = server_facts(has_sen=True)
    assert why(facts) == (Outcome.ALREADY_MIGRATED, ["sen_recorded"])
    assert why(replace(facts, product=Product.XWIKI))[0] is Outcome.ALREADY_MIGRATED
    assert why(replace(facts, hosting=Hosting.CLOUD))[0] is Outcome.ALREADY_MIGRATED


@pytest.mark.parametrize("product", [product for product in Product if product not in PLUGINS])
def test_only_the_two_plugins_can_move(product: Product) -> None:
    """domain.md §3 line 2."""
    assert why(server_facts(product=product)) == (Outcome.NOT_ELIGIBLE, ["product"])


def test_a_missing_product_must_be_asked_for() -> None:
    assert why(server_facts(product=None)) == (Outcome.NEEDS_INFO, ["product"])
    assert verdict(server_facts(product=None)).needs == ("product",)


def test_an_evaluation_cannot_move_wherever_it_runs() -> None:
    """domain.md §3 line 2."""
    for hosting in (*Hosting, None):
        facts = server_facts(kind=LicenseKind.EVALUATION, hosting=hosting)
        assert why(facts) == (Outcome.NOT_ELIGIBLE, ["evaluation"])


def test_the_product_is_asked_before_the_kind_of_license() -> None:
    """domain.md §3: the first line that holds decides."""
    assert why(server_facts(product=Product.XWIKI, kind=LicenseKind.EVALUATION))[1] == ["product"]


def test_data_center_is_sold_by_atlassian_only() -> None:
    """domain.md §3 line 3."""
    assert why(server_facts(hosting=Hosting.DATA_CENTER)) == (Outcome.NOT_ELIGIBLE, ["data_center"])


def test_an_unknown_hosting_must_be_asked_for_even_where_sizes_match() -> None:
    """domain.md §3 line 3."""
    facts = server_facts(hosting=None, editors=Size(100))
    assert why(facts) == (Outcome.NEEDS_INFO, ["hosting"])
    assert verdict(facts).needs == ("hosting",)


@pytest.mark.parametrize(
    ("facts", "needs"),
    [
        (server_facts(editors=None), ("editors",)),
        (server_facts(host_tier=None), ("host_tier",)),
        (server_facts(editors=None, host_tier=None), ("editors", "host_tier")),
        (server_facts(host_tier=None, consent=Consent.DECLINED), ("host_tier",)),
    ],
)
def test_missing_sizes_must_be_asked_for(facts: Facts, needs: tuple[str, ...]) -> None:
    """domain.md §3 line 4."""
    assert why(facts) == (Outcome.NEEDS_INFO, list(needs))
    assert verdict(facts).needs == needs


@pytest.mark.parametrize(
    ("editors", "host_tier", "outcome", "reason"),
    [
        (100, 100, Outcome.ELIGIBLE, "matched"),
        (101, 100, Outcome.ELIGIBLE, "exceeds"),
        (99, 100, Outcome.UPGRADE_NEEDED, "below_host_tier"),
        (UNLIMITED, UNLIMITED, Outcome.ELIGIBLE, "matched"),
        (UNLIMITED, 10000, Outcome.ELIGIBLE, "exceeds"),
        (10000, UNLIMITED, Outcome.UPGRADE_NEEDED, "below_host_tier"),
        (10000, 10001, Outcome.UPGRADE_NEEDED, "below_host_tier"),
        (10000, 10000, Outcome.ELIGIBLE, "matched"),
        (3, 10, Outcome.UPGRADE_NEEDED, "below_host_tier"),
        (10, 3, Outcome.ELIGIBLE, "matched"),
        (100, 87, Outcome.ELIGIBLE, "matched"),
        (87, 87, Outcome.UPGRADE_NEEDED, "below_host_tier"),
        (1, 1, Outcome.UPGRADE_NEEDED, "below_host_tier"),
    ],
)
def test_sizes_are_compared_with_the_host_tier(editors: int, host_tier: int, outcome: Outcome, reason: str) -> None:
    """domain.md §3 lines 5 and 6, details: the host is rounded up, the editors are not, Unlimited is above everything."""
    assert why(server_facts(editors=Size(editors), host_tier=Size(host_tier))) == (outcome, [reason])


@pytest.mark.parametrize(
    ("consent", "outcome"),
    [
        (Consent.GIVEN, Outcome.UPGRADE_NEEDED),
        (Consent.PENDING, Outcome.UPGRADE_NEEDED),
        (Consent.DECLINED, Outcome.NOT_ELIGIBLE),
    ],
)
def test_the_customer_may_grow_unless_it_declined(consent: Consent, outcome: Outcome) -> None:
    """domain.md §3 line 6."""
    result = verdict(server_facts(consent=consent))
    assert result.outcome is outcome
    assert result.consent is consent
    assert result.reasons[0].code == ("declined_to_match" if consent is Consent.DECLINED else "below_host_tier")


def test_declining_to_match_changes_nothing_for_a_license_that_matches() -> None:
    """domain.md §3: line 5 is asked before line 6."""
    assert why(server_facts(editors=Size(100), consent=Consent.DECLINED)) == (Outcome.ELIGIBLE, ["matched"])


def test_an_upgrade_says_from_where_to_where_and_how_far() -> None:
    """domain.md §3 line 6: from the editors to the host tier, the number of tier steps, the users added."""
    result = verdict(server_facts())
    assert (result.from_size, result.to_tier, result.tier_steps, result.users_added) == (10, 100, 3, 90)
    assert verdict(server_facts(host_tier=Size(87))).to_tier == 100
    assert verdict(server_facts(host_tier=UNLIMITED)).users_added is None


def test_an_upgrade_warns_of_the_key_that_overrides_the_working_one() -> None:
    """domain.md §3, details: do not install the new key before the upgrade."""
    assert "Do not install the new key before the upgrade" in verdict(server_facts()).reasons[0].text


def test_rounding_the_editors_up_is_a_choice_of_the_policy() -> None:
    """domain.md §3, details: `policy.round_editors_up = true` is the lenient reading."""
    facts = server_facts(editors=Size(3), host_tier=Size(10))
    assert why(facts) == (Outcome.UPGRADE_NEEDED, ["below_host_tier"])
    assert why(facts, LENIENT) == (Outcome.ELIGIBLE, ["matched"])
    assert verdict(server_facts(editors=Size(75), host_tier=Size(250)), LENIENT).from_size == 100
    assert verdict(facts, LENIENT).flags == ("off_ladder",)


@pytest.mark.parametrize(
    ("facts", "flags"),
    [
        (server_facts(host_tier=Size(87)), ("assumed_tier",)),
        (server_facts(host_tier=Size(100)), ()),
        (server_facts(host_tier=Size(12_000)), ("assumed_tier",)),
        (server_facts(editors=Size(3)), ("off_ladder",)),
        (server_facts(editors=UNLIMITED), ()),
        (server_facts(kind=LicenseKind.ACADEMIC), ("check_host_type",)),
        (server_facts(reseller_contact=True), ("reseller_contact",)),
        (server_facts(host_tier=UNLIMITED, purchase_date=date(2012, 1, 31)), ("old_unlimited",)),
        (server_facts(host_tier=UNLIMITED, purchase_date=date(2012, 2, 1)), ()),
        (server_facts(host_tier=UNLIMITED), ()),
        (server_facts(editors=UNLIMITED, purchase_date=date(2012, 1, 31)), ()),
        (
            server_facts(editors=Size(3), host_tier=Size(87), reseller_contact=True),
            ("assumed_tier", "off_ladder", "reseller_contact"),
        ),
        (cloud_facts(Product.JIRA, date(2016, 5, 1), editors=Size(3), host_tier=Size(40)), ()),
        (cloud_facts(Product.JIRA, date(2016, 5, 1), kind=LicenseKind.ACADEMIC), ("check_host_type",)),
        (server_facts(product=Product.XWIKI, editors=Size(3), reseller_contact=True), ()),
    ],
)
def test_flags_tell_what_to_look_at_twice(facts: Facts, flags: tuple[str, ...]) -> None:
    """domain.md §3, details."""
    assert verdict(facts).flags == flags


def test_maintenance_that_ran_out_flags_a_server_license_and_refuses_nothing() -> None:
    """domain.md §3, details: expired maintenance does not refuse a Server license."""
    facts = server_facts(editors=Size(100), maintenance_end=date(2015, 6, 30))
    assert verdict(facts).outcome is Outcome.ELIGIBLE
    assert flags_on(date(2015, 6, 30), facts, ()) == ()
    assert flags_on(date(2015, 7, 1), facts, (Flag.OFF_LADDER,)) == ("off_ladder", "maintenance_expired")
    assert flags_on(date(2020, 1, 1), cloud_facts(Product.JIRA, date(2015, 6, 30)), ()) == ()
    assert flags_on(date(2020, 1, 1), replace(facts, maintenance_end=None), ()) == ()


@pytest.mark.parametrize("day", [date(2023, 2, 14), date(2023, 2, 15), date(2024, 2, 15)])
def test_policy_dates_are_notices_and_never_refuse(day: date) -> None:
    """domain.md §3, details: new server app sales ended 2023-02-15, support 2024-02-15."""
    expected = {date(2023, 2, 14): 0, date(2023, 2, 15): 1, date(2024, 2, 15): 2}
    assert len(POLICY.notices_on(day)) == expected[day]


@pytest.mark.parametrize(
    ("end", "outcome", "reason"),
    [
        (date(2016, 4, 4), Outcome.LEGACY_PLAN, "active"),
        (date(2016, 4, 3), Outcome.LEGACY_PLAN, "recently_active"),
        (date(2016, 1, 4), Outcome.LEGACY_PLAN, "recently_active"),
        (date(2016, 1, 3), Outcome.EXPIRED, "maintenance_expired"),
        (None, Outcome.NEEDS_INFO, "maintenance_end"),
    ],
)
def test_a_cloud_license_is_judged_by_its_maintenance_alone(end: date | None, outcome: Outcome, reason: str) -> None:
    """domain.md §4; it covers all users of the site, so no size matters and no tier upgrade is asked."""
    result = verdict(cloud_facts(Product.JIRA, end, editors=Size(10), host_tier=Size(500), consent=Consent.DECLINED))
    assert (result.outcome, result.reasons[0].code) == (outcome, reason)
    assert result.to_tier is None
    assert result.needs == (("maintenance_end",) if end is None else ())


def test_an_expired_cloud_license_is_told_where_to_subscribe() -> None:
    """domain.md §4: start a new subscription, link to the product's Marketplace listing."""
    for product, listing in ((Product.JIRA, "1212796"), (Product.CONFLUENCE, "1213404")):
        assert (
            f"https://marketplace.atlassian.com/apps/{listing}/"
            in verdict(cloud_facts(product, date(2015, 1, 1))).reasons[0].text
        )


@given(facts(), st.booleans())
def test_every_license_gets_one_verdict_with_reasons(facts: Facts, lenient: bool) -> None:
    result = verdict(facts, LENIENT if lenient else POLICY)
    assert result.outcome in Outcome
    assert result.reasons
    assert all(reason.text and reason.code for reason in result.reasons)
    assert bool(result.needs) == (result.outcome is Outcome.NEEDS_INFO)
    assert (result.plan_end is not None) == (result.outcome is Outcome.LEGACY_PLAN)
    assert (result.to_tier is not None) == (result.outcome is Outcome.UPGRADE_NEEDED)


@given(facts(), st.booleans())
def test_an_upgrades_distance_agrees_with_the_ladder(facts: Facts, lenient: bool) -> None:
    result = verdict(facts, LENIENT if lenient else POLICY)
    if result.from_size is not None and result.to_tier is not None and facts.editors and facts.host_tier:
        assert result.to_tier == tier_holding(facts.host_tier) > result.from_size >= facts.editors
        assert result.tier_steps == steps_between(result.from_size, result.to_tier) >= 1
        assert result.to_tier == LADDER[LADDER.index(tier_holding(Size(result.from_size + 1))) + result.tier_steps - 1]
        unlimited = UNLIMITED in (result.from_size, result.to_tier)
        assert result.users_added == (None if unlimited else result.to_tier - result.from_size)


@given(facts(), SIZES, SIZES)
def test_raising_the_host_tier_never_makes_an_upgrade_disappear(facts: Facts, one: Size, other: Size) -> None:
    lower, higher = (verdict(replace(facts, host_tier=size)) for size in sorted((one, other)))
    if lower.outcome is Outcome.UPGRADE_NEEDED:
        assert higher.outcome is Outcome.UPGRADE_NEEDED
        assert (higher.to_tier or 0) >= (lower.to_tier or 0)


@given(facts(), SIZES, SIZES)
def test_more_editors_never_make_an_eligible_license_too_small(facts: Facts, one: Size, other: Size) -> None:
    fewer, more = (verdict(replace(facts, editors=size)) for size in sorted((one, other)))
    if fewer.outcome is Outcome.ELIGIBLE:
        assert more.outcome is Outcome.ELIGIBLE


@given(facts(), DAYS, DAYS)
def test_a_later_end_of_maintenance_never_turns_a_legacy_plan_into_expired(
    facts: Facts, one: date, other: date
) -> None:
    earlier, later = (verdict(replace(facts, maintenance_end=day)) for day in sorted((one, other)))
    if earlier.outcome is Outcome.LEGACY_PLAN:
        assert later.outcome is Outcome.LEGACY_PLAN


@given(facts())
def test_the_findings_end_with_the_only_rule_that_decides(facts: Facts) -> None:
    results = rule_results(facts, POLICY)
    assert [rule for rule, _ in results] == list(RULES[: len(results)])
    assert [finding.verdict is not None for _, finding in results] == [False] * (len(results) - 1) + [True]
    assert all(finding.mark in Mark and finding.text for _, finding in results)
    deciding = results[-1][1].verdict
    assert deciding is not None
    assert verdict(facts) == replace(deciding, flags=verdict(facts).flags)


@given(facts(), st.integers(0, 40_000))
def test_the_day_adds_a_flag_at_most(facts: Facts, days: int) -> None:
    day = date(1990, 1, 1) + timedelta(days=days)
    flags = verdict(facts).flags
    assert flags_on(day, facts, flags) in (flags, (*flags, "maintenance_expired"))


def test_by_the_policy_a_license_too_small_may_have_to_wait_for_consent() -> None:
    pending, given = server_facts(), server_facts(consent=Consent.GIVEN)
    assert judge(pending, STRICT).outcome is Outcome.NEEDS_INFO
    assert judge(pending, STRICT).needs == (Item.MATCH_AGREED,)
    assert judge(given, STRICT) == judge(given, Policy())


def test_by_the_policy_expired_maintenance_may_refuse_a_server_license() -> None:
    last_day = STRICT.expired_before - timedelta(days=1)
    expired, current = (
        server_facts(host_tier=Size(10), maintenance_end=day) for day in (last_day, STRICT.expired_before)
    )
    assert judge(expired, Policy()).outcome is Outcome.ELIGIBLE
    assert [reason.code for reason in judge(expired, STRICT).reasons] == [ReasonCode.SERVER_MAINTENANCE_EXPIRED]
    assert judge(current, STRICT).outcome is Outcome.ELIGIBLE
    assert judge(replace(current, maintenance_end=None), STRICT).outcome is Outcome.ELIGIBLE


@given(facts(), policies(), policies())
def test_a_rule_reads_no_other_settings_than_it_says(license: Facts, one: Policy, other: Policy) -> None:
    for rule, result in rule_results(license, one):
        same = replace(other, **{name: getattr(one, name) for name in rule.settings})
        assert rule.apply(license, same) == result
