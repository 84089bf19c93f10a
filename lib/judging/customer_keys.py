"""The customers behind many licenses at once: Arrow's kernels for plain names, the readable scalar rules for the others."""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.column import Column
from lib.columnar.text_column import TextColumn
from lib.domain.customers import FORMS_AT_THE_END, organisation_key

_CAMEL = "([a-z])([A-Z])"
_APART = "[^0-9A-Za-z]+"
_ACCENTED = r"^[\x00-\x7F]*[À-ſ][\x00-\x7FÀ-ſ]*$"
_ACCENT = "[\u0300-\u036f]+"


NAME_FIELDS = ("company", "license_name", "contact_email")
"""The fields that tell a license's customer, in the order of `customer_keys`."""


def customer_keys(company: Column, license_name: Column, contact_email: Column) -> pa.Array:
    """Each license's customer: the company decides, else the name on the license, else the contact's address."""
    found = _asked_once(company.arrow(pa.string()), organisation_keys)
    for texts, keys_of in ((license_name, organisation_keys), (contact_email, _addresses)):
        unnamed = np.asarray(pc.equal(pc.binary_length(found), 0))
        rows = np.flatnonzero(unnamed).astype(np.int64)
        if len(rows):
            keys = _asked_once(texts.take(rows).arrow(pa.string()), keys_of)
            found = pc.replace_with_mask(found, pa.array(unnamed), keys)
    return found


def apply_aliases(customers: pa.Array, aliases: Mapping[str, str]) -> pa.Array:
    """Each customer, or the one that it was merged into; `aliases` are resolved (`customers.resolved`)."""
    if not aliases:
        return customers
    merged, into = (pa.array(keys, pa.string()) for keys in (aliases.keys(), aliases.values()))
    return pc.coalesce(into.take(pc.index_in(customers, merged)), customers)


def organisation_keys(names: pa.Array) -> pa.Array:
    """`organisation_key` of each name of an Arrow text array."""
    # Twin of `organisation_key`, a hundred times as fast on plain names; tests/domain/test_customers.py holds them together.
    plain = _without_accents(pc.replace_substring_regex(names, _CAMEL, r"\1 \2"))
    bare = pc.ascii_trim(pc.ascii_lower(pc.replace_substring_regex(plain, _APART, " ")), " ")
    return _for_others(organisation_key, names, plain, pc.replace_substring_regex(bare, FORMS_AT_THE_END, ""))


def _without_accents(texts: pa.Array) -> pa.Array:
    """The texts, those of Latin letters without accents."""
    accented = pc.match_substring_regex(texts, _ACCENTED)
    apart = pc.utf8_normalize(texts.filter(accented), form="NFKD")
    plain = pc.replace_substring(pc.replace_substring_regex(apart, _ACCENT, ""), "ß", "ss")
    return pc.replace_with_mask(texts, accented, plain)


def _addresses(emails: pa.Array) -> pa.Array:
    return _for_others(str.casefold, emails, emails, pc.ascii_lower(emails))


def _for_others(function: Callable[[str], str], texts: pa.Array, plain: pa.Array, found: pa.Array) -> pa.Array:
    """What was found for the texts whose plain ones are ASCII, and the function's results for the others."""
    rows = np.flatnonzero(~np.asarray(pc.string_is_ascii(plain))).astype(np.int64)
    return TextColumn(found).replace(rows, [function(text) for text in texts.take(rows).to_pylist()]).array


def _asked_once(texts: pa.Array, keys_of: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """What `keys_of` makes of each text, asked once per distinct text."""
    coded = texts.dictionary_encode()
    return keys_of(coded.dictionary).take(coded.indices)
