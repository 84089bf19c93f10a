"""A postal address and the country at its end, where that is plain."""

import re

from lib.domain.text import Misread, clean, quote
from lib.reading.countries import read_country
from lib.requests.replies.sentence_words import is_sentence, refers_elsewhere
from lib.requests.replies.values import AnswerValues

_PART_END = re.compile(r"[,;\n]|\s[-–]\s")
# What addresses have: a number, or three parts.
_ADDRESS_SIGN = re.compile(r"\d|[,;\n].*[,;\n]", re.DOTALL)

_TELEPHONE = re.compile(r"\b(?:tel|phone|telephone|telefon|t[ée]l[ée]phone|tel[ée]fono|fax)\b\s*[.:+\d]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2}")
_LINE_BREAK = re.compile(r"\s*,?\s*\n\s*")
_SHORT_COUNTRIES = frozenset("us usa u.s.a. u.s. uk u.k.".split())
_STATES = frozenset(("georgia",))
"""States whose names are countries' as well."""

_LONGEST_CODE = 3


def read_address(text: str) -> AnswerValues:
    """The address without its country, and the country."""
    whole = text.strip(" .,;\n")
    if "@" in whole or is_sentence(whole) or refers_elsewhere(whole) or _TELEPHONE.search(whole):
        return AnswerValues(problem=f"{quote(text)} is not an address.")
    end = _PART_END.split(whole)[-1]
    country = clean(end)
    code = read_country(country)
    if isinstance(code, Misread) or not code or not is_plain_country(country):
        return address_without_country(text, whole, country)
    address = on_one_line(whole[: len(whole) - len(end)])
    if not address:
        return AnswerValues({"country": country}, {"country": code}, f"{quote(text)} is a country without an address.")
    return AnswerValues({"address": address, "country": country}, {"address": address, "country": code})


def address_without_country(text: str, whole: str, end: str) -> AnswerValues:
    """An address whose country a person must enter."""
    address = on_one_line(whole)
    if not _ADDRESS_SIGN.search(whole) or not _WORD.search(whole):
        return AnswerValues(problem=f"{quote(text)} is not an address.")
    return AnswerValues({"address": address}, {"address": address}, country_problem(end))


def country_problem(end: str) -> str:
    """Why an address's end is not taken as its country."""
    may_be_state = len(end) <= _LONGEST_CODE or end.casefold() in _STATES
    code = read_country(end if may_be_state else end.split()[-1])
    if isinstance(code, str) and code:
        return f"The address ends in {quote(end)}. Say which country that is."
    return "The address names no country that we know at its end. Ask for it, or enter it."


def is_plain_country(name: str) -> bool:
    """Whether a name can only be a country's."""
    # Two letters may be a state or a province as well.
    name = name.casefold()
    return (len(name) > _LONGEST_CODE or name in _SHORT_COUNTRIES) and name not in _STATES


def on_one_line(address: str) -> str:
    """An address with commas instead of line breaks."""
    return clean(_LINE_BREAK.sub(", ", address.strip(" ,;\n-–")))
