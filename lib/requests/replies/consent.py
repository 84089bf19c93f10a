"""A yes or a no, where a sentence can mean nothing else; a person reads all others."""

import re

from lib.domain.text import Misread, bare_words, clean, quote
from lib.reading.cells import read_yes_no
from lib.requests.replies.values import AnswerValues
from lib.requests.replies.vocabulary import AGREE_VERBS, CONDITIONS, DOUBTS, OTHER_HOSTING, WE, word_set

_AGREEMENT = word_set(
    "agree agrees agreed accept accepts accepted confirm confirms confirmed confirming acknowledge acknowledged "
    "einverstanden bestatigt bestatige bestatigen stimme stimmen akzeptieren akzeptiere akzeptiert "
    "accord confirme confirmons accepte acceptons acuerdo confirmo confirmamos confirmado acepto aceptamos conforme conformes"
)
_YES_WORDS = _AGREEMENT | word_set(
    "yes yep yeah yup ja jawohl jep oui ouais si correct ok okay absolutely sure affirmative certainly definitely fine right course "
    "korrekt richtig naturlich selbstverstandlich klar passt ordnung gern gerne "
    "certainement entendu exact exactement affirmatif parfait claro correcto exacto vale supuesto perfecto afirmativo"
)
_USE_WORDS = word_set(
    "use using run runs running nutzen nutze verwenden betreiben lauft utilisons utilise usamos uso utilizamos"
)
"""Words that say yes to the customer's own server."""

# Words beside a yes that is not at the start: `that is fine`, `c'est d'accord`.
_BESIDE_YES = word_set(
    "understood and verstanden compris entendido und et y that s it is this of to the we i are do does will with all and by us me also both that's very much thanks thank you please for our on so "
    "das ist dies der die wir ich sind bin in mit so es alles und auch beide danke bitte damit uns geht wird unser auf eigenen eigener server "
    "c est cela nous je sommes suis d tout a fait bien oui merci et pour le la les notre sur "
    "eso es esta estamos estoy de con todo y por que lo gracias nuestro en own"
)

NO_WORDS = word_set(
    "no not nope nein nicht kein keine keinen non pas don doesn didn won cannot can't never nie jamais nunca refuse refused refuses decline "
    "declined disagree tampoco ablehnen ablehne lehnen lehne abgelehnt refusons refusez rechazamos rechazo rechazado none nothing nichts rien nada "
    "without ohne sans sin neither nor weder ni aucun aucune ningun ninguna niemals hardly kaum"
)
# Words of a plain refusal. `No problem`, `not yet` and `why not` have others, and refuse nothing.
_REFUSAL_WORDS = word_set(
    "no not nope nein nicht non pas ne n don t doesn won cannot can refuse decline declined disagree lehnen lehne ab ablehnen ablehne refusons rechazamos rechazo "
    "we i you us do does did will would want wish like to be am are is it that this the a with for sorry unfortunately sadly thanks thank "
    "match matching license licenses tier server "
    "wir ich uns unser unsere das dem der die leider danke sind bin ist wollen will mochten mochte zu damit "
    "nous je c ce est sommes suis d voulons veux merci desole desolee malheureusement avec cela "
    "nosotros yo lo eso es estamos estoy con queremos quiero gracias siento lamentablemente"
)

_OWN_SERVER = word_set(
    "on our own server servers the it is in a behind firewall self hosted premise premises prem house site installed at local locally internal internally "
    "auf unserem eigenen eigener eigenem im haus intern lokal hinter der firewall selbst gehostet sur notre propre serveur en interne locaux "
    "en nuestro propio servidor interno"
)
# Words that answer where the license is used: all of the first, one of the second.
_OWN = word_set(
    "own self premise premises prem house firewall internal internally eigenen eigener eigenem haus intern selbst propre interne propio interno"
)

_NOT_ON_CLOUD = re.compile(
    r"(?:\b(?:and|und|et|y) )?\b(?:we do |we |wir nutzen |nous n )?(?:not|nicht|pas|no|non|kein|keine) (?:use |using |in use on )?(?:any )?"
    r"(?:(?:on|in|sur|dans|en|le|la|the|der|die|of|von|auf) )*(?:atlassian )?(?:cloud|nube)\b"
)
_HOSTED_ONESELF = re.compile(r"\b(?:self|selbst|intern|internally|locally|lokal) (?:hosted|hosting|gehostet)\b")
_SI_CONDITION = re.compile(r"\bsi\b(?=\s+\w)")
_LATER = re.compile(r"\b(?:i|we) (?:will|ll|shall)\b|\b(?:ich|wir) werden?\b|\bwerden? (?:ich|wir)\b")
_ASKED_OF_US = re.compile(r"(?:please|kindly|bitte|veuillez|merci de|por favor)\b")
_VERBS = "|".join(sorted(AGREE_VERBS))
_DENIED_AGREEMENT = re.compile(
    rf"\b(?:not|nicht|don t|doesn t|cannot|can t|won t|pas d|no estamos de|no estoy de) (?:{_VERBS})\b"
    rf"|\b(?:{_VERBS}) (?:pas|nicht)\b|\bno (?:acepto|aceptamos)\b"
)
_NOT_SHORTENED = re.compile(r"\b(?:can|don|doesn|didn|won|isn|aren|wouldn|couldn|shouldn|hasn|haven|wasn|weren) ?t\b")
"""`don't` and its like without their apostrophe."""

