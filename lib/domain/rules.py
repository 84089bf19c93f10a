"""The rules by which a license may move or not, and what it must do first (domain.md §3, §4).

Rules are plain functions over a few facts, without I/O and without a clock. They apply in the order of `RULES`; the
first one that decides gives the verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lib.domain.cloud_plan import PLAN_DETAIL_TITLES, is_borderline, legacy_plan
from lib.domain.codes import Flag, Item, ReasonCode
from lib.domain.eligibility import Outcome, Reason, Verdict
from lib.domain.facts import Consent, Facts, LicenseKind
from lib.domain.flags import flags_of
from lib.domain.policy import Policy
from lib.domain.products import HOSTING_TITLES, LISTINGS, PLUGINS, PRODUCT_TITLES, Hosting
from lib.domain.tiers import Size, format_size, steps_between, tier_holding, users_added


class Mark(StrEnum):
    """How a rule came out for one license."""

    YES = "✓"
    NO = "✗"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule says of one license; the rule decides if there is a verdict."""

    mark: Mark
    text: str
    verdict: Verdict | None = None


def decided(mark: Mark, text: str, outcome: Outcome, code: ReasonCode, **details: Any) -> RuleResult:
    """The result of a rule that decides; `details` are further fields of the verdict."""
    return RuleResult(mark, text, Verdict(outcome=outcome, reasons=(Reason(code, text),), **details))


def lacking(text: str, item: Item) -> RuleResult:
    """The result of a rule that cannot decide before an item is known."""
    return decided(Mark.UNKNOWN, text, Outcome.NEEDS_INFO, ReasonCode(item), needs=(item,))


