"""The rules in plain words, and how many licenses each decides."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from lib.domain.policy import Policy
from lib.domain.rules import RULES, Rule, rule_results
from lib.policies.combinations import combination_codes, counted_licenses, facts_for


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule, what it says and where that is written, and how many licenses it decides."""

    rule: Rule
    sentence: str
    source: str
    licenses: int


def rule_entries(connection: Connection, policy: Policy) -> list[RuleEntry]:
    """All rules in their order, with the current licenses that each decides."""
    licenses = counted_licenses(connection, policy)
    codes = combination_codes(connection, licenses)
    counting = select(licenses.combination.label("combination"), func.count().label("licenses"))
    rows = connection.execute(
        counting.select_from(licenses.source).where(*licenses.conditions).group_by(licenses.combination)
    )
    decided = dict.fromkeys((rule.title for rule in RULES), 0)
    for row in rows:
        (facts,) = facts_for(codes[row.combination], (policy,))
        rule, _ = rule_results(facts, policy)[-1]
        decided[rule.title] += row.licenses
    return [rule_entry(rule, decided[rule.title]) for rule in RULES]


def rule_entry(rule: Rule, licenses: int) -> RuleEntry:
    """A rule as its docstring tells it: the source before the colon, what holds after it."""
    first_line = (rule.apply.__doc__ or "").strip().splitlines()[0]
    source, _, sentence = first_line.partition(": ")
    return RuleEntry(rule, sentence[:1].upper() + sentence[1:], source, licenses)
