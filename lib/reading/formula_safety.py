"""Text that a spreadsheet program might run as a formula: recognised in what we read, escaped in what we write."""

import re

from lib.domain.text import BLANKS, clean

_FORMULA_SIGNS = frozenset("=+-@\t\r＝＋－＠")
_ESCAPED_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER_LIKE = re.compile(r"[+\-＋－][\s0-9().,/%-]*")
_START = r"('*[ \x{A0}\x{3000}]*[=+\-@\t\r\n＝＋－＠])"

TEXT_FORMULA = re.compile(r'="([^"]*)"')
"""`="0123"`, which keeps a spreadsheet from turning a text into a number; its group is the text."""

# RE2's \s is ASCII only, so that Python's white space is spelled out.
FORMULA_START = r"^[\t-\r\x1c-\x1f\x{85}\pZ]*[=+\-@\t\r＝＋－＠]"
"""A pattern (RE2) that matches every formula-like text, and few others."""

FORMULA_PATTERN = f"^{_START}"
"""The texts that `escape_formula` changes (RE2); replacing them with `'\\1` escapes them."""

ESCAPED_FORMULA_PATTERN = f"^'{_START}"
"""The texts that were escaped (RE2); replacing them with `\\1` restores them."""
# Both patterns take in apostrophes that stand there already, so that escaping such a text can be undone too.


def escape_formula(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run."""
    # Twin of `FORMULA_PATTERN`, for a column at once; tests/reading/test_formula_safety.py holds them together.
    if text.lstrip(" \u00a0\u3000").startswith(_ESCAPED_SIGNS):
        return f"'{text}"
    return text


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet may run the cell as a formula.

    Signed numbers, phone numbers, marks for a blank and `="…"` around a number are none.
    """
    first_signs = {text[:1], text.lstrip()[:1]}
    if not first_signs & _FORMULA_SIGNS:
        return False
    cleaned = clean(text)
    return not (cleaned in BLANKS or _NUMBER_LIKE.fullmatch(cleaned) or TEXT_FORMULA.fullmatch(cleaned))
