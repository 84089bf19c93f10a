"""The customers of many licenses at once: Arrow's kernels for plain names, the readable scalar rules for the others."""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.column import Column
from lib.columnar.text_column import TextColumn
from lib.domain.customers import FILLERS, FORMS_AT_THE_END, organisation_key

NAME_FIELDS = ("company", "license_name", "contact_email")
"""The fields that name a license's customer; the first that is filled decides."""

KeysOfTexts = Callable[[pa.Array], pa.Array]
"""Works out the customer key of each text of an Arrow array."""

_CAMEL_CASE = "([a-z])([A-Z])"
_BETWEEN_WORDS = "[^0-9A-Za-z]+"
_LATIN_WITH_ACCENTS = r"^[\x00-\x7F]*[À-ſ][\x00-\x7FÀ-ſ]*$"
_COMBINING_ACCENTS = "[\u0300-\u036f]+"


def customer_keys(company: Column, license_name: Column, contact_email: Column) -> pa.Array:
    """Each license's customer: the company, else the name on the license, else the contact's address."""
    keys = _once_per_text(company, organisation_keys)
    keys = _fill_empty_keys(keys, license_name, organisation_keys)
    return _fill_empty_keys(keys, contact_email, address_keys)


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
    """The texts, with those of Latin letters only reduced to letters without accents."""
    accented = pc.match_substring_regex(texts, _LATIN_WITH_ACCENTS)
    decomposed = pc.utf8_normalize(texts.filter(accented), form="NFKD")
    # Case folding makes ß two letters, which decomposition does not.
    plain = pc.replace_substring(pc.replace_substring_regex(decomposed, _COMBINING_ACCENTS, ""), "ß", "ss")
    return pc.replace_with_mask(texts, accented, plain)


def address_keys(emails: pa.Array) -> pa.Array:
    """Each address without its case."""
    return _replace_where_not_ascii(pc.ascii_lower(emails), emails, emails, str.casefold)


def _replace_where_not_ascii(
    keys: pa.Array, plain: pa.Array, texts: pa.Array, key_of: Callable[[str], str]
) -> pa.Array:
    """The keys, worked out by Python for texts whose plain form has other letters than ASCII ones."""
    rows = np.flatnonzero(~np.asarray(pc.string_is_ascii(plain))).astype(np.int64)
    others = [key_of(text) for text in texts.take(rows).to_pylist()]
    return TextColumn(keys).replace(rows, others).array


def _fill_empty_keys(keys: pa.Array, texts: Column, keys_of: KeysOfTexts) -> pa.Array:
    is_empty = np.asarray(pc.equal(pc.binary_length(keys), 0))
    rows = np.flatnonzero(is_empty).astype(np.int64)
    if not len(rows):
        return keys
    return pc.replace_with_mask(keys, pa.array(is_empty), _once_per_text(texts.take(rows), keys_of))


def _once_per_text(texts: Column, keys_of: KeysOfTexts) -> pa.Array:
    encoded = texts.arrow(pa.string()).dictionary_encode()
    return keys_of(encoded.dictionary).take(encoded.indices)
