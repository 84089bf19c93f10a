"""A question of a mail while its answer is read: which lines answer it, continue it or limit it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from lib.domain.text import bare_words, clean, quote
from lib.requests.replies.answers import join_lines, looks_like_answer, read_answers
from lib.requests.replies.consent import NO_WORDS
from lib.requests.replies.items import YES_NO, whole_item
from lib.requests.replies.lines import Line
from lib.requests.replies.reply import Answer
from lib.requests.replies.values import AnswerValues
from lib.requests.replies.vocabulary import CONDITIONS, DOUBTS, LIMITING

# Items whose answer may take several lines.
_MULTILINE = frozenset(("address", "license_key"))

_MOST_LINES = 8
"""Lines of an answer."""

_OTHER_LABEL = re.compile(
    r"(?:e-?mail|mail|tel|phone|fax|mobil|mobile|telefon|t[ée]l[ée]phone|tel[ée]fono|web|www|http)\b", re.IGNORECASE
)
"""What stands below an address in a signature."""


@dataclass(slots=True)
class OpenQuestion:
    """A question whose answer may follow; one without a mark at its end may continue on the next line."""

    item: str
    label: str
    depth: int
    number: int | None = None
    by_number: bool = False
    may_continue: bool = False
    answer_lines: list[tuple[Line, str]] = field(default_factory=list)
    licenses: tuple[str, ...] = ()
    other_items: tuple[str, ...] = ()
    """Items that the same sentence answers."""

    is_statement: bool = False
    """Whether it is a sentence by itself, which no further line continues."""

    is_limited: bool = False
    """Whether a line after the answer limits it, such as `but only for Jira`."""

    def accepts_answer(self, line: Line) -> bool:
        """Whether a line answers it: no deeper quoted, under no other number, and near it or of its shape."""
        if line.is_end or line.depth > self.depth:
            return False
        if line.number is not None and self.number not in (None, line.number):
            return False
        if self.answer_lines:
            return self.accepts_more(line)
        is_apart = line.follows_gap and line.depth == self.depth
        return not is_apart or looks_like_answer(self.item, line.text)

    def accepts_more(self, line: Line) -> bool:
        """Whether a line continues the answer."""
        if self.is_statement or self.item not in _MULTILINE or len(self.answer_lines) >= _MOST_LINES:
            return False
        last_line, _ = self.answer_lines[-1]
        if line.follows_gap or line.depth != last_line.depth or _OTHER_LABEL.match(line.text):
            return False
        return self.item == "address" or looks_like_answer(self.item, line.text)

    def accepts_limit(self, line: Line) -> bool:
        """Whether a line after the answer limits it."""
        if not self.answer_lines or line.number is not None or line.is_end:
            return False
        last_line, _ = self.answer_lines[-1]
        return line.depth == last_line.depth and limits(line.text, self.item in YES_NO and not line.follows_gap)

    def accepts_label(self, line: Line) -> bool:
        """Whether a line may hold the rest of the question itself."""
        if self.answer_lines or not self.may_continue:
            return False
        return line.depth == self.depth and not line.follows_gap and line.number is None

    def answers(self) -> Iterator[Answer]:
        """The answers on its lines: one, or one for each license key."""
        for item in (self.item, *self.other_items):
            yield from self.answers_to(item)

    def answers_to(self, item: str) -> Iterator[Answer]:
        """The answers to one of the items."""
        text = join_lines([text for _, text in self.answer_lines])
        first_line, _ = self.answer_lines[0]
        places = list(chain.from_iterable(line.places for line, _ in self.answer_lines))
        for answer in [limited_answer(text)] if self.is_limited else read_answers(item, text):
            yield Answer(
                item=whole_item(item),
                text=answer.texts.get("license_key", text),
                lines=tuple(dict.fromkeys(places)),
                question=clean(self.label),
                texts=answer.texts,
                values=answer.values,
                problem=answer.problem,
                licenses=self.licenses,
                by_number=self.by_number,
                quoted=first_line.is_quoted,
            )


def limits(text: str, of_consent: bool) -> bool:
    """Whether a line limits the answer before it; a yes or a no is limited by any condition, doubt or denial after it."""
    words = bare_words(text).split()
    if not words:
        return False
    doubts = of_consent and (words[0] in NO_WORDS or not (CONDITIONS | DOUBTS).isdisjoint(words))
    return words[0] in LIMITING or doubts


def limited_answer(text: str) -> AnswerValues:
    """An answer that only a person can read."""
    # What follows it limits it.
    return AnswerValues(problem=f"{quote(text)} is limited by what follows. Read it, and enter what is meant.")


def is_open_for_statement(question: OpenQuestion, line: Line) -> bool:
    """Whether a question still waits for a yes or a no."""
    return question.item in YES_NO and not question.answer_lines and line.depth <= question.depth
