"""Texts that another program damaged: letters read in a wrong encoding, codes of HTML, marks of spreadsheets."""

import html
import re

from lib.domain.text import clean, quote
from lib.reading.formula_safety import escape_formula

_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_FOLLOWING = f"[\x80-\xbf{_CP1252}]"
_READ_TWICE = re.compile(f"[ÂÃÄÅÎÏÐÑØÙÚÛ×]{_FOLLOWING}|[à-ï]{_FOLLOWING}{{2}}|ð{_FOLLOWING}{{3}}")
"""What the letters of UTF-8 become when they are read as Western ones (`Ã¼`)."""

_HTML_CODE = re.compile(r"&(?:#[0-9]{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8}[0-9]?);", re.IGNORECASE)
_LOST_LETTER = re.compile(r"\ufffd|(?<=[^\W\d_])\?(?=[^\W\d_])")
_MARKED = re.compile(r"'(?!\w[ -])[^\W_](?<![a-zß-ÿ])")

DAMAGE_PATTERN = r"[ÂÃÄÅÎÏÐÑØÙÚÛ×à-ïð][\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|&#?[A-Za-z0-9]+;|\x{fffd}|\pL\?\pL"
"""A pattern (RE2) that matches every damaged text, and few others."""

MARK_PATTERN = "^[^A-Za-z0-9]*'"
"""A pattern (RE2) that matches every marked text."""


def damage_sentence(text: str) -> str | None:
    """What is damaged in a text, what it may have been, and what to do; None if nothing is."""
    repair = mend(text)
    if repair != text:
        return (
            f"{quote(text)} looks like {quote(repair)}, written by a program with another encoding. Correct it if so."
        )
    if _LOST_LETTER.search(text) and "://" not in text:
        return f"{quote(text)} seems to have lost a letter on its way here. Correct it."
    return None


def mend(text: str) -> str:
    """The text with the letters that it probably had."""
    if _HTML_CODE.search(text):
        return html.unescape(_READ_TWICE.sub(read_once, text))
    return _READ_TWICE.sub(read_once, text)


def read_once(match: re.Match[str]) -> str:
    """A letter of UTF-8 that was read as several Western ones; those themselves if they were none."""
    octets = b"".join(octet_of(letter) for letter in match[0])
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return match[0]


def octet_of(letter: str) -> bytes:
    """The byte that was read as this letter."""
    return letter.encode("cp1252" if letter in _CP1252 else "latin-1")


def is_marked(text: str) -> bool:
    """Whether a leading apostrophe is probably no part of a text."""
    # It is part of names such as `'t Hart`.
    content = clean(text)
    is_escaped = escape_formula(content[1:]) != content[1:]
    return content.count("'") == 1 and _MARKED.match(content) is not None and not is_escaped
