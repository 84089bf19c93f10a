"""Settings as JSON and back, and the sentences on those that cannot be."""

from typing import Any

import pytest
from hypothesis import given

from lib.domain.policy import SETTINGS, Policy
from lib.domain.policy_settings import SettingsError, changed_settings, policy_from_json, settings_json, with_settings
from lib.domain.setting_texts import box_text, box_value
from tests.strategies import policies

POLICIES = policies()


@given(POLICIES)
def test_settings_come_back_from_json_as_they_were(policy: Policy) -> None:
    assert policy_from_json(policy.version, settings_json(policy)) == policy


@given(POLICIES, POLICIES)
def test_two_policies_differ_in_the_settings_that_are_listed(one: Policy, other: Policy) -> None:
    names = [setting.name for setting in changed_settings(one, other)]
    assert with_settings(one, {name: settings_json(other)[name] for name in names}) == other


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("grace_months", -1, "Grace months: -1 is not between 0 and 60."),
        ("grace_months", "three", 'Grace months: "three" is not a whole number.'),
        ("grace_months", None, "Grace months: it cannot be blank."),
        ("jira_moved", "4.4.2016", 'Jira Cloud moved on: "4.4.2016" is not a day. Write it as 2016-04-04.'),
        ("jira_moved", "1066-10-14", "Jira Cloud moved on: 14 Oct 1066 is not between 1990 and 2200."),
        ("round_editors_up", "yes", 'Round editors up to a tier: "yes" is neither true nor false.'),
        ("time_zone", "Rome", 'Time zone of days: "Rome" is not a time zone. Write one such as Europe/Rome, or UTC.'),
        (
            "time_zone",
            "../etc",
            'Time zone of days: "../etc" is not a time zone. Write one such as Europe/Rome, or UTC.',
        ),
        ("pack_users", "largest", 'Size in a pack: "largest" is none of own_tier, host_tier.'),
        ("ladder", [10, 25], "Server tiers: the last tier must be Unlimited, so that every server has one."),
        (
            "ladder",
            [25, 10, "Unlimited"],
            "Server tiers: 25, 10, Unlimited do not ascend. List each tier once, smallest first.",
        ),
        ("ladder", ["Unlimited"], "Server tiers: there must be a tier below Unlimited."),
        ("ladder", [0, "Unlimited"], 'Server tiers: "0" is not a size. Write a number of users, or Unlimited.'),
        ("partner_domains", "a.example", "Partners' domains: it must be a list of domains."),
        (
            "free_mail_domains",
            ["ada@post.example"],
            'Further free mail domains: "ada@post.example" is not a domain. Write what follows the @ of an address, such as '
            "acme.example.",
        ),
        ("notices", [{"since": "2024-02-15"}], "Notices: each notice needs a day (since) and a text."),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_a_sentence(name: str, value: Any, sentence: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        with_settings(Policy(), {name: value})
    assert refusal.value.sentences == {name: sentence}


def test_domains_are_written_as_people_write_them() -> None:
    text = "@Post.example, müller.example\nPOST.example"
    policy = with_settings(Policy(), {"partner_domains": box_value(SETTINGS["partner_domains"], text)})
    assert policy.partner_domains == ("müller.example", "post.example")
    assert box_text(SETTINGS["partner_domains"], policy.partner_domains) == "müller.example\npost.example"


def test_a_name_that_is_no_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match='no setting "grace_month"'):
        with_settings(Policy(), {"grace_month": 4})


def test_a_policy_from_before_a_setting_has_its_default() -> None:
    older = {name: value for name, value in settings_json(Policy(grace_months=5)).items() if name != "pack_months"}
    assert policy_from_json(2, older) == Policy(version=2, grace_months=5)
