"""The licenses that a mail is about: those whose keys it holds, else those of the customer whose address it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from lib.measures.cut import Cut
from lib.requests.replies import MailText, Mentions, Reply, mentions_in
from lib.store import customer_queries, license_queries, policies, versions

# Addresses of customers; that of an Atlassian Expert is none.
_ADDRESS_FIELDS = ("contact_email", "myatlassian_email")

_OURS = "balsamiq"
_MOST_ADDRESSES = 10
_MOST_MATCHES = 1_000
"""Licenses that are looked through for an address."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A customer that a mail may come from, and the address or the domain that says so."""

    customer: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class MailLicenses:
    """The keys of the licenses that a mail names, those that only its quotations name, and keys that no license has.

    If it names none, `senders` are the customers that it may come from.
    """

    named: tuple[str, ...]
    quoted: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    senders: tuple[Sender, ...] = ()


def licenses_of_mail(connection: Connection, mail: MailText, reply: Reply) -> MailLicenses:
    """The licenses that a mail is about. One that names none itself is about those of the letter that it quotes."""
    mentions = mentions_in(mail.text)
    words = [*reply.keys, *mentions.words]
    stored = set(versions.current(connection, [*words, *mentions.quoted_words]).index)
    keys = unique(word for word in words if word in stored)
    quoted = unique(word for word in mentions.quoted_words if word in stored and word not in keys)
    unknown = tuple(key for key in reply.keys if key not in stored)
    if not keys:
        keys, quoted = quoted, ()
    senders = () if keys else tuple(senders_of(connection, mail, mentions))
    return MailLicenses(keys, quoted, unknown, senders)


def unique(keys: Iterator[str]) -> tuple[str, ...]:
    """Keys, each once."""
    return tuple(dict.fromkeys(keys))


def senders_of(connection: Connection, mail: MailText, mentions: Mentions) -> Iterator[Sender]:
    """The customers with the address that a mail comes from, else with others that it holds, else at their domains."""
    addresses = [address for address in (mail.sender.casefold(), *mentions.addresses) if address]
    addresses = [address for address in dict.fromkeys(addresses) if _OURS not in address][:_MOST_ADDRESSES]
    domains = (address[address.index("@") :] for address in addresses if "@" in address)
    policy_domains = policies.current(connection).mail_domains
    own_domains = (domain for domain in domains if policy_domains.is_own(domain[1:]))
    for text in (*addresses, *own_domains):
        customers = customers_at(connection, text)
        if customers:
            for customer in customers:
                yield Sender(customer, customer_queries.customer_name(connection, customer) or customer, text)
            return


def customers_at(connection: Connection, text: str) -> list[str]:
    """The customers with an address, or with addresses at a domain such as `@acme.example`."""
    rows = license_queries.licenses(connection, Cut(search=text), count=_MOST_MATCHES)
    customers = [row["customer"] for row in rows.to_dict("records") if has_address(row, text)]
    return list(dict.fromkeys(customers))


def has_address(row: Mapping[Any, Any], text: str) -> bool:
    """Whether a license has an address, or one at a domain."""
    return any(is_at(row[field] or "", text) for field in _ADDRESS_FIELDS)


def is_at(address: str, text: str) -> bool:
    """Whether an address is that one, or at that domain."""
    if text.startswith("@"):
        return address.casefold().endswith(text)
    return address.casefold() == text


def licenses_to_move(connection: Connection, customer: str, most: int) -> list[str]:
    """The keys of a customer's licenses that can be moved; of all of them if none can."""
    for cut in (Cut(customer=(customer,), movable="yes"), Cut(customer=(customer,))):
        rows = license_queries.licenses(connection, cut, count=most)
        if len(rows):
            return [str(key) for key in rows["license_key"]]
    return []


def customer_names(connection: Connection, customers: Sequence[str]) -> list[str]:
    """What customers are called."""
    return [customer_queries.customer_name(connection, customer) or customer for customer in customers]
