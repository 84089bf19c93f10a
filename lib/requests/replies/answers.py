"""A customer's answer to one item, read as the values of the item's fields."""

import re
from collections.abc import Callable, Iterator, Sequence

from lib.domain.text import Misread, bare_words, clean, quote
from lib.reading.cells import read_yes_no
from lib.requests.replies.addresses import read_address
from lib.requests.replies.holder_names import ASIDES, read_holder_name
from lib.requests.replies.items import YES_NO
from lib.requests.replies.sentence_words import is_sentence, names_nothing
from lib.requests.replies.values import AnswerValues, read_field
from lib.requests.replies.vocabulary import AGREE_VERBS, CONDITIONS, DOUBTS, OTHER_HOSTING, word_set

_EMAIL = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"'@]+[^\s<>()\[\]:;,\"'@.!?]")
_NOBODY = frozenset(
    map(
        bare_words,
        "none|no|n/a|na|not applicable|we have none|i have none|we don't have one|no expert|keinen|keiner|keine|nein|haben wir nicht"
        "|nicht vorhanden|entfällt|aucun|aucune|non|nous n'en avons pas|sans objet|néant|ninguno|ninguna|no tenemos|no aplica|no hay|-|–"
        "|/|no tenemos ninguno|wir haben keinen|we do not have one|pas d'expert|kein experte".split("|"),
    )
)
_YES_WORDS = word_set(
    "yes yep yeah ja jawohl oui si agree agreed agrees accept accepted accepts confirm confirmed confirming correct ok okay einverstanden "
    "bestatigt bestatige bestatigen stimme stimmen accord confirme confirmons accepte acceptons acuerdo confirmo confirmamos "
    "confirmado acepto aceptamos korrekt richtig absolutely sure naturlich certainement claro conforme acknowledge acknowledged"
)
_USE_WORDS = word_set(
    "use using runs running nutzen nutze verwenden betreiben lauft utilisons utilise usamos uso utilizamos"
)
"""Words that say yes to the customer's own server."""

_NO_WORDS = word_set(
    "no not nein nicht kein keine keinen non pas don doesn didn won cannot can't never nie jamais nunca refuse refused refuses decline declined "
    "disagree tampoco ablehnen ablehne lehnen lehne abgelehnt refusons refusez rechazamos rechazo rechazado none nothing nichts rien nada without ohne sans sin "
    "neither nor weder ni aucun aucune ningun ninguna niemals"
)
_REFUSAL_WORDS = word_set(
    "no not nein nicht non pas ne n don t doesn won cannot can refuse decline declined disagree lehnen lehne ab ablehnen ablehne refusons rechazamos rechazo "
    "we i you us do does did will would want wish like to be am are is it that this the a with for sorry unfortunately sadly thanks thank "
    "match matching license licenses tier server "
    "wir ich uns unser unsere das dem der die leider danke sind bin ist wollen will mochten mochte zu damit "
    "nous je c ce est sommes suis d voulons veux merci desole desolee malheureusement avec cela "
    "nosotros yo lo eso es estamos estoy con queremos quiero gracias siento lamentablemente"
)
"""Words of a plain refusal. `No problem`, `not yet` and `why not` have others, and refuse nothing."""

_NOT_ON_CLOUD = re.compile(
    r"(?:\b(?:and|und|et|y) )?\b(?:not|nicht|pas|no|non|kein|keine) "
    r"(?:(?:on|in|sur|dans|en|le|la|the|der|die|of|von|auf) )*(?:atlassian )?(?:cloud|nube)\b"
)
_SI_CONDITION = re.compile(r"\bsi\b(?=\s+\w)")
_VERBS = "|".join(sorted(AGREE_VERBS))
_DENIED_AGREEMENT = re.compile(
    rf"\b(?:not|nicht|don t|doesn t|cannot|can t|won t|pas d|no estamos de|no estoy de) (?:{_VERBS})\b"
    rf"|\b(?:{_VERBS}) (?:pas|nicht)\b|\bno (?:acepto|aceptamos)\b"
)
_NO_AT_START = re.compile(r"(?:no|nein|non) ")

