"""A pasted mail read line by line: questions, the answers to them, and all that is neither."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from lib.requests.replies.answers import addresses_stated
from lib.requests.replies.items import ITEMS, YES_NO, whole_item
from lib.requests.replies.lines import Line, lines_of
from lib.requests.replies.numbering import items_by_number
from lib.requests.replies.open_question import OpenQuestion, is_open_for_statement
from lib.requests.replies.prose import with_sentences
from lib.requests.replies.questions import Question, items_stated, split_question
from lib.requests.replies.reply import Answer, Reply, UnrecognisedLine
from lib.requests.replies.threads import with_quotations

# Items whose answer may begin with a number that is not a list's.
_MAY_START_WITH_NUMBER = frozenset(("address", "company", "editors", "host_tier"))

# Items whose labels signatures have too.
_OF_SIGNATURES = frozenset(("company", "address", "country", "myatlassian_email"))

_FOR_LICENSES = re.compile(r"^\[(?:for|für|pour|para)\s+([^\]]+)\]\s*", re.IGNORECASE)


def read_reply(text: str) -> Reply:
    """Read a customer's mail, quoted or not, in English, German, French or Spanish. No line is dropped."""
    reader = MailReader(list(with_sentences(with_quotations(list(lines_of(text))))))
    reader.read()
    order = list(ITEMS)
    answers = sorted(reader.answers, key=lambda answer: (order.index(answer.item), answer.lines))
    unrecognised = sorted(reader.unrecognised, key=lambda line: line.line)
    return Reply(tuple(answers), tuple(unrecognised), reader.questions)


