"""A pasted mail read line by line: questions, the answers to them, and all that is neither."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from lib.domain.text import clean
from lib.requests.replies.answers import join_lines, looks_like_answer, read_answers
from lib.requests.replies.labels import (
    ARTICLE_ITEMS,
    ITEM_OF_PART,
    ITEMS,
    REQUEST_ITEMS,
    YES_NO,
    items_stated,
    split_question,
)
from lib.requests.replies.lines import Line, lines_of

_MANY = frozenset(("address", "license_key"))
"""Items whose answer may take several lines."""

_WITH_NUMBERS = frozenset(("address", "company", "editors", "host_tier"))
"""Items whose answer may begin with a number that counts nothing."""

_MOST_LINES = 8
_FOR = re.compile(r"^\[(?:for|für|pour|para)\s+([^\]]+)\]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An item that a mail answers, its `text` as written and the `lines` that it stands on (from 1).

    `texts` are what each field would be entered as, `values` what the project's readers read of those; `problem` is a
    sentence if the answer cannot be read, wholly or in part. `licenses` are the keys that the question names, if it is about
    some only. `by_number` says that nothing but its number told which item it is, `quoted` that it stands in a quotation.
    """

    item: str
    text: str
    lines: tuple[int, ...]
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


@dataclass(frozen=True, slots=True)
class UnrecognisedLine:
    """A line of a mail that answers nothing we ask, as it stands there."""

    line: int
    text: str
    quoted: bool


@dataclass(frozen=True)
class Reply:
    """What a mail says: the answers found, in the order of the items; the lines that are none; the questions, by line."""

    answers: tuple[Answer, ...]
    unrecognised: tuple[UnrecognisedLine, ...]
    questions: Mapping[int, str]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The license keys that it names, each once."""
        named = (one.values["license_key"] for one in self.answers if "license_key" in one.values)
        return tuple(dict.fromkeys(named))

    @cached_property
    def contradictions(self) -> tuple[str, ...]:
        """The fields that it gives different values of."""
        said: dict[str, set[Any]] = {}
        for name, value in chain.from_iterable(one.values.items() for one in self.answers):
            said.setdefault(name, set()).add(value)
        return tuple(name for name, values in said.items() if len(values) > 1 and name != "license_key")

    @cached_property
    def texts(self) -> dict[str, str]:
        """`texts_for` the license keys that it names."""
        return self.texts_for(*self.keys)

    def texts_for(self, *keys: str) -> dict[str, str]:
        """What the fields of these licenses would be entered as, less what contradicts itself, and without the license key.

        An answer about some licenses only is left out unless all of these are among them.
        """
        own = [one for one in self.answers if not one.licenses or {*keys} <= {*one.licenses}]
        told = dict(chain.from_iterable(one.texts.items() for one in reversed(own)))
        return {
            name: told[name]
            for part in ITEMS.values()
            for name in part
            if name in told and name not in (*self.contradictions, "license_key")
        }

    @cached_property
    def unanswered(self) -> tuple[str, ...]:
        """The items that are asked for in it and answered nowhere."""
        answered = {one.item for one in self.answers}
        return tuple(item for item in ITEMS if item in self.questions.values() and item not in answered)


def read_reply(text: str) -> Reply:
    """What a customer's mail answers, quoted or not, in English, German, French or Spanish. Nothing of it is dropped."""
    reading = _Reading(list(lines_of(text)))
    reading.read()
    order = list(ITEMS)
    found = sorted(reading.answers, key=lambda one: (order.index(one.item), one.lines))
    return Reply(tuple(found), tuple(sorted(reading.unrecognised, key=lambda one: one.line)), reading.questions)


@dataclass(slots=True)
class _Open:
    """A question whose answer is looked for; one that no mark ends may go on in the next line (`is_begun`)."""

    item: str
    label: str
    depth: int
    number: int | None = None
    by_number: bool = False
    is_begun: bool = False
    answer: list[tuple[Line, str]] = field(default_factory=list)
    licenses: tuple[str, ...] = ()


