"""Customers: licenses of one organisation, however its name is spelled (domain.md §8)."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import count

from lib.domain.mail_domains import WELL_KNOWN, MailDomains, domain_of
from lib.domain.text import bare_words


class MergeState(StrEnum):
    """Whether two customers are one by a person's word, are two, or whether that word was reverted."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class CustomerDecisions:
    """People's decisions on whose licenses are.

    `owners` gives single licenses, by key, to customers; `aliases` says whom each merged customer belongs to now.
    `whole_names` are bare names of which people said, before keys had anchors, that all licenses are one customer's.
    `domains` are those that say nothing of a customer.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    whole_names: frozenset[str] = frozenset()
    domains: MailDomains = WELL_KNOWN


# Not cleanco's: it strips `Acme Co., Ltd.` to `Acme Co.`, and no other library's pattern could run in Arrow as well.
_LEGAL_FORMS = (
    "inc incorporated corp corporation co company ltd limited llc llp lp plc pty pte gmbh mbh ag kg ug ohg gbr ev se sa sas "
    "sarl sasu srl spa sl bv nv vof cv as asa ab aps oy oyj kk zrt kft doo sro spzoo sp zoo"
).split()
_SPACED_FORMS = (
    "g m b h",
    "gmb h",
    "s a r l",
    "s p a",
    "s r l",
    "s a s",
    "s a",
    "a g",
    "b v",
    "n v",
    "l l c",
    "k k",
    "s l",
    "e v",
)
LEGAL_FORM = rf"\b(?:{'|'.join([*_SPACED_FORMS, *_LEGAL_FORMS])})\b"
"""A regular expression for a legal form among bare words."""

FORMS_AT_THE_END = rf"(?: (?:{'|'.join([*_SPACED_FORMS, *_LEGAL_FORMS])}))+$"
"""A regular expression for the legal forms that bare words end in."""

NO_ORGANIZATION = "No organization"
"""What a customer without a name and an address is called."""

ANCHOR_MARKS = "@~([#"
"""How an anchor begins: a domain, a person, a country, a license, the number of a part."""

ANCHOR = rf"(?:^| )[{re.escape(ANCHOR_MARKS)}].*$"
"""A regular expression for the anchor of a customer's key, which bare words never match."""

_ANCHOR = re.compile(ANCHOR, re.DOTALL)

_AT_THE_END = re.compile(FORMS_AT_THE_END)

_LAST_WORDS = frozenset(form.rpartition(" ")[2] for form in (*_SPACED_FORMS, *_LEGAL_FORMS))


FILLERS = frozenset(
    (
        "unknown|not known|n a|na|none|null|nil|no|no company|no organization|no organisation|not applicable|not available"
        "|not specified|unspecified|undefined|tbd|to be determined|company|company name|my company|organization|organisation"
        "|private|private person|private individual|private use|personal|personal use|individual|self|self employed|selfemployed"
        "|freelance|freelancer|sole trader|sole proprietor"
        "|unbekannt|keine|kein|keine angabe|keine firma|privat|privatperson|privatkunde|selbststandig|freiberufler|firma"
        "|inconnu|inconnue|aucun|aucune|neant|prive|particulier|individuel|independant|auto entrepreneur|societe"
        "|desconocido|desconocida|ninguno|ninguna|privado|particular|autonomo|empresa"
        "|sconosciuto|sconosciuta|nessuno|nessuna|privato|individuale|libero professionista|azienda"
        "|onbekend|geen|particulier persoon|zelfstandig|bedrijf|desconhecido|nenhum|nenhuma|pessoa fisica"
        "|不明|個人|なし|無し|該当なし|未定|会社"
    ).split("|")
)
"""Bare words that people write for a name where there is none: they name nobody (domain.md §8)."""


def organisation_key(name: str) -> str:
    """The key of an organisation: the bare words of its name without its legal form; empty for a filler."""
    # Twin of `judging.customer_keys.organisation_keys`, for many names at once; tests/domain/test_customers.py holds them together.
    words = bare_words(name)
    # Most names end in no legal form, and the search for one costs more than all else here.
    if words.rpartition(" ")[2] in _LAST_WORDS:
        words = _AT_THE_END.sub("", words)
    if words in FILLERS:
        return ""
    return words


@dataclass(frozen=True, slots=True)
class Identity:
    """What a license says of whose it is: texts as they are stored, empty where nothing is known."""

    license_key: str
    company: str = ""
    license_name: str = ""
    contact_email: str = ""
    myatlassian_email: str = ""
    expert_email: str = ""
    reseller: str = ""
    country: str = ""


