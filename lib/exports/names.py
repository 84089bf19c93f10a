"""File names that Windows, macOS and Linux all take."""

import re
import unicodedata
from collections.abc import Iterable

from lib.words import INVISIBLE

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_LONGEST = 120
"""Bytes of a name in UTF-8: leaves room for a folder, a number and an ending within 255."""


def safe_name(text: str) -> str:
    """A file's name without ending, as close to the text as every system allows; "unnamed" if nothing is left."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    name = _shortened(" ".join(_FORBIDDEN.sub(" ", plain).split()).strip(". "))
    return f"{name}_" if _RESERVED.fullmatch(name) else name or "unnamed"


def numbered(names: Iterable[str]) -> list[str]:
    """The names, each once: one that is taken already, in whatever case, gets the next free number behind it."""
    taken: set[str] = set()
    kept = []
    for name in names:
        number, free = 1, name
        while _same(free) in taken:
            number += 1
            free = f"{name} ({number})"
        taken.add(_same(free))
        kept.append(free)
    return kept


def _same(name: str) -> str:
    """What two names share that some system takes for the same file."""
    return unicodedata.normalize("NFKC", name.casefold()).casefold()


def _shortened(name: str) -> str:
    return name.encode()[:_LONGEST].decode(errors="ignore").rstrip(". ")
