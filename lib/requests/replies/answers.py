"""A customer's answer to one item, read as the values of the item's fields."""

import re
from collections.abc import Callable, Iterator, Sequence

from lib.domain.customers import FORMS_AT_THE_END, organisation_key
from lib.domain.text import bare_words, clean, quote
from lib.requests.replies.addresses import read_address
from lib.requests.replies.consent import NO_WORDS, read_consent
from lib.requests.replies.holder_names import ASIDES, read_holder_name
from lib.requests.replies.items import YES_NO
from lib.requests.replies.sentence_words import is_remark, is_sentence, names_nothing
from lib.requests.replies.values import AnswerValues, read_field
from lib.requests.replies.vocabulary import ACCOUNT, ATLASSIAN, COMPANY, DOUBTS, EXPERT, word_set

_EMAIL = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"'@]+[^\s<>()\[\]:;,\"'@.!?]")
# Words that say there is no Expert.
_NOBODY_WORDS = word_set(
    "none no not na n a applicable any we i have don t do one an atlassian expert experts nobody "
    "keinen keiner keine kein nein haben wir nicht vorhanden entfallt ich habe experte experten niemand einen "
    "aucun aucune non nous ne en avons pas sans objet neant expert je j ai d "
    "ninguno ninguna no tenemos tengo aplica hay experto nadie procede"
)

# Words beside an address that may not be the one.
_UNCERTAIN = (
    NO_WORDS
    | DOUBTS
    | word_set(
        "old former formerly previous previously past instead wrong longer was used or expired invalid unused "
        "alt alte alten alter fruher fruhere statt stattdessen falsch mehr war oder ungultig veraltet "
        "ancien ancienne auparavant faux fausse plus etait ou invalide antiguo antigua anterior equivocado equivocada era o ya invalido"
    )
)

