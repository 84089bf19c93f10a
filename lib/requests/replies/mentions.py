"""Words of a mail that may be license keys, and the email addresses in it, of the newest mail apart from quotations."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from lib.requests.replies.lines import Line, lines_of
from lib.requests.replies.threads import with_quotations

_AROUND = "\"'“”„‚‘’«»()[]{}<>*_.,;:!?|"
_SEPARATORS = re.compile(r"[,;|()\[\]{}<>\"'“”„«»]+")
_LABEL_ENDS = re.compile(r"[:=]+")
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# Digits of a key that is a number; shorter ones are house numbers, postal codes and sizes.
_SHORTEST_NUMBER = 6

_SHORTEST = 2
# Letters of a word that may be a license key.
_LONGEST = 200

_MOST = 5_000
"""Words of a mail that are looked up."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Words that may be license keys, in the newest mail and in quotations, and the newest mail's email addresses."""

    words: tuple[str, ...]
    quoted_words: tuple[str, ...]
    addresses: tuple[str, ...]


def mentions_in(text: str) -> Mentions:
    """What a mail mentions, each once and in its order."""
    lines = with_quotations(list(lines_of(text)))
    newest = [line for line in lines if not line.is_quoted]
    addresses = chain.from_iterable(_ADDRESS.findall(line.source) for line in newest)
    return Mentions(
        words_of(newest),
        words_of([line for line in lines if line.is_quoted]),
        tuple(dict.fromkeys(address.rstrip(".").casefold() for address in addresses)),
    )


def words_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """The words of lines that may be license keys."""
    words: dict[str, None] = {}
    for line in lines:
        words |= dict.fromkeys(filter(may_be_key, spellings(line.source)))
    return tuple(words)[:_MOST]


def spellings(line: str) -> Iterator[str]:
    """The words of a line as they stand, without the marks around them, and in parts: `(K-1),` and `key:K-1`."""
    for word in line.split():
        yield word
        for part in _SEPARATORS.split(word):
            yield part
            yield part.strip(_AROUND)
            # Of `key=K-1` the key is a part, but a key may end in `=` itself.
            yield from (piece.strip(_AROUND) for piece in _LABEL_ENDS.split(part))


def may_be_key(word: str) -> bool:
    """Whether a word may be a license key."""
    if word.isdigit():
        return _SHORTEST_NUMBER <= len(word) <= _LONGEST
    return _SHORTEST <= len(word) <= _LONGEST