class _Reading:
    """The lines gone through one by one."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._numbers = _numbered(lines)
        self._open: _Open | None = None
        self.answers: list[Answer] = []
        self.unrecognised: list[UnrecognisedLine] = []
        self.questions: dict[int, str] = {}

    def read(self) -> None:
        """Go through all lines."""
        for place, line in enumerate(self._lines):
            following = self._lines[place + 1] if place + 1 < len(self._lines) else None
            if not (self._is_rest_of_question(line) or self._is_question(line, following) or self._is_answer(line)):
                self._close()
                self.unrecognised.append(UnrecognisedLine(line.place, line.whole, line.depth > 0))
        self._close()

    def _is_rest_of_question(self, line: Line) -> bool:
        """Whether a line goes on with a question that the line before began."""
        it = self._open
        if (
            it is None
            or it.answer
            or line.gap
            or line.number is not None
            or (line.depth, True) != (it.depth, it.is_begun)
        ):
            return False
        found = split_question(f"{it.label} {line.text}")
        if found is None or found[0] != it.item or len(found[1]) <= len(it.label) + 1:
            return False
        it.label, it.is_begun = found[1], not _is_marked(line.text, found)
        self._ask(it, line, found[2])
        return True

    def _is_question(self, line: Line, following: Line | None) -> bool:
        if line.is_end:
            return False
        found = split_question(line.text, line.number is not None)
        own = items_stated(line.text) if found is None or (found[0] in YES_NO and not found[2]) else ()
        if own:
            return self._state(line, own)
        if found is None and line.number is not None:
            found = _begun(line, following)
            if found is None and (item := self._numbers.get(line.number)):
                self._close()
                self._open = _Open(item, "", line.depth, line.number, by_number=True)
                if line.text:
                    self._take(line, line.text)
                else:
                    self.questions[line.place] = ITEM_OF_PART.get(item, item)
                return True
        if found is None:
            return False
        self._close()
        self._open = _Open(found[0], found[1], line.depth, line.number, is_begun=not _is_marked(line.text, found))
        self._ask(self._open, line, found[2])
        return True

    def _ask(self, it: _Open, line: Line, rest: str) -> None:
        self.questions[line.place] = ITEM_OF_PART.get(it.item, it.item)
        if some := _FOR.match(rest):
            it.licenses = tuple(key.strip() for key in some[1].split(","))
            rest = rest[some.end() :]
        if rest:
            self._take(line, rest)

    def _state(self, line: Line, items: Sequence[str]) -> bool:
        it = self._open
        if it is not None and it.item in YES_NO and not it.answer and line.depth <= it.depth:
            self._take(line, line.text)
            return True
        self._close()
        for item in items:
            self._open = _Open(item, "", line.depth)
            self._take(line, line.text)
            self._close()
        return True

    def _is_answer(self, line: Line) -> bool:
        it = self._open
        if it is None or line.is_end or line.depth > it.depth:
            return False
        if line.number is not None and it.number not in (None, line.number):
            return False
        if it.answer and not self._goes_on(it, line):
            return False
        if not it.answer and line.gap and line.depth == it.depth and not looks_like_answer(it.item, line.text):
            return False
        self._take(line, line.said if it.item in _WITH_NUMBERS else line.text or line.said)
        return True

    def _goes_on(self, it: _Open, line: Line) -> bool:
        """Whether a line is one more of an answer."""
        if it.item not in _MANY or line.gap or line.depth != it.answer[-1][0].depth or len(it.answer) >= _MOST_LINES:
            return False
        return it.item == "address" or looks_like_answer(it.item, line.text)

    def _take(self, line: Line, text: str) -> None:
        if self._open is not None:
            self._open.answer.append((line, text))

    def _close(self) -> None:
        it, self._open = self._open, None
        if it is not None and it.answer:
            self.answers += _founds(it)


def _founds(it: _Open) -> Iterator[Answer]:
    text = join_lines([said for _, said in it.answer])
    for answer in read_answers(it.item, text):
        yield Answer(
            item=ITEM_OF_PART.get(it.item, it.item),
            text=answer.texts.get("license_key", text),
            lines=tuple(line.place for line, _ in it.answer),
            texts=answer.texts,
            values=answer.values,
            problem=answer.problem,
            licenses=it.licenses,
            by_number=it.by_number,
            quoted=it.answer[0][0].depth > 0,
        )


def _is_marked(line: str, found: tuple[str, str, str]) -> bool:
    """Whether a mark ends the question that is found in a line."""
    return not line.rstrip().endswith(found[1].rstrip()) or bool(found[2])


def _begun(line: Line, following: Line | None) -> tuple[str, str, str] | None:
    """The question that a numbered line begins and the next one ends."""
    if following is None or following.gap or following.number is not None or following.depth != line.depth:
        return None
    found = split_question(f"{line.text} {following.text}")
    is_both = found is not None and len(found[1]) > len(line.text) and split_question(following.text) is None
    return (found[0], line.text, "") if found and is_both else None


def _numbered(lines: Sequence[Line]) -> dict[int, str]:
    """Which item each number means: by the questions that have it, else by how the article or the list of items counts."""
    told = [
        (line.number, found[0])
        for line in lines
        if line.number is not None and (found := split_question(line.text, True))
    ]
    if told:
        doubtful = Counter(number for number, _ in set(told))
        return {number: item for number, item in told if number is not None and doubtful[number] == 1}
    said = [(line.number, clean(line.text)) for line in lines if line.number is not None]
    if len(dict(said)) != len(said):
        return {}
    fitting = [items for items in (REQUEST_ITEMS, ARTICLE_ITEMS) if _counts_as(dict(enumerate(items, 1)), dict(said))]
    return dict(enumerate(fitting[0], 1)) if len(fitting) == 1 else {}


def _counts_as(items: Mapping[int, str], said: Mapping[int | None, str]) -> bool:
    """Whether addresses stand where they are asked for, and nowhere else."""
    has_mail = {number for number, text in said.items() if "@" in text}
    needed = {number for number, item in items.items() if item == "myatlassian_email"}
    allowed = {number for number, item in items.items() if item == "expert_email"}
    return len(said) > 2 and needed <= has_mail <= needed | allowed and set(said) <= set(items)