_KEY_SEPARATOR = re.compile(r"[;,\n]|\s(?:and|und|et|y|&|\+)\s")
_PRODUCT_AFTER = re.compile(
    r"[\s:–-]*(?:\b(?:for|für|pour|para|wireframes|mockups|balsamiq|confluence|jira|server|plugin)\b[\s:–-]*)+$",
    re.IGNORECASE,
)
_PRODUCT_BEFORE = re.compile(
    r"^(?:[-*•·]\s+)?(?:(?:wireframes|mockups|balsamiq|for|für|pour|para|confluence|jira|server|plugin)\b[\s:–-]+)*",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(FORMS_AT_THE_END)
_NO_COMPANY = re.compile(r"@|^(?:https?:|www\.)|^[\W\d_]*$", re.IGNORECASE)
"""Addresses and numbers."""

# An article of a sentence; a name's own is written large.
_ARTICLE = re.compile(r"^(?:the|die|der|das|la|le|les|el|los|las)\s+(?=[A-ZÄÖÜÉ0-9])")

_WITH_ADDRESS = re.compile(r",.*\d.*,|,.*,.*\d")
"""Three parts, of which one behind the first has a number."""

_ABBREVIATION = re.compile(r"\b(?:inc|ltd|corp|co|bros|pty|etc|\w\.\w)\.$", re.IGNORECASE)
_MOST_WORDS = 4
"""Words of a key or a name."""

_MOST_ADDRESS_WORDS = 15
_MOST_LETTERS = 1_000
"""Letters of an answer."""


def read_answers(item: str, text: str) -> Iterator[AnswerValues]:
    """The answers to an item or a part of one: one, or one for each license key."""
    if len(text) > _MOST_LETTERS:
        yield AnswerValues(problem=f"{quote(text)} is too long to be an answer. Read it, and enter what is meant.")
    elif item == "license_key":
        yield from map(read_license_key, split_keys(text))
    else:
        yield read_item(item, text)


def read_item(item: str, text: str) -> AnswerValues:
    """The answer to any item but the license key."""
    if item in YES_NO:
        return read_consent(item, text)
    if names_nothing(text) and not is_none(item, text):
        return AnswerValues(
            problem=f"{quote(text)} is not an answer by itself. Read the email, and enter what is meant."
        )
    if item in _READERS:
        return _READERS[item](text)
    return read_field(item, clean(text))


def is_none(item: str, text: str) -> bool:
    """Whether a text says that there is none, where that is an answer."""
    return item == "expert_email" and _NOBODY_WORDS.issuperset(bare_words(text).split())


def looks_like_answer(item: str, text: str) -> bool:
    """Whether a text away from its question looks like its answer."""
    words = len(clean(text).split())
    if len(text) > _MOST_LETTERS:
        return False
    if item in ("myatlassian_email", "expert_email"):
        return "@" in text or is_none("expert_email", text)
    if item in (*YES_NO, "hosting", "editors", "host_tier"):
        return read_item(item, text).problem is None
    if item == "license_key":
        return words <= _MOST_WORDS and any(letter.isdigit() for letter in text)
    if item in ("address", "company"):
        return words <= _MOST_ADDRESS_WORDS and not text.rstrip().endswith((".", ":", "?", "!"))
    return words <= _MOST_WORDS and not text.rstrip().endswith((":", "?", "!", ","))


def addresses_stated(text: str) -> str | None:
    """The item that a sentence gives an address for, or says that there is none; None for any other text."""
    words = frozenset(bare_words(_EMAIL.sub(" ", text)).split())
    is_about_expert = not words.isdisjoint(EXPERT)
    if is_about_expert and is_none("expert_email", text):
        return "expert_email"
    if "@" not in text or "@" not in only_address(text) or " " in only_address(text):
        return None
    if is_about_expert:
        return "expert_email"
    is_account = not words.isdisjoint(ATLASSIAN) and not words.isdisjoint(ACCOUNT)
    return "myatlassian_email" if is_account else None


def split_keys(text: str) -> list[str]:
    """The license keys of an answer, without the products they are for; the whole text if it has none."""
    keys = map(bare_key, _KEY_SEPARATOR.split(text))
    return [key for key in keys if key] or [text]


def bare_key(text: str) -> str:
    """A license key without remarks and product names around it."""
    key = _PRODUCT_AFTER.sub("", ASIDES.sub(" ", text)).strip()
    return _PRODUCT_BEFORE.sub("", key).strip(" .\t\"'“”„")


def read_license_key(text: str) -> AnswerValues:
    """One license key."""
    if len(text.split()) > 1:
        return AnswerValues(problem=f"{quote(text)} has spaces in it. Say which part of it is the license key.")
    return read_field("license_key", text)


def read_account_email(text: str) -> AnswerValues:
    """The email address of the myAtlassian account."""
    return read_field("myatlassian_email", only_address(text))


def read_company(text: str) -> AnswerValues:
    """The name of an organisation, without the full stop of a sentence around it."""
    company = _ARTICLE.sub("", clean(text))
    has_legal_form = _LEGAL_FORM.search(bare_words(company))
    own_words = [word for word in bare_words(company).split() if word not in COMPANY]
    if (
        not organisation_key(company)
        or _NO_COMPANY.search(company)
        or not own_words
        or names_nothing(" ".join(own_words))
    ):
        return AnswerValues(problem=f"{quote(text)} names no organization.")
    if _WITH_ADDRESS.search(company):
        return AnswerValues(problem=f"{quote(text)} seems to hold an address too. Enter both.")
    if (is_sentence(company) or is_remark(company)) and not has_legal_form:
        return AnswerValues(problem=f"{quote(text)} reads like a sentence, not like a name. Enter what is meant.")
    if company.endswith(".") and not _ABBREVIATION.search(company):
        company = company.rstrip(".")
    return read_field("company", company)


def read_expert_email(text: str) -> AnswerValues:
    """The Atlassian Expert's email address, or that there is none."""
    if is_none("expert_email", text):
        return AnswerValues({"expert_email": ""}, {"expert_email": ""})
    return read_field("expert_email", only_address(text))


def only_address(text: str) -> str:
    """The only email address in a text, else the text."""
    # A word of doubt or denial beside it leaves the text to a person.
    addresses = {bare_address(address).casefold(): bare_address(address) for address in _EMAIL.findall(text)}
    words = bare_words(_EMAIL.sub(" ", text)).split()
    if len(addresses) == 1 and "?" not in text and _UNCERTAIN.isdisjoint(words):
        return next(iter(addresses.values()))
    return clean(text)


def bare_address(address: str) -> str:
    """An address without marks of links or bold letters."""
    return address.removeprefix("mailto:").strip("*_")


def join_lines(lines: Sequence[str]) -> str:
    """The lines of an answer as one text."""
    return "\n".join(line.strip() for line in lines)


def read_first_name(text: str) -> AnswerValues:
    """A first name."""
    # Several words may be a whole name, as in Spanish `nombre`.
    if len(text.split()) > 1:
        return AnswerValues(problem=f"{quote(text)} may be a first name or a whole name. Enter both names.")
    return read_field("holder_first_name", clean(text))


_READERS: dict[str, Callable[[str], AnswerValues]] = {
    "myatlassian_email": read_account_email,
    "expert_email": read_expert_email,
    "holder_name": read_holder_name,
    "holder_first_name": read_first_name,
    "company": read_company,
    "address": read_address,
}
