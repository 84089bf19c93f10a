"""The verdict on one license: may it move, why or why not, and how far must it grow (domain.md §3).

Rules are plain functions over a few facts, without I/O and without a clock. They are asked in the order of `RULES`;
the first one that decides gives the verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from lib.domain.cloud_plan import PlanDetail, is_borderline, legacy_plan
from lib.domain.facts import Consent, Facts, LicenseKind
from lib.domain.policy import Policy
from lib.domain.products import HOSTING_TITLES, LISTINGS, PLUGINS, PRODUCT_TITLES, Hosting
from lib.domain.tiers import UNLIMITED, Size, format_size, steps_between, tier_holding, users_added


class Outcome(StrEnum):
    """Where a license stands."""

    ELIGIBLE = "eligible"
    UPGRADE_NEEDED = "upgrade_needed"
    NEEDS_INFO = "needs_info"
    NOT_ELIGIBLE = "not_eligible"
    ALREADY_MIGRATED = "already_migrated"
    LEGACY_PLAN = "legacy_plan"
    EXPIRED = "expired"


OUTCOME_TITLES = {
    Outcome.ELIGIBLE: "Eligible",
    Outcome.UPGRADE_NEEDED: "Upgrade needed",
    Outcome.NEEDS_INFO: "Needs information",
    Outcome.NOT_ELIGIBLE: "Not eligible",
    Outcome.ALREADY_MIGRATED: "Already migrated",
    Outcome.LEGACY_PLAN: "Cloud: legacy plan",
    Outcome.EXPIRED: "Cloud: expired",
}


class Mark(StrEnum):
    """How a rule came out for one license."""

    YES = "✓"
    NO = "✗"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a code for machines, a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judgement on one license. Sizes in users; `users_added` is None where either size is Unlimited."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    needs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    from_size: Size | None = None
    to_tier: Size | None = None
    tier_steps: int | None = None
    users_added: int | None = None
    consent: Consent | None = None
    plan_detail: PlanDetail | None = None
    plan_end: date | None = None
    borderline: bool = False


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule says of one license; the rule decides if there is a verdict."""

    mark: Mark
    text: str
    verdict: Verdict | None = None


def _decided(mark: Mark, outcome: Outcome, code: str, text: str, **more: object) -> RuleResult:
    return RuleResult(mark, text, Verdict(outcome=outcome, reasons=(Reason(code, text),), **more))  # type: ignore[arg-type]


