"""Customers: licenses of one organisation, however its name is spelled (domain.md §8)."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

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
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)


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


def resolve_merges(merges: Mapping[str, str]) -> dict[str, str]:
    """The customer that each merged one belongs to now; `merges` say into which each was merged, maybe in several steps."""
    customers = {}
    for customer, into in merges.items():
        while into in merges:
            into = merges[into]
        customers[customer] = into
    return customers


def numbered_customer(customer: str, taken: Container[str]) -> str:
    """A new key for licenses parted from a customer: `phoenix #2`, which no name or address yields."""
    name, mark, number = customer.rpartition(" #")
    base = name if mark and number.isdecimal() else customer
    return next(key for key in (f"{base} #{number}" for number in count(2)) if key not in taken)
