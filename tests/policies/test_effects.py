"""Whatever a setting changes is counted by a what-if, or written beside the setting."""

from dataclasses import replace

from hypothesis import given

from lib.domain.facts import Facts
from lib.domain.policy import SETTINGS, Policy
from lib.domain.rules import judge
from lib.policies.what_if import COUNTED_SETTINGS, effects_beside
from tests.strategies import facts, policies


def test_a_setting_that_a_what_if_does_not_count_says_what_it_changes() -> None:
    silent = [name for name, setting in SETTINGS.items() if name not in COUNTED_SETTINGS and not setting.effect]
    assert silent == []
    assert effects_beside(SETTINGS["weekly_goal"])[0].startswith("This changes no outcome")
    assert effects_beside(SETTINGS["grace_months"]) == []


@given(policies(), policies(), facts())
def test_such_a_setting_changes_no_verdict_and_no_check(one: Policy, other: Policy, license: Facts) -> None:
    uncounted = {name: getattr(other, name) for name in SETTINGS if name not in COUNTED_SETTINGS}
    assert judge(license, replace(one, **uncounted)) == judge(license, one)
