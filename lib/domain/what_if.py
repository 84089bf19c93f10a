"""What would change a verdict, one fact at a time: what staff can ask a customer for."""

from dataclasses import dataclass, replace
from datetime import date

from lib.domain.eligibility import Outcome, judge
from lib.domain.facts import Consent, Facts
from lib.domain.policy import Policy
from lib.domain.products import PLUGINS, Hosting
from lib.domain.tiers import format_size, tier_holding


@dataclass(frozen=True, slots=True)
class Flip:
    """One change of one fact that would change the outcome."""

    change: str
    outcome: Outcome


def nearest_flips(facts: Facts, policy: Policy) -> list[Flip]:
    """What would change the outcome, one fact at a time: what staff can ask the customer for."""
    now = judge(facts, policy).outcome
    flips = [Flip(change, judge(other, policy).outcome) for change, other in _one_fact_apart(facts, policy)]
    return [flip for flip in dict.fromkeys(flips) if flip.outcome is not now]


def _one_fact_apart(facts: Facts, policy: Policy) -> list[tuple[str, Facts]]:
    apart = [
        ("A SEN is recorded", replace(facts, has_sen=True)),
        ("It runs on Server", replace(facts, hosting=Hosting.SERVER)),
        ("The customer agrees to match", replace(facts, consent=Consent.GIVEN)),
        ("The customer declines to match", replace(facts, consent=Consent.DECLINED)),
    ]
    if facts.host_tier is not None:
        tier = tier_holding(facts.host_tier, policy.ladder)
        apart.append((f"The license has {format_size(tier)} editors", replace(facts, editors=tier)))
    if facts.editors is not None:
        tier = tier_holding(facts.editors, policy.ladder)
        apart.append((f"The server is a {format_size(tier)}-user tier", replace(facts, host_tier=tier)))
        if above := [rung for rung in policy.ladder if rung > facts.editors]:
            apart.append((f"The server is a {format_size(above[0])}-user tier", replace(facts, host_tier=above[0])))
    if facts.hosting is Hosting.CLOUD and facts.product in PLUGINS:
        apart += _cloud_dates_apart(facts, policy.reference(facts.product))
    return apart


def _cloud_dates_apart(facts: Facts, moved: date) -> list[tuple[str, Facts]]:
    longer = replace(facts, maintenance_end=moved)
    shorter = replace(facts, maintenance_end=moved.replace(year=moved.year - 1))
    return [(f"Maintenance ran until {moved}", longer), ("Maintenance had ended a year before the move", shorter)]
