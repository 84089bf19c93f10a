"""Current licenses by the combination of facts that rules judge them by, so that rules judge combinations, not licenses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Integer, bindparam, case, cast, exists, func, select

from lib.domain.facts import Facts
from lib.domain.policy import Policy
from lib.domain.tiers import UNLIMITED
from lib.store import bulk, catch_up
from lib.store.license_facts import FACT_CODE, expired, parse_facts, split_code, with_expired
from lib.store.license_profiles import join_texts
from lib.store.schema import SEPARATOR, fact_combinations, license_versions, lookups

_v, _l, _f = license_versions.c, lookups.c, fact_combinations.c


Combination = int | str
"""What licenses refer to the facts by that they have in common: a number in `lookups`, else their code."""

Span = tuple[date, date]
"""A day, and the day after the last one."""


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

    def of(
        self, combinations: Collection[Combination], connection: Connection, bought: Span | None = None
    ) -> list[ColumnElement[bool]]:
        """The conditions for the licenses of some combinations, and for those alone that were bought in a span."""
        conditions = [*self.conditions, *([self.bought_in(bought)] if bought else [])]
        if self.source is license_versions:
            codes = [str(code) for code in combinations]
            return [*conditions, bulk.is_one_of(connection, self.combination, codes)]
        numbers = set(map(int, combinations))
        conditions.append(is_among(_l.facts, {number >> self.bits for number in numbers}))
        if self.bits:
            conditions.append(is_among(self.combination, numbers))
        return conditions

    def bought_in(self, span: Span) -> ColumnElement[bool]:
        """The condition that a license was bought in a span."""
        first, after = span
        is_in_span = (_v.purchase_date >= first) & (_v.purchase_date < after)
        if self.source is license_versions:
            return is_in_span
        return exists().where(_v.license_key == self.license_key, _v.until.is_(None), is_in_span)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many licenses there are, the users that those with a number of editors have together, and their customers."""

    licenses: int
    users: int
    customers: frozenset[str]

    @property
    def numbers(self) -> tuple[int, int, int]:
        """How many licenses, users and customers."""
        return self.licenses, self.users, len(self.customers)


def count_licenses(
    connection: Connection, licenses: Licenses, combinations: Collection[Combination], bought: Span | None = None
) -> Counts:
    """The counts of licenses of some combinations of facts, of those alone that were bought in a span."""
    is_number = licenses.editors.is_not(None) & (licenses.editors != UNLIMITED)
    users = func.coalesce(func.sum(case((is_number, licenses.editors), else_=0)), 0)
    # As one text: to tell large numbers of texts apart takes SQLite several times as long as Python.
    customers = func.aggregate_strings(licenses.customer, SEPARATOR)
    query = select(func.count(), users, customers).select_from(licenses.source)
    conditions = licenses.of(combinations, connection, bought)
    count, sum_of_users, names = connection.execute(query.where(*conditions)).one()
    return Counts(count, int(sum_of_users), frozenset(names.split(SEPARATOR)) if count else frozenset())


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


def licenses_that_have(combinations: Collection[Combination], judges: Sequence[Policy]) -> Licenses:
    """Where combinations come from."""
    is_numbered = all(isinstance(combination, int) for combination in combinations)
    return in_lookups(judges) if is_numbered else in_versions(judges)


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


def combination_codes(connection: Connection, licenses: Licenses) -> dict[Combination, str]:
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
