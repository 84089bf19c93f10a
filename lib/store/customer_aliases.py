"""People's decisions on whose licenses are, and the licenses that are not yet with the one they belong to now."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, or_, select

from lib.domain.changes import ChangeKind
from lib.domain.customers import CustomerDecisions, MergeState, is_whole_name, resolve_merges
from lib.store import bulk, change_log, misplaced_licenses, policies
from lib.store.schema import customer_confirmations, license_customers, license_versions, merges

_v, _m, _d, _c = license_versions.c, merges.c, license_customers.c, customer_confirmations.c


def all_aliases(connection: Connection) -> dict[str, str]:
    """The customer that each merged one ends up with."""
    query = select(_m.customer, _m.into).where(_m.state == MergeState.CONFIRMED)
    return resolve_merges({row.customer: row.into for row in connection.execute(query)})


def customer_decisions(connection: Connection) -> CustomerDecisions:
    """The decisions in force on customers and on single licenses."""
    aliases = all_aliases(connection)
    domains = policies.current(connection).mail_domains
    return CustomerDecisions(aliases, license_owners(connection), whole_names(connection, aliases), domains)


def whole_names(connection: Connection, aliases: Mapping[str, str]) -> frozenset[str]:
    """The bare names of which people said that all licenses are one customer's: those they merged or confirmed."""
    query = select(_c.customer).where(_c.withdrawn_at.is_(None))
    confirmed = connection.execute(query).scalars()
    return frozenset(filter(is_whole_name, (*aliases, *aliases.values(), *confirmed)))


def license_owners(connection: Connection) -> dict[str, str]:
    """The customer that each parted license was given to last, by license key."""
    query = select(_d.license_key, _d.customer).where(_d.state == MergeState.CONFIRMED).order_by(_d.id)
    return {row.license_key: row.customer for row in connection.execute(query)}


def correct_customers(connection: Connection, change: int) -> None:
    """Give the versions that a change restored the customers they have today.

    Customers may have been merged, parted or regrouped, or that undone, since these versions were written.
    """
    suspects: list[ColumnElement[bool]] = [_v.since == change]
    if not is_regrouped(connection):
        merged, parted = _customers_ever_merged(connection), _licenses_ever_parted(connection)
        if not merged and not parted:
            return
        # Only the few ever merged or parted are looked at: a restored import may have a million others.
        is_merged = bulk.is_one_of(connection, _v.customer, merged)
        suspects.append(or_(is_merged, bulk.is_one_of(connection, _v.license_key, parted)))
    misplaced_licenses.correct(connection, customer_decisions(connection), *suspects)


def is_regrouped(connection: Connection) -> bool:
    """Whether customers were regrouped, by a person or by another policy's mail domains."""
    if len({policy.mail_domains for policy in policies.every(connection)}) > 1:
        return True
    return change_log.newest_in_force(connection, (ChangeKind.REGROUP,)) is not None


def _customers_ever_merged(connection: Connection) -> list[str]:
    query = select(_m.customer, _m.into).where(_m.state != MergeState.DISMISSED)
    customers: list[str] = []
    for row in connection.execute(query):
        customers += [row.customer, row.into]
    return customers


def _licenses_ever_parted(connection: Connection) -> list[str]:
    return list(connection.execute(select(_d.license_key).distinct()).scalars())
