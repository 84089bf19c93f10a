"""The customers of many licenses at once: Arrow's kernels for plain names, the readable scalar rules for the others."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.column import Column
from lib.columnar.text_column import TextColumn
from lib.columnar.threads import threads_for
from lib.domain.customers import ANCHOR, FILLERS, FORMS_AT_THE_END, Identity, organisation_key, person_anchor
from lib.domain.mail_domains import FREE_DOMAIN, MailDomains

IDENTITY_FIELDS = tuple(field.name for field in fields(Identity))
"""The fields of a license that say whose it is."""

# Licenses whose customers are worked out at once.
_SLICE = 50_000

KeysOfTexts = Callable[[pa.Array], pa.Array]
"""Works out the customer key of each text of an Arrow array."""

_CAMEL_CASE = "([a-z])([A-Z])"
_BETWEEN_WORDS = "[^0-9A-Za-z]+"
# Control characters are the scalar rule's: some of them are no white space.
_LATIN_WITH_ACCENTS = r"^[\t-\r\x1c-~]*[À-ſ][\t-\r\x1c-~À-ſ]*$"

_FREE_DOMAIN = f"^(?:{FREE_DOMAIN})$"
_COMBINING_ACCENTS = "[\u0300-\u036f]+"


def customer_keys(licenses: Mapping[str, Column], domains: MailDomains) -> pa.Array:
    """`customers.customer_key` of each license; `licenses` has the `IDENTITY_FIELDS`."""
    length = len(licenses["license_key"])

    def keys_from(start: int) -> pa.Array:
        texts = {name: licenses[name].slice(start, start + _SLICE) for name in IDENTITY_FIELDS}
        return customer_keys_of_slice(texts, domains)

    # In slices, since some twenty arrays of texts are needed at once.
    with threads_for(length, 2) as threads:  # Arrow lets go of Python's lock
        keys = list(threads.map(keys_from, range(0, length, _SLICE)))
    return pa.concat_arrays([pa.array([], pa.string()), *keys])


def customer_keys_of_slice(licenses: Mapping[str, Column], domains: MailDomains) -> pa.Array:
    """`customers.customer_key` of each of some licenses."""
    # Twin of `customers.customer_key`; tests/domain/test_customers.py holds them together.
    names = _once_per_text(licenses["company"], organisation_keys)
    names = _fill_empty_keys(names, licenses["license_name"], organisation_keys)
    contact, account = own_addresses(licenses, domains)
    addresses = _first_filled(contact.addresses, account.addresses)
    own_domains = _first_filled(contact.own_domains, account.own_domains)
    by_itself = _surrounded("[", _texts(licenses["license_key"]), "]")
    anchors = _first_filled(
        _surrounded("@", own_domains, ""),
        person_anchors(addresses, own_domains),
        _surrounded("(", _texts(licenses["country"]), ")"),
        by_itself,
    )
    keys = pc.binary_join_element_wise(names, anchors, " ")
    return pc.if_else(_is_empty(names), _first_filled(addresses, by_itself), keys)


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """The licenses' own `addresses` without case, empty where there is none, and the customer's `own_domains` of them."""

    addresses: pa.Array
    own_domains: pa.Array


def own_addresses(licenses: Mapping[str, Column], domains: MailDomains) -> tuple[OwnAddresses, OwnAddresses]:
    """The addresses of the contact and of the account."""
    partners = [_once_per_text(licenses[name], casefolded) for name in ("expert_email", "reseller")]
    partner_domains = [_once_per_text(licenses[name], domains_of_partners) for name in ("expert_email", "reseller")]
    contact, account = (
        without_partners(_once_per_text(licenses[name], casefolded), partners, partner_domains, domains)
        for name in ("contact_email", "myatlassian_email")
    )
    return contact, account


def without_partners(
    addresses: pa.Array, partners: Sequence[pa.Array], partner_domains: Sequence[pa.Array], policy_domains: MailDomains
) -> OwnAddresses:
    """The addresses (without case) but those of resellers, whom the partners are."""
    domains = domains_of(addresses)
    is_free_mail = pc.or_(pc.match_substring_regex(domains, _FREE_DOMAIN), _is_among(domains, policy_domains.free))
    is_lost = pc.or_(_is_empty(domains), _is_among(domains, policy_domains.partners))
    for partner, domain in zip(partners, partner_domains, strict=True):
        is_partner = pc.if_else(is_free_mail, pc.equal(addresses, partner), pc.equal(domains, domain))
        is_lost = pc.or_(is_lost, is_partner)
    return OwnAddresses(pc.if_else(is_lost, "", addresses), pc.if_else(pc.or_(is_lost, is_free_mail), "", domains))


def _is_among(texts: pa.Array, some: Collection[str]) -> pa.Array:
    return pc.is_in(texts, pa.array(sorted(some), pa.string()))


def domains_of_partners(texts: pa.Array) -> pa.Array:
    """The domain of each address without its case, or the whole text if it is none."""
    return pc.replace_substring_regex(casefolded(texts), "(?s)^.*@", "")


def person_anchors(addresses: pa.Array, domains: pa.Array) -> pa.Array:
    """`customers.person_anchor` of each address without a domain of its own; empty for the others."""
    is_private = pc.and_(_is_empty(domains), pc.invert(_is_empty(addresses)))
    anchors = [person_anchor(address) for address in addresses.filter(is_private).to_pylist()]
    nothing = pa.repeat(pa.scalar("", pa.string()), len(addresses))
    return pc.replace_with_mask(nothing, is_private, pa.array(anchors, pa.string()))


def domains_of(addresses: pa.Array) -> pa.Array:
    """What follows the last @ of each address, empty without one."""
    is_address = pc.match_substring(addresses, "@")
    return pc.if_else(is_address, pc.replace_substring_regex(addresses, "(?s)^.*@", ""), "")


def apply_whole_names(customers: pa.Array, whole_names: Collection[str]) -> pa.Array:
    """Each customer, or the bare name of its key where people said that all licenses of that name are one customer's."""
    if not whole_names:
        return customers
    names = pc.replace_substring_regex(customers, ANCHOR, "")
    return pc.if_else(pc.is_in(names, pa.array(sorted(whole_names), pa.string())), names, customers)


