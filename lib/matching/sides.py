"""Licenses of both sides, coded alike, so that they can be compared; foreign addresses are taken out (domain.md §6, §8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.domain.mail_domains import MailDomains, domain_of
from lib.domain.products import PLUGINS
from lib.judging.customer_keys import casefolded, organisation_keys
from lib.judging.name_likeness import letters, sorted_words
from lib.matching.coding import BLANK, Codes, encode, look_up, map_texts, members

OUR_COLUMNS = (
    "license_key",
    "product",
    "hosting",
    "sen",
    "company",
    "myatlassian_email",
    "contact_email",
    "expert_email",
    "country",
    "editors",
    "host_tier",
    "start",
    "end",
    "submitted_on",
)
"""What legacy licenses are compared by.

`start` and `end` are the dates that the Marketplace license should have, `submitted_on` is the day on which Atlassian
was asked to move it.
"""

THEIR_COLUMNS = (
    "id",
    "product",
    "hosting",
    "sen",
    "company",
    "technical_email",
    "billing_email",
    "partner_email",
    "country",
    "tier",
    "start",
    "end",
    "status",
)
"""What Marketplace licenses are compared by."""

SERVES_SEVERAL = 3
"""An address at licenses of so many firms is that of somebody who serves them all, such as a reseller."""

MANY_NAMES = 10
"""From more firms than these on, a mail domain is too."""


@dataclass(frozen=True, slots=True)
class Side:
    """The licenses of one side. Codes are those of `Sides`, the same on both.

    `emails` and `domains` are of two contacts: ours have a myAtlassian account and a contact, theirs a technical and a
    billing one. Only the customer's own are in them.
    """

    rows: pa.Table
    app: Codes
    sen: Codes
    name: Codes
    sorted_name: Codes
    name_letters: Codes
    emails: tuple[Codes, Codes]
    domains: tuple[Codes, Codes]
    country: Codes

    def __len__(self) -> int:
        return len(self.rows)

    def days(self, name: str) -> Codes:
        """A column of days as whole numbers, `BLANK` where there is none."""
        return self.numbers(name, pa.date32())

    def numbers(self, name: str, arrow_type: pa.DataType | None = None) -> Codes:
        """A column of whole numbers, `BLANK` where there is none."""
        column = self.rows[name].cast(arrow_type or pa.int32()).cast(pa.int32())
        numbers: Codes = column.fill_null(BLANK).to_numpy().astype(np.int64)
        return numbers


@dataclass(frozen=True, slots=True)
class Sides:
    """Legacy and Marketplace licenses, and the texts that their codes stand for; `names` are organisation keys."""

    ours: Side
    theirs: Side
    names: list[str]
    emails: list[str]
    domains: list[str]


@dataclass(frozen=True, slots=True)
class Contacts:
    """The two contacts of each license on one side, and the partner's address."""

    emails: tuple[Codes, Codes]
    partner: Codes


def prepare(ours: pa.Table, theirs: pa.Table, policy_domains: MailDomains) -> Sides:
    """The two sides of tables with the columns `OUR_COLUMNS` and `THEIR_COLUMNS`."""
    tables = (ours, theirs)
    names, name_codes = encode([organisation_keys(text_column(table, "company")) for table in tables])
    _, sorted_codes = map_texts(names, sorted_words)
    _, letter_codes = map_texts(names, letters)
    _, sens = encode([text_column(table, "sen") for table in tables])
    _, countries = encode([text_column(table, "country") for table in tables])
    columns = (
        *(text_column(ours, name) for name in ("myatlassian_email", "contact_email", "expert_email")),
        *(text_column(theirs, name) for name in ("technical_email", "billing_email", "partner_email")),
    )
    emails, codes = encode([casefolded(column) for column in columns])
    contacts = (Contacts((codes[0], codes[1]), codes[2]), Contacts((codes[3], codes[4]), codes[5]))
    domains, domain_of_email = map_texts(emails, domain_of)
    own_emails, own_domains = own_addresses(contacts, name_codes, domains, domain_of_email, policy_domains)
    sides = [
        Side(
            rows=table,
            app=app_numbers(table),
            sen=sens[side],
            name=name_codes[side],
            sorted_name=look_up(sorted_codes, name_codes[side]),
            name_letters=look_up(letter_codes, name_codes[side]),
            emails=own_emails[side],
            domains=own_domains[side],
            country=countries[side],
        )
        for side, table in enumerate(tables)
    ]
    return Sides(sides[0], sides[1], names, emails, domains)


