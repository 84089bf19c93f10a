"""Lines of a license key and a SEN as people type them: in any order, however separated."""

import re
from collections.abc import Sequence

from lib.domain.text import bare_words
from lib.reading.sen_numbers import SenKind, read_sen, sen_kind
from lib.requests.sen_lines.line import OTHER_NUMBERS, SenCode, SenLine, check_line, only

_LABEL_WORDS = frozenset("id import key license licence sen".split())
_SEPARATORS = re.compile(r"[\s,;|\"]+")
_ARROWS = re.compile(r"[=:>→–—-]+>?")
_KEY_AND_SEN = re.compile(r"(.+?)[=:→](SEN-?L?\d+)", re.IGNORECASE)
"""A key and a SEN without a space between them: `KEY=SEN-1`."""


def read_text_line(number: int, line: str) -> SenLine:
    """The key and the SEN on a line."""
    parts = split_parts(line)
    sen_parts = [part for part in parts if sen_in(part)]
    others = [part for part in parts if part not in sen_parts and not is_label(part)]
    if not sen_parts:
        return line_without_sen(number, others)
    if len(sen_parts) > 1:
        return SenLine(number, problem=SenCode.TWO_SENS)
    candidates: tuple[str, ...] = ()
    if len(others) > 1:
        candidates = (line_without(line, sen_parts[0]), *others)
    key = only(others).removesuffix(":")
    return check_line(SenLine(number, key, sen_in(sen_parts[0]), candidates=candidates))


def is_header(line: str) -> bool:
    """Whether a line has only column names, SEN among them."""
    words = bare_words(line).split()
    return "sen" in words and _LABEL_WORDS.issuperset(words)


def split_parts(line: str) -> list[str]:
    """The words of a line, without marks between them."""
    parts = [part for part in _SEPARATORS.split(line) if part and not _ARROWS.fullmatch(part)]
    if len(parts) == 1 and (pair := _KEY_AND_SEN.fullmatch(parts[0])):
        return [pair[1], pair[2]]
    return parts


def sen_in(part: str) -> str:
    """The SEN that a part of a line is, perhaps at the end of a sentence; "" for any other part."""
    text = part.rstrip(".")
    return str(read_sen(text)) if sen_kind(text) is SenKind.SEN else ""


def is_label(part: str) -> bool:
    """Whether a part only says what comes next: `SEN`, `SEN:`, `Key:`."""
    words = bare_words(part)
    return words == "sen" or (part.endswith(":") and words in _LABEL_WORDS)


def line_without(line: str, sen: str) -> str:
    """A line without its SEN, since a license key may have spaces."""
    return " ".join(line.replace(sen, " ").split()).strip(" ,;|\t")


def line_without_sen(number: int, parts: Sequence[str]) -> SenLine:
    """A line without a SEN, with the number that was taken for one, if any."""
    for part in reversed(parts):
        problem = OTHER_NUMBERS.get(sen_kind(part) or SenKind.OTHER)
        if problem:
            others = [other for other in parts if other != part]
            return SenLine(number, only(others), part, problem)
    return SenLine(number, only(list(parts)), problem=SenCode.NO_SEN)
