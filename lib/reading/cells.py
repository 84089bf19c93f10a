"""One cell's text read as the value its column holds: pure, and called once per distinct text (domain.md §2, §7).

Every reader gives its value, a blank (None or ""), or a `Misread`, and never raises.
"""

import re
from enum import StrEnum
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from lib.domain import products
from lib.domain.products import Hosting, Product
from lib.domain.text import BLANKS, INVISIBLE, Misread, bare_words, clean, half_width, quote
from lib.reading.countries import read_country
from lib.reading.dates import DateEvidence, DateOrder, date_evidence, read_date
from lib.reading.sizes import read_host_size, read_size

__all__ = [
    "FORMULA_START",
    "DateEvidence",
    "DateOrder",
    "Misread",
    "SenKind",
    "date_evidence",
    "is_formula_like",
    "read_country",
    "read_date",
    "read_email",
    "read_host_size",
    "read_hosting",
    "read_key",
    "read_product",
    "read_sen",
    "read_size",
    "read_text",
    "read_yes_no",
]

_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_MANGLED = re.compile(
    r"""[0-9](?:[.,][0-9]+)?E[+-][0-9]+|[0-9][.,][0-9]+E[0-9]+   # 1.23E+11
    |[0-9]+[.,]0+                                                # 12345.0
    |[1-9][0-9]{14}0{2,}                                         # beyond the 15 digits a spreadsheet keeps
    |\#{3,}|\#(?:NAME\?|REF!|VALUE!|NUM!|DIV/0!|NULL!)""",
    re.IGNORECASE | re.VERBOSE,
)
_YES = frozenset(
    map(
        bare_words,
        "yes y true t 1 1.0 x on ok agreed accepted confirmed ja j wahr oui o vrai sí si s verdadero vero waar はい 是".split(),
    )
)
_NO = frozenset(
    map(bare_words, "no n false f 0 0.0 off declined refused nein falsch non faux falso nee onwaar いいえ 否".split())
)
_CHECK_MARKS = {"✓": True, "✔": True, "☑": True, "✅": True, "✗": False, "✘": False, "☐": False, "❌": False}
_PLAIN_EMAIL = re.compile(
    r"(?=[^@]{1,64}@)[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*"
    r"@(?=.{4,63}$)(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!(?:arpa|invalid|local|localhost|onion)$)[a-z]{2,24}",
    re.ASCII | re.IGNORECASE,
)
"""Addresses that need no closer look; the careful check takes twenty times as long."""

_ANGLED = re.compile(r"[^<>]*<\s*([^<>]*?)\s*>\s*")


class SenKind(StrEnum):
    """Numbers that people take for SENs (domain.md §2)."""

    SEN = "sen"
    TRANSACTION = "transaction"
    ENTITLEMENT = "entitlement"
    BARE_NUMBER = "bare_number"
    OTHER = "other"


_SEN_FORMS = {
    SenKind.SEN: re.compile(r"SEN-L?[0-9]+"),
    SenKind.TRANSACTION: re.compile(r"AT-[0-9]+"),
    SenKind.ENTITLEMENT: re.compile(r"E(?:-[0-9A-Z]{3}){4}"),
    SenKind.BARE_NUMBER: re.compile(r"[0-9]+"),
}
_NOT_A_SEN = {
    SenKind.TRANSACTION: "is a transaction number, not a SEN",
    SenKind.ENTITLEMENT: "is a Cloud entitlement number, not a SEN",
    SenKind.BARE_NUMBER: "is a bare number, not a SEN",
    SenKind.OTHER: "is not a SEN",
}
_NUMBER_LIKE = re.compile(r"[+\-＋－][\s0-9().,/%-]*")
_FORMULA_STARTS = frozenset("=+-@\t\r＝＋－＠")
FORMULA_START = r"^\s*[=+\-@\t\r＝＋－＠]"
"""A regular expression (RE2) that every formula-like text matches, and few others."""


def _meant(text: str) -> str:
    """The cell's clean text without the `="…"` that keeps spreadsheets from turning it into a number; "" for a blank."""
    cleaned = clean(text)
    if cleaned.startswith('="') and (kept := _TEXT_FORMULA.fullmatch(cleaned)):
        cleaned = kept[1].strip()
    return "" if cleaned in BLANKS else cleaned


