"""An answer as a customer writes it, read as the values of its item's fields."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.domain.licenses import COLUMNS
from lib.domain.text import bare_words, clean, quote
from lib.reading.cells import Misread, read_country, read_yes_no
from lib.reading.headings import reader_for
from lib.requests.replies.labels import CONDITIONS, YES_NO

_MAIL = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"'@]+[^\s<>()\[\]:;,\"'@.!?]")
_NONE = frozenset(
    map(
        bare_words,
        "none|no|n/a|na|not applicable|we have none|i have none|we don't have one|no expert|keinen|keiner|keine|nein|haben wir nicht"
        "|nicht vorhanden|entfällt|aucun|aucune|non|nous n'en avons pas|sans objet|néant|ninguno|ninguna|no tenemos|no aplica|no hay|-|–"
        "|/|no tenemos ninguno|wir haben keinen|we do not have one|pas d'expert|kein experte".split("|"),
    )
)
_YES = frozenset(
    "yes yep yeah ja jawohl oui si agree agreed agrees accept accepted confirm confirmed confirming correct ok okay einverstanden "
    "bestatigt bestatige bestatigen stimme stimmen accord confirme confirmons accepte acceptons acuerdo confirmo confirmamos "
    "confirmado acepto aceptamos korrekt richtig absolutely sure naturlich certainement claro acknowledge acknowledged using "
    "nutzen nutze verwenden utilisons utilise usamos uso".split()
)
_NO = frozenset(
    "no not nein nicht kein keine keinen non pas don cannot can't never nie jamais nunca refuse decline declined disagree tampoco".split()
)
_CLOUD_ASIDE = re.compile(
    r"(?:\b(?:and|und|et|y) )?\b(?:not|nicht|pas|no|non|kein|keine) (?:(?:on|in|sur|dans|en|le|la|the|der|die|of|von|auf) )*(?:atlassian )?cloud\b"
)
_IF = re.compile(r"\bsi\b(?=\s+\w)")
_NO_PROBLEM = re.compile(r"\b(?:no|kein|pas de|sin|ningun) (?:problem|worr|object|einw|inconven|soucis)")
_HONORIFICS = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|herr|frau|mme|mlle|monsieur|madame|sr|sra|srta)\.?\s+)+", re.IGNORECASE
)
_PARTICLES = frozenset("van von de der den del la le du di da dos das zu zur ten ter af av bin ibn al el".split())
_BETWEEN = re.compile(r"[;,\n]|\s(?:and|und|et|y|&|\+)\s")
_ASIDES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_OF_PRODUCT = re.compile(
    r"[\s:–-]*(?:\b(?:for|für|pour|para|wireframes|mockups|balsamiq|confluence|jira|server|plugin)\b[\s:–-]*)+$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"^(?:[-*•·]\s+)?(?:(?:wireframes|mockups|balsamiq|for|für|pour|para|confluence|jira|server|plugin)\b[\s:–-]+)*",
    re.IGNORECASE,
)
_PART = re.compile(r"[,;\n]|\s[-–]\s")
_UNITED = frozenset("us usa u.s.a. u.s. uk u.k.".split())
_STATES = frozenset(("georgia",))
_MOST_WORDS = 4
_LONGEST = 1_000
"""Letters of an answer."""


@dataclass(frozen=True, slots=True)
class AnswerValues:
    """What an answer says: the texts and values by field, or a sentence if it cannot be read, wholly or in part."""

    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None


def read_answers(item: str, text: str) -> Iterator[AnswerValues]:
    """The answers that a text gives to an item or a part of one: one, or one for each license key."""
    if len(text) > _LONGEST:
        yield AnswerValues(problem=f"{quote(text)} is too long to be an answer. Read it, and enter what is meant.")
    elif item == "license_key":
        yield from map(_key, _keys(text))
    elif item in YES_NO:
        yield _yes_no(item, text)
    else:
        yield _READ.get(item, _plain)(item, text)


def looks_like_answer(item: str, text: str) -> bool:
    """Whether a text that does not stand right at its question looks like an answer to it."""
    words = len(clean(text).split())
    if len(text) > _LONGEST:
        return False
    if item in ("myatlassian_email", "expert_email"):
        return "@" in text or bare_words(text) in _NONE
    if item in YES_NO:
        return _yes_no(item, text).problem is None
    if item == "license_key":
        return words <= _MOST_WORDS and any(letter.isdigit() for letter in text)
    if item in ("address", "company"):
        return words <= 15 and not text.rstrip().endswith((".", ":", "?", "!"))
    if item in ("hosting", "editors", "host_tier"):
        return _plain(item, text).problem is None
    return words <= _MOST_WORDS and not text.rstrip().endswith((":", "?", "!", ","))


def _of(name: str, text: str) -> AnswerValues:
    value = reader_for(COLUMNS[name])(text)
    if isinstance(value, Misread):
        return AnswerValues(problem=value.message)
    if value is None or value == "":
        return AnswerValues(problem=f"{quote(text)} says that there is none, which a request cannot do without.")
    return AnswerValues({name: text}, {name: value})


def _plain(name: str, text: str) -> AnswerValues:
    return _of(name, clean(text))


def _yes_no(item: str, text: str) -> AnswerValues:
    meant = read_yes_no(text)
    if isinstance(meant, Misread):
        words = _CLOUD_ASIDE.sub("", bare_words(text)).split()
        yes, no = bool({*words} & _YES), bool({*words} & _NO)
        if {*words} & CONDITIONS or _IF.search(clean(text).casefold()):
            return AnswerValues(problem=f"{quote(text)} sets a condition. Read it, and enter what is meant.")
        if yes and no and (words[0] in _YES or _NO_PROBLEM.search(bare_words(text))):
            return AnswerValues(problem=f"{quote(text)} says both yes and no. Read it, and enter what is meant.")
        meant = not no if yes or no else meant
    if isinstance(meant, bool):
        return AnswerValues({item: "yes" if meant else "no"}, {item: meant})
    return AnswerValues(problem=f"{quote(text)} says neither yes nor no. Read it, and enter what is meant.")


def _keys(text: str) -> list[str]:
    bare = (_OF_PRODUCT.sub("", _ASIDES.sub(" ", part)).strip() for part in _BETWEEN.split(text))
    parts = (_BEFORE.sub("", part).strip(" .\t\"'“”„") for part in bare)
    return [part for part in parts if part] or [text]


def _key(text: str) -> AnswerValues:
    if len(text.split()) > 1:
        return AnswerValues(problem=f"{quote(text)} has spaces in it. Say which part of it is the license key.")
    return _of("license_key", text)


def _email(item: str, text: str) -> AnswerValues:
    if item == "expert_email" and bare_words(text) in _NONE:
        return AnswerValues({item: ""}, {item: ""})
    found = {address.casefold(): address for address in map(_bare, _MAIL.findall(text))}
    return _of(item, next(iter(found.values())) if len(found) == 1 else clean(text))


def _bare(address: str) -> str:
    return address.removeprefix("mailto:").strip("*_")


def _name(item: str, text: str) -> AnswerValues:
    name = _HONORIFICS.sub("", clean(_ASIDES.sub(" ", text))).strip(" .,")
    if "@" in name or any(letter.isdigit() for letter in name) or not name:
        return AnswerValues(problem=f"{quote(text)} is not a first and a last name.")
    if (parted := _parted(name)) is None:
        return AnswerValues(
            problem=f"{quote(text)}: it is not plain which is the first name and which the last. Enter both."
        )
    told = dict(zip(("holder_first_name", "holder_last_name"), parted, strict=True))
    return AnswerValues(told, dict(told))


def _parted(name: str) -> tuple[str, str] | None:
    """The first name and the last, if it is plain which is which."""
    if name.count(",") == 1:
        last, first = (part.strip() for part in name.split(","))
        is_plain = first and (len(last.split()) == 1 or last.split()[0] in _PARTICLES or last.isupper())
        return (first, last) if is_plain and (last.isupper() or not first.isupper()) else None
    words = name.replace("/", " ").split()
    shouted = [word.isupper() and len(word) > 2 for word in words]
    for at in range(1, len(words)):
        if not any(shouted[:at]) and all(shouted[at:]):
            return " ".join(words[:at]), " ".join(words[at:])
        if all(shouted[:at]) and not any(shouted[at:]):
            return " ".join(words[at:]), " ".join(words[:at])
    if len(words) == 2 or (len(words) > 2 and words[1] in _PARTICLES):
        return words[0], " ".join(words[1:])
    return None


def _address(item: str, text: str) -> AnswerValues:
    written = text.strip(" .,;\n")
    last = _PART.split(written)[-1]
    country, address = clean(last), _on_one_line(written[: len(written) - len(last)])
    code = read_country(country)
    if isinstance(code, Misread) or not code or not _is_plain(country):
        whole = _on_one_line(written)
        if not whole:
            return AnswerValues(problem=f"{quote(text)} is not an address.")
        return AnswerValues({"address": whole}, {"address": whole}, _without_country(country))
    told = {"country": country}
    if not address:
        return AnswerValues(told, {"country": code}, f"{quote(text)} is a country without an address.")
    return AnswerValues({"address": address, **told}, {"address": address, "country": code})


def _on_one_line(text: str) -> str:
    return clean(re.sub(r"\s*,?\s*\n\s*", ", ", text.strip(" ,;\n-–")))


def _is_plain(country: str) -> bool:
    """Two letters may as well be a state or a province, and so may some names."""
    return (len(country) > 3 or country.casefold() in _UNITED) and country.casefold() not in _STATES


def _without_country(end: str) -> str:
    last = end.split()[-1]
    code = read_country(end if len(end) <= 3 or end.casefold() in _STATES else last)
    if isinstance(code, str) and code:
        return f"The address ends in {quote(end)}. Say which country that is."
    return "The address names no country that we know at its end. Ask for it, or enter it."


_READ: dict[str, Callable[[str, str], AnswerValues]] = {
    "myatlassian_email": _email,
    "expert_email": _email,
    "holder_name": _name,
    "address": _address,
}


def join_lines(lines: Sequence[str]) -> str:
    """The lines of an answer as one text."""
    return "\n".join(line.strip() for line in lines)