# What people write for yes and no.
_LETTERS = frozenset("ynj")

_REFUSING = word_set(
    "refuse refused refuses decline declined disagree ablehnen ablehne lehnen lehne abgelehnt refusons rechazamos rechazo"
)
"""Words that refuse by themselves, and agree where they are denied."""

_YES_PHRASES = re.compile(r"^(?:bien sur|tout a fait|c est bon|ca marche|(?:we|i) do$)(?!\w)")
_NO_AT_START = re.compile(r"(?:no|nein|non) ")


def read_consent(item: str, text: str) -> AnswerValues:
    """A yes or a no; a person must read what sets a condition, doubts or says both."""
    consent = None if is_mere_sign(text) else read_yes_no(text)
    if isinstance(consent, Misread):
        consent, problem = consent_in_words(item, text)
        if problem:
            return AnswerValues(problem=f"{quote(text)} {problem}. Read it, and enter what is meant.")
    if consent is None:
        return AnswerValues(problem=f"{quote(text)} says neither yes nor no. Read it, and enter what is meant.")
    return AnswerValues({item: "yes" if consent else "no"}, {item: consent})


def is_mere_sign(text: str) -> bool:
    """Whether a text is a sign that only forms use for yes or no."""
    word = bare_words(text)
    return "?" in text or (len(word) == 1 and word not in _LETTERS)


def consent_in_words(item: str, text: str) -> tuple[bool | None, str]:
    """Whether a sentence says yes or no, None if neither; or what is wrong with it."""
    all_words = _NOT_SHORTENED.sub("not", bare_words(text))
    plain = _YES_PHRASES.sub("oui", _NOT_ON_CLOUD.sub("", all_words).strip())
    words = plain.split()
    yes_words = _YES_WORDS | _USE_WORDS if item == "server_confirmed" else _YES_WORDS
    says_yes, says_no = not yes_words.isdisjoint(words), not NO_WORDS.isdisjoint(words)
    if not (says_yes or says_no):
        if item == "server_confirmed" and is_own_server(words):
            return (True, "")
        return (None, "")
    if problem := doubt_in(text, words):
        return None, problem
    # "No, not on Cloud" says no to Cloud.
    is_about_cloud = _NOT_ON_CLOUD.search(all_words) is not None and says_no
    other_words = _HOSTED_ONESELF.sub("", plain).split()
    if is_about_cloud or (item == "server_confirmed" and not OTHER_HOSTING.isdisjoint(other_words)):
        return None, "is about another hosting"
    if not says_no:
        if is_plain_yes(words, yes_words):
            return (True, "")
        return (None, "has a yes in it, but may not agree")
    # A refusal stops a request, so only one that can mean nothing else is taken. "We do not agree" has a word of agreement.
    if is_denied_agreement(plain) or (not says_yes and is_plain_refusal(plain)):
        return False, ""
    return None, "says both yes and no" if says_yes else "has a no in it, but may not refuse"


def is_own_server(words: list[str]) -> bool:
    """Whether words only name the customer's own server."""
    return words == ["server"] or (_OWN_SERVER.issuperset(words) and not _OWN.isdisjoint(words))


def doubt_in(text: str, words: list[str]) -> str:
    """Why a yes or a no is uncertain; empty if it is not."""
    plain = " ".join(words)
    if not CONDITIONS.isdisjoint(words) or _SI_CONDITION.search(clean(text).casefold()):
        return "sets a condition"
    if "?" in text or not DOUBTS.isdisjoint(words) or _ASKED_OF_US.match(plain):
        return "leaves a doubt"
    return ""


def is_plain_yes(words: list[str], yes_words: frozenset[str]) -> bool:
    """Whether words agree: they begin with a yes, are all of agreement, or say that the customer agrees."""
    if _LATER.search(" ".join(words)):
        return False
    says_that_we_agree = not WE.isdisjoint(words) and not (_AGREEMENT | (yes_words - _YES_WORDS)).isdisjoint(words)
    return words[0] in yes_words or says_that_we_agree or (yes_words | _BESIDE_YES).issuperset(words)


def is_denied_agreement(words: str) -> bool:
    """Whether words deny once that somebody agrees: `no, we do not agree`, but not `we cannot but agree`."""
    denial = without_first_no(words)
    return _DENIED_AGREEMENT.search(denial) is not None and len(noes_in(denial)) == 1


def is_plain_refusal(words: str) -> bool:
    """Whether words have nothing beside a no: `no, thank you`, but neither `no problem` nor `we do not refuse`."""
    noes = noes_in(without_first_no(words))
    is_denied = len(noes) > 1 and not _REFUSING.isdisjoint(noes)
    return _REFUSAL_WORDS.issuperset(words.split()) and not is_denied


def without_first_no(words: str) -> str:
    """The words without a no at their start, if they deny anything after it."""
    rest = _NO_AT_START.sub("", words, count=1)
    return rest if noes_in(rest) else words


def noes_in(words: str) -> list[str]:
    """The words that deny."""
    return [word for word in words.split() if word in NO_WORDS]
