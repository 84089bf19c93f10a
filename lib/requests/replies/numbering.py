"""Which item each number in a mail means: customers often answer by number alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lib.domain.text import clean
from lib.requests.replies.items import ARTICLE_ITEMS, REQUEST_ITEMS
from lib.requests.replies.lines import Line
from lib.requests.replies.questions import split_question

_FEWEST_NUMBERS = 3
"""Numbered lines that show which list somebody answers."""


@dataclass(frozen=True, slots=True)
class NumberedItems:
    """The item of each number, and whether the questions stand in a quotation, so that the newest mail has answers only."""

    items: Mapping[int, str]
    are_quoted: bool = False


def items_by_number(lines: Sequence[Line]) -> NumberedItems:
    """The item of each number: by the mail's own questions, else by the list that the numbers follow."""
    lists = []
    for is_quoted, numbered in question_lists(lines):
        items = items_of_questions(numbered)
        if items is not None:
            lists.append(NumberedItems(items, is_quoted))
    # An answer may look like a question, so the list with most questions is the one that is answered.
    if lists:
        return max(lists, key=lambda numbered: len(numbered.items))
    numbered = [(line.number, line.text) for line in lines if line.number is not None and not line.is_quoted]
    texts = {number: clean(text) for number, text in numbered}
    # A number that comes twice belongs to more than one list.
    if len(texts) < len(numbered):
        return NumberedItems({})
    known_lists = [dict(enumerate(items, 1)) for items in (REQUEST_ITEMS, ARTICLE_ITEMS)]
    # A short mail may fit both lists, and then nobody can tell which its numbers are of.
    matches = [items for items in known_lists if follows_list(texts, items)]
    return NumberedItems(matches[0] if len(matches) == 1 else {})


def question_lists(lines: Sequence[Line]) -> Iterator[tuple[bool, list[tuple[int, str]]]]:
    """The numbered lines of the newest mail, then of older ones."""
    # Older lists may number otherwise.
    depths = sorted({line.depth for line in lines})
    for is_quoted in (False, True):
        for depth in depths:
            of_depth = [line for line in lines if line.depth == depth and line.is_quoted == is_quoted]
            yield is_quoted, [(line.number, line.text) for line in of_depth if line.number is not None]


def items_of_questions(numbered: Sequence[tuple[int, str]]) -> dict[int, str] | None:
    """The item of each number that stands before one question only."""
    pairs = set()
    for number, text in numbered:
        if question := split_question(text, True):
            pairs.add((number, question.item))
    if not pairs:
        return None
    # A number before two different questions says nothing of either.
    uses = Counter(number for number, _ in pairs)
    return {number: item for number, item in pairs if uses[number] == 1}


def follows_list(texts: Mapping[int, str], items: Mapping[int, str]) -> bool:
    """Whether email addresses are exactly where a list asks for them."""
    with_address = {number for number, text in texts.items() if "@" in text}
    required = {number for number, item in items.items() if item == "myatlassian_email"}
    optional = {number for number, item in items.items() if item == "expert_email"}
    has_addresses = required <= with_address <= required | optional
    return len(texts) >= _FEWEST_NUMBERS and has_addresses and set(texts) <= set(items)
