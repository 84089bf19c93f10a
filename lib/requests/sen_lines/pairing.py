"""Which lines with a key and which with a SEN belong together, where that is plain."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, pairwise

from lib.requests.sen_lines.text_lines import LineKind, TextLine


@dataclass(frozen=True, slots=True)
class Pair:
    """A line with a key, one with a SEN, and all lines from the first to the last of them, with a label above."""

    key: TextLine
    sen: TextLine
    lines: tuple[TextLine, ...]


def pairs_of_blocks(blocks: Sequence[Sequence[TextLine]]) -> list[Pair]:
    """The pairs of a list, whose blocks are parted by empty lines."""
    lines = list(chain.from_iterable(blocks))
    members = numbers_of_members(lines)
    pairs = list(chain.from_iterable(pairs_of_block(block, members) for block in blocks))
    paired = {pair.key.number for pair in pairs} | {pair.sen.number for pair in pairs}
    rest = [line for line in lines if line.number in members and line.number not in paired]
    if crosses_blocks(pairs, rest):
        return pairs_of_block(lines, members)
    return pairs


def crosses_blocks(pairs: Sequence[Pair], rest: Sequence[TextLine]) -> bool:
    """Whether lines left over show that blocks are no licenses."""
    # Then empty lines part something else, and a pair may be of two licenses.
    kinds_left = {line.kind is LineKind.SEN for line in rest}
    if len(kinds_left) > 1 or not pairs:
        return len(kinds_left) > 1
    first = pairs[0]
    key_comes_first = first.key.number < first.sen.number
    before = [line for line in rest if line.number < first.lines[0].number]
    return any((line.kind is LineKind.SEN) == key_comes_first for line in before)


def pairs_of_block(lines: Sequence[TextLine], numbers: AbstractSet[int]) -> list[Pair]:
    """The pairs of lines in which keys and SENs (of these numbers) alternate; of any other lines nobody can tell."""
    members = [line for line in lines if line.number in numbers]
    kinds = [line.kind is LineKind.SEN for line in members]
    alternate = all(kind != next_kind for kind, next_kind in pairwise(kinds))
    if len(members) % 2 or not alternate:
        return []
    places = {line.number: place for place, line in enumerate(lines)}
    pairs = []
    for first, last in zip(members[::2], members[1::2], strict=True):
        start, end = places[first.number], places[last.number]
        if any(line.kind is LineKind.BOTH for line in lines[start:end]):
            continue
        if start and lines[start - 1].kind is LineKind.LABEL:
            start -= 1
        key, sen = (last, first) if kinds[0] else (first, last)
        pairs.append(Pair(key, sen, tuple(lines[start : end + 1])))
    return pairs


def numbers_of_members(lines: Sequence[TextLine]) -> AbstractSet[int]:
    """The numbers of lines with a key, and with a SEN."""
    # If any key has a label, what has none is no key.
    keys = set(numbers_of_labelled_keys(lines)) or {line.number for line in lines if line.is_bare_key}
    return keys | {line.number for line in lines if line.kind is LineKind.SEN}


def numbers_of_labelled_keys(lines: Sequence[TextLine]) -> Iterator[int]:
    """The numbers of lines that have a key behind a label, or below one."""
    before: TextLine | None = None
    for line in lines:
        is_below_label = before is not None and before.labels_key and line.is_bare_key
        if line.kind is LineKind.KEY or is_below_label:
            yield line.number
        before = line
