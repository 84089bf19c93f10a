"""Names that others take: of files by Windows, macOS and Linux, of sheets by Excel."""

import re
import unicodedata
from collections.abc import Iterable

from lib.domain.text import INVISIBLE

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\..*)?", re.IGNORECASE)
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f]+")
_LONGEST_SHEET = 31
_LONGEST = 120
"""Bytes of a name in UTF-8: leaves room for a folder, a number and an ending within 255."""


def safe_name(text: str) -> str:
    """A file's name without ending, as close to the text as every system allows; "unnamed" if nothing is left."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    name = _shortened(" ".join(_FORBIDDEN.sub(" ", plain).split()).strip(". "))
    return f"{name}_" if _RESERVED.fullmatch(name) else name or "unnamed"


def numbered(names: Iterable[str]) -> list[str]:
    """The names, each once: one that is taken already, in whatever case, gets the next free number behind it."""
    taken: dict[str, int] = {}
    return [free_name(name, taken) for name in names]


def free_name(name: str, taken: dict[str, int]) -> str:
    """The name, or if it is taken already, in whatever case or form, the name with the next free number behind it.

    `taken` are the names so far, as systems compare them, with the last number that each was given; this one is added.
    """
    number, free = taken.get(_same(name), 0), name
    while _same(free) in taken:
        number += 1
        free = f"{name} ({number})"
    taken[_same(free)] = 1
    taken[_same(name)] = max(number, 1)
    return free


def sheet_names(titles: Iterable[str]) -> list[str]:
    """A name for each sheet of a workbook, as close to its title as Excel allows, each once."""
    taken: set[str] = set()
    kept = []
    for title in titles:
        name = _sheet_name(title)
        number, free = 1, name
        while _same(free) in taken:
            number += 1
            free = _fitting(name, f" ({number})")
        taken.add(_same(free))
        kept.append(free)
    return kept


def _sheet_name(title: str) -> str:
    """The title without what no sheet's name may hold; `History` alone is Excel's own.

    An apostrophe is a curly one: a plain one would have to be doubled wherever the sheet is referred to.
    """
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", title)).replace("'", "’")
    name = _fitting(" ".join(_NOT_IN_SHEETS.sub(" ", plain).split()), "") or "Sheet"
    return f"{name}_" if name.casefold() == "history" else name


def _fitting(name: str, ending: str) -> str:
    """As much of the name as leaves room for the ending, counted as Excel does, in UTF-16."""
    room = 2 * (_LONGEST_SHEET - len(ending))
    return name.encode("utf-16-le", "ignore")[:room].decode("utf-16-le", "ignore").rstrip() + ending


def _same(name: str) -> str:
    """What two names share that some system takes for the same file."""
    return unicodedata.normalize("NFKC", name.casefold()).casefold()


def _shortened(name: str) -> str:
    return name.encode()[:_LONGEST].decode(errors="ignore").rstrip(". ")
