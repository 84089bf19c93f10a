"""The facts that rules read of a license, as one text of its version, and back: rules then judge texts, not licenses."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, exists, func, insert, literal, null, select

from lib.domain.codes import Flag
from lib.domain.eligibility import Verdict
from lib.domain.facts import Facts, consent_of, kind_of
from lib.domain.policy import Policy
from lib.domain.products import Hosting, Product
from lib.domain.tiers import UNLIMITED, Size
from lib.judging.verdicts import verdict_values
from lib.store.license_profiles import join_texts
from lib.store.schema import SEPARATOR, VERDICT, fact_combinations, license_versions

_v, _f = license_versions.c, fact_combinations.c

# What stands for no value in a code.
_UNKNOWN = "?"

# Combinations whose facts are remembered: a million licenses have some fifty thousand.
_REMEMBERED = 100_000

_IN_CLOUD = func.coalesce(_v.hosting, "") == Hosting.CLOUD


def yes_no(condition: ColumnElement[bool]) -> ColumnElement[str]:
    """A condition as a text: the databases write yes and no differently."""
    return case((condition, "1"), else_="0")


def text_of(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A column as a text, `?` for none."""
    return func.coalesce(cast(column, Text), _UNKNOWN)


# Twin of `judging.verdicts.fact_columns`, which reads them of a file's columns: what no rule reads is left out here as there.
_FACTS: Mapping[str, ColumnElement[str]] = {
    "product": text_of(_v.product),
    "hosting": text_of(_v.hosting),
    "editors": text_of(case((_IN_CLOUD, null()), else_=_v.editors)),
    "host_tier": text_of(case((_IN_CLOUD, null()), else_=_v.host_tier)),
    "has_sen": yes_no(func.coalesce(_v.sen, "") != ""),
    "license_type": func.coalesce(_v.license_type, ""),
    "match_agreed": case((_IN_CLOUD | _v.match_agreed.is_(None), _UNKNOWN), else_=yes_no(_v.match_agreed.is_(True))),
    "maintenance_end": text_of(case((_IN_CLOUD, _v.maintenance_end), else_=null())),
}
"""Each fact that decides a verdict, as a text of a version."""

FACT_CODE = join_texts(*_FACTS.values())
"""All facts that decide a version's verdict, in one text."""


def number_facts(connection: Connection, condition: ColumnElement[bool]) -> None:
    """Number the combinations of facts of some versions, where they are new."""
    each = select(FACT_CODE.label("code")).where(condition).distinct().subquery()
    new = select(each.c.code).where(~exists().where(_f.code == each.c.code))
    connection.execute(insert(fact_combinations).from_select(["code"], new))


# One draft after another is tried on the same combinations.
@lru_cache(_REMEMBERED)
def parse_facts(code: str) -> Facts:
    """The facts that a code of `FACT_CODE` says."""
    return facts_of_texts(dict(zip(_FACTS, code.split(SEPARATOR), strict=True)))


def split_code(code: str) -> tuple[str, ...]:
    """A code of `FACT_CODE`, and the texts that follow it, if any."""
    parts = code.split(SEPARATOR)
    return (SEPARATOR.join(parts[: len(_FACTS)]), *parts[len(_FACTS) :])


def facts_of_texts(texts: Mapping[str, str]) -> Facts:
    """The facts that texts say, by name."""
    values = {name: text for name, text in texts.items() if text != _UNKNOWN}
    agreed, ends = values.get("match_agreed"), values.get("maintenance_end")
    return Facts(
        product=Product(values["product"]) if "product" in values else None,
        hosting=Hosting(values["hosting"]) if "hosting" in values else None,
        editors=size_of(values.get("editors")),
        host_tier=size_of(values.get("host_tier")),
        has_sen=texts["has_sen"] == "1",
        kind=kind_of(texts["license_type"]),
        consent=consent_of(None if agreed is None else agreed == "1"),
        maintenance_end=date.fromisoformat(ends) if ends else None,
    )


def size_of(text: str | None) -> Size | None:
    """A size of a code."""
    return None if text is None else Size(int(text))


END_OFF_CLOUD = case((_IN_CLOUD, null()), else_=_v.maintenance_end)
"""The end of a version's maintenance where that is none of the facts of `FACT_CODE`."""


def expired(policy: Policy, end: ColumnElement[Any] = END_OFF_CLOUD) -> ColumnElement[str]:
    """Whether a license not on Cloud lost its maintenance too early to move, as a text; `end` says when it ended."""
    if policy.expired_maintenance_eligible:
        return literal("0")
    return yes_no(end < policy.expired_before)


def with_expired(facts: Facts, text: str, policy: Policy) -> Facts:
    """Facts with what `expired` says."""
    if text != "1":
        return facts
    return replace(facts, maintenance_end=policy.expired_before - timedelta(days=1))


def flag_facts(policy: Policy) -> dict[str, ColumnElement[str]]:
    """The facts that only flags are read from, as texts."""
    is_old = and_(~_IN_CLOUD, _v.host_tier == UNLIMITED, _v.purchase_date < policy.old_unlimited_before)
    # Who the reseller is cannot depend on the policy, so what was stored holds.
    is_reseller = (literal(",") + _v.flags + literal(",")).contains(f",{Flag.RESELLER_CONTACT},")
    return {"is_old": yes_no(is_old), "is_reseller": yes_no(is_reseller)}


def judged_code(policy: Policy) -> ColumnElement[str]:
    """A version's facts, those that flags are read from, and its stored verdict, in one text."""
    verdict = [yes_no(_v.borderline.is_(True)) if name == "borderline" else text_of(_v[name]) for name in VERDICT]
    return join_texts(*_FACTS.values(), expired(policy), *flag_facts(policy).values(), *verdict)


def parse_judged(code: str, policy: Policy) -> tuple[Facts, tuple[str, ...]]:
    """The facts that a code of `judged_code` says, and the texts of the stored verdict."""
    parts = code.split(SEPARATOR)
    is_expired, is_old, is_reseller = parts[len(_FACTS) : len(_FACTS) + 3]
    facts = with_expired(parse_facts(SEPARATOR.join(parts[: len(_FACTS)])), is_expired, policy)
    purchase = policy.old_unlimited_before - timedelta(days=1) if is_old == "1" else None
    facts = replace(facts, purchase_date=purchase, reseller_contact=is_reseller == "1")
    return facts, tuple(parts[len(_FACTS) + 3 :])


def verdict_texts(verdict: Verdict) -> tuple[str, ...]:
    """A verdict as `parse_judged` gives the stored one."""
    values = verdict_values(verdict)
    return tuple(text_of_value(values[name]) for name in VERDICT)


def text_of_value(value: Any) -> str:
    """A value as `text_of` and `yes_no` have it."""
    if value is None:
        return _UNKNOWN
    return str(int(value) if isinstance(value, bool) else value)
