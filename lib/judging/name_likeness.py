"""How alike names of customers are, given as bare words, and which names are worth comparing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

ALIKE = 92
"""From this likeness (0 to 100) names alone suggest that two customers are one."""

SIMILAR = 80
"""The same for customers that share a mail domain."""

_BLOCK = 300
"""Names that are compared each with each, at most."""


def sorted_words(name: str) -> str:
    """The words of a name in the order of the alphabet."""
    return " ".join(sorted(name.split()))


def letters(name: str) -> str:
    """A name without its spaces."""
    return name.replace(" ", "")


def is_initials_of(short: str, name: str) -> bool:
    """Whether a name consists of the first letters of another's words."""
    words = name.split()
    return len(words) > 1 and short == "".join(word[0] for word in words)


def describe_likeness(likeness: int, one: str, other: str) -> str:
    """What two names have in common, in words."""
    if one == other:
        return "the same name, legal form aside"
    if sorted_words(one) == sorted_words(other):
        return "the same words in another order"
    if letters(one) == letters(other):
        return "the same name, spaced otherwise"
    return f"names {likeness} % alike"


def likeness_within_domain(one: str, other: str) -> tuple[int, str]:
    """How alike the names of two customers with one mail domain are (0 to 100), and why in words."""
    if is_initials_of(one, other) or is_initials_of(other, one):
        return SIMILAR, "one name is short for the other"
    in_any_order = fuzz.token_sort_ratio(one, other)
    without_spaces = fuzz.ratio(letters(one), letters(other))
    likeness = int(max(in_any_order, without_spaces, fuzz.token_set_ratio(one, other)))
    # Only the ratio of word sets can be 100 for different names: all words of one are then among the other's.
    if likeness == 100 and in_any_order < 100 and without_spaces < 100:
        return max(SIMILAR, int(50 + in_any_order / 2)), "one name is part of the other"
    return likeness, describe_likeness(likeness, one, other)


def near_pairs(places: Sequence[int], names: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Pairs of places whose different names are alike, and how much (0 to 100)."""
    for block in comparable_blocks(places, names):
        for start in range(0, len(block), _BLOCK):
            yield from _alike(block[start : start + _BLOCK], names)


def comparable_blocks(places: Sequence[int], names: Sequence[str]) -> list[list[int]]:
    """The first place of each name, in blocks of names that share a key, in the order of the alphabet."""
    # The reversed order lets a name's first place win over those after it.
    first_places = {names[place]: place for place in reversed(places)}
    blocks: dict[str, list[int]] = defaultdict(list)
    for name, place in first_places.items():
        for key in block_keys(name):
            blocks[key].append(place)
    return [sorted(block, key=names.__getitem__) for block in blocks.values()]


def block_keys(name: str) -> Iterator[str]:
    """What names must share to be compared: numbers, and the first word or the others, or how a single word begins."""
    first, _, others = name.partition(" ")
    numbers = " ".join(word for word in name.split() if not word.isalpha())
    if not others:
        yield f"{numbers}/{first[:2]}"
        return
    yield f"{numbers}/{first} "
    yield f"{numbers}/{first[0]} {others}"


def _alike(block: Sequence[int], names: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    if len(block) < 2:
        return
    texts = [names[place] for place in block]
    scores = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8)
    # The scores are symmetric, so that the half above the diagonal has each pair once.
    for one, other in np.argwhere(np.triu(scores, 1)).tolist():
        first, second = sorted((block[one], block[other]))
        yield first, second, int(scores[one, other])
