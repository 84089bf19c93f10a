"""Text reduced to what people mean by it, so that spellings can be compared (domain.md §7)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
BLANKS = frozenset(("", *"- -- – — N/A n/a #N/A NULL null (null) <null> None none NaN nan \\N RTBF (blank)".split(" ")))
"""What programs write where there is no value; `RTBF` stands for contacts erased by request (domain.md §6)."""

_NEVER_STORED = re.compile("[\0\ud800-\udfff]")
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_APART = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


_SHOWN = 60
"""Letters of a cell that a message repeats."""


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a cell could not be read: a code for machines, and the tail of a sentence that says what to do."""

    code: str
    message: str


def quote(text: str) -> str:
    """The text as a message repeats it: on one line, in quotation marks, shortened."""
    shown = clean(text)
    return f'"{shown[:_SHOWN]}…"' if len(shown) > _SHOWN else f'"{shown}"'


def clean(text: str) -> str:
    """The text as meant: NFC, no invisible characters, any white space inside as one plain space, none outside."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(unicodedata.normalize("NFC", INVISIBLE.sub("", text)).split())


def storable(text: str) -> str:
    """The text without what no database takes: NULs and halves of characters, which a link may hold."""
    return _NEVER_STORED.sub("", text)


def half_width(text: str) -> str:
    """The cleaned text with full-width letters, digits and signs as plain ones; superscripts stay what they are."""
    return clean(text if text.isascii() else text.translate(_NARROW))


def bare_words(text: str) -> str:
    """The bare words: no case, accents, punctuation or `camelCase`, single spaces (`E-mail` → `e mail`)."""
    if text.isascii():
        return _APART.sub(" ", _CAMEL.sub(" ", text)).lower().strip()
    apart = _CAMEL.sub(" ", INVISIBLE.sub("", text))
    unfolded = unicodedata.normalize("NFKD", apart).casefold()
    bare = "".join(letter for letter in unfolded if not unicodedata.combining(letter))
    return _APART.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def format_time(at: datetime) -> str:
    """A stored time as people read it: `2 May 2019 09:12 UTC`."""
    universal = at.astimezone(UTC) if at.tzinfo else at
    return f"{universal.day} {universal:%b %Y %H:%M} UTC"


def format_day(day: date) -> str:
    """A day as people read it: `2 May 2019`."""
    return f"{day.day} {day:%b %Y}"


def quantity(count: int, word: str, words: str = "") -> str:
    """`1 license`, `2,431 licenses`, `3 batches`; `words` is the plural where it is not just an s more."""
    return f"{count:,} {word if count == 1 else words or f'{word}s'}"
