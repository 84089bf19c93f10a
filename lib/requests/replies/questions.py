"""The questions of letters, of the article and of customers, recognised by their words in four languages (domain.md §5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lib.domain.licenses import field_for_heading
from lib.domain.text import bare_words
from lib.requests.replies.items import ITEM_OF_PART, ITEMS, YES_NO
from lib.requests.replies.vocabulary import (
    ACCOUNT,
    ADDRESS,
    AGREE,
    AGREE_VERBS,
    ATLASSIAN,
    COMPANY,
    CONDITIONS,
    CONFIRM,
    COUNTRY,
    EDITORS,
    EXPERT,
    FIRST,
    HOLDER,
    KEY,
    LABELS,
    LAST,
    MAIL,
    NAME,
    PARTNER,
    QUESTION_WORDS,
    RUN,
    SERVER,
    THIS_LICENSE,
    TIER,
    WE,
    WHERE,
    word_set,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a line: its item, or a part of one, its own words, and the rest of the line after it."""

    item: str
    label: str
    rest: str

    def is_whole(self, line: str) -> bool:
        """Whether its line has no mark and nothing else on it."""
        return not self.rest and not self.ends_with_mark(line)

    def ends_with_mark(self, line: str) -> bool:
        """Whether a mark ends the question on its line."""
        # Then the next line cannot continue it.
        return bool(self.rest) or not line.rstrip().endswith(self.label.rstrip())


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that tell what a question asks for: one of each group, and none of `without`."""

    item: str
    groups: tuple[frozenset[str], ...]
    without: frozenset[str] = frozenset()

    def matches(self, words: frozenset[str]) -> bool:
        """Whether the words of a question follow the rule."""
        return not words & self.without and all(words & group for group in self.groups)


_NO_AGREEMENT = MAIL | ADDRESS | COMPANY | KEY | FIRST | LAST
_LICENSE = word_set("license licence lizenz licencia")
# The first rule that matches decides, so the narrow ones come first: "the email address of your Atlassian Expert"
# would also match the address, and "the name of the company" the holder. An empty item refuses what follows it.
_RULES = (
    Rule("expert_email", (EXPERT,), KEY),
    Rule("expert_email", (PARTNER, MAIL), KEY),
    Rule("match_agreed", (AGREE,), _NO_AGREEMENT),
    Rule("myatlassian_email", (MAIL, ACCOUNT | ATLASSIAN | _LICENSE), FIRST | LAST),
    Rule("myatlassian_email", (ADDRESS, ACCOUNT), COMPANY | FIRST | LAST | HOLDER),
    Rule("", (MAIL,), FIRST | LAST),
    Rule("holder_name", (FIRST, LAST | word_set("nom"))),
    Rule("holder_name", (LAST, word_set("nombre"))),
    Rule("holder_first_name", (FIRST,)),
    Rule("holder_last_name", (LAST,)),
    Rule("holder_name", (HOLDER, NAME | ACCOUNT), COMPANY | MAIL),
    Rule("address", (ADDRESS,)),
    Rule("company", (COMPANY,), TIER | CONFIRM),
    Rule("country", (COUNTRY,)),
    Rule("host_tier", (TIER,), EDITORS),
    Rule("editors", (EDITORS,)),
    Rule("hosting", (WHERE, RUN)),
    Rule("license_key", (KEY,)),
    Rule("server_confirmed", (SERVER, CONFIRM)),
    Rule("myatlassian_email", (ACCOUNT, ATLASSIAN), SERVER),
)

SUBJECTS = SERVER | AGREE - AGREE_VERBS
"""What people confirm or agree to."""

_STATEMENTS = (
    Rule("server_confirmed", (CONFIRM, SERVER, THIS_LICENSE)),
    Rule("match_agreed", (AGREE, AGREE - AGREE_VERBS | TIER)),
)
"""Words by which a sentence of the customer's own answers an item."""

# Headers of files that mean too little in a mail.
_AMBIGUOUS_HEADERS = word_set("account accounts customer client cliente kunde cuenta compte konto via calle")

_ITEMS_OF_LABELS = {label: item for item, labels in LABELS.items() for label in labels.split("|")}