def apply_aliases(customers: pa.Array, aliases: Mapping[str, str]) -> pa.Array:
    """Each customer, or the one that it was merged into; `aliases` are those of `customers.resolve_merges`."""
    if not aliases:
        return customers
    merged, into = (pa.array(keys, pa.string()) for keys in (aliases.keys(), aliases.values()))
    return pc.coalesce(into.take(pc.index_in(customers, merged)), customers)


def apply_owners(customers: pa.Array, license_keys: Column, owners: Mapping[str, str]) -> pa.Array:
    """Each license's customer, or the one that a person gave it to (`owners`, by license key)."""
    if not owners:
        return customers
    parted, owner = (pa.array(texts, pa.string()) for texts in (owners.keys(), owners.values()))
    return pc.coalesce(owner.take(pc.index_in(license_keys.arrow(pa.string()), parted)), customers)


def organisation_keys(names: pa.Array) -> pa.Array:
    """`organisation_key` of each name of an Arrow text array."""
    # Twin of `organisation_key`, a hundred times as fast on plain names; tests/domain/test_customers.py holds them together.
    plain = without_accents(pc.replace_substring_regex(names, _CAMEL_CASE, r"\1 \2"))
    bare = pc.ascii_trim(pc.ascii_lower(pc.replace_substring_regex(plain, _BETWEEN_WORDS, " ")), " ")
    keys = pc.replace_substring_regex(bare, FORMS_AT_THE_END, "")
    keys = pc.if_else(pc.is_in(keys, pa.array(sorted(FILLERS))), "", keys)
    return _replace_where_not_ascii(keys, plain, names, organisation_key)


def without_accents(texts: pa.Array) -> pa.Array:
    """The texts, with Latin letters reduced to those without accents."""
    # Marks of other scripts are letters of their own.
    accented = pc.match_substring_regex(texts, _LATIN_WITH_ACCENTS)
    decomposed = pc.utf8_normalize(texts.filter(accented), form="NFKD")
    # Case folding makes ß two letters, which decomposition does not.
    plain = pc.replace_substring(pc.replace_substring_regex(decomposed, _COMBINING_ACCENTS, ""), "ß", "ss")
    return pc.replace_with_mask(texts, accented, plain)


def casefolded(texts: pa.Array) -> pa.Array:
    """Each text without its case and the white space around it."""
    texts = pc.utf8_trim_whitespace(texts)
    return _replace_where_not_ascii(pc.ascii_lower(texts), texts, texts, str.casefold)


def _replace_where_not_ascii(
    keys: pa.Array, plain: pa.Array, texts: pa.Array, key_of: Callable[[str], str]
) -> pa.Array:
    """The keys, worked out by Python for texts whose plain form has other letters than ASCII ones."""
    rows = np.flatnonzero(~np.asarray(pc.string_is_ascii(plain))).astype(np.int64)
    others = [key_of(text) for text in texts.take(rows).to_pylist()]
    return TextColumn(keys).replace(rows, others).array


def _fill_empty_keys(keys: pa.Array, texts: Column, keys_of: KeysOfTexts) -> pa.Array:
    is_empty = np.asarray(_is_empty(keys))
    rows = np.flatnonzero(is_empty).astype(np.int64)
    if not len(rows):
        return keys
    return pc.replace_with_mask(keys, pa.array(is_empty), _once_per_text(texts.take(rows), keys_of))


def _once_per_text(texts: Column, keys_of: KeysOfTexts) -> pa.Array:
    encoded = texts.arrow(pa.string()).dictionary_encode()
    return keys_of(encoded.dictionary).take(encoded.indices)


def _texts(column: Column) -> pa.Array:
    """The texts of a column, empty for blanks."""
    return pc.fill_null(column.arrow(pa.string()), "")


def _surrounded(before: str, texts: pa.Array, after: str) -> pa.Array:
    """The texts between two marks; empty ones stay empty."""
    return pc.if_else(_is_empty(texts), "", pc.binary_join_element_wise(before, texts, after, ""))


def _first_filled(first: pa.Array, *others: pa.Array) -> pa.Array:
    """Of arrays of equal length, the first text at each place that is not empty."""
    result = first
    for texts in others:
        result = pc.if_else(_is_empty(result), texts, result)
    return result


def _is_empty(texts: pa.Array) -> pa.Array:
    return pc.equal(pc.binary_length(texts), 0)
