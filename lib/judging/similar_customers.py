"""Customers that are probably one though their names differ: their names are alike, or both write from one mail domain.

A person decides. Only names that share a domain, a first word, all other words, or all words in any order are compared,
so that fifty thousand customers take seconds.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lib.domain.customers import LEGAL_FORM, anchor_of_customer, name_of_customer
from lib.domain.mail_domains import domain_label, domain_of, is_free
from lib.domain.text import bare_words
from lib.judging.name_likeness import (
    ALIKE,
    SIMILAR,
    describe_likeness,
    letters,
    likeness_within_domain,
    near_pairs,
    sorted_words,
)

ALIKE_APART = 96
"""`ALIKE` for two customers that write from domains of their own."""

MANY_NAMES = 10
"""A domain shared by more names than these belongs to somebody who serves them all, such as a reseller."""

SAME_NAME_AND_COUNTRY, SAME_NAME, SAME_NAME_BUT = 95, 85, 55
"""The scores of two customers of the same name: in the same country, with nothing else known, with something against it."""

_MEANINGLESS = re.compile(rf"{LEGAL_FORM}|\b(?:pvt|private|the|and|und|et|y|of)\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a customer is compared by: its key, the commonest spelling of its name, its contacts' mail domains, countries."""

    customer: str
    name: str
    licenses: int
    domains: frozenset[str]
    countries: frozenset[str] = frozenset()

    @property
    def is_unnamed(self) -> bool:
        """Whether an address or a license stands for the customer's name."""
        return not name_of_customer(self.customer)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """That `customer` may be the same as `into`, which has no fewer licenses; `why` explains it in words.

    `score` is up to 90 for likeness of names alone, 95 for the same name in the same country with nothing against it, and
    up to 100 for customers that share a domain besides. `is_strong` is that of `Likeness`.
    """

    customer: str
    name: str
    licenses: int
    into: str
    into_name: str
    into_licenses: int
    score: int
    why: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """How probable it is that two customers are one (0 to 100), and why in words.

    It is strong if more than the name says so and nothing speaks against it.
    """

    score: int
    why: str
    is_strong: bool = False


Pair = tuple[int, int]
"""The places of two customers among the ranked ones, the smaller place first."""


def similar_pairs(customers: Sequence[Candidate], resellers: Collection[str]) -> list[Suggestion]:
    """The pairs of customers that are probably one, the likeliest first; `resellers` are domains to disregard."""
    ranked = sorted(customers, key=lambda candidate: (-candidate.licenses, candidate.customer))
    names = [comparable_name(candidate) for candidate in ranked]
    members = members_of_domains(ranked, names, resellers)
    by_name = pairs_by_name(ranked, names, own_domains(members, len(ranked)))
    # A shared domain says more than the names alone, so its score and its words replace theirs.
    likenesses = by_name | pairs_by_domain(ranked, names, members)
    suggestions = [suggest(ranked[one], ranked[other], likeness) for (one, other), likeness in likenesses.items()]
    return sorted(suggestions, key=_rank)


def _rank(suggestion: Suggestion) -> tuple[int, int, int, str, str]:
    sizes = (-suggestion.score, -suggestion.licenses, -suggestion.into_licenses)
    return (*sizes, suggestion.customer, suggestion.into)


def suggest(into: Candidate, candidate: Candidate, likeness: Likeness) -> Suggestion:
    """The suggestion that a customer is the same as another."""
    return Suggestion(
        customer=candidate.customer,
        name=candidate.name,
        licenses=candidate.licenses,
        into=into.customer,
        into_name=into.name,
        into_licenses=into.licenses,
        score=likeness.score,
        why=likeness.why,
        is_strong=likeness.is_strong,
    )


def comparable_name(candidate: Candidate) -> str:
    """The words that tell a customer's name from others; for an unnamed one, those of its mail domain."""
    name = name_of_customer(candidate.customer)
    if not name:
        return bare_words(domain_label(domain_of(candidate.customer)))
    return " ".join(_MEANINGLESS.sub("", name).split()) or name


def members_of_domains(
    ranked: Sequence[Candidate], names: Sequence[str], resellers: Collection[str]
) -> dict[str, list[int]]:
    """The customers of each mail domain that belongs to one firm."""
    members: dict[str, list[int]] = defaultdict(list)
    for place, candidate in enumerate(ranked):
        for domain in candidate.domains:
            members[domain].append(place)
    shared = [domain for domain, places in members.items() if count_names(names, places) > MANY_NAMES]
    ignored = {*shared, *resellers, *filter(is_free, members)}
    return {domain: places for domain, places in members.items() if domain not in ignored}


def count_names(names: Sequence[str], places: Iterable[int]) -> int:
    """How many different names stand at some places."""
    return len({names[place] for place in places})


def own_domains(members: Mapping[str, Sequence[int]], count: int) -> list[set[str]]:
    """The domains of each customer, without free ones and those of resellers."""
    domains: list[set[str]] = [set() for _ in range(count)]
    for domain, places in members.items():
        for place in places:
            domains[place].add(domain)
    return domains


