"""Texts that another program damaged: letters read in a wrong encoding, codes of HTML, marks of spreadsheets."""

import html
import re
from email.errors import MessageError
from email.header import decode_header, make_header
from urllib.parse import unquote

from lib.domain.text import clean, quote
from lib.reading.formula_safety import escape_formula

# Encodings as which programs read the octets of UTF-8: of the West, of Central Europe, of Cyrillic letters, of DOS, of a Mac.
_ENCODINGS = ("cp1252", "latin-1", "cp1250", "cp1251", "cp437", "mac_roman", "shift_jis")
_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_FOLLOWING = f"[\x80-\xbf{_CP1252}]"
_READ_TWICE = re.compile(
    f"[ÂÃÄÅÎÏ]{_FOLLOWING}|(?:[ÐÑØÙÚÛ×]{_FOLLOWING}){{2,}}|[à-ï]{_FOLLOWING}{{2}}|ð{_FOLLOWING}{{3}}"
)
"""What the letters of UTF-8 become when they are read as Western ones (`Ã¼`)."""

_FOREIGN_RUN = re.compile(r"[^\x00-\x7f]{2,}")
_WESTERN = re.compile(r"[À-ſ\u2000-\u206f€™]+")
_MOST_BY_CHANCE = 3
_MOST_READINGS = 3
"""How often a text may have been read wrongly, one after another (`MÃƒÂ¼ller`)."""

_HTML_CODE = re.compile(r"&(?:#[0-9]{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8}[0-9]?);", re.IGNORECASE)
_LINK_CODE = re.compile(r"(?:%[C-F][0-9A-F](?:%[89AB][0-9A-F])+)+", re.IGNORECASE)
_MAIL_CODE = re.compile(r"(?:=[C-F][0-9A-F](?:=[89AB][0-9A-F])+)+")
_MAIL_WORD = re.compile(r"=\?[\w-]+\?[QB]\?[^? ]*\?=", re.IGNORECASE)
_PROGRAM_CODE = re.compile(r"\\u([0-9a-f]{4})", re.IGNORECASE)
_LOST_LETTER = re.compile(r"\ufffd|(?<=[^\W\d_])\?(?=[^\W\d_])")
_MARKED = re.compile(r"'(?!\w[ -])[^\W_](?<![a-zß-ÿ])")

DAMAGE_PATTERN = (
    r"[ÂÃÄÅÎÏÐÑØÙÚÛ×à-ïð][\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|&#?[A-Za-z0-9]+;|\x{fffd}|\pL\?\pL"
    r"|[ÂĂÄĹĐŃâВГДЕРСв├┬─┼Γ√¬ƒ≈ﾃﾂ][^\x00-\x7f]|%[C-Fc-f][0-9A-Fa-f]%|=[C-F][0-9A-F]=|=\?.*\?=|\\u[0-9a-fA-F]{4}"
)
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
    for _ in range(_MOST_READINGS):
        repair = mend_codes(_FOREIGN_RUN.sub(read_run_once, _READ_TWICE.sub(read_once, text)))
        if repair == text:
            break
        text = repair
    return text


def mend_codes(text: str) -> str:
    """The text with letters for the codes that pages, links, mails and programs write."""
    if _HTML_CODE.search(text):
        text = html.unescape(text)
    text = _MAIL_WORD.sub(decode_mail_word, text)
    text = _LINK_CODE.sub(lambda match: unquote(match[0], errors="replace"), text)
    text = _MAIL_CODE.sub(lambda match: unquote(match[0].replace("=", "%"), errors="replace"), text)
    return _PROGRAM_CODE.sub(lambda match: chr(int(match[1], 16)), text)


def decode_mail_word(match: re.Match[str]) -> str:
    """The text of a word that a mail's head encodes; the word itself if it is none."""
    try:
        return str(make_header(decode_header(match[0])))
    except (UnicodeError, LookupError, MessageError):
        return match[0]


def read_once(match: re.Match[str]) -> str:
    """A letter of UTF-8 that was read as several Western ones; those themselves if they were none."""
    octets = b"".join(octet_of(letter) for letter in match[0])
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return match[0]


def read_run_once(match: re.Match[str]) -> str:
    """Letters of UTF-8 that were read as letters of another alphabet; the run itself unless all of it is such."""
    for encoding in _ENCODINGS:
        try:
            letters = match[0].encode(encoding).decode()
        except UnicodeError:
            continue
        # Two letters may be those of another alphabet by chance, more hardly ever.
        if _WESTERN.fullmatch(letters) or len(letters) > _MOST_BY_CHANCE:
            return letters
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
