"""Customers that are probably one, though their names differ: by likeness of names, and by mail domains that both write from.

A person decides. No two names are compared that do not share a domain, a word in front, all words but that, or all words in
some order, so that fifty thousand customers take seconds.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from rapidfuzz import fuzz, process

from lib.domain.customers import LEGAL_FORM
from lib.domain.mail_domains import domain_label, is_free
from lib.domain.text import bare_words

ALIKE = 92
"""From this likeness (0 to 100) names say by themselves that two customers may be one."""

ALIKE_APART = 96
"""The same where both write from domains of their own, and from none that is the other's."""

SIMILAR = 80
"""The same of customers that write from one domain."""

MANY_NAMES = 10
"""A domain of customers with more different names than these is somebody's who serves them all."""

_BLOCK = 300
"""Names that are compared each with each, at most."""

_TELLING_NOTHING = re.compile(rf"{LEGAL_FORM}|\b(?:pvt|private|the|and|und|et|y|of)\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a customer is compared by: its key, the commonest spelling of its name, and the mail domains of its contacts."""

    customer: str
    name: str
    licenses: int
    domains: frozenset[str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """That `customer` may be the same as `into`, which has no fewer licenses; `why` says it in words.

    `score` is up to 90 for likeness of names alone, and up to 100 where they share a domain besides.
    """

    customer: str
    name: str
    licenses: int
    into: str
    into_name: str
    into_licenses: int
    score: int
    why: str


@dataclass(frozen=True, slots=True)
class _Likeness:
    score: int
    why: str


_Pairs = dict[tuple[int, int], _Likeness]


def similar_pairs(customers: Sequence[Candidate], resellers: Collection[str]) -> list[Suggestion]:
    """The pairs of customers that are probably one, the likeliest first; `resellers` are domains that join nobody."""
    ranked = sorted(customers, key=lambda known: (-known.licenses, known.customer))
    names = [_bare(known.customer) for known in ranked]
    domains = _joining(ranked, names, resellers)
    found = _by_name(ranked, names, _domains_of(domains, len(ranked)))
    found |= _by_domain(ranked, names, domains)
    told = [_suggestion(ranked[one], ranked[other], likeness) for (one, other), likeness in found.items()]
    return sorted(told, key=lambda one: (-one.score, -one.licenses, -one.into_licenses, one.customer, one.into))


def _suggestion(into: Candidate, known: Candidate, likeness: _Likeness) -> Suggestion:
    return Suggestion(
        customer=known.customer,
        name=known.name,
        licenses=known.licenses,
        into=into.customer,
        into_name=into.name,
        into_licenses=into.licenses,
        score=likeness.score,
        why=likeness.why,
    )


def _bare(customer: str) -> str:
    """The words of a customer's name that tell it from others; of an address, which stands for no name, its domain's."""
    if _is_unnamed(customer):
        return bare_words(domain_label(customer.rpartition("@")[2]))
    return " ".join(_TELLING_NOTHING.sub("", customer).split()) or customer


def _is_unnamed(customer: str) -> bool:
    return "@" in customer


def _joining(ranked: Sequence[Candidate], names: Sequence[str], resellers: Collection[str]) -> dict[str, list[int]]:
    """The domains that tell whose customer somebody is, with their customers."""
    members: dict[str, list[int]] = defaultdict(list)
    for place, known in enumerate(ranked):
        for domain in known.domains:
            members[domain].append(place)
    return {
        domain: places
        for domain, places in members.items()
        if domain not in resellers and not is_free(domain) and len({names[place] for place in places}) <= MANY_NAMES
    }


def _domains_of(joining: Mapping[str, Sequence[int]], count: int) -> list[set[str]]:
    found: list[set[str]] = [set() for _ in range(count)]
    for domain, places in joining.items():
        for place in places:
            found[place].add(domain)
    return found


def _by_domain(ranked: Sequence[Candidate], names: Sequence[str], joining: Mapping[str, Sequence[int]]) -> _Pairs:
    found: _Pairs = {}
    for domain, places in joining.items():
        for one, other in _within(places, names):
            unnamed = _is_unnamed(ranked[one].customer) or _is_unnamed(ranked[other].customer)
            likeness, why = _similar(names[one], names[other], unnamed=unnamed)
            if likeness >= SIMILAR:
                found[one, other] = _Likeness(round(50 + likeness / 2), f"Same email domain, {domain}; {why}")
    return found


def _within(places: Sequence[int], names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of places: the first of each name with the first of each other, and with all of the same name."""
    firsts: dict[str, int] = {}
    for place in places:
        first = firsts.setdefault(names[place], place)
        if first != place:
            yield first, place
    among = list(firsts.values())
    for number, one in enumerate(among):
        for other in among[number + 1 :]:
            yield one, other


def _by_name(ranked: Sequence[Candidate], names: Sequence[str], domains: Sequence[set[str]]) -> _Pairs:
    named = [place for place, known in enumerate(ranked) if names[place] and not _is_unnamed(known.customer)]
    found: _Pairs = {}
    for pair in chain(*(_same(named, [text(name) for name in names]) for text in (_in_order, _letters))):
        found[pair] = _Likeness(90, _in_words(100, *(names[place] for place in pair)).capitalize())
    for one, other, likeness in _near(named, names):
        apart = domains[one] and domains[other] and not domains[one] & domains[other]
        if (one, other) not in found and likeness >= (ALIKE_APART if apart else ALIKE):
            found[one, other] = _Likeness(
                round(likeness * 0.9), _in_words(likeness, names[one], names[other]).capitalize()
            )
    return found


def _same(places: Iterable[int], texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first place of each text with all others that have it."""
    firsts: dict[str, int] = {}
    for place in places:
        first = firsts.setdefault(texts[place], place)
        if first != place:
            yield first, place


def _near(places: Iterable[int], names: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Pairs of places whose names are alike, and how much (0 to 100)."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for name, place in {names[place]: place for place in reversed([*places])}.items():
        for block in _blocks(name):
            blocks[block].append(place)
    for members in blocks.values():
        members.sort(key=lambda place: names[place])
        for start in range(0, len(members), _BLOCK):
            yield from _alike(members[start : start + _BLOCK], names)


def _blocks(name: str) -> Iterator[str]:
    """What names must share to be compared: their numbers, and the first word, or all others, or how a single one begins."""
    first, _, others = name.partition(" ")
    numbers = " ".join(word for word in name.split() if not word.isalpha())
    yield f"{numbers}/{first} " if others else f"{numbers}/{first[:2]}"
    if others:
        yield f"{numbers}/{first[0]} {others}"


def _alike(places: Sequence[int], texts: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    if len(places) < 2:
        return
    compared = [texts[place] for place in places]
    scores = process.cdist(compared, compared, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8)
    for one, other in np.argwhere(np.triu(scores, 1)).tolist():
        first, second = sorted((places[one], places[other]))
        yield first, second, int(scores[one, other])


def _similar(one: str, other: str, *, unnamed: bool) -> tuple[int, str]:
    """How alike the names of customers of one domain are (0 to 100), and that in words."""
    if unnamed and one != other:
        return SIMILAR, "one of them has no name"
    if _is_short_for(one, other) or _is_short_for(other, one):
        return SIMILAR, "one name is short for the other"
    scores = (
        fuzz.token_sort_ratio(one, other),
        fuzz.token_set_ratio(one, other),
        fuzz.ratio(*map(_letters, (one, other))),
    )
    likeness = int(max(scores))
    if likeness == 100 and scores[0] < 100 and scores[2] < 100:
        return max(SIMILAR, int(50 + scores[0] / 2)), "one name is part of the other"
    return likeness, _in_words(likeness, one, other)


def _is_short_for(short: str, name: str) -> bool:
    words = name.split()
    return len(words) > 1 and short == "".join(word[0] for word in words)


def _in_order(name: str) -> str:
    return " ".join(sorted(name.split()))


def _letters(name: str) -> str:
    return name.replace(" ", "")


def _in_words(likeness: int, one: str, other: str) -> str:
    if one == other:
        return "names that differ in legal form only"
    if _in_order(one) == _in_order(other):
        return "the same words in another order"
    if _letters(one) == _letters(other):
        return "the same name, spaced otherwise"
    return f"names {likeness} % alike"
