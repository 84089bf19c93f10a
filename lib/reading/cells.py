"""One cell's text read as the value its column holds, once per distinct text (domain.md §2, §7).

Every reader is pure and returns its value, a blank (None or ""), or a `Misread`; none raises.
"""

import re
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from lib.domain import products
from lib.domain.products import Hosting, Product
from lib.domain.text import BLANKS, Misread, bare_words, clean, half_width, quote
from lib.reading.cell_marks import bare_value, unescape_formula, unwrap_text_formula
from lib.reading.cell_words import CELL_WORDS, denied
from lib.reading.problem_codes import ProblemCode

LONGEST_NAME = 500
"""Letters of the longest name of a person, a company or a license."""

LONGEST_ADDRESS = 2_000
LONGEST_NOTES = 30_000
"""Letters of the longest notes; a workbook's cell has room for 32,767."""

_CELL_ERROR = re.compile(r"#{3,}|#(?:NAME\?|REF!|VALUE!|NUM!|DIV/0!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!)", re.IGNORECASE)
_YES, _NO = CELL_WORDS["yes"], CELL_WORDS["no"]
# Both answers side by side (`Yes/No`, `[ ] yes [ ] no`) are no answer, while `agreed: no` is one.
_DENIABLE = _YES - CELL_WORDS["mere yes"]
_CHECK_MARKS = {
    **dict.fromkeys(("✓", "✔", "☑", "☒", "✅", "○", "◯", "👍", "[x]", "[X]"), True),
    **dict.fromkeys(("✗", "✘", "☐", "❌", "×", "👎", "🚫", "[ ]", "[]"), False),
}
_EMOJI_STYLE = "\ufe0f"
"""Follows a check mark that is drawn in color."""

# Addresses that need no closer look; the careful check takes twenty times as long.
_PLAIN_EMAIL = re.compile(
    r"(?=[^@]{1,64}@)[a-z0-9_+-][a-z0-9_+'-]*(?:\.[a-z0-9_+'-]+)*"
    r"@(?=.{4,63}$)(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!(?:arpa|invalid|local|localhost|onion)$)[a-z]{2,24}",
    re.ASCII | re.IGNORECASE,
)

_DISPLAY_NAME_AND_ADDRESS = re.compile(r"[^<>]*<\s*([^<>]*?)\s*>\s*")


def read_text(text: str) -> str:
    """The cell's text on one line, without invisible characters, `="…"` and escapes; "" for a blank."""
    content = unescape_formula(unwrap_text_formula(clean(text)))
    return "" if content in BLANKS else content


def read_line(text: str, longest: int = LONGEST_NAME) -> str | Misread:
    """A text as `read_text` gives it; Misread `too_long`, or `cell_error` for what a failed formula leaves (`#REF!`)."""
    return checked_line(read_text(text), longest)


def read_address(text: str) -> str | Misread:
    """An address on one line, with a comma where it had a line break."""
    lines = [clean(line).rstrip(" ,;") for line in text.splitlines()]
    return checked_line(read_text(", ".join(filter(None, lines))), LONGEST_ADDRESS)


def checked_line(line: str, longest: int) -> str | Misread:
    """The line, unless it is too long or an error of a spreadsheet."""
    if len(line) > longest:
        advice = "Look for a quotation mark that is missing in the file, or shorten the text."
        return Misread(ProblemCode.TOO_LONG, f"{quote(line)} begins a text of {len(line):,} characters. {advice}")
    if line.startswith("#") and _CELL_ERROR.fullmatch(line):
        advice = "Correct it, or leave the cell empty."
        return Misread(ProblemCode.CELL_ERROR, f"{quote(line)} is the error of a formula in a spreadsheet. {advice}")
    return line


def read_name(text: str) -> str:
    """The text of a cell that can hold a few names only."""
    # An apostrophe before it marks it as a text.
    content = bare_value(text)
    return "" if content in BLANKS else content


def read_product(text: str) -> Product | Misread | None:
    """The product a name stands for; Misread `unknown_product`."""
    name = read_name(text)
    if not name:
        return None
    product_and_hosting = products.read_product(name)
    if product_and_hosting:
        return product_and_hosting[0]
    advice = "Say which product it is, or correct the name."
    return Misread(ProblemCode.UNKNOWN_PRODUCT, f"{quote(name)} is not a Balsamiq product we know. {advice}")


def read_hosting(text: str) -> Hosting | Misread | None:
    """The hosting a spelling stands for, None for a blank, Misread `unknown_hosting`."""
    name = read_name(text)
    if not name:
        return None
    hosting = products.read_hosting(name)
    if hosting:
        return hosting
    advice = "Write Server, Data Center or Cloud, or leave the cell empty."
    return Misread(ProblemCode.UNKNOWN_HOSTING, f"{quote(name)} is not a hosting we know. {advice}")


def read_yes_no(text: str) -> bool | Misread | None:
    """Whether a cell says yes, in several languages; Misread `invalid_yes_no`."""
    answer = read_name(text)
    if not answer:
        return None
    mark = answer.rstrip(_EMOJI_STYLE)
    if mark in _CHECK_MARKS:
        return _CHECK_MARKS[mark]
    words = bare_words(answer)
    if words in _YES:
        return True
    if words in _NO or denied(words) in _DENIABLE:
        return False
    advice = "Write yes or no, or leave the cell empty."
    return Misread(ProblemCode.INVALID_YES_NO, f"{quote(answer)} is neither yes nor no. {advice}")


def read_email(text: str) -> str | Misread:
    """The one address in a cell, its domain in lower case; "" for a blank, Misread `invalid_email`.

    `mailto:` and `Name <a@b>` are understood. Only the syntax is checked.
    """
    if _PLAIN_EMAIL.fullmatch(text):
        local, _, domain = text.partition("@")
        return f"{local}@{domain.lower()}"
    content = read_name(half_width(text))
    if not content:
        return ""
    address = _bare_address(content)
    try:
        valid = validate_email(address, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        return _invalid_email(text)
    # The local part stays as written: only its own mail server knows what it means.
    return f"{address.rpartition('@')[0]}@{valid.domain}"


def _invalid_email(text: str) -> Misread:
    reason = "is not an email address. Correct it"
    if text.count("@") > 1:
        reason = "holds more than one email address. Keep one"
    return Misread(ProblemCode.INVALID_EMAIL, f"{quote(text)} {reason}, or leave the cell empty.")


def _bare_address(text: str) -> str:
    """The address without display name, `mailto:` and final punctuation."""
    named_address = _DISPLAY_NAME_AND_ADDRESS.fullmatch(text)
    if named_address:
        text = named_address[1]
    if text[:7].casefold() == "mailto:":
        text = unquote(text[7:].partition("?")[0])
    if text.count("'") > 1:
        return text.strip(" ;,").strip("'")
    return text.strip(" ;,")