class MailReader:
    """Goes through the lines of a mail once, with at most one question open."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._numbered = items_by_number(lines)
        self._open: OpenQuestion | None = None
        self._is_signed = False
        self.answers: list[Answer] = []
        self.unrecognised: list[UnrecognisedLine] = []
        self.questions: dict[int, str] = {}

    def read(self) -> None:
        """Sort every line into questions, answers and unrecognised lines."""
        for line, next_line in zip_longest(self._lines, self._lines[1:]):
            self._note_signature(line)
            if not self._read_line(line, next_line):
                self._close()
                self.unrecognised.append(UnrecognisedLine(line.place, line.source, line.is_quoted, line.more_places))
        self._close()

    def _note_signature(self, line: Line) -> None:
        """Note where a signature begins, and where it ends: at another mail, or at a quoted line."""
        if line.depth > 0 or line.is_end:
            self._is_signed = line.is_closing

    def _read_line(self, line: Line, next_line: Line | None) -> bool:
        # The rest of a question may itself look like a question, and any line like an answer: this order matters.
        return self._continue_question(line) or self._read_question(line, next_line) or self._read_answer(line)

    def _continue_question(self, line: Line) -> bool:
        """Take a line as the rest of the open question, if both together ask for the same."""
        current = self._open
        if current is None or not current.accepts_label(line):
            return False
        question = split_question(f"{current.label} {line.text}")
        if question is None or question.item != current.item or len(question.label) <= len(current.label) + 1:
            return False
        current.label = question.label
        current.may_continue = not question.ends_with_mark(line.text)
        self._note_question(current, line, question.rest)
        return True

    def _read_question(self, line: Line, next_line: Line | None) -> bool:
        """Take a line as a question, or as a statement that answers one by itself."""
        if line.is_end:
            return False
        question = split_question(line.text, line.number is not None)
        if self._is_in_signature(line, question) or self._is_answer(line, question):
            return False
        if statement := statement_items(line, question):
            self._state(line, statement)
            return True
        if question is not None and self._is_answer_by_number(line, question):
            question = None
        if question is None and line.number is not None:
            question = question_over_two_lines(line, next_line)
            if question is None:
                return self._open_by_number(line, line.number)
        if question is None:
            return False
        self._open_question(line, question)
        return True

    def _is_in_signature(self, line: Line, question: Question | None) -> bool:
        """Whether a label belongs to a signature below the answers."""
        # It has the sender's own company and address, not the license's.
        is_label = question is not None and question.item in _OF_SIGNATURES and line.number is None
        return is_label and self._is_signed and any(not answer.quoted for answer in self.answers)

    def _is_answer(self, line: Line, question: Question | None) -> bool:
        """Whether a line of a question's words answers it."""
        # A company may be called `The Key Company`.
        current = self._open
        is_waiting = current is not None and not current.answer_lines and line.depth < current.depth
        return is_waiting and question is not None and question.is_whole(line.text)

    def _is_answer_by_number(self, line: Line, question: Question) -> bool:
        """Whether the number of a line without any mark tells that it answers a question, another one or a quoted one."""
        item = None if line.number is None else self._numbered.items.get(line.number)
        is_other = whole_item(question.item) != item or (self._numbered.are_quoted and not line.is_quoted)
        return item is not None and question.is_whole(line.text) and is_other

    def _open_question(self, line: Line, question: Question) -> None:
        self._close()
        may_continue = not question.ends_with_mark(line.text)
        self._open = OpenQuestion(question.item, question.label, line.depth, line.number, may_continue=may_continue)
        self._note_question(self._open, line, question.rest)

    def _open_by_number(self, line: Line, number: int) -> bool:
        """Take a numbered line without a question as the answer to the item of that number."""
        item = self._numbered.items.get(number)
        if item is None:
            return False
        self._close()
        self._open = OpenQuestion(item, "", line.depth, number, by_number=True)
        if line.text:
            self._open.answer_lines.append((line, line.text))
        else:
            self.questions[line.place] = whole_item(item)
        return True

    def _note_question(self, question: OpenQuestion, line: Line, rest: str) -> None:
        """Note where a question stands, and take the rest of its line as an answer."""
        self.questions |= dict.fromkeys(line.places, whole_item(question.item))
        if licenses := _FOR_LICENSES.match(rest):
            question.licenses = tuple(key.strip() for key in licenses[1].split(","))
            rest = rest[licenses.end() :]
        if rest:
            question.answer_lines.append((line, rest))

    def _state(self, line: Line, items: Sequence[str]) -> None:
        """Take a statement as the answer to the open question, else as one to each item that it is about."""
        current = self._open
        if current is not None and is_open_for_statement(current, line):
            current.answer_lines.append((line, line.text))
            return
        self._close()
        first, *others = items
        answer_lines = [(line, line.text)]
        self._open = OpenQuestion(
            first, "", line.depth, answer_lines=answer_lines, other_items=tuple(others), is_statement=True
        )

    def _read_answer(self, line: Line) -> bool:
        """Take a line as an answer to the open question, if there is one and it fits."""
        current = self._open
        if current is not None and current.accepts_limit(line):
            current.is_limited = True
        elif current is None or not current.accepts_answer(line):
            return False
        text = line.numbered_text if current.item in _MAY_START_WITH_NUMBER else line.text or line.numbered_text
        current.answer_lines.append((line, text))
        return True

    def _close(self) -> None:
        """Read the answer of the open question, if it has any."""
        if self._open is not None and self._open.answer_lines:
            self.answers += self._open.answers()
        self._open = None


def statement_items(line: Line, question: Question | None) -> tuple[str, ...]:
    """The items that a line answers by itself; none if its question is about anything else."""
    if question is None or (question.item in YES_NO and not question.rest):
        address = None if question or line.number is not None else addresses_stated(line.text)
        return items_stated(line.text) or ((address,) if address else ())
    return ()


def question_over_two_lines(line: Line, next_line: Line | None) -> Question | None:
    """The question that a numbered line begins and the next one ends."""
    if next_line is None or next_line.follows_gap or next_line.number is not None or next_line.depth != line.depth:
        return None
    question = split_question(f"{line.text} {next_line.text}")
    if question is None or len(question.label) <= len(line.text) or split_question(next_line.text):
        return None
    return Question(question.item, line.text, "")
