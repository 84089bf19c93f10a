"""Customers whose licenses disagree on who they are, and people's word that such a customer is one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, or_, select, update

from lib.domain import customers
from lib.domain.customer_doubts import Evidence, doubts
from lib.domain.customers import Identity
from lib.domain.mail_domains import MailDomains, domain_of
from lib.domain.roles import Actor
from lib.domain.text import bare_words
from lib.measures.cut import Cut
from lib.store import audit, bulk, policies
from lib.store.audit import AuditAction
from lib.store.schema import customer_confirmations, license_versions
from lib.store.selection import select_licenses

_v, _c = license_versions.c, customer_confirmations.c

_EVIDENCE_FIELDS = ("contact_email", "myatlassian_email", "expert_email", "reseller", "country", "address")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that a customer is one, for what its licenses said then (`Evidence.facts`)."""

    id: int
    customer: str
    facts: frozenset[str]
    by: str
    at: datetime
    reason: str


def doubtful_customers(connection: Connection, cut: Cut) -> dict[str, tuple[str, ...]]:
    """What speaks against each customer of a cut being one firm (`doubts`), where nobody has confirmed it.

    All current licenses of the cut's customers are looked at, by customer key.
    """
    suspects = list(connection.execute(suspects_of(connection, cut)).scalars())
    confirmed = confirmations_of(connection, suspects)
    unconfirmed = {
        key: doubts(key, evidence)
        for key, evidence in evidence_by_customer(connection, suspects).items()
        if key not in confirmed or not evidence.facts <= confirmed[key].facts
    }
    return {key: parts for key, parts in unconfirmed.items() if parts}


def suspects_of(connection: Connection, cut: Cut) -> Select[Any]:
    """Select customers of a cut with several addresses or countries, or licenses without an address; the others agree."""
    contact, account = (func.nullif(func.lower(_v[name]), "") for name in ("contact_email", "myatlassian_email"))
    country = func.nullif(_v.country, "")
    is_suspect = or_(
        _v.customer == "",
        _v.customer.like("% (__)"),  # the country is all that agrees with the name
        and_(_v.customer.like("%@%"), ~_v.customer.like("% @%")),  # there is no name
        func.count(contact) + func.count(account) < func.count(),
        func.min(contact) != func.min(account),
        *(func.count(value.distinct()) > 1 for value in (contact, account, country)),
    )
    query = select(_v.customer).where(_v.until.is_(None), *is_in_cut(connection, cut))
    return query.group_by(_v.customer).having(func.count() > 1, is_suspect).order_by(_v.customer)


def is_in_cut(connection: Connection, cut: Cut) -> list[ColumnElement[bool]]:
    """The condition that a license's customer has licenses in a cut; none for all licenses."""
    if cut == Cut():
        return []
    selection = select_licenses(connection, cut)
    query = select(selection.customer).distinct().where(*selection.conditions)
    if not selection.in_lookups:
        query = query.where(selection.is_of_day)
    return [bulk.is_one_of(connection, _v.customer, list(connection.execute(query).scalars()))]


def evidence_by_customer(connection: Connection, keys: Collection[str]) -> dict[str, Evidence]:
    """The evidence of each of these customers."""
    columns = [_v.customer, *(_v[name] for name in _EVIDENCE_FIELDS)]
    query = select(*columns, func.count().label("licenses"))
    query = query.where(_v.until.is_(None), bulk.is_one_of(connection, _v.customer, list(keys)))
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(query.group_by(*columns)):
        rows[row.customer].append(row)
    domains = policies.current(connection).mail_domains
    return {key: evidence_of(own, domains) for key, own in rows.items()}


def evidence_of(rows: Collection[Row[Any]], domains: MailDomains) -> Evidence:
    """The evidence of one customer's rows."""
    addresses = set().union(*(own_addresses(row, domains) for row in rows))
    free = {address for address in addresses if domains.is_free(domain_of(address))}
    return Evidence(
        licenses=sum(row.licenses for row in rows),
        domains=frozenset(map(domain_of, addresses - free)),
        addresses=frozenset(free),
        countries=frozenset(filter(None, (row.country for row in rows))),
        places=frozenset(bare_words(row.address or "") for row in rows),
    )


def own_addresses(row: Row[Any], domains: MailDomains) -> set[str]:
    """The addresses of a license's contacts, without case, leaving out those of resellers."""
    texts = {name: row._mapping[name] or "" for name in _EVIDENCE_FIELDS if name != "address"}
    return set(customers.own_addresses(Identity("", **texts), domains))


def confirmations_of(connection: Connection, keys: Collection[str]) -> dict[str, Confirmation]:
    """The newest confirmation in force of each of these customers that has one."""
    is_one = bulk.is_one_of(connection, _c.customer, list(keys))
    query = select(customer_confirmations).where(_c.withdrawn_at.is_(None), is_one).order_by(_c.id)
    return {row.customer: _confirmation(row) for row in connection.execute(query)}


def confirmation(connection: Connection, number: int) -> Confirmation | None:
    """The confirmation of that number, if it is in force."""
    query = select(customer_confirmations).where(_c.id == number, _c.withdrawn_at.is_(None))
    row = connection.execute(query).one_or_none()
    return _confirmation(row) if row else None


def revision(connection: Connection) -> tuple[int, int]:
    """Numbers that differ after each confirmation and withdrawal, for what is cached."""
    query = select(func.count(), func.count(_c.withdrawn_at)).select_from(customer_confirmations)
    confirmed, withdrawn = connection.execute(query).one()
    return confirmed, withdrawn


def add(
    connection: Connection,
    customer: str,
    evidence: Evidence,
    actor: Actor,
    reason: str,
    merge_change: int | None = None,
) -> int:
    """Store that a customer is one, by the merge of that change if one is given; returns the confirmation's number."""
    row = {
        "customer": customer,
        "facts": sorted(evidence.facts),
        "by": actor.name,
        "at": datetime.now(UTC),
        "reason": reason,
        "merge_change": merge_change,
    }
    number: int = connection.execute(insert(customer_confirmations).values(row).returning(_c.id)).scalar_one()
    audit.record(connection, AuditAction.CHANGE, actor, f"Customer confirmed, confirmation {number}")
    return number


def withdraw_by_merge(connection: Connection, change: int, actor: Actor) -> None:
    """Withdraw what the merge of a change confirmed."""
    values = {"withdrawn_at": datetime.now(UTC), "withdrawn_by": actor.name}
    is_by_merge = (_c.merge_change == change) & _c.withdrawn_at.is_(None)
    connection.execute(update(customer_confirmations).where(is_by_merge).values(values))


def withdraw(connection: Connection, number: int, actor: Actor) -> None:
    """Withdraw a confirmation, which stays on record."""
    values = {"withdrawn_at": datetime.now(UTC), "withdrawn_by": actor.name}
    connection.execute(update(customer_confirmations).where(_c.id == number).values(values))
    audit.record(connection, AuditAction.CHANGE, actor, f"Confirmation {number} withdrawn")


def _confirmation(row: Row[Any]) -> Confirmation:
    return Confirmation(row.id, row.customer, frozenset(row.facts), row.by, row.at, row.reason)
