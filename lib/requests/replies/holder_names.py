"""A first and a last name told apart, where only one reading is possible."""

import re

from lib.domain.customers import FORMS_AT_THE_END
from lib.domain.text import bare_words, clean, quote
from lib.requests.replies.sentence_words import SENTENCE_WORDS, names_nothing
from lib.requests.replies.values import AnswerValues
from lib.requests.replies.vocabulary import ACCOUNT, FIRST, HOLDER, LAST, NAME

ASIDES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
"""Remarks in brackets."""

_HONORIFICS = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|herr|frau|mme|mlle|monsieur|madame|sr|sra|srta)\.?\s+)+", re.IGNORECASE
)
_PARTICLES = frozenset("van von de der den del la le du di da dos das zu zur ten ter af av bin ibn al el".split())
"""Words that begin a last name."""

# Words before a role: `la directrice` is no name.
_ARTICLES = frozenset(
    "the a an our der die das ein eine unser unsere le la les un une notre el los las una nuestro nuestra".split()
)

# Words before a name; one is no first name.
_TITLES = frozenset("dr prof ing dipl mag doctor professor herr frau mr mrs ms miss mme m sr sra".split())

# Words of departments and roles, which are no persons.
_ROLES = frozenset(
    "department dept team teams office abteilung buro service services equipe departamento equipo admin admins administrator administrators support it "
    "helpdesk desk group gruppe groupe grupo manager management owner ceo cto cio boss chef direktor director directora directeur directrice jefe jefa patron leiter leiterin geschaftsfuhrer geschaftsfuhrung einkauf purchasing "
    "accounting buchhaltung informatique dsi edv sistemas sysadmin webmaster info sales administrador administradora responsable responsible verantwortlicher wenigkeit selbst customer marketing legal einkaufsabteilung nobody somebody someone anyone".split()
)

_LABELS = FIRST | LAST | NAME | HOLDER | ACCOUNT
"""Words of the question, which some repeat instead of a name."""

_LEGAL_FORM = re.compile(FORMS_AT_THE_END)
_LEAST_WORDS = 2
"""Words of a first and a last name."""

# Letters of a word in capitals that is no initial.
_SHORTEST_CAPITALS = 3


def read_holder_name(text: str) -> AnswerValues:
    """The first and the last name of the account's holder."""
    name = _HONORIFICS.sub("", clean(ASIDES.sub(" ", text))).strip(" .,")
    if not name or not is_name(name):
        return AnswerValues(problem=f"{quote(text)} is not a first and a last name.")
    parts = split_name(name)
    if parts is None:
        problem = f"{quote(text)}: it is unclear which is the first name and which the last. Enter both."
        return AnswerValues(problem=problem)
    return AnswerValues.of_texts(dict(zip(("holder_first_name", "holder_last_name"), parts, strict=True)))


def is_name(text: str) -> bool:
    """Whether a text may be a person's name, rather than an address, a role or a sentence."""
    if "@" in text or any(letter.isdigit() for letter in text) or names_nothing(text):
        return False
    words = bare_words(text).split()
    if _LEGAL_FORM.search(" ".join(words)) or _LABELS.issuperset(words):
        return False
    # A title leaves one name, and nobody can tell which.
    is_one_name = len(words) <= _LEAST_WORDS and not _TITLES.isdisjoint(words)
    # `Will Smith` has a word of sentences, but in capitals.
    in_small_letters = [bare_words(word) for word in text.split() if word.islower() and word not in _PARTICLES]
    if words[0] in _ARTICLES and text[0].islower():
        return False
    return not is_one_name and _ROLES.isdisjoint(words) and SENTENCE_WORDS.isdisjoint(in_small_letters)


def split_name(name: str) -> tuple[str, str] | None:
    """The first and last name; None if that is ambiguous."""
    if name.count(",") == 1:
        return split_at_comma(name)
    words = name.replace("/", " ").split()
    if parts := split_at_capitals(words):
        return parts
    if len(words) == 2 or (len(words) > 2 and words[1].casefold() in _PARTICLES):
        return words[0], " ".join(words[1:])
    return None


def split_at_comma(name: str) -> tuple[str, str] | None:
    """The names of `Example, Ada`; None for `Ada Example, IT`."""
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
