"""What a verdict hangs on: the versions of the policy that would judge a license otherwise, and their settings that do it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lib.domain.eligibility import Outcome
from lib.domain.facts import Facts
from lib.domain.policy import Policy
from lib.domain.policy_settings import changed_settings
from lib.domain.rules import decide
from lib.domain.settings import Setting


@dataclass(frozen=True, slots=True)
class Hinge:
    """A version of the policy from which on a license had another outcome, and the settings that alone make it so."""

    policy: Policy
    before: Outcome
    after: Outcome
    settings: tuple[Setting, ...]


def hinges(facts: Facts, versions: Sequence[Policy]) -> list[Hinge]:
    """Where the outcome of a license changes from version to version of the policy, oldest first."""
    turns = []
    for older, newer in pairwise(versions):
        before, after = (decide(facts, policy).outcome for policy in (older, newer))
        if before is not after:
            turns.append(Hinge(newer, before, after, deciding_settings(facts, older, newer)))
    return turns


def deciding_settings(facts: Facts, older: Policy, newer: Policy) -> tuple[Setting, ...]:
    """The settings that alone turn the outcome between two policies."""
    # Where none does alone, it hangs on all that differ.
    differing = changed_settings(older, newer)
    outcome = decide(facts, older).outcome
    alone = [
        setting
        for setting in differing
        if decide(facts, replace(older, **{setting.name: getattr(newer, setting.name)})).outcome is not outcome
    ]
    return tuple(alone or differing)
