"""License keys: opaque and case-sensitive (domain.md §2), but what is plainly none is asked about."""

import re
from collections.abc import Sequence

from lib.domain.text import BLANKS, INVISIBLE, Misread, bare_words, quote
from lib.reading.cell_marks import unwrap_text_formula, without_apostrophe
from lib.reading.cell_words import CELL_WORDS
from lib.reading.dates import names_full_date
from lib.reading.problem_codes import ProblemCode

LONGEST_KEY = 500
"""Letters of the longest text that is read as a license key."""

_MANGLED = re.compile(
    r"""[0-9](?:[.,][0-9]+)?E[+-][0-9]+|[0-9][.,][0-9]+E[0-9]+   # 1.23E+11
    |[0-9]+[.,]0+                                                # 12345.0
    |[1-9][0-9]{14}0{2,}                                         # beyond the 15 digits a spreadsheet keeps
    |\#{3,}|\#(?:NAME\?|REF!|VALUE!|NUM!|DIV/0!|NULL!|SPILL!|CALC!)""",
    re.IGNORECASE | re.VERBOSE,
)
_LIST_SIGNS = re.compile(
    r"\s*(?:[,;|\t\r\n\v\f\u2028\u2029、；，・→⇒]|->|=>|<br ?/?>)+\s*|\s+(?:[/&+·•]|and|und|et|y|e|en|or|oder|ou|o|of)\s+|^[1-9][.)] +| +[1-9][.)] +",
    re.IGNORECASE,
)
_SIGNS_IN_KEYS = re.compile(r"[/+&·•]")
KEY_LIST_PATTERN = r"[,;|\s、；，・→⇒>/+&·•]"
"""A pattern (RE2) that matches every list of license keys."""

_MAY_BE_LIST = re.compile(KEY_LIST_PATTERN)
_DIGIT = re.compile("[0-9]")
_SPACES = re.compile(r"\s+")
_BEGINNING = re.compile(r"[A-Za-z]+[-_.]?(?=[0-9])")
_SHAPE = re.compile(r"[A-Za-z0-9]")
_HIDDEN_PART = re.compile(
    r"\*{2,}|[•●∙·]{2,}|…|\.{3}|#{3,}|\?{3,}|(?:^|[-_\s])x{3,}(?![^-_\s])|^x{4,}[0-9]|^(?:ends?|ending|endet|endend|finit|termina|eindigt)\b.* ",
    re.IGNORECASE,
)
# Zeros, dashes, dots and question marks alone; other signs may be a key.
_NOTHING = re.compile(r"[0\s-]+|[-–—?.…_\s]+|[^\x21-\x7e]+|[\"'´`“”„]+")

# Abbreviations for a missing key have dots or slashes (`k. A.`); with a hyphen they may be a short key.
_SHORT_KEYS = frozenset(("k a", "n n"))

# Several words without any digit, or what stands in brackets (`<redacted>`), which no key is.
_REMARK = re.compile(
    r"(?=.{7})(?=.*[^\W\d_][a-zà-ÿ])[^\W\d_]+(?:[ ,.'’-]+[^\W\d_]+)*(?: |-(?<= [^\W\d_]-))[^\W\d_]+[.!?…]*|(?=.{8})[^\W\d_]+(?:[ ,.'’-]+[^\W\d_]+)* [^\W\d_]+[.!?…]*|[(\[<{][^\d()]*[)\]>}]"
)


def read_key(text: str) -> str | Misread:
    """The license key without outer white space and invisible characters; "" for a blank.

    Misread: `mangled_number` for what only a spreadsheet makes of a key, `several_keys` for a list or a broken line, and
    `invalid_key` for a filler, a mask, a date, a truth value, or a text of more than `LONGEST_KEY` letters.
    """
    key = without_apostrophe(unwrap_text_formula(strip_invisible(text)))
    if key in BLANKS:
        return ""
    if is_mangled(key):
        reason = "is what a spreadsheet made of a license key"
        message = f"{quote(key)} {reason}. Export the file again with this column as text."
        return Misread(ProblemCode.MANGLED_NUMBER, message)
    if len(key) > LONGEST_KEY:
        reason = f"begins a text of {len(key):,} characters, too long for a license key"
        return invalid_key(key, f"{reason}. Look for a quotation mark that is missing in the file.")
    parts = keys_in(key)
    if len(parts) > 1:
        message = f"{quote(key)} holds {len(parts)} license keys, or one that is broken. Give each key its own row."
        return Misread(ProblemCode.SEVERAL_KEYS, message)
    objection = reason_against(key)
    if objection:
        return invalid_key(key, f"{objection}. Enter the whole key, or skip the row.")
    return key


def strip_invisible(text: str) -> str:
    """The text without invisible characters and outer white space."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return INVISIBLE.sub("", text).strip()


def invalid_key(key: str, reason: str) -> Misread:
    """The refusal of a text that is no license key."""
    return Misread(ProblemCode.INVALID_KEY, f"{quote(key)} {reason}")


def is_mangled(key: str) -> bool:
    """Whether a spreadsheet changed a key into a number or an error."""
    starts_like_number = key[:1].isdigit() or key[:1] == "#"
    return starts_like_number and _MANGLED.fullmatch(key) is not None


def keys_in(text: str) -> list[str]:
    """The keys of a list, by its separators, or by blanks between keys that begin alike (`BMQ-1 BMQ-2`)."""
    if not _MAY_BE_LIST.search(text):
        return [text]
    parts = [part for part in _LIST_SIGNS.split(text) if part]
    if len(parts) > 1:
        return parts
    for separators in (_SPACES, _SIGNS_IN_KEYS):
        parts = separators.split(text)
        if are_alike(parts):
            return parts
    return [text]


def are_alike(parts: Sequence[str]) -> bool:
    """Whether several parts of a text begin alike or have groups of the same lengths, as only keys have."""
    if len(parts) < 2:
        return False
    beginnings = {match[0] if (match := _BEGINNING.match(part)) else "" for part in parts}
    shapes = {_SHAPE.sub("x", part) for part in parts}
    return (len(beginnings) == 1 and "" not in beginnings) or (len(shapes) == 1 and "x-x" in shapes.pop())


def reason_against(key: str) -> str | None:
    """Why a text is no license key, if it is plainly none."""
    # Most keys have digits, which no filler has but zeros.
    words = "" if _DIGIT.search(key) else bare_words(key)
    if "-" in key and words in _SHORT_KEYS:
        words = ""
    if words in CELL_WORDS["no key"] or _NOTHING.fullmatch(key):
        return "stands for a license key that is not there"
    if words in CELL_WORDS["truth value"]:
        return "is a yes or no, not a license key"
    if _REMARK.fullmatch(key):
        return "is a remark, not a license key"
    if _HIDDEN_PART.search(key):
        return "hides a part of the license key"
    # A key may begin with the letters of a month, but then its numbers are no date's.
    if (key[0].isdigit() or " " in key) and names_full_date(key):
        return "is a date, not a license key"
    return None
