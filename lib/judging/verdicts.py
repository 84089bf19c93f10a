"""Many licenses judged at once: each distinct combination of the facts that rules read is decided once (design §3)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np

from lib.columnar.column import CodedColumn, Column
from lib.columnar.combinations import map_combinations
from lib.domain.codes import join_codes
from lib.domain.eligibility import Verdict
from lib.domain.facts import Consent, Facts, consent_of, is_reseller_contact, kind_of
from lib.domain.flags import FLAG_FACTS, flags_of
from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.rules import RULES, Rule, with_flags

Licenses = Mapping[str, Column]
"""License columns by field name, all of one length."""


def judge_all(licenses: Licenses, policy: Policy) -> CodedColumn:
    """The verdict on each license, as `judge` gives it."""
    facts = fact_columns(licenses, policy)
    # Decisions and flags are worked out apart: together they read more facts, and so more combinations of them.
    flags = _map_facts(facts, FLAG_FACTS, partial(flags_of, policy=policy))
    return map_combinations([decide_all(facts, policy), flags], with_flags)


def decide_all(facts: Mapping[str, CodedColumn], policy: Policy) -> CodedColumn:
    """The decision on each license, as `decide` gives it."""
    # Rule by rule, since each reads few facts, and so has few combinations of them.
    rows = np.arange(len(facts["product"]), dtype=np.int64)
    codes, verdicts = np.zeros(len(rows), dtype=np.int32), list[Verdict | None]()
    for rule in RULES:
        open_facts = {name: facts[name].take(rows) for name in rule.facts}
        results = _map_facts(open_facts, rule.facts, verdict_of(rule, policy))
        codes[rows] = results.codes + np.int32(len(verdicts))
        verdicts += results.values
        rows = rows[results.blank()]
    return CodedColumn(codes, tuple(verdicts)).distinct()


def verdict_of(rule: Rule, policy: Policy) -> Callable[[Facts], Verdict | None]:
    """One rule as a function from facts to a verdict, None where it leaves that open."""
    return lambda facts: rule.apply(facts, policy).verdict


VERDICT_FIELDS = (
    "borderline",
    "from_size",
    "to_tier",
    "tier_steps",
    "users_added",
    "consent",
    "plan_detail",
    "plan_end",
)


def verdict_columns(verdicts: CodedColumn) -> dict[str, CodedColumn]:
    """Verdicts as the columns that are stored: codes, sizes, dates."""
    return {
        "outcome": verdicts.map(attrgetter("outcome")),
        "reason": verdicts.map(lambda verdict: verdict.reasons[0].code),
        "needs": verdicts.map(lambda verdict: join_codes(verdict.needs)),
        "flags": verdicts.map(lambda verdict: join_codes(verdict.flags)),
        **{name: verdicts.map(attrgetter(name)) for name in VERDICT_FIELDS},
    }


def verdict_values(verdict: Verdict) -> dict[str, Any]:
    """One verdict as the values that are stored, by column, in the order of `verdict_columns`."""
    return {
        "outcome": verdict.outcome.value,
        "reason": verdict.reasons[0].code.value,
        "needs": join_codes(verdict.needs),
        "flags": join_codes(verdict.flags),
        **{name: getattr(verdict, name) for name in VERDICT_FIELDS},
    }


def _map_facts(facts: Mapping[str, CodedColumn], names: Sequence[str], function: Callable[[Facts], Any]) -> CodedColumn:
    """The function's result for each license's facts."""
    columns = [facts[name] for name in names]
    return map_combinations(columns, lambda *values: function(Facts(**dict(zip(names, values, strict=True)))))


def fact_columns(licenses: Licenses, policy: Policy) -> dict[str, CodedColumn]:
    """The facts of each license as columns, without those that no rule reads: sizes on Cloud, dates elsewhere."""
    # Facts that cannot matter are blanked, and purchase dates reduced to two, only to keep the combinations few.
    hosting = licenses["hosting"].coded()
    cloud = hosting.where_value(lambda value: value is Hosting.CLOUD)
    return {
        "product": licenses["product"].coded(),
        "hosting": hosting,
        "editors": licenses["editors"].coded().where(~cloud),
        "host_tier": licenses["host_tier"].coded().where(~cloud),
        "has_sen": CodedColumn.of_mask(~licenses["sen"].blank()),
        "kind": licenses["license_type"].map(kind_of),
        "consent": licenses["match_agreed"].map(consent_of).unless(cloud, Consent.PENDING),
        "maintenance_end": maintenance_ends(licenses, policy),
        "purchase_date": licenses["purchase_date"].map(lambda day: representative_purchase(day, policy)),
        "reseller_contact": reseller_contacts(licenses),
    }


def maintenance_ends(licenses: Licenses, policy: Policy) -> CodedColumn:
    """The ends of maintenance that rules read: each on Cloud, one for all that expired elsewhere if the policy asks."""
    ends, hosting = licenses["maintenance_end"].coded(), licenses["hosting"].coded()
    if policy.expired_maintenance_eligible:
        return ends.where(hosting.where_value(lambda value: value is Hosting.CLOUD))
    return map_combinations(
        [ends, hosting], lambda end, host: end if host is Hosting.CLOUD else representative_end(end, policy)
    )


def representative_end(day: date | None, policy: Policy) -> date | None:
    """One day for all ends of maintenance before the policy's day, None for the others."""
    if policy.expired_maintenance_eligible or day is None or day >= policy.expired_before:
        return None
    return policy.expired_before - timedelta(days=1)


def representative_purchase(day: date | None, policy: Policy) -> date | None:
    """One day for all purchases before the policy's day, None for the others: rules read no more of the date."""
    if day is None or day >= policy.old_unlimited_before:
        return None
    return policy.old_unlimited_before - timedelta(days=1)


def reseller_contacts(licenses: Licenses) -> CodedColumn:
    """Whether each license's contact is its reseller."""
    expert, reseller = licenses["expert_email"], licenses["reseller"]
    # Few licenses came through a partner, so that Python looks at those only.
    rows = np.flatnonzero(~(expert.blank() & reseller.blank())).astype(np.int64)
    columns = (licenses["contact_email"], expert, reseller)
    texts = zip(*(column.take(rows).objects() for column in columns), strict=True)
    is_reseller = np.zeros(len(expert), dtype=np.bool_)
    is_reseller[rows] = [is_reseller_contact(*values) for values in texts]
    return CodedColumn.of_mask(is_reseller)
