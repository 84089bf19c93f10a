"""Answers, unrecognised lines and questions found in a customer's mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from lib.requests.replies.items import ITEMS

FIELDS = tuple(name for name in chain.from_iterable(ITEMS.values()) if name != "license_key")
"""The fields that answers fill, in the order of the items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An item that a mail answers, its `text` as written and its `lines` (from 1).

    `texts` are what to enter for each field, `values` what the project's readers make of them; `problem` is a sentence
    if the answer cannot be read in whole or in part. `question` is the text that it follows, and `licenses` are the keys
    that the question names, if it is about some only. `by_number` if nothing but its number tells which item it is,
    `quoted` if it stands in a quotation or an older mail, and so no
    longer counts.
    """

    item: str
    text: str
    lines: tuple[int, ...]
    question: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    problem: str | None = None
    licenses: tuple[str, ...] = ()
    by_number: bool = False
    quoted: bool = False

    @property
    def line(self) -> int:
        """The line that it begins on."""
        return self.lines[0]

    @property
    def refuses(self) -> bool:
        """Whether it declines to match, which ends a request."""
        return self.values.get("match_agreed") is False

    def is_about(self, *keys: str) -> bool:
        """Whether it answers for all of these licenses."""
        return not self.licenses or set(keys) <= set(self.licenses)


@dataclass(frozen=True, slots=True)
class UnrecognisedLine:
    """A line of a mail that answers nothing we ask, word for word."""

    line: int
    text: str
    quoted: bool
    more_lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reply:
    """Answers in the order of the items, unrecognised lines, and the items of questions by line."""

    answers: tuple[Answer, ...]
    unrecognised: tuple[UnrecognisedLine, ...]
    questions: Mapping[int, str]

    @cached_property
    def newest(self) -> tuple[Answer, ...]:
        """The answers that count."""
        return tuple(answer for answer in self.answers if not answer.quoted)

    @cached_property
    def older(self) -> tuple[Answer, ...]:
        """The answers in quotations and older mails."""
        # People may look at them; nothing is taken over from them.
        return tuple(answer for answer in self.answers if answer.quoted)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The license keys that it names, each once."""
        keys = [answer.values["license_key"] for answer in self.newest if "license_key" in answer.values]
        return tuple(dict.fromkeys(keys))

    @cached_property
    def contradictions(self) -> tuple[str, ...]:
        """The fields that it gives different values of."""
        values: dict[str, set[Any]] = {}
        for answer in self.newest:
            for name, value in answer.values.items():
                values.setdefault(name, set()).add(value)
        return tuple(name for name in values if len(values[name]) > 1 and name != "license_key")

    @cached_property
    def texts(self) -> dict[str, str]:
        """`texts_for` the license keys that it names."""
        return self.texts_for(*self.keys)

    def texts_for(self, *keys: str) -> dict[str, str]:
        """The texts to enter for these licenses by field, without the key, contradictions and refusals.

        An answer about some licenses only is left out unless all of these are among them.
        """
        texts: dict[str, str] = {}
        # Later answers repeat earlier ones, often from the quotation below: the first one counts.
        for answer in reversed(self.newest):
            if answer.is_about(*keys) and not answer.refuses:
                texts |= answer.texts
        return {name: texts[name] for name in FIELDS if name in texts and name not in self.contradictions}

    @cached_property
    def refusals(self) -> tuple[Answer, ...]:
        """The answers that decline to match."""
        # They count only when a person has confirmed them.
        if "match_agreed" in self.contradictions:
            return ()
        return tuple(answer for answer in self.newest if answer.refuses)

    @cached_property
    def unanswered(self) -> tuple[str, ...]:
        """The items that it asks for and answers nowhere."""
        open_items = set(self.questions.values()) - {answer.item for answer in self.newest}
        return tuple(item for item in ITEMS if item in open_items)
