"""Support Entitlement Numbers, and the other numbers that people take for them (domain.md §2)."""

import re
from enum import StrEnum

from lib.domain.text import Misread, half_width, quote
from lib.reading.cells import read_name
from lib.reading.problem_codes import ProblemCode


class SenKind(StrEnum):
    """What a number in place of a SEN is."""

    SEN = "sen"
    TRANSACTION = "transaction"
    ENTITLEMENT = "entitlement"
    BARE_NUMBER = "bare_number"
    OTHER = "other"


_PATTERNS = {
    SenKind.SEN: re.compile(r"SEN-L?[0-9]+"),
    SenKind.TRANSACTION: re.compile(r"AT-[0-9]+"),
    SenKind.ENTITLEMENT: re.compile(r"E(?:-[0-9A-Z]{3}){4}"),
    SenKind.BARE_NUMBER: re.compile(r"[0-9]+"),
}
_REASONS = {
    SenKind.TRANSACTION: "is a transaction number, not a SEN",
    SenKind.ENTITLEMENT: "is a Cloud entitlement number, not a SEN",
    SenKind.BARE_NUMBER: "is a bare number, not a SEN",
    SenKind.OTHER: "is not a SEN",
}
_ADVICE = "A SEN looks like SEN-1234567. Correct it, or leave the cell empty."


def read_sen(text: str) -> str | Misread:
    """The SEN in capitals, "" for a blank, Misread `invalid_sen` for any other number."""
    number = normalise_sen(text)
    kind = kind_of_number(number)
    if kind is None or kind is SenKind.SEN:
        return number
    return Misread(ProblemCode.INVALID_SEN, f"{quote(text)} {_REASONS[kind]}. {_ADVICE}")


def sen_kind(text: str) -> SenKind | None:
    """What a text in place of a SEN is."""
    return kind_of_number(normalise_sen(text))


def kind_of_number(number: str) -> SenKind | None:
    """What a normalised number in place of a SEN is."""
    if not number:
        return None
    for kind, pattern in _PATTERNS.items():
        if pattern.fullmatch(number):
            return kind
    return SenKind.OTHER


def normalise_sen(text: str) -> str:
    """The cell's number in capitals with plain hyphens."""
    # Nearly every SEN is written as it is stored.
    if _PATTERNS[SenKind.SEN].fullmatch(text):
        return text
    return half_width(read_name(text)).upper().replace("–", "-").replace("‑", "-")
