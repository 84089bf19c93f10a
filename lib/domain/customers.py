"""Customers: licenses of one organisation, whatever its name's spelling (design: one line per customer)."""

import re
from collections.abc import Mapping
from enum import StrEnum

from lib.domain.text import bare_words


class MergeState(StrEnum):
    """What people said of two customers: that they are one, that they are two, or nothing that holds any more."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNDONE = "undone"


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

_AT_THE_END = re.compile(FORMS_AT_THE_END)

_LAST_WORDS = frozenset(form.rpartition(" ")[2] for form in (*_SPACED_FORMS, *_LEGAL_FORMS))


def organisation_key(name: str) -> str:
    """The key that licenses of one organisation share: its name's bare words without legal forms at the end.

    Empty if the name has no words.
    """
    # Twin of `judging.customer_keys.organisation_keys`, for many names at once; tests/domain/test_customers.py holds them together.
    words = bare_words(name)
    # Most names end in no legal form, and looking for one costs more than the rest.
    return _AT_THE_END.sub("", words) if words.rpartition(" ")[2] in _LAST_WORDS else words


def resolve_merges(merged: Mapping[str, str]) -> dict[str, str]:
    """Who each merged customer is in the end, given whom it was merged into: those may be merged themselves."""
    found = {}
    for customer, into in merged.items():
        while into in merged:
            into = merged[into]
        found[customer] = into
    return found
