"""From a heading's words to the field they mean: words stand for concepts, and fields ask for concepts."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from lib.domain.text import bare_words

_CONCEPTS_FILE = Path(__file__).with_name("heading_concepts.csv")
_FILLER = "filler"
_UNEXPLAINED = ""
"""What stands for a word that nothing explains."""

_BEFORE_DIGITS = re.compile(r"(?<=[^\W\d])(?=\d)")
_PARTS_OF_ADDRESSES = ("company", "country", "email", "person", "first name", "last name")
"""Concepts that an address contains, in some programs' exports."""

_LONGEST_HEADING = 120
_LONGEST_PHRASE = 5
_SHORTEST_PART = 3
_LINKS = ("", "s", "n")
"""Letters that German and Dutch put between the parts of a compound."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Concepts that a field asks for, and those that may stand beside them."""

    field: str
    required: frozenset[str]
    allowed: frozenset[str]
    is_generic: bool = False
    """Whether another size column makes the field doubtful (domain.md §7)."""

    is_doubtful: bool = False
    """Whether the field is only offered, since as many programs mean something else."""

    def accepts(self, concepts: frozenset[str]) -> bool:
        """Whether the concepts are all that is required and no more than is allowed."""
        return self.required <= concepts <= self.required | self.allowed


@dataclass(frozen=True, slots=True)
class WordMatch:
    """The fields that a heading's words may mean; certain only if `is_probable`."""

    fields: tuple[str, ...] = ()
    is_probable: bool = False
    is_generic: bool = False


def rule(
    field: str, required: str, allowed: str = "", *, is_generic: bool = False, is_doubtful: bool = False
) -> FieldRule:
    """A rule of concepts separated by commas."""
    return FieldRule(field, split_concepts(required), split_concepts(allowed), is_generic, is_doubtful)


def split_concepts(text: str) -> frozenset[str]:
    """The concepts of a text that separates them by commas."""
    return frozenset(concept.strip() for concept in text.split(",") if concept.strip())


# What stands between the steps of a path (`license.key.type`, `Lizenz: Schlüssel - Typ`).
_STEP = re.compile(r"[.:>\[]|\s-\s")

# Concepts of objects whose part the last step of a path is.
_OWNERS = frozenset({_FILLER, "license", "key", "product", "customer", "purchase", "contact", "account", "billing"})

# Concepts that say whose name or address it is; that of whoever holds the license, in each case.
_WHO = "customer, billing, contact, person, technical, purchase, licensee"