def not_moved_yet(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 1: a recorded SEN means already migrated."""
    if facts.has_sen:
        return _decided(Mark.NO, Outcome.ALREADY_MIGRATED, "sen_recorded", "A SEN is recorded: this license has moved.")
    return RuleResult(Mark.YES, "No SEN is recorded.")


def is_a_plugin(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 2: only the Confluence and Jira plugins can move."""
    if facts.product in PLUGINS:
        return RuleResult(Mark.YES, f"The plugin for {PRODUCT_TITLES[facts.product]}.")
    if facts.product is None:
        text = "It is not known which plugin this is."
        return _decided(Mark.UNKNOWN, Outcome.NEEDS_INFO, "product", text, needs=("product",))
    text = f"{PRODUCT_TITLES[facts.product]} is not sold on Marketplace: only the plugins for Confluence and Jira are."
    return _decided(Mark.NO, Outcome.NOT_ELIGIBLE, "product", text)


def is_a_full_license(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 2: an evaluation cannot move."""
    if facts.kind is LicenseKind.EVALUATION:
        return _decided(Mark.NO, Outcome.NOT_ELIGIBLE, "evaluation", "Evaluation licenses cannot move.")
    return RuleResult(Mark.YES, "Not an evaluation.")


def is_not_data_center(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 3: only Atlassian sells Data Center licenses."""
    if facts.hosting is Hosting.DATA_CENTER:
        return _decided(
            Mark.NO, Outcome.NOT_ELIGIBLE, "data_center", "Data Center licenses are sold by Atlassian only."
        )
    return RuleResult(Mark.YES, "Not on Data Center.")


def hosting_is_known(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 3: an unknown hosting must be asked for."""
    if facts.hosting is None:
        text = "It is not known whether this runs on Server, Data Center or Cloud."
        return _decided(Mark.UNKNOWN, Outcome.NEEDS_INFO, "hosting", text, needs=("hosting",))
    return RuleResult(Mark.YES, f"Runs on {HOSTING_TITLES[facts.hosting]}.")


def cloud_plan_is_settled(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §4: Cloud licenses got a legacy plan, or had expired."""
    if facts.hosting is not Hosting.CLOUD or facts.product is None:
        return RuleResult(Mark.YES, "A Server license: the customer moves it.")
    end = facts.maintenance_end
    if end is None:
        text = "The end of maintenance is missing: it decides between legacy plan and expired."
        return _decided(Mark.UNKNOWN, Outcome.NEEDS_INFO, "maintenance_end", text, needs=("maintenance_end",))
    moved, plan = policy.reference(facts.product), legacy_plan(facts.product, end, policy)
    borderline = is_borderline(facts.product, end, policy)
    if plan is None:
        listing = LISTINGS[facts.product, Hosting.CLOUD]
        text = f"Maintenance ended on {end}, before the move of {moved}: start a new subscription at {listing}"
        return _decided(Mark.NO, Outcome.EXPIRED, "maintenance_expired", text, borderline=borderline)
    state = "active" if plan.detail is PlanDetail.ACTIVE else "recently active"
    text = f"Maintenance was {state} at the move of {moved}: a free legacy plan until {plan.ends}."
    return _decided(
        Mark.YES,
        Outcome.LEGACY_PLAN,
        plan.detail.value,
        text,
        plan_detail=plan.detail,
        plan_end=plan.ends,
        borderline=borderline,
    )


def sizes_are_known(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 4: without both sizes nobody can tell whether they match."""
    sizes = {"editors": facts.editors, "host_tier": facts.host_tier}
    needs = tuple(item for item, size in sizes.items() if size is None)
    if not needs:
        return RuleResult(
            Mark.YES, f"{format_size(facts.editors)} editors, server of {format_size(facts.host_tier)} users."
        )
    names = " and ".join({"editors": "number of editors", "host_tier": "server's user tier"}[item] for item in needs)
    text = f"The {names} must be known."
    reasons = tuple(Reason(item, text) for item in needs)
    return RuleResult(Mark.UNKNOWN, text, Verdict(outcome=Outcome.NEEDS_INFO, reasons=reasons, needs=needs))


def size_matches(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 5: a license as large as its server's tier, or larger, may move as it is."""
    editors, tier = compared_sizes(facts, policy)
    if editors < tier:
        return RuleResult(Mark.NO, f"{format_size(editors)} editors on a server of {format_size(tier)} users.")
    if editors == tier:
        text = f"{format_size(editors)} editors match the server's tier of {format_size(tier)}."
        return _decided(Mark.YES, Outcome.ELIGIBLE, "matched", text)
    text = f"{format_size(editors)} editors exceed the server's tier of {format_size(tier)}."
    return _decided(Mark.YES, Outcome.ELIGIBLE, "exceeds", text)


def customer_may_grow(facts: Facts, policy: Policy) -> RuleResult:
    """domain.md §3 line 6: too small a license must grow to the host tier, unless the customer declined."""
    editors, tier = compared_sizes(facts, policy)
    if facts.consent is Consent.DECLINED:
        text = f"The customer declined to grow from {format_size(editors)} to {format_size(tier)} users."
        return _decided(Mark.NO, Outcome.NOT_ELIGIBLE, "declined_to_match", text, consent=facts.consent)
    asked = "The customer agreed." if facts.consent is Consent.GIVEN else "The customer's consent is pending."
    text = (
        f"Must grow from {format_size(editors)} to {format_size(tier)} users. {asked} "
        "Do not install the new key before the upgrade: it would override the working one."
    )
    return _decided(
        Mark.YES if facts.consent is Consent.GIVEN else Mark.UNKNOWN,
        Outcome.UPGRADE_NEEDED,
        "below_host_tier",
        text,
        from_size=editors,
        to_tier=tier,
        tier_steps=steps_between(editors, tier, policy.ladder),
        users_added=users_added(editors, tier),
        consent=facts.consent,
    )


def compared_sizes(facts: Facts, policy: Policy) -> tuple[Size, Size]:
    """The editors and the host tier as the rules compare them: the host rounded up to the ladder (domain.md §3, details)."""
    assert facts.editors is not None, "asked only once both sizes are known"
    assert facts.host_tier is not None, "asked only once both sizes are known"
    editors = tier_holding(facts.editors, policy.ladder) if policy.round_editors_up else facts.editors
    return editors, tier_holding(facts.host_tier, policy.ladder)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, what a person would call it, and the columns it reads."""

    title: str
    ask: Callable[[Facts, Policy], RuleResult]
    reads: tuple[str, ...]


RULES = (
    Rule("Not moved yet", not_moved_yet, ("sen",)),
    Rule("Confluence or Jira plugin", is_a_plugin, ("product",)),
    Rule("A full license", is_a_full_license, ("license_type",)),
    Rule("Not Data Center", is_not_data_center, ("hosting",)),
    Rule("Hosting is known", hosting_is_known, ("hosting",)),
    Rule("Cloud plan", cloud_plan_is_settled, ("hosting", "maintenance_end")),
    Rule("Both sizes are known", sizes_are_known, ("editors", "host_tier")),
    Rule("Large enough for the server", size_matches, ("editors", "host_tier")),
    Rule("Customer may grow to match", customer_may_grow, ("match_agreed",)),
)
"""The rules in the order they are asked (domain.md §3: the first line that holds decides)."""


def rule_results(facts: Facts, policy: Policy) -> list[tuple[Rule, RuleResult]]:
    """What each rule says, in order, up to the one that decides."""
    asked = []
    for rule in RULES:
        finding = rule.ask(facts, policy)
        asked.append((rule, finding))
        if finding.verdict:
            break
    return asked


def judge(facts: Facts, policy: Policy) -> Verdict:
    """The verdict on these facts, with its flags. Whether maintenance has run out is a matter of the day: see `flags_on`."""
    return with_flags(decide(facts, policy), flags_of(facts, policy))


def decide(facts: Facts, policy: Policy) -> Verdict:
    """The verdict on these facts without its flags; reads only those of `DECIDING`."""
    verdict = rule_results(facts, policy)[-1][1].verdict
    assert verdict is not None, "the last rule decides whatever the others left open"
    return verdict


def with_flags(verdict: Verdict, flags: tuple[str, ...]) -> Verdict:
    """The verdict with its flags."""
    return replace(verdict, flags=flags) if flags else verdict


DECIDING = ("product", "hosting", "editors", "host_tier", "has_sen", "kind", "consent", "maintenance_end")
"""The facts that the rules read."""

FLAGGING = ("product", "hosting", "editors", "host_tier", "kind", "purchase_date", "reseller_contact")
"""The facts that `flags_of` reads."""


FLAG_TITLES = {
    "assumed_tier": "Host tier rounded up from a number of users",
    "off_ladder": "Number of editors is not a Server tier",
    "old_unlimited": "Host tier Unlimited from before 2012 may only mean 100+",
    "maintenance_expired": "Maintenance has run out (no reason to refuse)",
    "check_host_type": "Academic: check the type of the host license",
    "reseller_contact": "The contact is the reseller, not the customer",
}


def flags_of(facts: Facts, policy: Policy) -> tuple[str, ...]:
    """What a person should look at twice, in a fixed order (domain.md §3, details)."""
    if facts.product not in PLUGINS:
        return ()
    server = facts.hosting is Hosting.SERVER
    raised = {
        "assumed_tier": server and facts.host_tier is not None and facts.host_tier not in policy.ladder,
        "off_ladder": server and facts.editors is not None and facts.editors not in policy.ladder,
        "old_unlimited": server
        and facts.host_tier == UNLIMITED
        and facts.purchase_date is not None
        and facts.purchase_date < policy.old_unlimited_before,
        "check_host_type": facts.kind is LicenseKind.ACADEMIC,
        "reseller_contact": facts.reseller_contact,
    }
    return tuple(flag for flag, up in raised.items() if up)


def flags_on(day: date, facts: Facts, flags: tuple[str, ...]) -> tuple[str, ...]:
    """The flags as of a day: a Server license whose maintenance ended before it is flagged, never refused (domain.md §3)."""
    expired = (
        facts.product in PLUGINS
        and facts.hosting is Hosting.SERVER
        and facts.maintenance_end is not None
        and facts.maintenance_end < day
    )
    return (*flags, "maintenance_expired") if expired else flags
