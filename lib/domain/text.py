"""Text reduced to what people mean by it, and numbers and times as people read them (domain.md §7)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from lib.domain.days import local_time

# What a terminal takes for a command: a color, another title of its window.
_TERMINAL_COMMAND = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\)?"

INVISIBLE = re.compile(
    # Of the control characters not those that are white space, and not the upper ones, which undefined bytes are read as.
    _TERMINAL_COMMAND + "|[\x00-\x08\x0e-\x1b\x7f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_SCRIPTS_WITH_JOINERS = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff\ufb50-\ufdff\ufe70-\ufefc"
"""Arabic letters, of which Persian's are among them, and those of India and Sri Lanka."""

_EMOJI = "\u2640\u2642\u2695\u2696\u2708\u2764\ufe0f\U0001f300-\U0001faff"
_NEEDED_JOINER = re.compile(
    rf"(?<=[{_SCRIPTS_WITH_JOINERS}])[\u200c\u200d](?=[{_SCRIPTS_WITH_JOINERS}])|(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])"
)
_NEEDED_OR_INVISIBLE = re.compile(rf"({_NEEDED_JOINER.pattern})|{INVISIBLE.pattern}")
ERASED = "RTBF"
"""What stands for a contact that was erased by request (domain.md §6)."""

BLANKS = frozenset(
    ("", ERASED, *"- -- – — N/A n/a #N/A NULL null (null) <null> None none NaN nan \\N (blank)".split(" "))
)
"""What programs write where there is no value."""

_OBEYED = re.compile(_TERMINAL_COMMAND + r"|[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NEVER_STORED = re.compile("[\0\ud800-\udfff]")
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_NO_WORD = re.compile(r"[\W_]+")
_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")


_MOST_QUOTED = 60
"""Letters of a cell that a message repeats."""


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a cell could not be read: a code for machines, and the tail of a sentence that says what to do."""

    code: str
    message: str


def quote(text: str) -> str:
    """The text as a message repeats it: on one line, in quotation marks, shortened."""
    line = clean(text)
    if len(line) <= _MOST_QUOTED:
        return f'"{line}"'
    return f'"{line[:_MOST_QUOTED]}…"'


def clean(text: str) -> str:
    """The text in NFC without invisible characters or outer white space, with single plain spaces inside."""
    # Most cells are plain already, and this is run on each of them.
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(unicodedata.normalize("NFC", without_invisible(text)).split())


def without_invisible(text: str) -> str:
    """The text without invisible characters, except joiners that shape a word of Persian or Sinhala, or an emoji."""
    return _NEEDED_OR_INVISIBLE.sub(r"\1", text)


def printable(text: str) -> str:
    """The text without what a terminal would obey, but for tabs and the ends of lines."""
    return _OBEYED.sub("", text)


def storable(text: str) -> str:
    """The text without NULs and halves of characters."""
    # A link may hold them, and no database takes them.
    return _NEVER_STORED.sub("", text)


def half_width(text: str) -> str:
    """The cleaned text with full-width letters, digits and signs as plain ones."""
    # Not by NFKC, which would read the superscript of "10²" as one more digit.
    return clean(text.translate(_HALF_WIDTH))


@lru_cache(1024)
def bare_words(text: str) -> str:
    """The words without case, accents, punctuation or `camelCase`, with single spaces (`E-mail` → `e mail`)."""
    # Remembered for a while: what reads a customer's mail asks several times for the same sentence.
    if text.isascii():
        return _NO_WORD.sub(" ", _CAMEL_CASE.sub(" ", text)).lower().strip()
    words = _CAMEL_CASE.sub(" ", INVISIBLE.sub("", text))
    decomposed = unicodedata.normalize("NFKD", words).casefold()
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NO_WORD.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def format_time(at: datetime, zone: str) -> str:
    """A stored time as people of a time zone read it: `2 May 2019 09:12 UTC`."""
    local = local_time(at, zone)
    return f"{local.day} {local:%b %Y %H:%M %Z}"


def format_day(day: date) -> str:
    """A day as people read it: `2 May 2019`."""
    return f"{day.day} {day:%b %Y}"


def quantity(count: int, word: str, plural: str = "") -> str:
    """`1 license`, `2,431 licenses`, `3 batches`; `plural` unless it only takes an s."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {plural or f'{word}s'}"


def percentage(part: int, whole: int) -> str:
    """`55%`; `<1%` and `>99%` where rounding would say none or all."""
    share = 100 * part / whole
    if 0 < share < 1:
        return "<1%"
    if 99 < share < 100:
        return ">99%"
    return f"{share:.0f}%"
