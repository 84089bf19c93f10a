"""One license key with its SEN, or the reason why a line has none."""

from dataclasses import dataclass, replace
from enum import StrEnum

from lib.domain.text import Misread, quote
from lib.reading.license_keys import read_key
from lib.reading.sen_numbers import SenKind, read_sen, sen_kind

LONGEST_LINE = 10_000
"""Letters of the longest line that is read."""


class SenCode(StrEnum):
    """Reasons why a line gives no license a SEN."""

    HEADING = "heading"
    NO_LICENSE = "no_license"
    NO_KEY = "no_key"
    MANGLED_KEY = "mangled_key"
    TWO_KEYS = "two_keys"
    NO_SEN = "no_sen"
    TWO_SENS = "two_sens"
    NOT_A_SEN = "not_a_sen"
    TRANSACTION_NUMBER = "transaction_number"
    ENTITLEMENT_NUMBER = "entitlement_number"
    BARE_NUMBER = "bare_number"
    TOO_LONG = "too_long"
    NOT_WHOLE = "not_whole"


OTHER_NUMBERS = {
    SenKind.TRANSACTION: SenCode.TRANSACTION_NUMBER,
    SenKind.ENTITLEMENT: SenCode.ENTITLEMENT_NUMBER,
    SenKind.BARE_NUMBER: SenCode.BARE_NUMBER,
}
"""Numbers that people take for SENs."""

_SENTENCES = {
    SenCode.HEADING: "This is a heading, not a license.",
    SenCode.NO_LICENSE: "This is not a license: an id and a SEN are expected.",
    SenCode.NO_KEY: "There is no license key on this line.",
    SenCode.TWO_KEYS: "There is more than one license key on this line. Write a line for each.",
    SenCode.NO_SEN: "There is no SEN on this line. A SEN looks like SEN-1234567.",
    SenCode.TWO_SENS: "There is more than one SEN on this line. Write a line for each license.",
    SenCode.TOO_LONG: (
        f"This line has more than {LONGEST_LINE:,} characters, so it was not read. Write a line for each license."
    ),
    SenCode.NOT_WHOLE: "From here on this is incomplete JSON. Paste the answer again.",
}


@dataclass(frozen=True, slots=True)
class SenLine:
    """A license's key, or its id in a pack, and a SEN in capitals; or a `problem` with the texts as they are.

    `line` counts from 1; `entry` is the place of a JSON object among the licenses of an answer, 0 for other lines. One of
    the `candidates` is the key where a line has several texts. `remark` is whatever else an answer says of the license.
    `more_lines` are the numbers of other lines that belong to it.
    """

    line: int
    key: str = ""
    sen: str = ""
    problem: SenCode | None = None
    candidates: tuple[str, ...] = ()
    entry: int = 0
    remark: str = ""
    more_lines: tuple[int, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of which one is the license's key or id."""
        # What a spreadsheet made of a key may be the key of another license.
        if self.problem is SenCode.MANGLED_KEY:
            return ()
        return tuple(filter(None, (self.key, *self.candidates)))

    @property
    def place(self) -> str:
        """Where people find it."""
        if self.entry:
            return f"License {self.entry} of the answer"
        if self.more_lines:
            return f"Lines {self.line} to {max(self.more_lines)}"
        return f"Line {self.line}"


def check_line(line: SenLine) -> SenLine:
    """The line with key and SEN as stored, or with its problem."""
    key = read_key(line.key)
    if isinstance(key, Misread):
        return replace(line, problem=SenCode.MANGLED_KEY)
    problem = problem_of(key, line)
    sen = line.sen if problem else str(read_sen(line.sen))
    return replace(line, key=key, sen=sen, problem=problem)


def problem_of(key: str, line: SenLine) -> SenCode | None:
    """What is wrong with the SEN of a line, or that it has no license; None if all is well."""
    has_license = bool(key or line.candidates)
    kind = sen_kind(line.sen)
    if kind is None:
        if has_license:
            return SenCode.NO_SEN
        return SenCode.NO_LICENSE
    if kind is not SenKind.SEN:
        return OTHER_NUMBERS.get(kind, SenCode.NOT_A_SEN)
    return None if has_license else SenCode.NO_KEY


def only(texts: list[str]) -> str:
    """The text if there is just one, else none."""
    if len(texts) != 1:
        return ""
    return texts[0]


def problem_sentence(problem: SenCode, key: str, sen: str) -> str:
    """What is wrong with a line and what to do."""
    if problem in _SENTENCES:
        return _SENTENCES[problem]
    misread = read_key(key) if problem is SenCode.MANGLED_KEY else read_sen(sen)
    assert isinstance(misread, Misread), "the other problems are those of the readers"
    return misread.message


def remark_sentence(remark: str) -> str:
    """What else an answer says, to follow a sentence about it."""
    if not remark:
        return ""
    return f" The answer says: {quote(remark)}."
