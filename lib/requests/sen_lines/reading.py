"""A pasted text or a file's, read as lines, a table or JSON, whichever it is."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from lib.domain.text import INVISIBLE
from lib.requests.sen_lines.json_answers import JsonReader
from lib.requests.sen_lines.line import LONGEST_LINE, SenCode, SenLine, check_line, only
from lib.requests.sen_lines.pairing import Pair, pairs_of_blocks
from lib.requests.sen_lines.tables import SenColumns, columns_of_header, read_table
from lib.requests.sen_lines.text_lines import TextLine, candidates_of, parse_line, read_line

_JSON_START = re.compile(r"\s*[\[{]\s*(?:$|[\"\[{\]}]|null\b)")


def read_sen_lines(text: str) -> tuple[SenLine, ...]:
    """Every line of a text that says anything, in order: with a SEN, or with the reason why not. Never raises.

    Lines have a key and a SEN in any order and however separated; a table has a header with `sen` and `id` or a license
    key; JSON has objects with `id` and `sen`, in lists or by app. Blank lines are left out.
    """
    text = plain_text(text)
    if is_json(text):
        return tuple(JsonReader(text).lines())
    lines = text.split("\n")
    too_long = [SenLine(number, problem=SenCode.TOO_LONG) for number in numbers_of_long_lines(lines)]
    short_lines = [line if len(line) <= LONGEST_LINE else "" for line in lines]
    return tuple(sorted([*too_long, *read_lines(short_lines)], key=lambda line: line.line))


def find_columns(text: str) -> SenColumns | None:
    """The columns of the first table in a text; None if it has no table, or is JSON."""
    text = plain_text(text)
    if is_json(text):
        return None
    return next(filter(None, map(columns_of_header, text.split("\n"))), None)


def is_json(text: str) -> bool:
    """Whether a text begins as JSON does."""
    return _JSON_START.match(text) is not None


def plain_text(text: str) -> str:
    """The text with plain spaces and line ends, without invisible characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return INVISIBLE.sub("", text).replace("\u00a0", " ")


def numbers_of_long_lines(lines: Sequence[str]) -> list[int]:
    """The numbers of lines that are too long to be read."""
    return [number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE]


def read_lines(lines: Sequence[str]) -> Iterator[SenLine]:
    """Lines of keys and SENs, up to the header of a table; then the table's rows."""
    blocks: list[list[TextLine]] = [[]]
    for number, line in enumerate(lines, 1):
        if columns := columns_of_header(line):
            yield from read_blocks(blocks)
            yield SenLine(number, problem=SenCode.HEADING)
            yield from read_table(lines[number:], number + 1, columns)
            return
        if line.strip():
            blocks[-1].append(parse_line(number, line))
        else:
            blocks.append([])
    yield from read_blocks(blocks)


def read_blocks(blocks: Sequence[Sequence[TextLine]]) -> Iterator[SenLine]:
    """Lines in blocks, of which some may belong together."""
    pairs = {pair.lines[0].number: pair for pair in pairs_of_blocks(blocks)}
    paired: set[int] = set()
    for pair in pairs.values():
        paired.update(line.number for line in pair.lines)
    for line in chain.from_iterable(blocks):
        if line.number in pairs:
            yield read_pair(pairs[line.number])
        elif line.number not in paired:
            yield read_line(line)


def read_pair(pair: Pair) -> SenLine:
    """The key and the SEN of lines that belong together."""
    first, *others = (line.number for line in pair.lines)
    key = pair.key.key or only(list(pair.key.words))
    if len(pair.sen.sens) > 1:
        return SenLine(first, key, problem=SenCode.TWO_SENS, more_lines=tuple(others))
    candidates = candidates_of(key)
    return check_line(SenLine(first, key, pair.sen.sens[0], candidates=candidates, more_lines=tuple(others)))
