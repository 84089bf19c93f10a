"""What the mails of a collection are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

Texts = tuple[str, ...]
ByLanguage = Mapping[str, Texts]


@dataclass(frozen=True, slots=True)
class Address:
    """An address as written, line by line, and as it is stored."""

    lines: Texts
    address: str
    country: str


@dataclass(frozen=True, slots=True)
class Person:
    """A name as written, and its parts."""

    text: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """Wordings by language (`en`, `de`, `fr`, `es`); in those of labels and sentences, the value is `{}`."""

    greetings: ByLanguage
    intros: ByLanguage
    closings: ByLanguage
    footers: ByLanguage
    remarks: ByLanguage
    """Sentences that answer nothing."""

    agrees: ByLanguage
    declines: ByLanguage
    doubts: ByLanguage
    """Answers to whether the customer agrees that only a person can read."""

    confirms: ByLanguage
    unsure: ByLanguage
    """Answers to whether the license is on the customer's own server that only a person can read."""

    referrals: ByLanguage
    no_expert: ByLanguage
    people: tuple[Person, ...]
    no_people: Texts
    companies: Texts
    addresses: tuple[Address, ...]
    domains: Texts
    keys: Texts
    labels: Mapping[str, Mapping[str, Texts]]
    sentences: Mapping[str, Mapping[str, Texts]]
    attributions: ByLanguage
    """What stands above our own letter, in quotation marks below."""

    heads: ByLanguage
    """What stands above our own letter, without quotation marks below."""

    older: ByLanguage
    """What stands above an older mail of the customer's own; the sender is `{}`."""
