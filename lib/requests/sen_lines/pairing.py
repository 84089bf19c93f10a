"""Which lines with a key and which with a SEN belong together, where that is plain."""

from collections.abc import Iterator, Sequence
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
    pairs = list(chain.from_iterable(map(pairs_of_block, blocks)))
    paired = {line.number for pair in pairs for line in (pair.key, pair.sen)}
    left = [line for block in blocks for line in members_of(block) if line.number not in paired]
    has_both = len({line.kind is LineKind.SEN for line in left}) > 1
    # With a key and a SEN left over, empty lines do not part licenses: a pair may be of two of them.
    return pairs_of_block(list(chain.from_iterable(blocks))) if has_both else pairs


def pairs_of_block(lines: Sequence[TextLine]) -> list[Pair]:
    """The pairs of lines in which keys and SENs alternate; of any other lines nobody can tell."""
    members = members_of(lines)
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


def members_of(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines with a key and those with a SEN; if any key has a label, only those with one."""
    labelled = set(numbers_of_labelled_keys(lines))
    return [
        line
        for line in lines
        if line.kind is LineKind.SEN or (line.number in labelled if labelled else line.is_bare_key)
    ]


def numbers_of_labelled_keys(lines: Sequence[TextLine]) -> Iterator[int]:
    """The numbers of lines that have a key behind a label, or below one."""
    before: TextLine | None = None
    for line in lines:
        is_below_label = before is not None and before.labels_key and line.is_bare_key
        if line.kind is LineKind.KEY or is_below_label:
            yield line.number
        before = line
