"""Text reduced to what people mean by it, so that spellings can be compared (domain.md §7)."""

import re
import unicodedata

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_APART = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def clean(text: str) -> str:
    """The text as meant: NFC, no invisible characters, any white space inside as one plain space, none outside."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def words_of(text: str) -> str:
    """The bare words: no case, accents, punctuation or `camelCase`, single spaces (`E-mail` → `e mail`)."""
    apart = _CAMEL.sub(" ", INVISIBLE.sub("", text))
    unfolded = unicodedata.normalize("NFKD", apart).casefold()
    bare = "".join(letter for letter in unfolded if not unicodedata.combining(letter))
    return _APART.sub(" ", unicodedata.normalize("NFC", bare)).strip()
