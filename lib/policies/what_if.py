"""What other settings would change: each combination of facts is judged by both policies, then its licenses are counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, case, func, select

from lib.domain.eligibility import Outcome, Verdict, decide
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.tiers import UNLIMITED
from lib.judging.verdicts import verdict_values
from lib.store import bulk, catch_up, change_log, policies
from lib.store.frames import fetch_frame
from lib.store.license_facts import FACT_CODE, parse_facts
from lib.store.schema import fact_combinations, license_versions, lookups

_v, _l, _f = license_versions.c, lookups.c, fact_combinations.c


@dataclass(frozen=True, slots=True)
class Base:
    """What a what-if was worked out on: the newest change, and the policy in force."""

    change: int
    policy: int


@dataclass(frozen=True, slots=True)
class Move:
    """Licenses that one outcome becomes another of, or whose details alone change where both are the same.

    `users` is the sum of the editors of those with a number, `combinations` are those of their facts.
    """

    before: Outcome
    after: Outcome
    licenses: int
    users: int
    customers: int
    combinations: tuple[int | str, ...]

    @property
    def is_of_details(self) -> bool:
        """Whether the outcome stays, and only what follows from it changes."""
        return self.before is self.after


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What another policy would change, the largest moves first; `customers` have any of these licenses."""

    base: Base
    moves: tuple[Move, ...]
    customers: int

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
    """Where current licenses are counted: in `lookups` where these are complete, else among the versions themselves."""

    source: FromClause
    combination: ColumnElement[Any]
    license_key: ColumnElement[str]
    customer: ColumnElement[str]
    editors: ColumnElement[int]
    conditions: tuple[ColumnElement[bool], ...] = ()

    def of(self, combinations: Collection[int | str], connection: Connection) -> list[ColumnElement[bool]]:
        """The condition for the licenses of some combinations."""
        if self.source is license_versions:
            codes = [str(code) for code in combinations]
            return [*self.conditions, bulk.is_one_of(connection, self.combination, codes)]
        # Numbers stand in the statement itself, so that the planner knows how many they are.
        numbers: Any = bindparam(None, sorted(combinations, key=int), expanding=True, literal_execute=True)
        return [*self.conditions, self.combination.in_(numbers)]


IN_LOOKUPS = Licenses(lookups, _l.facts, _l.license_key, _l.customer, _l.editors)
IN_VERSIONS = Licenses(license_versions, FACT_CODE, _v.license_key, _v.customer, _v.editors, (_v.until.is_(None),))


def counted_licenses(connection: Connection) -> Licenses:
    """Where to count current licenses now."""
    return IN_LOOKUPS if catch_up.is_current(connection) else IN_VERSIONS


def combination_codes(connection: Connection, licenses: Licenses) -> dict[int | str, str]:
    """The code of each combination of facts that licenses may have, by what the licenses refer to it."""
    if licenses is IN_LOOKUPS:
        return {row.id: row.code for row in connection.execute(select(_f.id, _f.code))}
    codes = connection.execute(select(FACT_CODE).where(*licenses.conditions).distinct()).scalars()
    return {code: code for code in codes}


def base_of(connection: Connection) -> Base:
    """What a what-if would be worked out on now."""
    return Base(change_log.latest_change(connection), policies.current_number(connection))


def what_if(connection: Connection, before: Policy, after: Policy) -> WhatIf:
    """How many current licenses two policies judge differently, by outcome before and after."""
    licenses = counted_licenses(connection)
    by_move: dict[tuple[Outcome, Outcome], list[int | str]] = {}
    for combination, code in combination_codes(connection, licenses).items():
        facts = parse_facts(code)
        one, other = decide(facts, before), decide(facts, after)
        if details(one) != details(other):
            by_move.setdefault((one.outcome, other.outcome), []).append(combination)
    moves = [
        move for key, own in by_move.items() if (move := count_move(connection, licenses, *key, own)) and move.licenses
    ]
    moves.sort(key=lambda move: (move.is_of_details, -move.licenses))
    every = [combination for move in moves for combination in move.combinations]
    customers = select(func.count(licenses.customer.distinct())).select_from(licenses.source)
    number = connection.execute(customers.where(*licenses.of(every, connection))).scalar_one() if every else 0
    return WhatIf(base_of(connection), tuple(moves), number)


def details(verdict: Verdict) -> tuple[Any, ...]:
    """What two policies may say differently of a license, without the sentences."""
    return tuple(verdict_values(verdict).values())


def count_move(
    connection: Connection, licenses: Licenses, before: Outcome, after: Outcome, combinations: Sequence[int | str]
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
    return Move(before, after, count, int(users), customers, tuple(combinations))


def licenses_of(
    connection: Connection, move: Move, base: Base, *, start: int = 0, count: int | None = None
) -> pd.DataFrame:
    """A page of the licenses of a move as they stand, all columns, by key. Raises RefusalError if the base moved."""
    refuse_moved_base(connection, base)
    licenses = counted_licenses(connection)
    if any(isinstance(combination, str) for combination in move.combinations):
        licenses = IN_VERSIONS
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
