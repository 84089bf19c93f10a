"""Names that others take: of files by Windows, macOS and Linux, of sheets by Excel."""

import re
import unicodedata
from collections.abc import Iterable

from lib.domain.text import INVISIBLE

FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]+')
RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\..*)?", re.IGNORECASE)
NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f]+")
LONGEST_SHEET_NAME = 31
LONGEST_STEM = 120
"""Bytes of a name in UTF-8: leaves room for a folder, a number and a suffix within 255."""


def safe_name(text: str) -> str:
    """A file's name without suffix, as every system allows it."""
    name = FORBIDDEN.sub(" ", visible(text))
    # Windows drops dots and spaces at the end of a name; at the beginning, a dot hides the file elsewhere.
    # A command would take "-rf" for an option, a spreadsheet "=1" for a formula.
    name = shortened(" ".join(name.split()).strip(". ").lstrip("-=+@. "))
    if RESERVED.fullmatch(name):
        return f"{name}_"
    return name or "unnamed"


def visible(text: str) -> str:
    """The text in composed letters, without those that nobody sees."""
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def shortened(name: str) -> str:
    """As much of a name as fits, whole letters."""
    return name.encode()[:LONGEST_STEM].decode(errors="ignore").rstrip(". ")


def numbered(names: Iterable[str]) -> list[str]:
    """The names, each once: one that is in use already, in whatever case, gets the next free number behind it."""
    in_use: dict[str, int] = {}
    return [free_name(name, in_use) for name in names]


def free_name(name: str, in_use: dict[str, int]) -> str:
    """The name, or if it is in use already, in whatever case or form, the name with the next free number behind it.

    `in_use` are the names so far, as systems compare them, with the last number that each was given; this one is added.
    """
    number, free = in_use.get(comparable(name), 0), name
    while comparable(free) in in_use:
        number += 1
        free = f"{name} ({number})"
    in_use[comparable(free)] = 1
    # Where a hundred customers share a name, the next search begins behind the last number, not at 1.
    in_use[comparable(name)] = max(number, 1)
    return free


def sheet_names(titles: Iterable[str]) -> list[str]:
    """A name for each sheet of a workbook, as Excel allows it."""
    in_use: set[str] = set()
    names = []
    for title in titles:
        name = sheet_name(title)
        number, free = 1, name
        while comparable(free) in in_use:
            number += 1
            free = fitting(name, f" ({number})")
        in_use.add(comparable(free))
        names.append(free)
    return names


def sheet_name(title: str) -> str:
    """The title without what no sheet's name may hold; `History` alone is Excel's own.

    An apostrophe is a curly one: a plain one would have to be doubled wherever the sheet is referred to.
    """
    text = NOT_IN_SHEETS.sub(" ", visible(title).replace("'", "’"))
    name = fitting(" ".join(text.split()), "") or "Sheet"
    if name.casefold() == "history":
        return f"{name}_"
    return name


def fitting(name: str, ending: str) -> str:
    """As much of the name as leaves room for the ending, counted as Excel does, in UTF-16."""
    room = 2 * (LONGEST_SHEET_NAME - len(ending))
    return name.encode("utf-16-le", "ignore")[:room].decode("utf-16-le", "ignore").rstrip() + ending


def comparable(name: str) -> str:
    """What two names share that some system takes for the same file."""
    return unicodedata.normalize("NFKC", name.casefold()).casefold()
