"""What other settings would change: each combination of facts is judged by both policies, then its licenses are counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, Integer, bindparam, case, cast, func, select

from lib.domain.eligibility import RULES, Outcome, Verdict, decide, rule_results
from lib.domain.facts import Facts
from lib.domain.policy import Policy
from lib.domain.policy_settings import changed_settings
from lib.domain.refusal import RefusalError
from lib.domain.tiers import UNLIMITED
from lib.judging.verdicts import verdict_values
from lib.policies.regroupings import CustomerMove, customer_moves
from lib.store import bulk, catch_up, change_log, policies
from lib.store.frames import fetch_frame
from lib.store.license_facts import FACT_CODE, expired, parse_facts, split_code, with_expired
from lib.store.license_profiles import join_texts
from lib.store.schema import SEPARATOR, fact_combinations, license_versions, lookups

SETTINGS_OF_RULES = frozenset(name for rule in RULES for name in rule.settings)
"""The settings that verdicts follow from."""

_v, _l, _f = license_versions.c, lookups.c, fact_combinations.c


@dataclass(frozen=True, slots=True)
class Base:
    """What a what-if was worked out on: the newest change, and the policy in force."""

    change: int
    policy: int


@dataclass(frozen=True, slots=True)
class Move:
    """Licenses that one outcome becomes another of, or whose details alone change where both are the same.

    `users` is the sum of the editors of those with a number, `combinations` are those of their facts, `judges` the two policies.
    """

    before: Outcome
    after: Outcome
    licenses: int
    users: int
    customers: int
    combinations: tuple[int | str, ...]
    judges: tuple[Policy, Policy]

    @property
    def is_of_details(self) -> bool:
        """Whether the outcome stays, and only what follows from it changes."""
        return self.before is self.after


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What another policy would change, the largest moves first; `customers` have any of the licenses of `moves`."""

    base: Base
    moves: tuple[Move, ...]
    customers: int
    customer_moves: tuple[CustomerMove, ...] = ()

    @property
    def regrouped(self) -> int:
        """How many licenses would go to another customer."""
        return sum(move.licenses for move in self.customer_moves)

    @property
    def outcome_changes(self) -> int:
        """How many licenses would get another outcome."""
        return sum(move.licenses for move in self.moves if not move.is_of_details)

    @property
    def detail_changes(self) -> int:
        """How many licenses would keep their outcome with other details."""
        return sum(move.licenses for move in self.moves if move.is_of_details)


@dataclass(frozen=True, slots=True)
class Licenses:
    """Where current licenses are counted: in `lookups` where these are complete, else among the versions themselves.

    In `lookups` a combination is the number of its facts, and after it, in binary, `bits` that say whether each policy
    holds maintenance for expired.
    """

    source: FromClause
    combination: ColumnElement[Any]
    license_key: ColumnElement[str]
    customer: ColumnElement[str]
    editors: ColumnElement[int]
    conditions: tuple[ColumnElement[bool], ...] = ()
    bits: int = 0

    def of(self, combinations: Collection[int | str], connection: Connection) -> list[ColumnElement[bool]]:
        """The condition for the licenses of some combinations."""
        if self.source is license_versions:
            codes = [str(code) for code in combinations]
            return [*self.conditions, bulk.is_one_of(connection, self.combination, codes)]
        numbers = set(map(int, combinations))
        facts = is_among(_l.facts, {number >> self.bits for number in numbers})
        return [facts, is_among(self.combination, numbers)] if self.bits else [facts]


def is_among(column: ColumnElement[Any], numbers: Collection[int]) -> ColumnElement[bool]:
    """Whether a column has one of some numbers."""
    # They stand in the statement itself, so that the planner knows how many they are.
    listed: Any = bindparam(None, sorted(numbers), expanding=True, literal_execute=True)
    return column.in_(listed)


def counted_licenses(connection: Connection, *judges: Policy) -> Licenses:
    """Where to count current licenses now, by the facts that these policies read."""
    if catch_up.is_current(connection):
        return in_lookups(judges)
    return in_versions(judges)


def in_lookups(judges: Sequence[Policy]) -> Licenses:
    """The rows of `lookups`."""
    combination: ColumnElement[Any] = _l.facts
    bits = 0
    if not all(policy.expired_maintenance_eligible for policy in judges):
        bits = len(judges)
        for policy in judges:
            combination = combination * 2 + cast(expired(policy, _l.maintenance_end), Integer)
    return Licenses(lookups, combination, _l.license_key, _l.customer, _l.editors, bits=bits)


def in_versions(judges: Sequence[Policy]) -> Licenses:
    """The current versions themselves."""
    code = join_texts(FACT_CODE, *map(expired, judges))
    return Licenses(license_versions, code, _v.license_key, _v.customer, _v.editors, (_v.until.is_(None),))


