"""Many licenses judged at once: each distinct combination of the facts that rules read is decided once (design §3)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np

from lib.columnar.column import CodedColumn, Column, Mask
from lib.columnar.combinations import combinations
from lib.domain.codes import join_codes
from lib.domain.eligibility import DECIDING_FACTS, decide, with_flags
from lib.domain.facts import Consent, Facts, consent_of, is_reseller_contact, kind_of
from lib.domain.flags import FLAG_FACTS, flags_of
from lib.domain.policy import Policy
from lib.domain.products import Hosting

Licenses = Mapping[str, Column]
"""License columns by field name, all of one length."""


def judge_all(licenses: Licenses, policy: Policy) -> CodedColumn:
    """The verdict on each license, as `judge` gives it on the license's own facts.

    What decides and what flags are told apart, since few of the combinations of both differ in the former.
    """
    facts = _facts(licenses, policy)
    if not len(next(iter(facts.values()))):
        return CodedColumn.of(())
    decided = _asked({name: facts[name] for name in DECIDING_FACTS}, partial(decide, policy=policy))
    flags = _asked({name: facts[name] for name in FLAG_FACTS}, partial(flags_of, policy=policy))
    rows, codes = combinations([decided, flags.distinct()])
    shown = zip(decided.take(rows).objects(), flags.take(rows).objects(), strict=True)
    return CodedColumn(codes.astype(np.int32), tuple(with_flags(verdict, raised) for verdict, raised in shown))


_VERDICT_FIELDS = (
    "from_size",
    "to_tier",
    "tier_steps",
    "users_added",
    "consent",
    "plan_detail",
    "plan_end",
    "borderline",
)


def verdict_columns(verdicts: CodedColumn) -> dict[str, CodedColumn]:
    """Verdicts as the columns that are stored: codes, sizes, dates."""
    return {
        "outcome": verdicts.map(attrgetter("outcome")),
        "reason": verdicts.map(lambda verdict: verdict.reasons[0].code),
        "needs": verdicts.map(lambda verdict: join_codes(verdict.needs)),
        "flags": verdicts.map(lambda verdict: join_codes(verdict.flags)),
        **{name: verdicts.map(attrgetter(name)) for name in _VERDICT_FIELDS},
    }


def _asked(facts: Mapping[str, CodedColumn], ask: Callable[[Facts], Any]) -> CodedColumn:
    """What is answered to each combination of some facts."""
    rows, codes = combinations(list(facts.values()))
    shown = zip(*(column.take(rows).objects() for column in facts.values()), strict=True)
    return CodedColumn(
        codes.astype(np.int32), tuple(ask(Facts(**dict(zip(facts, values, strict=True)))) for values in shown)
    )


def _facts(licenses: Licenses, policy: Policy) -> dict[str, CodedColumn]:
    """The facts as columns, without those that cannot matter: sizes in the Cloud, dates elsewhere.

    This only keeps the number of combinations small: no rule reads what is left out here.
    """
    coded = {name: licenses[name].coded() for name in _READ}
    cloud = coded["hosting"].where_value(lambda hosting: hosting is Hosting.CLOUD)
    return {
        "product": coded["product"],
        "hosting": coded["hosting"],
        "editors": coded["editors"].where(~cloud),
        "host_tier": coded["host_tier"].where(~cloud),
        "has_sen": _said(licenses["sen"]),
        "kind": coded["license_type"].map(kind_of),
        "consent": coded["match_agreed"].map(consent_of).unless(cloud, Consent.PENDING),
        "maintenance_end": coded["maintenance_end"].where(cloud),
        "purchase_date": coded["purchase_date"].map(lambda day: _old_purchase(day, policy)),
        "reseller_contact": _reseller_contacts(licenses),
    }


_READ = (
    "product",
    "hosting",
    "editors",
    "host_tier",
    "license_type",
    "match_agreed",
    "maintenance_end",
    "purchase_date",
)


def _said(column: Column) -> CodedColumn:
    return CodedColumn((~column.blank()).astype(np.int32), (False, True))


def _old_purchase(day: date | None, policy: Policy) -> date | None:
    """All that rules ask of a purchase date is whether it lies before the policy's day: one day stands for them all."""
    old = day is not None and day < policy.old_unlimited_before
    return policy.old_unlimited_before - timedelta(days=1) if old else None


def _reseller_contacts(licenses: Licenses) -> CodedColumn:
    columns = [licenses[name] for name in ("contact_email", "expert_email", "reseller")]
    through_partner: Mask = ~(columns[1].blank() & columns[2].blank())
    found = np.zeros(len(columns[0]), dtype=np.bool_)
    rows = np.flatnonzero(through_partner)
    values = [column.take(rows).objects() for column in columns]
    found[rows] = [is_reseller_contact(*texts) for texts in zip(*values, strict=True)]
    return CodedColumn(found.astype(np.int32), (False, True))
