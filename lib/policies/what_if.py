"""What other settings would change: each combination of facts is judged by both policies, then its licenses are counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from lib.domain.codes import Flag
from lib.domain.eligibility import Outcome, Verdict
from lib.domain.facts import Facts
from lib.domain.flags import FLAG_SETTINGS, flags_of
from lib.domain.policy import Policy
from lib.domain.policy_settings import changed_settings
from lib.domain.refusal import RefusalError
from lib.domain.rules import RULES, decide, rule_results
from lib.domain.settings import Setting
from lib.domain.tiers import UNLIMITED
from lib.judging.verdicts import verdict_values
from lib.policies.combinations import (
    Combination,
    Licenses,
    Span,
    combination_codes,
    count_licenses,
    counted_licenses,
    facts_for,
    licenses_that_have,
)
from lib.policies.regroupings import REGROUPING_SETTINGS, CustomerMove, customer_moves
from lib.store import change_log, policies
from lib.store.frames import fetch_frame
from lib.store.schema import license_versions

SETTINGS_OF_RULES = frozenset(name for rule in RULES for name in rule.settings)
"""The settings that verdicts follow from."""

COUNTED_SETTINGS = SETTINGS_OF_RULES.union(FLAG_SETTINGS, REGROUPING_SETTINGS)
"""The settings whose effect on licenses a what-if counts."""

Judges = tuple[Policy, Policy]
"""The policy before, and the one after."""

CombinationFacts = Mapping[Combination, Sequence[Facts]]
"""The facts of each combination, as either policy reads them."""

_v = license_versions.c


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
    combinations: tuple[Combination, ...]
    judges: Judges

    @property
    def is_of_details(self) -> bool:
        """Whether the outcome stays, and only what follows from it changes."""
        return self.before is self.after


@dataclass(frozen=True, slots=True)
class CheckMove:
    """Licenses that would get a check or lose one, counted as in `Move`; `bought` is the span of their purchases, if that decides."""

    check: Flag
    is_added: bool
    licenses: int
    users: int
    customers: int
    combinations: tuple[Combination, ...]
    judges: Judges
    bought: Span | None = None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What another policy would change, the largest moves first; `customers` have any of the licenses of `moves`."""

    base: Base
    moves: tuple[Move, ...]
    customers: int
    check_moves: tuple[CheckMove, ...] = ()
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

    @property
    def check_changes(self) -> int:
        """How many checks licenses would get or lose."""
        return sum(move.licenses for move in self.check_moves)


def base_of(connection: Connection) -> Base:
    """What a what-if would be worked out on now."""
    return Base(change_log.latest_change(connection), policies.current_number(connection))


def what_if(connection: Connection, before: Policy, after: Policy) -> WhatIf:
    """How many current licenses two policies judge or check differently, or give to different customers."""
    names = {setting.name for setting in changed_settings(before, after)}
    base, regroupings = base_of(connection), customer_moves(connection, before, after)
    if not names & {*SETTINGS_OF_RULES, *FLAG_SETTINGS}:
        return WhatIf(base, (), 0, customer_moves=regroupings)
    judges = (before, after)
    licenses = counted_licenses(connection, *judges)
    facts = {code: facts_for(text, judges) for code, text in combination_codes(connection, licenses).items()}
    moves, customers = outcome_moves(connection, licenses, outcome_groups(facts, judges, names), judges)
    return WhatIf(base, moves, customers, check_moves(connection, licenses, facts, judges), regroupings)


def outcome_groups(
    facts: CombinationFacts, judges: Judges, names: Collection[str]
) -> dict[tuple[Outcome, Outcome], list[Combination]]:
    """The combinations of facts that two policies judge differently, by outcome before and after."""
    before, after = judges
    groups: dict[tuple[Outcome, Outcome], list[Combination]] = {}
    for combination, (own, other) in facts.items():
        one = reached_verdict(own, before, names)
        if one is None:
            continue
        another = decide(other, after)
        if details(one) != details(another):
            groups.setdefault((one.outcome, another.outcome), []).append(combination)
    return groups