def text_column(table: pa.Table, name: str) -> pa.Array:
    """A column of texts, without nulls."""
    column = table[name].cast(pa.string()).fill_null("")
    if column.num_chunks != 1:
        return column.combine_chunks()
    return column.chunk(0)


def app_numbers(table: pa.Table) -> Codes:
    """A number for each license's app, the Server app also being that of Data Center; `BLANK` for other products."""
    numbers = pc.index_in(table["product"].cast(pa.string()), pa.array([str(product) for product in PLUGINS]))
    product = numbers.fill_null(BLANK).to_numpy().astype(np.int64)
    is_cloud = pc.equal(table["hosting"].cast(pa.string()), "cloud").fill_null(False).to_numpy().astype(np.int64)
    return np.where(product == BLANK, BLANK, 2 * product + is_cloud)


PairOfCodes = tuple[Codes, Codes]


def own_addresses(
    contacts: tuple[Contacts, Contacts],
    names: list[Codes],
    domains: list[str],
    domain_of_email: Codes,
    policy_domains: MailDomains,
) -> tuple[list[PairOfCodes], list[PairOfCodes]]:
    """The addresses and the domains on each side that are the customers' own; all others are `BLANK`."""
    partners = np.concatenate([side.partner for side in contacts])
    served = [held_by_several(side.emails, name, SERVES_SEVERAL) for side, name in zip(contacts, names, strict=True)]
    foreign_emails = np.concatenate([partners, *served])
    free = codes_of(domains, policy_domains.is_free)
    # A partner who writes from a free provider does not make all others there partners.
    partner_domains = np.setdiff1d(look_up(domain_of_email, partners), free)
    partner_domains = np.union1d(partner_domains, codes_of(domains, policy_domains.partners.__contains__))
    emails, own_domains = [], []
    for side, name in zip(contacts, names, strict=True):
        all_domains = tuple(look_up(domain_of_email, codes) for codes in side.emails)
        shared = held_by_several((all_domains[0], all_domains[1]), name, MANY_NAMES + 1)
        foreign = np.concatenate([partner_domains, free, shared])
        own = [
            np.where(members(codes, foreign_emails) | members(domain, partner_domains), BLANK, codes)
            for codes, domain in zip(side.emails, all_domains, strict=True)
        ]
        own_domain = [np.where(members(domain, foreign), BLANK, domain) for domain in all_domains]
        emails.append((own[0], own[1]))
        own_domains.append((own_domain[0], own_domain[1]))
    return emails, own_domains


def codes_of(texts: Sequence[str], is_such: Callable[[str], bool]) -> Codes:
    """The codes of the texts that are such."""
    return np.flatnonzero(np.array([is_such(text) for text in texts], dtype=np.bool_)).astype(np.int64)


def held_by_several(columns: PairOfCodes, names: Codes, several: int) -> Codes:
    """The codes that stand beside so many different names or more."""
    codes, beside = np.concatenate(columns), np.concatenate([names, names])
    is_filled = (codes != BLANK) & (beside != BLANK)
    pairs = np.unique(np.stack([codes[is_filled], beside[is_filled]]), axis=1)
    distinct, counts = np.unique(pairs[0], return_counts=True)
    return distinct[counts >= several].astype(np.int64)