def not_moved_yet(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 1: a license with a recorded SEN has migrated."""
    if facts.has_sen:
        text = "A SEN is recorded: this license has migrated."
        return decided(Mark.NO, text, Outcome.ALREADY_MIGRATED, ReasonCode.SEN_RECORDED)
    return RuleResult(Mark.YES, "No SEN is recorded.")


def is_a_plugin(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 2: only the plugins for Confluence and Jira can move; an unknown product must be asked for."""
    if facts.product is None:
        return lacking("It is not known which plugin this is.", Item.PRODUCT)
    title = PRODUCT_TITLES[facts.product]
    if facts.product in PLUGINS:
        return RuleResult(Mark.YES, f"The plugin for {title}.")
    text = f"{title} is not sold on Marketplace: only the plugins for Confluence and Jira are."
    return decided(Mark.NO, text, Outcome.NOT_ELIGIBLE, ReasonCode.PRODUCT)


def is_a_full_license(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 2: an evaluation license cannot move."""
    if facts.kind is LicenseKind.EVALUATION:
        text = "Evaluation licenses cannot move."
        return decided(Mark.NO, text, Outcome.NOT_ELIGIBLE, ReasonCode.EVALUATION)
    return RuleResult(Mark.YES, "Not an evaluation.")


def is_not_data_center(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 3: a Data Center license cannot move, since only Atlassian sells these."""
    if facts.hosting is Hosting.DATA_CENTER:
        text = "Data Center licenses are sold by Atlassian only."
        return decided(Mark.NO, text, Outcome.NOT_ELIGIBLE, ReasonCode.DATA_CENTER)
    return RuleResult(Mark.YES, "Not on Data Center.")


def hosting_is_known(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 3: it must be known whether a license runs on Server, Data Center or Cloud, else it is asked for."""
    if facts.hosting is None:
        return lacking("It is not known whether this runs on Server, Data Center or Cloud.", Item.HOSTING)
    return RuleResult(Mark.YES, f"Runs on {HOSTING_TITLES[facts.hosting]}.")


def cloud_plan_is_settled(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §4: a Cloud license got a free legacy plan unless its maintenance ended before the grace months; then it expired."""
    if facts.hosting is not Hosting.CLOUD or facts.product is None:
        return RuleResult(Mark.YES, "A Server license: the customer moves it.")
    end = facts.maintenance_end
    if end is None:
        text = "The end of maintenance is missing: it decides between legacy plan and expired."
        return lacking(text, Item.MAINTENANCE_END)
    plan, borderline = legacy_plan(facts.product, end, policy), is_borderline(facts.product, end, policy)
    move_day = policy.reference(facts.product)
    if plan is None:
        listing = LISTINGS[facts.product, Hosting.CLOUD]
        text = f"Maintenance ended on {end}, before the move of {move_day}: start a new subscription at {listing}"
        return decided(Mark.NO, text, Outcome.EXPIRED, ReasonCode.MAINTENANCE_EXPIRED, borderline=borderline)
    state = PLAN_DETAIL_TITLES[plan.detail]
    text = f"Maintenance was {state} at the move of {move_day}: a free legacy plan until {plan.ends}."
    return decided(
        Mark.YES,
        text,
        Outcome.LEGACY_PLAN,
        ReasonCode(plan.detail),
        plan_detail=plan.detail,
        plan_end=plan.ends,
        borderline=borderline,
    )


def maintenance_may_have_expired(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3, details: a Server license may move with expired maintenance, unless the policy says otherwise."""
    if policy.expired_maintenance_eligible:
        return RuleResult(Mark.YES, "Maintenance may have expired: that blocks no Server license.")
    end = facts.maintenance_end
    if end is None or end >= policy.expired_before:
        return RuleResult(Mark.YES, f"Maintenance is not known to have ended before {policy.expired_before}.")
    text = f"Maintenance ended before {policy.expired_before}: by the policy, such licenses do not move."
    return decided(Mark.NO, text, Outcome.NOT_ELIGIBLE, ReasonCode.SERVER_MAINTENANCE_EXPIRED)


SIZE_TITLES = {Item.EDITORS: "number of editors", Item.HOST_TIER: "server tier"}
"""What a sentence calls the two sizes."""


def sizes_are_known(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 4: the number of editors and the server tier must both be known, else they are asked for."""
    sizes = {Item.EDITORS: facts.editors, Item.HOST_TIER: facts.host_tier}
    needs = tuple(item for item, size in sizes.items() if size is None)
    if not needs:
        text = f"{format_size(facts.editors)} editors, server of {format_size(facts.host_tier)} users."
        return RuleResult(Mark.YES, text)
    text = f"The {' and '.join(SIZE_TITLES[item] for item in needs)} must be known."
    reasons = tuple(Reason(ReasonCode(item), text) for item in needs)
    return RuleResult(Mark.UNKNOWN, text, Verdict(outcome=Outcome.NEEDS_INFO, reasons=reasons, needs=needs))


def size_matches(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 5: a license for at least as many users as its server tier moves as it is."""
    editors, tier = compared_sizes(facts, policy)
    own, host = format_size(editors), format_size(tier)
    if editors < tier:
        return RuleResult(Mark.NO, f"{own} editors on a server of {host} users.")
    if editors == tier:
        text = f"{own} editors match the server tier of {host}."
        return decided(Mark.YES, text, Outcome.ELIGIBLE, ReasonCode.MATCHED)
    text = f"{own} editors exceed the server tier of {host}."
    return decided(Mark.YES, text, Outcome.ELIGIBLE, ReasonCode.EXCEEDS)


def customer_may_grow(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 6: a smaller license needs an upgrade to the server tier; if its customer declines, it cannot move."""
    editors, tier = compared_sizes(facts, policy)
    step = f"from {format_size(editors)} to {format_size(tier)} users."
    if facts.consent is Consent.DECLINED:
        text = f"The customer declined the upgrade {step}"
        return decided(Mark.NO, text, Outcome.NOT_ELIGIBLE, ReasonCode.DECLINED_TO_MATCH, consent=facts.consent)
    if policy.consent_before_upgrade and facts.consent is Consent.PENDING:
        return lacking(f"The customer must agree to the upgrade {step}", Item.MATCH_AGREED)
    mark, answer = CONSENT_RESULTS[facts.consent]
    return decided(
        mark,
        f"Needs an upgrade {step} {answer} Do not install the new key before the upgrade: it would override the working one.",
        Outcome.UPGRADE_NEEDED,
        ReasonCode.BELOW_HOST_TIER,
        from_size=editors,
        to_tier=tier,
        tier_steps=steps_between(editors, tier, policy.ladder),
        users_added=users_added(editors, tier),
        consent=facts.consent,
    )


CONSENT_RESULTS = {
    Consent.GIVEN: (Mark.YES, "The customer agreed."),
    Consent.PENDING: (Mark.UNKNOWN, "The customer's consent is pending."),
}
"""How the last rule comes out for a license that must grow, and the customer's answer in a sentence."""


def compared_sizes(facts: Facts, policy: Policy) -> tuple[Size, Size]:
    """The editors and the host tier as the rules compare them (domain.md §3, details)."""
    # Files hold the number of a server's users as often as its tier, so that it is rounded up to one.
    assert facts.editors is not None, "an earlier rule decides while a size is unknown"
    assert facts.host_tier is not None, "an earlier rule decides while a size is unknown"
    editors = tier_holding(facts.editors, policy.ladder) if policy.round_editors_up else facts.editors
    return editors, tier_holding(facts.host_tier, policy.ladder)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, what a person would call it, and the columns and settings of the policy that it reads.

    `further_facts` are what it reads besides the facts of its columns: many licenses are judged by these alone.
    """

    title: str
    apply: Callable[[Facts, Policy], RuleResult]
    reads: tuple[str, ...]
    settings: tuple[str, ...] = ()
    further_facts: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """All facts that it reads."""
        return (*(FACT_OF_COLUMN.get(column, column) for column in self.reads), *self.further_facts)


FACT_OF_COLUMN = {"sen": "has_sen", "license_type": "kind", "match_agreed": "consent"}
"""The facts that rules read of columns, where their names differ."""


RULES = (
    Rule("Not migrated yet", not_moved_yet, ("sen",)),
    Rule("Confluence or Jira plugin", is_a_plugin, ("product",)),
    Rule("Not an evaluation", is_a_full_license, ("license_type",)),
    Rule("Not Data Center", is_not_data_center, ("hosting",)),
    Rule("Hosting is known", hosting_is_known, ("hosting",)),
    Rule(
        "Cloud plan",
        cloud_plan_is_settled,
        ("hosting", "maintenance_end"),
        ("confluence_moved", "jira_moved", "grace_months", "legacy_extra_months", "borderline_days"),
        further_facts=("product",),
    ),
    Rule(
        "Maintenance",
        maintenance_may_have_expired,
        ("maintenance_end",),
        ("expired_maintenance_eligible", "expired_before"),
    ),
    Rule("Both sizes are known", sizes_are_known, ("editors", "host_tier")),
    Rule("Size matches server", size_matches, ("editors", "host_tier"), ("ladder", "round_editors_up")),
    Rule(
        "Consent to upgrade",
        customer_may_grow,
        ("match_agreed",),
        ("ladder", "round_editors_up", "consent_before_upgrade"),
        further_facts=("editors", "host_tier"),
    ),
)
"""The rules in the order in which they apply (domain.md §3: the first line that holds decides)."""


def rule_results(facts: Facts, policy: Policy) -> list[tuple[Rule, RuleResult]]:
    """What each rule says, in order, up to the one that decides."""
    results = []
    for rule in RULES:
        result = rule.apply(facts, policy)
        results.append((rule, result))
        if result.verdict:
            break
    return results


def judge(facts: Facts, policy: Policy) -> Verdict:
    """The verdict on these facts, with its flags."""
    # Whether maintenance has expired depends on the day, so that no stored verdict says it: see `flags_on`.
    return with_flags(decide(facts, policy), flags_of(facts, policy))


def decide(facts: Facts, policy: Policy) -> Verdict:
    """The verdict on these facts, without its flags."""
    verdict = rule_results(facts, policy)[-1][1].verdict
    assert verdict is not None, "the last rule decides whatever the others left open"
    return verdict


def with_flags(verdict: Verdict, flags: tuple[Flag, ...]) -> Verdict:
    """The verdict with its flags."""
    if flags:
        return replace(verdict, flags=flags)
    return verdict