def read_key(text: str) -> str | Misread:
    """The license key as it stands, less outer white space and invisible characters; "" for a blank.

    Keys are opaque and case-sensitive (domain.md §2). What only a spreadsheet makes of one is Misread `mangled_number`.
    """
    key = text.strip() if text.isascii() else INVISIBLE.sub("", text).strip()
    if key.startswith('="') and (kept := _TEXT_FORMULA.fullmatch(key)):
        key = kept[1].strip()
    if (key[:1].isdigit() or key[:1] == "#") and _MANGLED.fullmatch(key):
        return Misread(
            "mangled_number",
            f"{quote(key)} is what a spreadsheet made of a license key. Export the file again with this column as text.",
        )
    return "" if key in BLANKS else key


def read_text(text: str) -> str:
    """The cell's text on one line, without invisible characters; "" for a blank."""
    return _meant(text)


def read_product(text: str) -> Product | Misread | None:
    """The product a name means, None for a blank, Misread `unknown_product`; the hosting it may carry is left aside."""
    name = _meant(text)
    if not name:
        return None
    found = products.read_product(name)
    return (
        found[0]
        if found
        else Misread(
            "unknown_product",
            f"{quote(name)} is not a Balsamiq product we know. Say which product it is, or correct the name.",
        )
    )


def read_hosting(text: str) -> Hosting | Misread | None:
    """The hosting a spelling means, None for a blank, Misread `unknown_hosting`."""
    name = _meant(text)
    if not name:
        return None
    return products.read_hosting(name) or Misread(
        "unknown_hosting",
        f"{quote(name)} is not a hosting we know. Write Server, Data Center or Cloud, or leave the cell empty.",
    )


def read_yes_no(text: str) -> bool | Misread | None:
    """Whether a cell says yes, in several languages, figures or marks; None for a blank, Misread `invalid_yes_no`."""
    answer = _meant(text)
    if not answer:
        return None
    if answer[0] in _CHECK_MARKS and len(answer.rstrip("\ufe0f")) == 1:
        return _CHECK_MARKS[answer[0]]
    word = bare_words(answer)
    if word in _YES or word in _NO:
        return word in _YES
    return Misread(
        "invalid_yes_no", f"{quote(answer)} is neither yes nor no. Write yes or no, or leave the cell empty."
    )


def read_email(text: str) -> str | Misread:
    """The one address in a cell (also `mailto:` and `Name <a@b>`), its domain in lower case; "" for a blank.

    Only the syntax is checked; anything else is Misread `invalid_email`.
    """
    if _PLAIN_EMAIL.fullmatch(text):
        local, _, domain = text.partition("@")
        return f"{local}@{domain.lower()}"
    meant = _meant(half_width(text))
    if not meant:
        return ""
    address = _bare_address(meant)
    try:
        valid = validate_email(address, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        return _not_one_email(text)
    return f"{address.rpartition('@')[0]}@{valid.domain}"


def _not_one_email(text: str) -> Misread:
    what = (
        "holds more than one email address. Keep one" if text.count("@") > 1 else "is not an email address. Correct it"
    )
    return Misread("invalid_email", f"{quote(text)} {what}, or leave the cell empty.")


def _bare_address(text: str) -> str:
    """The address without a display name, `mailto:` or a mark left at its end."""
    if found := _ANGLED.fullmatch(text):
        text = found[1]
    if text[:7].casefold() == "mailto:":
        text = unquote(text[7:].partition("?")[0])
    return text.strip(" ;,")


def read_sen(text: str) -> str | Misread:
    """The Support Entitlement Number in capitals, "" for a blank, Misread `invalid_sen` for any other number (domain.md §2)."""
    number = _sen_in_capitals(text)
    kind = sen_kind(number)
    if kind is None or kind is SenKind.SEN:
        return number
    hint = "A SEN looks like SEN-1234567. Correct it, or leave the cell empty."
    return Misread("invalid_sen", f"{quote(text)} {_NOT_A_SEN[kind]}. {hint}")


def sen_kind(text: str) -> SenKind | None:
    """What a number is that should be a SEN; None for a blank."""
    number = _sen_in_capitals(text)
    if not number:
        return None
    return next((kind for kind, form in _SEN_FORMS.items() if form.fullmatch(number)), SenKind.OTHER)


def _sen_in_capitals(text: str) -> str:
    return half_width(_meant(text)).upper().replace("–", "-").replace("‑", "-")


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet may run the cell as a formula: it begins with = + - @, a tab or a carriage return.

    Signed numbers and phone numbers are not meant, nor marks for a blank, nor the `="…"` around a number kept as text.
    """
    starts = {text[:1], text.lstrip()[:1]} & _FORMULA_STARTS
    if not starts:
        return False
    cleaned = clean(text)
    return not (cleaned in BLANKS or _NUMBER_LIKE.fullmatch(cleaned) or _TEXT_FORMULA.fullmatch(cleaned))
