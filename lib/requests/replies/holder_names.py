"""A first and a last name told apart, where only one reading is possible."""

import re

from lib.domain.text import bare_words, clean, quote
from lib.requests.replies.values import AnswerValues

ASIDES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
"""Remarks in brackets."""

_HONORIFICS = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|herr|frau|mme|mlle|monsieur|madame|sr|sra|srta)\.?\s+)+", re.IGNORECASE
)
_PARTICLES = frozenset("van von de der den del la le du di da dos das zu zur ten ter af av bin ibn al el".split())
"""Words that begin a last name."""

_NO_NAMES = frozenset(
    "department dept team office abteilung buro service equipe departamento equipo admin administrator support".split()
)
"""Words of departments and roles, which are no persons."""

_SHORTEST_CAPITALS = 3
"""Letters of a word in capitals that is no initial."""


def read_holder_name(text: str) -> AnswerValues:
    """The first and the last name of the account's holder."""
    name = _HONORIFICS.sub("", clean(ASIDES.sub(" ", text))).strip(" .,")
    has_other_signs = "@" in name or any(letter.isdigit() for letter in name)
    if not name or has_other_signs or not _NO_NAMES.isdisjoint(bare_words(name).split()):
        return AnswerValues(problem=f"{quote(text)} is not a first and a last name.")
    parts = split_name(name)
    if parts is None:
        problem = f"{quote(text)}: it is not plain which is the first name and which the last. Enter both."
        return AnswerValues(problem=problem)
    return AnswerValues.of_texts(dict(zip(("holder_first_name", "holder_last_name"), parts, strict=True)))


def split_name(name: str) -> tuple[str, str] | None:
    """The first and last name; None if that is ambiguous."""
    if name.count(",") == 1:
        return split_at_comma(name)
    words = name.replace("/", " ").split()
    if parts := split_at_capitals(words):
        return parts
    if len(words) == 2 or (len(words) > 2 and words[1] in _PARTICLES):
        return words[0], " ".join(words[1:])
    return None


def split_at_comma(name: str) -> tuple[str, str] | None:
    """The names of `Example, Ada`; None for `Ada Example, IT`, which ends in a department."""
    last, first = (part.strip() for part in name.split(","))
    if not first or (first.isupper() and not last.isupper()):
        return None
    words = last.split()
    is_last_name = len(words) == 1 or words[0] in _PARTICLES or last.isupper()
    if not is_last_name:
        return None
    return first, last


def split_at_capitals(words: list[str]) -> tuple[str, str] | None:
    """The names of `Ana María GARCÍA LÓPEZ`: in Spanish and French, capitals mark the last name."""
    in_capitals = [word.isupper() and len(word) >= _SHORTEST_CAPITALS for word in words]
    for end in range(1, len(words)):
        start, rest = in_capitals[:end], in_capitals[end:]
        if not any(start) and all(rest):
            return " ".join(words[:end]), " ".join(words[end:])
        if all(start) and not any(rest):
            return " ".join(words[end:]), " ".join(words[:end])
    return None