# In a mail, a first or last name by itself is the holder's.
_HOLDER_FIELDS = {"contact_first_name": "holder_first_name", "contact_last_name": "holder_last_name"}

_MOST_WORDS, _MOST_LETTERS = 40, 400
"""Words and letters of a question."""

# Words of a question that no mark ends.
_FEWEST_WORDS = 5

# Words at the start of an answer such as `no expert`, not of a question.
_NO = word_set("no none kein keine keinen pas aucun aucune ningun ninguno sin")

_QUESTION_MARK = re.compile(r"\?")
# Where a question may end on a line and its answer begin, the surest first.
_END_MARKS = (
    re.compile(r"[:：=\t|]|\s?→"),
    re.compile(r"\s[-–—]+>?\s"),
    re.compile(r"\s{2,}(?=\S)"),
    re.compile(r"\s(?:is|ist|lautet|est|es|son|are|sind|sont)\s(?=\S)"),
)


def item_of_question(text: str) -> str | None:
    """The item, or the part of one, that a question or label asks for; None if it is no question."""
    if len(text) > _MOST_LETTERS:
        return None
    words = bare_words(text).split()
    if not words or len(words) > _MOST_WORDS or not QUESTION_WORDS.issuperset(words):
        return None
    rule = next((rule for rule in _RULES if rule.matches(frozenset(words))), None)
    return rule.item or None if rule else None


def split_question(line: str, is_numbered: bool = False) -> Question | None:
    """The question that a line begins with; None if it asks for nothing. A numbered one may end without a mark."""
    for end in question_ends(line):
        label = line[: end.start()]
        if item := item_of_question(label) or item_of_header(label):
            rest = line[end.end() :].strip().lstrip("*?:| ").rstrip("|").strip()
            return Question(item, label, rest)
    label = line.strip().strip("*|").strip()
    item = item_of_question(label)
    if item is None:
        if not is_numbered:
            return None
        return unmarked_question(label)
    if is_consent(item, label) or bare_words(label).split()[0] in _NO:
        return None
    return Question(item, label, "")


def question_ends(line: str) -> Iterator[re.Match[str]]:
    """The places where a question may end, the likeliest first."""
    for end in reversed(list(_QUESTION_MARK.finditer(line, 0, _MOST_LETTERS))):
        label = line[: end.start()]
        # After a short label and a colon, what ends in a question mark is an answer.
        if ":" not in label or len(label.split()) > _FEWEST_WORDS:
            yield end
    for marks in _END_MARKS:
        yield from marks.finditer(line, 0, _MOST_LETTERS)


def is_consent(item: str, label: str) -> bool:
    """Whether words such as `I confirm` answer rather than ask."""
    words = bare_words(label).split()
    return item in YES_NO and SUBJECTS.isdisjoint(words)


def unmarked_question(line: str) -> Question | None:
    """The longest unmarked question that a line begins with."""
    words = line.split(" ")
    for end in range(min(len(words) - 1, _MOST_WORDS), _FEWEST_WORDS - 1, -1):
        label = " ".join(words[:end])
        if item := item_of_question(label):
            return Question(item, label, " ".join(words[end:]).strip())
    return None


def item_of_header(label: str) -> str | None:
    """The item, or part of one, of a column heading."""
    words = bare_words(label)
    if words in _ITEMS_OF_LABELS:
        return _ITEMS_OF_LABELS[words]
    if words in _AMBIGUOUS_HEADERS:
        return None
    field = field_for_heading(label.strip(" *_"))
    if field is None:
        return None
    field = _HOLDER_FIELDS.get(field, field)
    if field not in ITEMS and field not in ITEM_OF_PART:
        return None
    return field


def items_stated(line: str) -> tuple[str, ...]:
    """The items that a customer's own sentence answers, such as `We agree to match our server's tier.`"""
    words = frozenset(bare_words(line).split())
    # With a colon it is a label, whose answer follows.
    if not words & WE or words & CONDITIONS or line.rstrip(" *_").endswith(("?", ":", "=")):
        return ()
    return tuple(statement.item for statement in _STATEMENTS if statement.matches(words))
