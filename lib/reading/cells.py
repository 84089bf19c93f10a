"""One cell's text read as the value its column holds, once per distinct text (domain.md §2, §7).

Every reader is pure and returns its value, a blank (None or ""), or a `Misread`; none raises.
"""

import re
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from lib.domain import products
from lib.domain.products import Hosting, Product
from lib.domain.text import BLANKS, INVISIBLE, Misread, bare_words, clean, half_width, quote
from lib.reading.formula_safety import TEXT_FORMULA
from lib.reading.problem_codes import ProblemCode

_MANGLED = re.compile(
    r"""[0-9](?:[.,][0-9]+)?E[+-][0-9]+|[0-9][.,][0-9]+E[0-9]+   # 1.23E+11
    |[0-9]+[.,]0+                                                # 12345.0
    |[1-9][0-9]{14}0{2,}                                         # beyond the 15 digits a spreadsheet keeps
    |\#{3,}|\#(?:NAME\?|REF!|VALUE!|NUM!|DIV/0!|NULL!)""",
    re.IGNORECASE | re.VERBOSE,
)
_YES_WORDS = (
    "yes y true t 1 1.0 x on ok agreed accepted confirmed ja j wahr oui o vrai sí si s verdadero vero waar はい 是"
)
_NO_WORDS = "no n false f 0 0.0 off declined refused nein falsch non faux falso nee onwaar いいえ 否"
_YES = frozenset(map(bare_words, _YES_WORDS.split()))
_NO = frozenset(map(bare_words, _NO_WORDS.split()))
_CHECK_MARKS = {"✓": True, "✔": True, "☑": True, "✅": True, "✗": False, "✘": False, "☐": False, "❌": False}
_EMOJI_STYLE = "\ufe0f"
"""Follows a check mark that is drawn in color."""

_PLAIN_EMAIL = re.compile(
    r"(?=[^@]{1,64}@)[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*"
    r"@(?=.{4,63}$)(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!(?:arpa|invalid|local|localhost|onion)$)[a-z]{2,24}",
    re.ASCII | re.IGNORECASE,
)
"""Addresses that need no closer look; the careful check takes twenty times as long."""

_DISPLAY_NAME_AND_ADDRESS = re.compile(r"[^<>]*<\s*([^<>]*?)\s*>\s*")


def read_key(text: str) -> str | Misread:
    """The license key without outer white space and invisible characters; "" for a blank.

    Keys are opaque and case-sensitive (domain.md §2). What only a spreadsheet makes of one is Misread `mangled_number`.
    """
    key = _unwrap_text_formula(_strip_invisible(text))
    if _is_mangled(key):
        reason = "is what a spreadsheet made of a license key"
        message = f"{quote(key)} {reason}. Export the file again with this column as text."
        return Misread(ProblemCode.MANGLED_NUMBER, message)
    return "" if key in BLANKS else key


def _strip_invisible(text: str) -> str:
    if text.isascii():
        return text.strip()
    return INVISIBLE.sub("", text).strip()


def _unwrap_text_formula(text: str) -> str:
    """The text inside `="…"`; any other text as it is."""
    # The plain comparison spares nearly every cell the pattern.
    if not text.startswith('="'):
        return text
    formula = TEXT_FORMULA.fullmatch(text)
    return formula[1].strip() if formula else text


def _is_mangled(key: str) -> bool:
    starts_like_number = key[:1].isdigit() or key[:1] == "#"
    return starts_like_number and _MANGLED.fullmatch(key) is not None


def read_text(text: str) -> str:
    """The cell's text on one line, without invisible characters and `="…"`; "" for a blank."""
    content = _unwrap_text_formula(clean(text))
    return "" if content in BLANKS else content


def read_product(text: str) -> Product | Misread | None:
    """The product a name stands for; Misread `unknown_product`."""
    name = read_text(text)
    if not name:
        return None
    product_and_hosting = products.read_product(name)
    if product_and_hosting:
        return product_and_hosting[0]
    advice = "Say which product it is, or correct the name."
    return Misread(ProblemCode.UNKNOWN_PRODUCT, f"{quote(name)} is not a Balsamiq product we know. {advice}")


def read_hosting(text: str) -> Hosting | Misread | None:
    """The hosting a spelling stands for, None for a blank, Misread `unknown_hosting`."""
    name = read_text(text)
    if not name:
        return None
    hosting = products.read_hosting(name)
    if hosting:
        return hosting
    advice = "Write Server, Data Center or Cloud, or leave the cell empty."
    return Misread(ProblemCode.UNKNOWN_HOSTING, f"{quote(name)} is not a hosting we know. {advice}")


def read_yes_no(text: str) -> bool | Misread | None:
    """Whether a cell says yes, in several languages; Misread `invalid_yes_no`."""
    answer = read_text(text)
    if not answer:
        return None
    mark = answer.rstrip(_EMOJI_STYLE)
    if mark in _CHECK_MARKS:
        return _CHECK_MARKS[mark]
    words = bare_words(answer)
    if words in _YES:
        return True
    if words in _NO:
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
    content = read_text(half_width(text))
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
    return text.strip(" ;,")
