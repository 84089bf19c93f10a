"""Licenses that other mail domains of a policy would give to other customers."""

from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import Connection, select

from lib.domain.customers import Evidence, evidence_of, name_with_anchor
from lib.domain.policy import Policy
from lib.domain.tiers import UNLIMITED
from lib.store import bulk, customer_aliases, misplaced_licenses, policies
from lib.store.customer_queries import displayed_name
from lib.store.frames import fetch_frame
from lib.store.schema import license_versions
from lib.store.versions import ALL_CURRENT

_v = license_versions.c

REGROUPING_SETTINGS = ("free_mail_domains", "partner_domains")
"""The settings of the policy that tell customers apart."""

_ENDS = ("customer", "into")


@dataclass(frozen=True, slots=True)
class Regrouping:
    """A license that another customer would have, by the keys of all three."""

    license_key: str
    customer: str
    into: str


@dataclass(frozen=True, slots=True)
class CustomerMove:
    """Licenses whose customer is told from others by one thing, and would be by another.

    `users` is the sum of the editors of those with a number, `customers` is how many have any of them now.
    """

    before: Evidence
    after: Evidence
    regroupings: tuple[Regrouping, ...]
    users: int
    customers: int

    @property
    def licenses(self) -> int:
        """How many licenses would move."""
        return len(self.regroupings)


def customer_moves(connection: Connection, before: Policy, after: Policy) -> tuple[CustomerMove, ...]:
    """The licenses that two policies give to different customers, most first."""
    domains = before.mail_domains.differing(after.mail_domains)
    if not domains:
        return ()
    is_at_domain = misplaced_licenses.may_be_at(connection, domains)
    licenses = misplaced_licenses.identities(connection, ALL_CURRENT, is_at_domain)
    decisions = customer_aliases.customer_decisions(connection)
    if before.version != policies.current_number(connection):
        decisions_before = replace(decisions, domains=before.mail_domains)
        licenses["customer"] = misplaced_licenses.customers_of(licenses, decisions_before)
    licenses["into"] = misplaced_licenses.customers_of(licenses, replace(decisions, domains=after.mail_domains))
    moving = licenses[licenses["into"] != licenses["customer"]].sort_values(["customer", "into", "license_key"])
    moves = [customer_move(own) for _, own in moving.groupby([moving[name].map(evidence_of) for name in _ENDS])]
    return tuple(sorted(moves, key=lambda move: -move.licenses))


def customer_move(licenses: pd.DataFrame) -> CustomerMove:
    """The move of licenses whose customers are told by the same things."""
    before, after = (evidence_of(licenses[name].iloc[0]) for name in _ENDS)
    columns = (licenses[name] for name in ("license_key", "customer", "into"))
    regroupings = tuple(Regrouping(*row) for row in zip(*columns, strict=True))
    editors = licenses["editors"].dropna()
    users = int(editors[editors != UNLIMITED].sum())
    return CustomerMove(before, after, regroupings, users, licenses["customer"].nunique())


def licenses_of(
    connection: Connection, move: CustomerMove, *, start: int = 0, count: int | None = None
) -> pd.DataFrame:
    """A page of the licenses of a move as they stand, all columns, customer by customer.

    `customer_name` and `into_name` call the customers of now and then by their names and what tells them apart.
    """
    end = None if count is None else start + count
    regroupings = pd.DataFrame(move.regroupings[start:end], columns=["license_key", *_ENDS])
    is_one = bulk.is_one_of(connection, _v.license_key, regroupings["license_key"].tolist())
    stored = fetch_frame(connection, select(license_versions).where(_v.until.is_(None), is_one))
    licenses = regroupings.merge(stored.drop(columns="customer"), on="license_key")
    for name in _ENDS:
        columns = (licenses[column] for column in (name, "company", "license_name", "contact_email"))
        licenses[f"{name}_name"] = [customer_name(customer, *texts) for customer, *texts in zip(*columns, strict=True)]
    return licenses


def customer_name(customer: str, *spellings: str | None) -> str:
    """What a customer is called by the first spelling of its license's names, with what tells it from others."""
    spelling = next(filter(None, spellings), "")
    return name_with_anchor(displayed_name(customer, spelling), customer)