def combination_codes(connection: Connection, licenses: Licenses) -> dict[int | str, str]:
    """The code of each combination of facts that licenses may have, by what the licenses refer to it."""
    if licenses.source is lookups and not licenses.bits:
        return {row.id: row.code for row in connection.execute(select(_f.id, _f.code))}
    each = select(licenses.combination).select_from(licenses.source).where(*licenses.conditions).distinct()
    combinations = connection.execute(each).scalars().all()
    if licenses.source is license_versions:
        return {code: code for code in combinations}
    codes = {row.id: row.code for row in connection.execute(select(_f.id, _f.code))}
    return {number: code_with_bits(number, licenses.bits, codes) for number in combinations}


def code_with_bits(number: int, bits: int, codes: Mapping[int, str]) -> str:
    """The code of a combination in `lookups` as that of a version would be, by the `codes` of facts."""
    facts, expired_bits = divmod(number, 1 << bits)
    return SEPARATOR.join([codes[facts], *f"{expired_bits:0{bits}b}"])


def facts_for(code: str, judges: Sequence[Policy]) -> list[Facts]:
    """The facts of a combination as each policy reads them; a code from `lookups` may have none that they read apart."""
    fact_code, *expired_texts = split_code(code)
    facts = parse_facts(fact_code)
    if not expired_texts:
        return [facts] * len(judges)
    return [with_expired(facts, text, policy) for text, policy in zip(expired_texts, judges, strict=True)]


def base_of(connection: Connection) -> Base:
    """What a what-if would be worked out on now."""
    return Base(change_log.latest_change(connection), policies.current_number(connection))


def what_if(connection: Connection, before: Policy, after: Policy) -> WhatIf:
    """How many current licenses two policies judge differently, by outcome before and after."""
    names = {setting.name for setting in changed_settings(before, after)}
    regrouping = customer_moves(connection, before, after)
    if not names & set(SETTINGS_OF_RULES):
        return WhatIf(base_of(connection), (), 0, regrouping)
    licenses = counted_licenses(connection, before, after)
    by_move: dict[tuple[Outcome, Outcome], list[int | str]] = {}
    for combination, code in combination_codes(connection, licenses).items():
        facts, other_facts = facts_for(code, (before, after))
        one = reached_verdict(facts, before, names)
        if one is None:
            continue
        other = decide(other_facts, after)
        if details(one) != details(other):
            by_move.setdefault((one.outcome, other.outcome), []).append(combination)
    judges = (before, after)
    candidates = [count_move(connection, licenses, outcomes, own, judges) for outcomes, own in by_move.items()]
    moves = [move for move in candidates if move.licenses]
    moves.sort(key=lambda move: (move.is_of_details, -move.licenses))
    every = [combination for move in moves for combination in move.combinations]
    customers = select(func.count(licenses.customer.distinct())).select_from(licenses.source)
    number = connection.execute(customers.where(*licenses.of(every, connection))).scalar_one() if every else 0
    return WhatIf(base_of(connection), tuple(moves), number, regrouping)


def reached_verdict(facts: Facts, policy: Policy, names: Collection[str]) -> Verdict | None:
    """The verdict on facts; None if no rule up to the one that decides reads any of these settings."""
    results = rule_results(facts, policy)
    if not any(name in rule.settings for rule, _ in results for name in names):
        return None
    return results[-1][1].verdict


def details(verdict: Verdict) -> tuple[Any, ...]:
    """What two policies may say differently of a license, without the sentences."""
    return tuple(verdict_values(verdict).values())


def count_move(
    connection: Connection,
    licenses: Licenses,
    outcomes: tuple[Outcome, Outcome],
    combinations: Sequence[int | str],
    judges: tuple[Policy, Policy],
) -> Move:
    """How many licenses, users and customers have some combinations of facts."""
    is_number = licenses.editors.is_not(None) & (licenses.editors != UNLIMITED)
    numbers = select(
        func.count(),
        func.coalesce(func.sum(case((is_number, licenses.editors), else_=0)), 0),
        func.count(licenses.customer.distinct()),
    )
    conditions = licenses.of(combinations, connection)
    count, users, customers = connection.execute(numbers.select_from(licenses.source).where(*conditions)).one()
    return Move(*outcomes, count, int(users), customers, tuple(combinations), judges)


def licenses_of(
    connection: Connection, move: Move, base: Base, *, start: int = 0, count: int | None = None
) -> pd.DataFrame:
    """A page of the licenses of a move as they stand, all columns, by key. Raises RefusalError if the base moved."""
    refuse_moved_base(connection, base)
    is_numbered = all(isinstance(combination, int) for combination in move.combinations)
    licenses = in_lookups(move.judges) if is_numbered else in_versions(move.judges)
    keys = select(licenses.license_key).where(*licenses.of(move.combinations, connection))
    page = keys.order_by(licenses.license_key).offset(start).limit(count)
    query = select(license_versions).where(_v.until.is_(None), _v.license_key.in_(page))
    return fetch_frame(connection, query.order_by(_v.license_key))


def refuse_moved_base(connection: Connection, base: Base) -> None:
    """Raises RefusalError if licenses or the policy changed since a what-if."""
    now = base_of(connection)
    if now.policy != base.policy:
        raise RefusalError(
            f"Policy v{now.policy} came into force since this what-if, which compares with v{base.policy}. "
            "Look at what would change now."
        )
    if now.change != base.change:
        raise RefusalError("Licenses changed since this what-if. Look at what would change now.")
