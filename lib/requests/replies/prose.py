"""Sentences of paragraphs that a mail program broke into lines, since people also answer in whole sentences."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby

from lib.domain.text import bare_words
from lib.requests.replies.lines import Line
from lib.requests.replies.questions import split_question
from lib.requests.replies.vocabulary import LIMITING

_LONG_LINE = 50
"""Letters of a line that a program broke, or that has several sentences."""

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)\s+(?=[A-ZÄÖÜÀÉÈÊÁÍÓÚÑ¿¡])")
_ABBREVIATION = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|st|str|nr|no|hr|fr|mme|mlle|sr|sra|av|bzw|etc|ca|z\.b|e\.g|i\.e)\.$", re.IGNORECASE
)
_LABEL = re.compile(r"^[^.!?]{1,60}(?::|\s[-–=]\s|\t)")


def with_sentences(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of a mail, those of the newest mail's paragraphs sentence by sentence."""
    before: Line | None = None
    for _, group in groupby(number_paragraphs(lines), key=lambda pair: pair[0]):
        paragraph = [line for _, line in group]
        is_answer = before is not None and not paragraph[0].follows_gap and before.depth != paragraph[0].depth
        if is_prose(paragraph) and not is_answer:
            yield from sentences_of(paragraph)
        else:
            yield from paragraph
        before = paragraph[-1]


def number_paragraphs(lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    """Each line with the number of its paragraph."""
    number, before = 0, None
    for line in lines:
        if before is None or line.follows_gap or line.depth != before.depth or line.is_end or before.is_end:
            number += 1
        yield number, line
        before = line


def is_prose(paragraph: Sequence[Line]) -> bool:
    """Whether lines of the newest mail are sentences, rather than a list, labels or an address."""
    if any(line.is_quoted or line.number is not None or line.is_end for line in paragraph):
        return False
    if any(line.numbered_text != line.text or has_label(line.text) for line in paragraph):
        return False
    return all(len(line.text) >= _LONG_LINE for line in paragraph[:-1]) and len(paragraph[0].text) >= _LONG_LINE


def has_label(text: str) -> bool:
    """Whether a line begins with a label or a question."""
    question = split_question(text)
    return _LABEL.match(text) is not None or (question is not None and not question.rest)


def sentences_of(paragraph: Sequence[Line]) -> Iterator[Line]:
    """The sentences of a paragraph as lines; one that limits the sentence before it stays with that."""
    texts = [line.text.strip() for line in paragraph]
    line_starts = [0, *accumulate(len(text) + 1 for text in texts)]
    start = 0
    for sentence in split_sentences(" ".join(texts)):
        # By halves: in a mail of a megabyte on one paragraph, each sentence would walk over all lines.
        first = bisect_right(line_starts, start) - 1
        last = bisect_left(line_starts, start + len(sentence))
        places = tuple(line.place for line in paragraph[first:last])
        yield replace(
            paragraph[0],
            place=places[0],
            more_places=places[1:],
            text=sentence,
            numbered_text=sentence,
            source=sentence,
            follows_gap=paragraph[0].follows_gap if not start else True,
        )
        start += len(sentence) + 1


def split_sentences(text: str) -> list[str]:
    """The sentences of a text."""
    sentences: list[str] = []
    for part in _SENTENCE_END.split(text):
        words = bare_words(part).split()
        belongs = sentences and (_ABBREVIATION.search(sentences[-1]) or (words and words[0] in LIMITING))
        if belongs:
            sentences[-1] = f"{sentences[-1]} {part}"
        else:
            sentences.append(part)
    return sentences
