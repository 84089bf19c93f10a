"""Numbers of users in the spellings people use for license sizes and server tiers (domain.md §7)."""

import re
from collections.abc import Sequence

from lib.domain.text import BLANKS, Misread, bare_words, clean, half_width, quote
from lib.domain.tiers import LADDER, UNLIMITED, Size, highest


def _word_set(text: str) -> frozenset[str]:
    return frozenset(bare_words(text).split())


_UNLIMITED_WORDS = _word_set(
    "unlimited unlim infinite infinity unbegrenzt unbegrenzte unlimitiert unbeschränkt illimité illimitée illimités illimitées "
    "ilimitado ilimitada ilimitados ilimitadas illimitato illimitata illimitati onbeperkt ongelimiteerd 無制限 无限"
)
_UNITS = _word_set(
    "editor editors user users seat seats named agent agents license licenses licence licences tier size max maximum maximal "
    "bearbeiter editoren benutzer nutzer anwender plätze lizenz lizenzen éditeur éditeurs utilisateur utilisateurs "
    "editores usuario usuarios licencia licencias máximo editore editori utente utenti licenza licenze massimo "
    "gebruiker gebruikers bewerker bewerkers licentie licenties up to bis zu jusqu à a au plus hasta fino tot 最大 ユーザー 名 人 "
    "編集者 per unit pricing"
)
_APPLICATIONS = _word_set(
    "jira confluence software service desk core work management servicedesk jsw jsd jsm jwm server"
)

_NUMBER = (
    r"(?:[1-9][0-9]{0,2}(?P<%s>[,' .])[0-9]{3}(?:(?P=%s)[0-9]{3})*|[0-9]{1,9})(?:\.0{1,2})?|[0-9]{1,3}[.,][0-9](?= ?k)"
)
_SIZE = re.compile(
    rf"(?P<before>[^0-9]*)(?:(?P<low>{_NUMBER % ('low_mark', 'low_mark')}) ?(?:-|to|bis|bis zu|à|a|hasta|tot) ?)?"
    rf"(?P<number>{_NUMBER % ('mark', 'mark')})(?P<thousands> ?k(?![^\W_]))?(?P<open> ?\+)?(?P<after>[^0-9]*)"
)
_SIGNED = re.compile(r"(?:^|[^^\w\s)]|\s)[-.,] ?$")
_ALLOWED_BESIDE = re.compile(r"[\w\s().,:\[\]'<=≤-]*")
_UNLIMITED_NUMBER = re.compile(r"-1(?:\.0)?(?![0-9.,])")
_UNLIMITED_FROM = 10_000
"""An open end from here on is Unlimited; below it, it names no tier (`10,000+`, domain.md §7)."""

_DASHES = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "’": "'", "∞": " unlimited "})
_NO_LIMIT = re.compile(
    r"(?<![^\W_])(?:no|without|ohne|sans|sin|senza|zonder|geen) (?:limits?|begrenzung|limites?|límites?|limiti|limite|limiet)(?![^\W_])"
)
_TWO_LINES_OF_NUMBERS = re.compile(r"[0-9]\s*[\n\r\v\f\u2028\u2029]\s*[0-9]")
_BETWEEN_APPLICATIONS = re.compile(r"\s*[/;|&\n\r]\s*|,\s+|\s\+\s|\s(?:and|und|et|y|e|en)\s", re.IGNORECASE)


def read_size(text: str) -> Size | Misread | None:
    """The number of users a cell holds: at least 1, `UNLIMITED` for its many spellings, None for a blank.

    A range is its upper end (`1-10 users` is 10); `10,000+` and `-1` are Unlimited. Smaller open ends (`500+`), zero,
    fractions and numbers in words are Misread `invalid_size`: they name no one size.
    """
    if text.isascii() and text.isdigit() and len(text) < 10:
        return Size(int(text)) if int(text) else _invalid(text)
    if clean(text) in BLANKS:
        return None
    several = _TWO_LINES_OF_NUMBERS.search(text)
    return (None if several else _size_in(_written(text), _UNITS)) or _invalid(text)


def read_host_size(text: str, ladder: Sequence[Size] = LADDER) -> Size | Misread | None:
    """Like `read_size`, for the users or tier of a server: the names of its applications may stand beside the number.

    Several applications (`Jira Software 50 / Service Desk 15`) are each rounded up to the ladder, then the highest counts
    (domain.md §3). Numbers that name no application are not taken for several.
    """
    whole = read_size(text)
    if not isinstance(whole, Misread):
        return whole
    parts = [_written(part) for part in _BETWEEN_APPLICATIONS.split(text) if part.strip()]
    sizes = [_size_in(part, _UNITS | _APPLICATIONS) for part in parts]
    known = [size for size in sizes if size]
    if not known or len(known) < len(parts):
        return _invalid(text)
    if len(known) == 1:
        return known[0]
    named = all(_APPLICATIONS & set(bare_words(part).split()) for part in parts)
    return highest(known, ladder) if named else _invalid(text)


def _invalid(text: str) -> Misread:
    return Misread(
        "invalid_size",
        f"{quote(text)} is not a number of users. Write a whole number such as 25, or Unlimited, or leave the cell empty.",
    )


def _written(text: str) -> str:
    """The text folded for comparing: one kind of dash, and one word for "no limit"."""
    return _NO_LIMIT.sub("unlimited", half_width(half_width(text).translate(_DASHES)).casefold())


def _size_in(written: str, words: frozenset[str]) -> Size | None:
    """The size in a folded text all of whose other words are known, or None."""
    if found := _UNLIMITED_NUMBER.match(written):
        return UNLIMITED if _only(written[found.end() :], words) else None
    if found := _SIZE.fullmatch(written):
        return _size_of(found, words)
    return UNLIMITED if _only(written, words | _UNLIMITED_WORDS) and _says_unlimited(written) else None


def _size_of(found: re.Match[str], words: frozenset[str]) -> Size | None:
    """The size a text with a number in it means, or None."""
    beside = f"{found['before']} {found['after']}"
    number = _number(found["number"], thousands=bool(found["thousands"]))
    low = _number(found["low"] or "0", thousands=False)
    if _SIGNED.search(found["before"]) or not low < number or not _only(beside, words | _UNLIMITED_WORDS):
        return None
    if found["open"]:
        return UNLIMITED if number >= _UNLIMITED_FROM else None
    return None if _says_unlimited(beside) or number >= UNLIMITED else Size(number)


def _number(digits: str, *, thousands: bool) -> int:
    """The value of a number with its grouping marks, or with one decimal before a `k`."""
    whole = re.sub(r"\.0{1,2}$", "", digits)
    if not thousands:
        return int(re.sub(r"[^0-9]", "", whole))
    before, _, decimal = whole.replace(",", ".").partition(".")
    return int(before) * 1000 + (int(decimal) * 100 if len(decimal) == 1 else 0)


def _only(beside: str, words: frozenset[str]) -> bool:
    return bool(_ALLOWED_BESIDE.fullmatch(beside)) and set(bare_words(beside).split()) <= words


def _says_unlimited(written: str) -> bool:
    return not _UNLIMITED_WORDS.isdisjoint(bare_words(written).split())