_KEY_SEPARATOR = re.compile(r"[;,\n]|\s(?:and|und|et|y|&|\+)\s")
_PRODUCT_AFTER = re.compile(
    r"[\s:–-]*(?:\b(?:for|für|pour|para|wireframes|mockups|balsamiq|confluence|jira|server|plugin)\b[\s:–-]*)+$",
    re.IGNORECASE,
)
_PRODUCT_BEFORE = re.compile(
    r"^(?:[-*•·]\s+)?(?:(?:wireframes|mockups|balsamiq|for|für|pour|para|confluence|jira|server|plugin)\b[\s:–-]+)*",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(
    r"\b(?:gmbh|ag|kg|inc|ltd|llc|plc|corp|sarl|sas|sa|s\.?a\.?|s\.?l\.?|bv|nv|oy|ab|srl|e\.?v|co)\.?$", re.IGNORECASE
)
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
        return AnswerValues(problem=f"{quote(text)} is no answer by itself. Read the mail, and enter what is meant.")
    if item in _READERS:
        return _READERS[item](text)
    return read_field(item, clean(text))


def is_none(item: str, text: str) -> bool:
    """Whether a text says that there is none, where that is an answer."""
    return item == "expert_email" and bare_words(text) in _NOBODY


def looks_like_answer(item: str, text: str) -> bool:
    """Whether a text away from its question looks like its answer."""
    words = len(clean(text).split())
    if len(text) > _MOST_LETTERS:
        return False
    if item in ("myatlassian_email", "expert_email"):
        return "@" in text or bare_words(text) in _NOBODY
    if item in (*YES_NO, "hosting", "editors", "host_tier"):
        return read_item(item, text).problem is None
    if item == "license_key":
        return words <= _MOST_WORDS and any(letter.isdigit() for letter in text)
    if item in ("address", "company"):
        return words <= _MOST_ADDRESS_WORDS and not text.rstrip().endswith((".", ":", "?", "!"))
    return words <= _MOST_WORDS and not text.rstrip().endswith((":", "?", "!", ","))


def read_consent(item: str, text: str) -> AnswerValues:
    """A yes or a no; a person must read what sets a condition, doubts or says both."""
    consent = read_yes_no(text)
    if isinstance(consent, Misread):
        consent, problem = consent_in_words(item, text)
        if problem:
            return AnswerValues(problem=f"{quote(text)} {problem}. Read it, and enter what is meant.")
    if consent is None:
        return AnswerValues(problem=f"{quote(text)} says neither yes nor no. Read it, and enter what is meant.")
    return AnswerValues({item: "yes" if consent else "no"}, {item: consent})


def consent_in_words(item: str, text: str) -> tuple[bool | None, str]:
    """Whether a sentence says yes or no, None if neither; or what is wrong with it."""
    plain = _NOT_ON_CLOUD.sub("", bare_words(text)).strip()
    words = plain.split()
    yes_words = _YES_WORDS | _USE_WORDS if item == "server_confirmed" else _YES_WORDS
    says_yes, says_no = not yes_words.isdisjoint(words), not _NO_WORDS.isdisjoint(words)
    if not (says_yes or says_no):
        return None, ""
    if not CONDITIONS.isdisjoint(words) or _SI_CONDITION.search(clean(text).casefold()):
        return None, "sets a condition"
    if "?" in text or not DOUBTS.isdisjoint(words):
        return None, "leaves a doubt"
    # "No, not on Cloud" says no to Cloud.
    is_about_cloud = plain != bare_words(text) and says_no
    if is_about_cloud or (item == "server_confirmed" and not OTHER_HOSTING.isdisjoint(words)):
        return None, "is about another hosting"
    if not says_no:
        return True, ""
    # A refusal stops a request, so only one that can mean nothing else is taken. "We do not agree" has a word of agreement.
    if is_denied_agreement(plain) or (not says_yes and _REFUSAL_WORDS.issuperset(words)):
        return False, ""
    return None, "says both yes and no" if says_yes else "has a no in it, but may not refuse"


def is_denied_agreement(words: str) -> bool:
    """Whether words deny once that somebody agrees: `no, we do not agree`, but not `we cannot but agree`."""
    denial = _NO_AT_START.sub("", words, count=1)
    noes = [word for word in denial.split() if word in _NO_WORDS]
    return _DENIED_AGREEMENT.search(denial) is not None and len(noes) == 1


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
    company = clean(text)
    if is_sentence(company) and not _LEGAL_FORM.search(company):
        return AnswerValues(problem=f"{quote(text)} reads like a sentence, not like a name. Enter what is meant.")
    if company.endswith(".") and not _ABBREVIATION.search(company):
        company = company.rstrip(".")
    return read_field("company", company)


def read_expert_email(text: str) -> AnswerValues:
    """The Atlassian Expert's email address, or that there is none."""
    if bare_words(text) in _NOBODY:
        return AnswerValues({"expert_email": ""}, {"expert_email": ""})
    return read_field("expert_email", only_address(text))


def only_address(text: str) -> str:
    """The only distinct email address in a text; else the text."""
    addresses = {bare_address(address).casefold(): bare_address(address) for address in _EMAIL.findall(text)}
    if len(addresses) == 1:
        return next(iter(addresses.values()))
    return clean(text)


def bare_address(address: str) -> str:
    """An address without marks of links or bold letters."""
    return address.removeprefix("mailto:").strip("*_")


def join_lines(lines: Sequence[str]) -> str:
    """The lines of an answer as one text."""
    return "\n".join(line.strip() for line in lines)


_READERS: dict[str, Callable[[str], AnswerValues]] = {
    "myatlassian_email": read_account_email,
    "expert_email": read_expert_email,
    "holder_name": read_holder_name,
    "company": read_company,
    "address": read_address,
}
