"""Customers: licenses of one organisation, however its name is spelled (domain.md §8)."""

import re
from collections.abc import Mapping
from enum import StrEnum

from lib.domain.text import bare_words


class MergeState(StrEnum):
    """Whether two customers are one by a person's word, are two, or whether that word was reverted."""

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
    """The key that licenses of one organisation share: the bare words of its name without its legal form."""
    # Twin of `judging.customer_keys.organisation_keys`, for many names at once; tests/domain/test_customers.py holds them together.
    words = bare_words(name)
    # Most names end in no legal form, and the search for one costs more than all else here.
    if words.rpartition(" ")[2] not in _LAST_WORDS:
        return words
    return _AT_THE_END.sub("", words)


def resolve_merges(merges: Mapping[str, str]) -> dict[str, str]:
    """The customer that each merged one belongs to now; `merges` say into which each was merged, maybe in several steps."""
    customers = {}
    for customer, into in merges.items():
        while into in merges:
            into = merges[into]
        customers[customer] = into
    return customers