def outcome_moves(
    connection: Connection,
    licenses: Licenses,
    groups: Mapping[tuple[Outcome, Outcome], Sequence[Combination]],
    judges: Judges,
) -> tuple[tuple[Move, ...], int]:
    """The moves between outcomes, the largest first, and how many customers have any of their licenses."""
    moves, customers = [], set[str]()
    for outcomes, combinations in groups.items():
        counts = count_licenses(connection, licenses, combinations)
        customers |= counts.customers
        if counts.licenses:
            moves.append(Move(*outcomes, *counts.numbers, tuple(combinations), judges))
    moves.sort(key=lambda move: (move.is_of_details, -move.licenses))
    return tuple(moves), len(customers)


def check_moves(
    connection: Connection, licenses: Licenses, facts: CombinationFacts, judges: Judges
) -> tuple[CheckMove, ...]:
    """The checks that licenses would get or lose, the largest moves first."""
    before, after = judges
    days = sorted((before.old_unlimited_before, after.old_unlimited_before))
    is_later = before.old_unlimited_before == days[0]
    groups: list[tuple[Flag, bool, Span | None, Sequence[Combination]]] = []
    if before.ladder != after.ladder:
        groups += [
            (check, is_added, None, own) for (check, is_added), own in ladder_check_groups(facts, judges).items()
        ]
    if days[0] != days[1]:
        groups.append((Flag.OLD_UNLIMITED, is_later, (days[0], days[1]), old_unlimited_combinations(facts, judges)))
    moves = []
    for check, is_added, bought, combinations in groups:
        counts = count_licenses(connection, licenses, combinations, bought)
        if counts.licenses:
            moves.append(CheckMove(check, is_added, *counts.numbers, tuple(combinations), judges, bought))
    return tuple(sorted(moves, key=lambda move: -move.licenses))


def ladder_check_groups(facts: CombinationFacts, judges: Judges) -> dict[tuple[Flag, bool], list[Combination]]:
    """The combinations of facts that get a check (True) or lose one by the tiers of two policies."""
    before, after = judges
    groups: dict[tuple[Flag, bool], list[Combination]] = {}
    for combination, (own, other) in facts.items():
        flags, other_flags = set(flags_of(own, before)), set(flags_of(other, after))
        for flag in flags ^ other_flags:
            groups.setdefault((flag, flag in other_flags), []).append(combination)
    return groups


def old_unlimited_combinations(facts: CombinationFacts, judges: Judges) -> list[Combination]:
    """The combinations of facts that are checked for an old Unlimited if the license was bought early enough."""
    # The day of purchase is none of the facts of a combination, so that any early one stands for it here.
    _, after = judges
    early = replace(after, old_unlimited_before=date.max)
    return [
        combination
        for combination, (_, other) in facts.items()
        if other.host_tier == UNLIMITED
        and Flag.OLD_UNLIMITED in flags_of(replace(other, purchase_date=date.min), early)
    ]


def reached_verdict(facts: Facts, policy: Policy, names: Collection[str]) -> Verdict | None:
    """The verdict on facts; None if no rule up to the one that decides reads any of these settings."""
    results = rule_results(facts, policy)
    if not any(name in rule.settings for rule, _ in results for name in names):
        return None
    return results[-1][1].verdict


def details(verdict: Verdict) -> tuple[Any, ...]:
    """What two policies may say differently of a license, without the sentences."""
    return tuple(verdict_values(verdict).values())


def licenses_of(
    connection: Connection, move: Move | CheckMove, base: Base, *, start: int = 0, count: int | None = None
) -> pd.DataFrame:
    """A page of the licenses of a move as they stand, all columns, by key. Raises RefusalError if the base moved."""
    refuse_moved_base(connection, base)
    licenses = licenses_that_have(move.combinations, move.judges)
    bought = move.bought if isinstance(move, CheckMove) else None
    keys = select(licenses.license_key).where(*licenses.of(move.combinations, connection, bought))
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


def effects_beside(setting: Setting) -> list[str]:
    """What a setting changes that no what-if counts, in sentences."""
    sentences = [setting.effect] if setting.effect else []
    if setting.name in COUNTED_SETTINGS:
        return sentences
    return ["This changes no outcome, no check and no customer of a license.", *sentences]