RULES = (
    rule("license_key", "license, key", "code, number, product, purchase, activation"),
    rule("license_key", "product, key", "activation"),
    rule("license_key", "activation, key", "code"),
    rule("license_key", "key"),
    rule("license_key", "serial", "number, license, product, code, key"),
    rule("license_key", "activation, code", "license, product", is_doubtful=True),
    rule("license_key", "license, code", "number", is_doubtful=True),
    rule("license_key", "license, number", is_doubtful=True),
    rule("license_name", "licensee", "name, nombre, license"),
    rule("license_name", "license, name", "purchase"),
    rule("license_name", "license, holder", "name, full"),
    rule("product", "product", "name, nombre, full, purchase, title, description"),
    rule("product", "product, license", "name", is_doubtful=True),
    rule("product", "product, code", is_doubtful=True),
    rule("hosting", "hosting", "type, name, license, product, purchase, installation"),
    rule("hosting", "installation, type", "host"),
    rule("editors", "editors", "number, nombre, tier, license, users, quantity, purchase, product, seats"),
    rule("editors", "seats", "number, nombre, tier, license, purchase, product, quantity, users"),
    rule("editors", "quantity", "purchase, license, product, users"),
    rule("editors", "users", "number, nombre, tier, license, purchase, contract", is_generic=True),
    rule("editors", "license, tier", "number", is_generic=True),
    rule("editors", "license, nombre", is_doubtful=True),
    rule("host_tier", "host, users", "number, nombre, tier, license, quantity, product"),
    rule("host_tier", "host, tier", "number, license, users"),
    rule("host_tier", "host, seats", "number, nombre, license"),
    rule("license_type", "license, type", "name, product"),
    rule("purchase_date", "purchase date", "license, product"),
    rule("purchase_date", "transaction, date", "time", is_doubtful=True),
    rule("purchase_date", "purchase, date", "license, customer, time, product"),
    rule("purchase_date", "maintenance, start", "date, license, time"),
    rule("purchase_date", "start, date", "license, time"),
    rule("purchase_date", "license, start", "time"),
    rule("purchase_date", "issue", "date, license, time", is_doubtful=True),
    rule("maintenance_end", "maintenance, end", "date, license, time, product"),
    rule("maintenance_end", "updates, end", "date, time, maintenance, license, product"),
    rule("maintenance_end", "license, end", "date, time"),
    rule("maintenance_end", "end, date", "time"),
    rule("maintenance_end", "end", "key"),
    rule("maintenance_end", "renewal, date", "license, maintenance, time"),
    rule("maintenance_end", "maintenance, renewal", "license"),
    rule("maintenance_end", "renewal due", "date, license, maintenance"),
    rule("maintenance_end", "contract, end", "date, license, maintenance", is_doubtful=True),
    rule("company", "company", f"name, nombre, account, full, license, holder, {_WHO}"),
    rule("contact_name", "contact", f"full, {_WHO}"),
    rule("contact_name", "contact, name", f"full, {_WHO}"),
    rule("contact_name", "contact, nombre", f"full, {_WHO}"),
    rule("contact_name", "person", f"name, nombre, full, {_WHO}"),
    rule("contact_name", "full, name", _WHO),
    rule("contact_name", "customer, name", f"full, {_WHO}"),
    rule("contact_name", "customer, nombre", f"full, {_WHO}"),
    rule("contact_name", "billing, name", f"full, {_WHO}"),
    rule("contact_name", "technical, name", "contact, full, person"),
    rule("contact_first_name", "first name", f"company, account, users, {_WHO}"),
    rule("contact_last_name", "last name", f"company, account, users, {_WHO}"),
    rule("contact_email", "email", f"address, account, company, license, name, users, holder, {_WHO}"),
    rule("contact_email", "email, identifier", _WHO, is_doubtful=True),
    rule("address", "address", f"company, account, full, house number, number, holder, license, {_WHO}"),
    rule("country", "country", f"code, name, region, address, company, account, key, holder, license, {_WHO}"),
    rule("reseller", "partner", "name, company, nombre, purchase, host"),
    rule(
        "expert_email", "partner, email", "contact, address, name, host, company, account, billing, technical, person"
    ),
    rule("myatlassian_email", "myatlassian, email", "account, address, host, contact, technical"),
    rule("myatlassian_email", "myatlassian, account"),
    rule("myatlassian_email", "host, identifier, email", is_doubtful=True),
    rule("myatlassian_email", "host, account, email", "address"),
    rule("holder_first_name", "holder, first name", "account, myatlassian, license"),
    rule("holder_last_name", "holder, last name", "account, myatlassian, license"),
    rule("match_agreed", "agreement, matching", "customer, tier, license, number, host"),
    rule("server_confirmed", "host, confirmation", "customer, hosting, installation"),
    rule("sen", "sen", "number, license, host, code"),
    rule("notes", "notes", "license, key"),
)
"""What each field's heading must and may say."""


def read_concepts() -> dict[str, str]:
    """Concept by word or phrase, of the data file."""
    concepts: dict[str, str] = {}
    with _CONCEPTS_FILE.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            for word in line["words"].split("|"):
                concepts.setdefault(bare_words(word), line["concept"])
    return concepts


CONCEPTS = read_concepts()
"""Concept by the bare words of a word or phrase."""