def customer_key(identity: Identity, domains: MailDomains) -> str:
    """The key of a license's customer: its organisation's name and what else says who that is (domain.md §8).

    The name alone makes no customer. It is followed by an anchor: the domain of an address of its own (`acme @acme.example`),
    else a digest of its address at a free mail provider, else its country (`acme (DE)`), else the license itself
    (`acme [K-1]`). A license without a name goes by its address, else by itself.
    """
    # Twin of `judging.customer_keys.customer_keys`, for many licenses at once; tests/domain/test_customers.py holds them together.
    name = organisation_key(identity.company) or organisation_key(identity.license_name)
    addresses = own_addresses(identity, domains)
    if not name:
        return next(iter(addresses), license_anchor(identity.license_key))
    return f"{name} {anchor(addresses, identity, domains)}"


def own_addresses(identity: Identity, domains: MailDomains) -> list[str]:
    """The addresses of a license's contact and account, without case, leaving out those of resellers."""
    addresses = [address.casefold() for address in (identity.contact_email, identity.myatlassian_email)]
    return [address for address in addresses if domain_of(address) and not is_of_reseller(address, identity, domains)]


def is_of_reseller(address: str, identity: Identity, domains: MailDomains) -> bool:
    """Whether an address (without case) is that of a reseller, or at a reseller's domain."""
    domain = domain_of(address)
    if domain in domains.partners:
        return True
    partners = [text.strip().casefold() for text in (identity.expert_email, identity.reseller)]
    if domains.is_free(domain):
        return address in partners
    # `reseller` is a name in most files, but an address or its domain in some.
    return domain in [partner.rpartition("@")[2] for partner in partners]


def anchor(addresses: Sequence[str], identity: Identity, domains: MailDomains) -> str:
    """What says beside the name whose a license is; `addresses` are its `own_addresses`."""
    own_domains = [domain for domain in map(domain_of, addresses) if not domains.is_free(domain)]
    if own_domains:
        return f"@{own_domains[0]}"
    if addresses:
        return person_anchor(addresses[0])
    if identity.country:
        return f"({identity.country})"
    return license_anchor(identity.license_key)


def person_anchor(address: str) -> str:
    """A digest of an address at a free mail provider: a key is seen by many, who need not see the address."""
    return f"~{sha256(address.encode()).hexdigest()[:10]}"


def license_anchor(license_key: str) -> str:
    """The anchor of a license of which nothing is known but its name."""
    return f"[{license_key}]"


def name_of_customer(customer: str) -> str:
    """The bare words of the name in a customer's key; empty if it has none."""
    name = _ANCHOR.sub("", customer)
    return "" if "@" in name else name


def searched_name(customer: str) -> str:
    """A customer's name or address, which bare words look for."""
    # The anchor is ours: a search for `de` must not find all customers of Germany.
    # Twin of `store.searched_names.searched_name`, in SQL; tests/store/test_search.py holds them together.
    return _ANCHOR.sub("", customer)


def anchor_of_customer(customer: str) -> str:
    """What follows the name in a customer's key (`@acme.example`, `(DE)`); empty if nothing does."""
    match = _ANCHOR.search(customer)
    return match[0].strip() if match else ""


class Evidence(StrEnum):
    """What tells a customer from others of its name."""

    DOMAIN = "Mail domain"
    ADDRESS = "Private address"
    COUNTRY = "Country"
    LICENSE = "Single license"
    DECISION = "A person's decision"


def evidence_of(customer: str) -> Evidence:
    """What a customer's key tells it from others by."""
    anchor = anchor_of_customer(customer)
    if not anchor:
        # A customer without a name goes by its address, and a bare name is one by a person's word.
        return Evidence.ADDRESS if "@" in customer else Evidence.DECISION
    marks = (Evidence.DOMAIN, Evidence.ADDRESS, Evidence.COUNTRY, Evidence.LICENSE, Evidence.DECISION)
    return marks[ANCHOR_MARKS.index(anchor[0])]


def name_with_anchor(name: str, customer: str) -> str:
    """A customer's name and what tells it from others of that name: `Acme · acme.example`, `Acme · DE`."""
    anchor = anchor_of_customer(customer)
    if anchor.startswith("~"):
        return f"{name} · private address"
    if anchor.startswith("["):
        return f"{name} · one license"
    return " · ".join(filter(None, (name, anchor.strip("@()"))))


def is_whole_name(customer: str) -> bool:
    """Whether a customer's key is a name without an anchor."""
    # Only people say that all licenses of one name are one customer's.
    return bool(customer) and name_of_customer(customer) == customer


def resolve_merges(merges: Mapping[str, str]) -> dict[str, str]:
    """The customer that each merged one belongs to now; `merges` say into which each was merged, maybe in several steps."""
    customers = {}
    for customer, into in merges.items():
        while into in merges:
            into = merges[into]
        customers[customer] = into
    return customers


def numbered_customer(customer: str, keys: Container[str]) -> str:
    """A new key for licenses parted from a customer: `phoenix #2`."""
    # No name or address yields it, so that no later import adds to it.
    name = name_of_customer(customer) or _ANCHOR.sub("", customer) or "no organization"
    candidates = (f"{name} #{number}" for number in count(2))
    return next(key for key in candidates if key not in keys)
