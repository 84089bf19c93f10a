"""Which lines of a mail are quoted or from older mails: only the newest answer counts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lib.domain.text import bare_words
from lib.requests.replies.lines import Line
from lib.requests.replies.questions import split_question

_OURS = "balsamiq"
"""What stands in every name and address that our own mails come from."""

_FROM = re.compile(r"\**(?:from|von|de|da)\s?:\**\s*(?P<sender>.*)", re.IGNORECASE)
_OTHER_HEADER = re.compile(
    r"\**(?:sent|gesendet|envoy[ée]|enviado(?: el)?|date|datum|fecha|to|an|à|para|cc|subject|betreff|objet|asunto)\s?:",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"-+\s*(?:original message|original appointment|urspr(?:ü|ue)ngliche nachricht|message d[’']origine|mensaje original)\s*-+",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"-*\s*(?:forwarded message|begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten nachricht"
    r"|message transf[ée]r[ée]|d[ée]but du message r[ée]exp[ée]di[ée]|mensaje reenviado|inicio del mensaje reenviado)\b\s*:?\s*-*",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\b(?:wrote|schrieb|geschrieben|a écrit|escribió)\b.*:$|^\d{4}-\d\d-\d\d .*<\S+@\S+>:$", re.IGNORECASE
)
_ATTRIBUTION_START = re.compile(r"(?:on|am|le|el)\b.*\d", re.IGNORECASE)
# Words of our questions; labels of the customer's own are shorter.
_FEWEST_WORDS = 5

# Words of a line such as `see below`, which says nothing by itself.
_FEW_WORDS = 3


def with_quotations(lines: Sequence[Line]) -> list[Line]:
    """The lines, with those marked that are quoted or stand in an older mail."""
    newest = newest_depth(lines)
    older = frozenset(older_places(lines, newest))
    answered = frozenset(answered_places(lines, newest))
    return [
        replace(line, is_quoted=line.place in older or (line.depth > newest and line.place not in answered))
        for line in lines
    ]


def answered_places(lines: Sequence[Line], depth: int) -> Iterator[int]:
    """The places of our own questions, quoted once, with answers behind them: somebody typed those into the quotation."""
    is_of_customer = False
    for index, line in enumerate(lines):
        sender = attribution_at(lines, index)
        if sender is not None:
            is_of_customer = not is_ours(sender)
        if line.depth != depth + 1 or is_of_customer:
            continue
        question = split_question(line.text, line.number is not None)
        if question and question.rest and len(question.label.split()) >= _FEWEST_WORDS:
            yield line.place


def newest_depth(lines: Sequence[Line]) -> int:
    """How deep the newest mail itself is quoted: a mail may be pasted with marks before all of its lines."""
    depths = [line.depth for line in lines if says_something(line)]
    return min(depths or [line.depth for line in lines], default=0)


def says_something(line: Line) -> bool:
    """Whether a line is more than a greeting or a hint such as `see below`."""
    has_label = ":" in line.text.rstrip(": ")
    return not line.is_end and (has_label or len(line.text.split()) > _FEW_WORDS)


def older_places(lines: Sequence[Line], depth: int) -> Iterator[int]:
    """The places of lines in older mails of the customer's that no quotation mark tells from the newest.

    Our own mail below the newest one is no older answer: many people write theirs between its lines. What stands below a
    head at the top, or below a word such as `FYI`, is the newest mail itself.
    """
    has_content = is_older = False
    for index, line in enumerate(lines):
        if line.depth == depth:
            sender = sender_at(lines, index)
            if sender is not None:
                is_older = is_older or (has_content and not is_ours(sender))
            else:
                has_content = has_content or says_something(line)
        if is_older:
            yield line.place


def is_ours(sender: str) -> bool:
    """Whether a mail's sender is one of us."""
    return _OURS in bare_words(sender).split()


def sender_at(lines: Sequence[Line], index: int) -> str | None:
    """The sender of a mail that begins below a line; None if none begins."""
    text = lines[index].text.strip()
    before = lines[index - 1].text.strip() if index else ""
    after = [line.text.strip() for line in lines[index + 1 : index + 3]]
    if head := _FROM.fullmatch(text):
        is_head = any(map(_OTHER_HEADER.match, after)) or bool(_OTHER_HEADER.match(before) or is_divider(before))
        return head["sender"] if is_head else None
    if is_divider(text):
        return None if any(map(_FROM.match, after)) else ""
    if is_quoted_below(lines, index):
        return None
    return attribution_at(lines, index)


def attribution_at(lines: Sequence[Line], index: int) -> str | None:
    """What a line such as `On Monday, Ada wrote:` says of the mail below it; None for any other line."""
    text = lines[index].text.strip()
    before = lines[index - 1].text.strip() if index else ""
    if not _WROTE.search(text):
        return None
    attribution = text if _ATTRIBUTION_START.match(text) or "@" in text else f"{before} {text}"
    if _ATTRIBUTION_START.match(attribution) or "@" in attribution or is_ours(text):
        return attribution
    return None


def is_divider(text: str) -> bool:
    """Whether a line such as `-----Original Message-----` says that another mail follows."""
    return bool(_ORIGINAL.fullmatch(text) or _FORWARDED.fullmatch(text))


def is_quoted_below(lines: Sequence[Line], index: int) -> bool:
    """Whether the next line is quoted by marks."""
    # Then the marks tell whose words are whose.
    return index + 1 < len(lines) and lines[index + 1].depth > lines[index].depth