@lru_cache(maxsize=4096)
def match_words(text: str) -> WordMatch:
    """The fields that a heading may mean, by all its words or by the last step of a path."""
    if len(text) > _LONGEST_HEADING:
        return WordMatch()
    match = match_phrase(text)
    *owners, last = _STEP.split(text.rstrip("]"))
    if match.is_probable or not owners or not concepts_in(" ".join(owners)) <= _OWNERS:
        return match
    last_match = match_phrase(last)
    return last_match if last_match.is_probable else match


def concepts_in(text: str) -> frozenset[str]:
    """The concepts of a text's words."""
    return frozenset(concepts_of(bare_words(text).split()))


def match_phrase(text: str) -> WordMatch:
    """The fields that words mean together; one word that nothing explains makes them a suggestion."""
    sequence = concepts_of(_BEFORE_DIGITS.sub(" ", bare_words(text)).split())
    unexplained = sequence.count(_UNEXPLAINED)
    if unexplained > 1:
        return WordMatch()
    concepts = count_or_quantity(frozenset(address_as_owner(sequence)) - {_FILLER, _UNEXPLAINED})
    rules = [rule for rule in RULES if rule.accepts(concepts)]
    names = tuple(dict.fromkeys(rule.field for rule in rules))
    is_certain = len(names) == 1 and not unexplained and not all(rule.is_doubtful for rule in rules)
    return WordMatch(names, is_certain, any(rule.is_generic for rule in rules))


def is_explained(text: str) -> bool:
    """Whether each word of a text is known from headings, and not all are filler."""
    concepts = concepts_of(bare_words(text).split())
    return _UNEXPLAINED not in concepts and any(concept != _FILLER for concept in concepts)


def concepts_of(words: list[str]) -> list[str]:
    """The concepts of the words in their order, the longest phrases first."""
    concepts: list[str] = []
    while words:
        length, phrase = next_concepts(words)
        concepts += phrase or (_UNEXPLAINED,)
        words = words[length:]
    return concepts


def address_as_owner(concepts: list[str]) -> list[str]:
    """The concepts, with a mere place of something as the bill's."""
    # `Rechnungsadresse Firma` is the company of the bill, not an address.
    return [
        "billing" if concept == "address" and after in _PARTS_OF_ADDRESSES else concept
        for concept, after in zip_longest(concepts, concepts[1:])
    ]


def count_or_quantity(concepts: frozenset[str]) -> frozenset[str]:
    """The concepts with a count (`Anzahl`) as a quantity if it stands alone, else as the number of what stands beside it."""
    if "count" not in concepts:
        return concepts
    return concepts - {"count"} | {"quantity" if len(concepts) == 1 else "number"}


def next_concepts(words: list[str]) -> tuple[int, tuple[str, ...]]:
    """How many words the first phrase takes, and what it means; nothing if it is unknown."""
    for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
        concept = concept_of(" ".join(words[:length]))
        if concept:
            return length, (concept,)
    return 1, compound_concepts(words[0])


def concept_of(phrase: str) -> str | None:
    """The concept of a word or phrase, also of a plural in s."""
    return CONCEPTS.get(phrase) or CONCEPTS.get(phrase.removesuffix("s"))


@lru_cache(maxsize=4096)
def compound_concepts(word: str) -> tuple[str, ...]:
    """The concepts of a compound's parts (`Wartungsablaufdatum`); none unless each part is known."""
    for end in range(len(word) - 1, 0, -1):
        concept = part_concept(word[:end])
        rest = remaining_concepts(word[end:]) if concept else ()
        if concept and rest:
            return (concept, *rest)
    return ()


def remaining_concepts(rest: str) -> tuple[str, ...]:
    """The concepts of what follows a part, with or without a linking letter."""
    for link in _LINKS:
        if rest.startswith(link):
            word = rest.removeprefix(link)
            concept = part_concept(word)
            concepts = (concept,) if concept else compound_concepts(word)
            if concepts:
                return concepts
    return ()


def part_concept(word: str) -> str | None:
    """The concept of a word that may be part of a compound."""
    # Two or three letters occur within any word, except in Japanese.
    if word.isascii() and len(word) < _SHORTEST_PART:
        return None
    return concept_of(word)