def pairs_by_domain(
    ranked: Sequence[Candidate], names: Sequence[str], members: Mapping[str, Sequence[int]]
) -> dict[Pair, Likeness]:
    """The pairs of customers that share a domain and have similar names."""
    likenesses = {}
    for domain, places in members.items():
        for one, other in pairs_within(places, names):
            similarity, why = SIMILAR, "one of them has no name"
            is_unnamed = ranked[one].is_unnamed or ranked[other].is_unnamed
            if not is_unnamed or names[one] == names[other]:
                similarity, why = likeness_within_domain(names[one], names[other])
            if similarity >= SIMILAR:
                score = round(50 + similarity / 2)
                is_strong = not is_unnamed and names[one] == names[other]
                likenesses[one, other] = Likeness(score, f"Same email domain, {domain}; {why}", is_strong)
    return likenesses


def pairs_within(places: Sequence[int], names: Sequence[str]) -> Iterator[Pair]:
    """Pairs of places: each name's first with its others, and with every other name's first."""
    yield from pairs_of_equals(places, names.__getitem__)
    firsts = sorted({names[place]: place for place in reversed(places)}.values())
    for number, one in enumerate(firsts):
        for other in firsts[number + 1 :]:
            yield one, other


def pairs_by_name(
    ranked: Sequence[Candidate], names: Sequence[str], domains: Sequence[set[str]]
) -> dict[Pair, Likeness]:
    """The pairs of customers whose names are alike."""
    places = [place for place, candidate in enumerate(ranked) if names[place] and not candidate.is_unnamed]
    likenesses = {}
    for normal_form in (sorted_words, letters):
        forms = [normal_form(name) for name in names]
        for one, other in pairs_of_equals(places, forms.__getitem__):
            likenesses[one, other] = Likeness(90, describe_likeness(100, names[one], names[other]).capitalize())
    likenesses |= pairs_of_namesakes(ranked, places, domains)
    for one, other, likeness in near_pairs(places, names):
        if (one, other) not in likenesses and likeness >= lowest_likeness(domains[one], domains[other]):
            why = describe_likeness(likeness, names[one], names[other]).capitalize()
            likenesses[one, other] = Likeness(round(likeness * 0.9), why)
    return likenesses


def pairs_of_namesakes(
    ranked: Sequence[Candidate], places: Iterable[int], domains: Sequence[set[str]]
) -> dict[Pair, Likeness]:
    """The pairs of customers that have the same name."""
    bare_names = {place: name_of_customer(ranked[place].customer) for place in places}
    with_addresses: Counter[tuple[str, str]] = Counter()
    for place, name in bare_names.items():
        if domains[place] or is_private(ranked[place]):
            with_addresses.update((name, country) for country in ranked[place].countries)
    likenesses = {}
    for one, other in pairs_of_equals(bare_names, bare_names.__getitem__):
        likeness = likeness_of_namesakes(ranked[one], ranked[other], domains[one], domains[other])
        shared = ranked[one].countries & ranked[other].countries
        if likeness.is_strong and max(with_addresses[bare_names[one], country] for country in shared) > 1:
            likeness = Likeness(SAME_NAME, "Same name and country, but other customers of that name are there too")
        likenesses[one, other] = likeness
    return likenesses


def is_private(candidate: Candidate) -> bool:
    """Whether a customer is known by an address at a free mail provider."""
    return anchor_of_customer(candidate.customer).startswith("~")


def likeness_of_namesakes(one: Candidate, other: Candidate, domains: set[str], others: set[str]) -> Likeness:
    """How probable it is that customers of the same name are one; `domains` and `others` are their own mail domains."""
    against = []
    if domains and others and domains.isdisjoint(others):
        against.append(f"different email domains ({min(domains)}, {min(others)})")
    if is_private(one) and is_private(other):
        against.append("different addresses at free mail providers")
    if one.countries and other.countries and one.countries.isdisjoint(other.countries):
        against.append(f"different countries ({min(one.countries)}, {min(other.countries)})")
    shared = one.countries & other.countries
    words = f"Same name and country ({min(shared)})" if shared else "Same name"
    if against:
        return Likeness(SAME_NAME_BUT + 10 * bool(shared), f"{words}, but {' and '.join(against)}")
    if shared:
        return Likeness(SAME_NAME_AND_COUNTRY, f"{words}, and nothing against it", is_strong=True)
    return Likeness(SAME_NAME, f"{words}; nothing else is known")


def lowest_likeness(domains: set[str], others: set[str]) -> int:
    """From which likeness on names alone suggest that customers with these mail domains are one."""
    is_apart = domains and others and domains.isdisjoint(others)
    return ALIKE_APART if is_apart else ALIKE


def pairs_of_equals(places: Iterable[int], text_at: Callable[[int], str]) -> Iterator[Pair]:
    """The first place of each text with all others that have the same."""
    firsts: dict[str, int] = {}
    for place in places:
        first = firsts.setdefault(text_at(place), place)
        if first != place:
            yield first, place
