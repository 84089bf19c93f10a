"""Customers that look like one, for people to decide on."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from lib.domain.customers import MergeState
from lib.judging.similar_customers import Candidate, Suggestion, similar_pairs
from lib.measures.cut import Cut
from lib.store import policies
from lib.store.schema import license_versions, merges
from lib.store.selection import select_licenses

_v, _m = license_versions.c, merges.c


def suggestions(connection: Connection, cut: Cut | None = None, limit: int = 50) -> tuple[list[Suggestion], int]:
    """Pairs of customers of a cut that are probably one and nobody decided on, and their number in all.

    The likeliest come first. Of 50,000 customers this takes seconds: `similar_customers` depends on the licenses alone
    and can be remembered, `undecided` is quick.
    """
    pairs = undecided(connection, similar_customers(connection, cut))
    return pairs[:limit], len(pairs)


def similar_customers(connection: Connection, cut: Cut | None = None) -> list[Suggestion]:
    """Pairs of customers that are probably one, decided on or not."""
    return similar_pairs(*comparison_data(connection, cut or Cut()))


def undecided(connection: Connection, suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """The suggestions that nobody confirmed or dismissed."""
    rows = connection.execute(select(_m.customer, _m.into).where(_m.state != MergeState.UNDONE))
    decided = {frozenset(pair) for pair in rows}
    return [pair for pair in suggestions if frozenset((pair.customer, pair.into)) not in decided]


def comparison_data(connection: Connection, cut: Cut) -> tuple[list[Candidate], set[str]]:
    """What customers of a cut are compared by, and the mail domains that are nobody's own."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    domains: dict[str, set[str]] = defaultdict(set)
    countries: dict[str, set[str]] = defaultdict(set)
    policy_domains = policies.current(connection).mail_domains
    resellers = set(policy_domains.free | policy_domains.partners)
    for row in connection.execute(names_and_domains(connection, cut)):
        names[row.customer][row.name or ""] += row.licenses
        domains[row.customer] |= {row.contact, row.account}
        countries[row.customer].add(row.country or "")
        resellers |= {row.expert, row.reseller}
    candidates = [
        Candidate(
            customer=customer,
            name=commonest_name(spellings),
            licenses=spellings.total(),
            domains=frozenset(domains[customer] - {""}),
            countries=frozenset(countries[customer] - {""}),
        )
        for customer, spellings in names.items()
        if customer
    ]
    return candidates, resellers - {""}


def commonest_name(spellings: Counter[str]) -> str:
    """The commonest name; of equally common ones the first by letter."""
    return min(spellings, key=lambda name: (-spellings[name], name))


def names_and_domains(connection: Connection, cut: Cut) -> Select[Any]:
    """Select the numbers of licenses by customer, name and mail domains."""
    selection = select_licenses(connection, cut)
    columns = {
        "name": func.coalesce(func.nullif(_v.company, ""), func.nullif(_v.license_name, ""), _v.contact_email),
        "contact": mail_domain(connection, _v.contact_email),
        "account": mail_domain(connection, _v.myatlassian_email),
        "expert": mail_domain(connection, _v.expert_email),
        "reseller": mail_domain(connection, _v.reseller),
        "country": _v.country,
    }
    labels = [column.label(name) for name, column in columns.items()]
    query = select(_v.customer, *labels, func.count().label("licenses"))
    query = query.where(*selection.on_versions(selection.conditions), selection.is_of_day)
    return query.group_by(_v.customer, *columns.values())


def mail_domain(connection: Connection, mail: ColumnElement[Any]) -> ColumnElement[str]:
    """The lower-case part of an address after the @, or empty."""
    find = func.strpos if connection.dialect.name == "postgresql" else func.instr
    place = find(mail, "@")
    return case((place > 0, func.lower(func.trim(func.substr(mail, place + 1)))), else_="")
