"""From a heading's words to the field they mean: words stand for concepts, and fields ask for concepts."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lib.domain.text import bare_words

_CONCEPTS_FILE = Path(__file__).with_name("heading_concepts.csv")
_FILLER = "filler"
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

    def accepts(self, concepts: frozenset[str]) -> bool:
        """Whether the concepts are all that is required and no more than is allowed."""
        return self.required <= concepts <= self.required | self.allowed


@dataclass(frozen=True, slots=True)
class WordMatch:
    """The fields that a heading's words may mean; certain only if `is_probable`."""

    fields: tuple[str, ...] = ()
    is_probable: bool = False
    is_generic: bool = False


def rule(field: str, required: str, allowed: str = "", *, is_generic: bool = False) -> FieldRule:
    """A rule of concepts separated by commas."""
    return FieldRule(field, split_concepts(required), split_concepts(allowed), is_generic)


def split_concepts(text: str) -> frozenset[str]:
    """The concepts of a text that separates them by commas."""
    return frozenset(concept.strip() for concept in text.split(",") if concept.strip())


RULES = (
    rule("license_key", "license, key", "code, number, product"),
    rule("license_key", "product, key"),
    rule("license_name", "licensee", "name, nombre"),
    rule("license_name", "license, name"),
    rule("product", "product", "name, nombre, purchase"),
    rule("hosting", "hosting", "type, name"),
    rule("editors", "editors", "number, nombre, tier, license, users, quantity"),
    rule("editors", "seats", "number, nombre, license, purchase"),
    rule("editors", "quantity", "purchase, license"),
    rule("editors", "users", "number, nombre, tier, license", is_generic=True),
    rule("editors", "tier", "license", is_generic=True),
    rule("host_tier", "host, users", "number, nombre, tier, license"),
    rule("host_tier", "host, tier", "number, license"),
    rule("license_type", "license, type", "name"),
    rule("purchase_date", "purchase, date"),
    rule("purchase_date", "maintenance, start", "date, license"),
    rule("maintenance_end", "maintenance, end", "date, license"),
    rule("maintenance_end", "license, end", "date"),
    rule("maintenance_end", "end, date"),
    rule("company", "company", "name, nombre, customer, billing, contact"),
    rule("contact_name", "contact, name", "billing, technical, customer, person, full"),
    rule("contact_name", "contact, nombre", "billing, technical, customer, person, full"),
    rule("contact_name", "contact, person", "name, nombre, customer"),
    rule("contact_name", "full, name", "customer, billing"),
    rule("contact_first_name", "first name", "contact, customer, billing, technical, person"),
    rule("contact_last_name", "last name", "contact, customer, billing, technical, person"),
    rule("contact_email", "email", "address, contact, customer, billing, technical, company, person, licensee, name"),
    rule("address", "address", "billing, customer, company, contact, full"),
    rule("country", "country", "code, name, region, billing, customer, company, contact, technical"),
    rule("reseller", "partner", "name, company"),
    rule("expert_email", "partner, email", "contact, address"),
    rule("myatlassian_email", "myatlassian, email", "account, address"),
    rule("myatlassian_email", "myatlassian, account"),
    rule("holder_first_name", "holder, first name", "account, myatlassian"),
    rule("holder_last_name", "holder, last name", "account, myatlassian"),
    rule("sen", "sen", "number, license"),
    rule("notes", "notes", "license"),
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
    """The fields that a heading may mean; one word that nothing explains makes it a suggestion."""
    if len(text) > _LONGEST_HEADING:
        return WordMatch()
    concepts, unexplained = concepts_of(bare_words(text).split())
    if len(unexplained) > 1:
        return WordMatch()
    rules = [rule for rule in RULES if rule.accepts(concepts)]
    names = tuple(dict.fromkeys(rule.field for rule in rules))
    is_generic = any(rule.is_generic for rule in rules)
    return WordMatch(names, len(names) == 1 and not unexplained, is_generic)


def concepts_of(words: list[str]) -> tuple[frozenset[str], list[str]]:
    """The concepts of the words, the longest phrases first, and the words that nothing explains."""
    concepts: set[str] = set()
    unexplained: list[str] = []
    while words:
        length, meant = next_concepts(words)
        concepts.update(meant)
        if not meant:
            unexplained.append(words[0])
        words = words[length:]
    return frozenset(concepts - {_FILLER}), unexplained


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
            meant = (concept,) if concept else compound_concepts(word)
            if meant:
                return meant
    return ()


def part_concept(word: str) -> str | None:
    """The concept of a word that may be part of a compound; short ones only in Japanese."""
    if word.isascii() and len(word) < _SHORTEST_PART:
        return None
    return concept_of(word)
