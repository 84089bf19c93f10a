"""What would change a verdict, one fact at a time, so that staff know what to ask a customer for."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from lib.domain.cloud_plan import expired_before
from lib.domain.eligibility import Outcome
from lib.domain.facts import Consent, Facts
from lib.domain.policy import Policy
from lib.domain.products import PLUGINS, Hosting
from lib.domain.rules import judge
from lib.domain.tiers import format_size, tier_holding


@dataclass(frozen=True, slots=True)
class Flip:
    """One change of one fact that would change the outcome."""

    change: str
    outcome: Outcome


def nearest_flips(facts: Facts, policy: Policy) -> list[Flip]:
    """The changes of one fact that would change the outcome."""
    outcome = judge(facts, policy).outcome
    flips = [Flip(change, judge(other, policy).outcome) for change, other in one_fact_changes(facts, policy)]
    return [flip for flip in dict.fromkeys(flips) if flip.outcome is not outcome]


def one_fact_changes(facts: Facts, policy: Policy) -> list[tuple[str, Facts]]:
    """Changes of one fact, in words, and the facts after each."""
    changes = [
        ("A SEN is recorded", replace(facts, has_sen=True)),
        ("It runs on Server", replace(facts, hosting=Hosting.SERVER)),
        ("The customer agrees to match", replace(facts, consent=Consent.GIVEN)),
        ("The customer declines to match", replace(facts, consent=Consent.DECLINED)),
    ]
    if facts.host_tier is not None:
        tier = tier_holding(facts.host_tier, policy.ladder)
        changes.append((f"The license has {format_size(tier)} editors", replace(facts, editors=tier)))
    if facts.editors is not None:
        # The smallest tier that the license fills, and the smallest that is too large for it.
        higher_tiers = [tier for tier in policy.ladder if tier > facts.editors]
        tiers = (tier_holding(facts.editors, policy.ladder), *higher_tiers[:1])
        changes += [(f"The server tier is {format_size(tier)}", replace(facts, host_tier=tier)) for tier in tiers]
    if facts.hosting is Hosting.CLOUD and facts.product in PLUGINS:
        changes += maintenance_changes(facts, policy.reference(facts.product), expired_before(facts.product, policy))
    return changes


def maintenance_changes(facts: Facts, move_day: date, first_day: date) -> list[tuple[str, Facts]]:
    """Ends of maintenance that decide a Cloud license's group either way; from `first_day` on it gives a legacy plan."""
    longer = replace(facts, maintenance_end=move_day)
    shorter = replace(facts, maintenance_end=first_day - timedelta(days=1))
    return [(f"Maintenance ran until {move_day}", longer), (f"Maintenance had ended before {first_day}", shorter)]
