"""Dates in the forms people and programs write them (domain.md §7)."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from lib.domain.text import BLANKS, Misread, bare_words, clean, half_width, quote
from lib.reading.cell_marks import bare_value
from lib.reading.cell_words import CELL_WORDS, single_words
from lib.reading.heading_words import concepts_of
from lib.reading.month_names import MONTH_NUMBERS, PARTICLES, WEEKDAY_NAMES
from lib.reading.numeric_dates import YEARS, DateOrder, NumericDate, date_from_digits
from lib.reading.problem_codes import ProblemCode

SERIALS = range(20000, 60001)
"""Excel's day numbers that are read as dates: 1954 to 2064, always five digits."""

LONGEST_DATE = 80
"""Letters of the longest text worth reading, and caching, as a date."""

# Two days early: Excel counts from 1, and believes that 1900 was a leap year.
_SERIAL_ZERO = date(1899, 12, 30)

PLACEHOLDER_DATES = frozenset(
    (
        *(date(1900, 1, 1), date(1904, 1, 1), date(1969, 12, 31), date(1970, 1, 1), date(1980, 1, 1)),
        *(date(2038, 1, 19), date(2099, 12, 31)),
    )
)
"""Days that programs write where there is no date: where their calendars begin or end."""

_PLACEHOLDER_YEARS = frozenset(("0001", "1601", "1753", "1899", "2999", "4712", "9999"))
"""Years in which the calendars of other programs begin or end."""

_ZERO_DATE = re.compile(
    r"0{1,4}([-/.]0{1,4}){2}|0+|0{1,2}-jan-0{1,4}|9999-?12-?31|1900-01-00|0?1/0?0/1900|1/0/(?:19)?00|0?0\.0?1\.(?:19)?00"
    r"|[-_ ]*[-/.][-/._ ]*|(?:d{1,2}|t{1,2}|j{1,4}|m{1,2}|a{2,4}|y{2,4})(?:[-/.](?:d{1,2}|t{1,2}|j{1,4}|m{1,2}|a{2,4}|y{2,4})){2}",
    re.IGNORECASE,
)
# Also days zero of calendars, dates of dashes, and the letters of a template (`dd/mm/yyyy`).
_JAPANESE_NO = re.compile(r"(なし|無し)$")

# Concepts of headings that a cell may deny: `no end date`, `sin vencimiento`.
_DENIED_CONCEPTS = frozenset(("end", "date", "license", "maintenance", "tier", "filler", "number"))
_TIME = re.compile(
    r"(?:(?<=[0-9])t|(?<![0-9:])(?:at |um |à |om |alle )?)(?:[01]?[0-9]|2[0-4])[:h][0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?![0-9:])"
    r"(?: ?[ap]\.?m\.?(?![a-z]))?(?: uhr)?"
    r"(?: ?(?:z|utc|gmt|[ecmp][sd]t|cest|cet|bst|wes?t|eest|eet|mesz|mez|jst|aes?t|aedt|ist)(?![a-z]))?"
    r"(?: ?[+-](?:0[0-9]|1[0-4]):?[0-9]{2}(?![0-9]))?(?: ?[(\[][^()\[\]]*[)\]])?",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ](?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_NUMERIC_TIMESTAMP = re.compile(
    r"([0-9]{1,4}([-/.])[0-9]{1,2}\2[0-9]{1,4})"
    r"(?:[T ](?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?: ?[AaPp][Mm])?Z?)?"
)
_THREE_NUMBERS = re.compile(r"([0-9]{1,4})( ?[-/.] ?| )([0-9]{1,2})\2([0-9]{1,4})\.?")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:t[0-9]{4,6}z?)?", re.IGNORECASE)
_SERIAL_NUMBER = re.compile(r"([2-6][0-9]{4})(?:[.,][0-9]+)?")
_EAST_ASIAN_DATE = re.compile(
    r"([0-9]{4}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日일](?: ?\(?[月火水木金土日](?:曜日)?\)?)?"
)
_UNLIKELY_YEAR = re.compile(r"(?<![0-9])(?:0[0-9]|1[0-8]|2[2-9]|[3-9][0-9])[0-9]{2}(?![0-9])")
_PLAIN_CHARACTERS = re.compile(r"[\w .,/()'’°-]*")
_WORDS_AND_NUMBERS = re.compile(r"[0-9]+|[^\W\d_]+")


def read_date(text: str, order: DateOrder | None) -> date | Misread | None:
    """The date a cell holds, as written: times and zones are dropped, never converted.

    `order` is the column's, from `date_evidence` or a person; it matters only where numbers alone make the date. Without
    it, two readings are a Misread `ambiguous_date`; what says that there is no date is `no_date`, all else `invalid_date`.
    """
    iso = _ISO_DATE.fullmatch(text)
    if iso:
        return checked_date(text, date_from_digits(*iso.groups()))
    cell = bare_value(text)
    if cell in BLANKS:
        return None
    content = date_text(cell)
    if len(content) > LONGEST_DATE:
        return invalid_date(text)
    if says_no_date(content):
        return no_date(text)
    days = possible_days(content, order)
    if len(days) == 1:
        return checked_date(text, days[0])
    if days:
        return ambiguous_date(text, days)
    if order and len(possible_days(content, None)) == 1:
        return out_of_order_date(text)
    return invalid_date(text)


def checked_date(text: str, day: date | None) -> date | Misread:
    """The day that a text names, if a license can have it."""
    if day is not None and day not in PLACEHOLDER_DATES:
        return day
    if day is not None or says_no_date(date_text(bare_value(text))):
        return no_date(text)
    return invalid_date(text)


def says_no_date(content: str) -> bool:
    """Whether a date's text, without its time, says that there is none: a word, zeros, or a year at an end of all."""
    if not content or _ZERO_DATE.fullmatch(content) or "∞" in content or names_no_end(bare_words(content)):
        return True
    numbers = numeric_date_in(content)
    return numbers is not None and not _PLACEHOLDER_YEARS.isdisjoint((numbers.first, numbers.third))


def names_no_end(words: str) -> bool:
    """Whether bare words say that a license never ends (`perpetual license`), or that its end is not there."""
    if words in CELL_WORDS["no date"]:
        return True
    if not words or any(letter.isdigit() for letter in words):
        return False
    parts = _JAPANESE_NO.sub(r" \1", words).split()
    others = [part for part in parts if part not in CELL_WORDS["no date"] | single_words("negation")]
    return len(others) < len(parts) and _DENIED_CONCEPTS.issuperset(concepts_of(others))


def no_date(text: str) -> Misread:
    """The refusal of a text that says that there is no date."""
    return Misread(ProblemCode.NO_DATE, f"{quote(text)} names no day. Enter the date, or leave the cell empty.")


def names_full_date(text: str) -> bool:
    """Whether a text is a date with its year, a time, or the day and month that a spreadsheet made of `3-10`."""
    content = date_text(half_width(text))
    if not content:
        return True
    numbers = numeric_date_in(content)
    if numbers is not None:
        return "4" in f"{len(numbers.first)}{len(numbers.third)}" and bool(numbers.orders())
    words = [bare_words(part) for part in _WORDS_AND_NUMBERS.findall(content)]
    is_day_of_month = len(words) == 2 and words[0].isdecimal() and len(words[0]) < 3 and words[1] in MONTH_NUMBERS
    return is_day_of_month or date_with_month_name(content) is not None


# A column of a million different times has only a few thousand days.
@lru_cache(maxsize=2**14)
def possible_days(content: str, order: DateOrder | None) -> tuple[date, ...]:
    """The days a date's text may stand for: one if it is clear or in that order, several if ambiguous, else none."""
    numbers = numeric_date_in(content)
    if numbers is None:
        day = other_date_in(content)
        return (day,) if day else ()
    days = numbers.dates(orders_to_try(numbers, order)).values()
    return tuple(sorted(set(days)))


def orders_to_try(numbers: NumericDate, order: DateOrder | None) -> list[DateOrder]:
    """The column's order where the year is in its place; else whatever the numbers make likely."""
    if order is None or is_year_out_of_place(numbers, order):
        return numbers.likely_orders()
    return [order] if order in numbers.orders() else []


def is_year_out_of_place(numbers: NumericDate, order: DateOrder) -> bool:
    """Whether a four-digit year stands where this order has none."""
    # Then a program wrote the date in an order of its own.
    if order is DateOrder.YMD:
        return len(numbers.third) == 4
    return len(numbers.first) == 4


def invalid_date(text: str) -> Misread:
    """The refusal of a text that is no date of a license."""
    reason = "is not a date"
    if _UNLIKELY_YEAR.search(text):
        reason = f"is not a date of a license: its year is not between {YEARS[0]} and {YEARS[-1]}"
    return Misread(ProblemCode.INVALID_DATE, f"{quote(text)} {reason}. Correct it, or leave the cell empty.")


def out_of_order_date(text: str) -> Misread:
    """The refusal of a date in another order than its column's."""
    reason = "is a date only in another order of day, month and year than its column's"
    return Misread(ProblemCode.INVALID_DATE, f"{quote(text)} {reason}. Correct it, or change the column's date order.")


def ambiguous_date(text: str, days: Sequence[date]) -> Misread:
    """The refusal of a text that may be several days."""
    readings = " or ".join(f"{day.day} {day:%B} {day.year}" for day in days)
    return Misread(ProblemCode.AMBIGUOUS_DATE, f"{quote(text)} can be {readings}. Choose the column's date order.")


def date_text(text: str) -> str:
    """The date's own text, without the time and its zone."""
    timestamp = _NUMERIC_TIMESTAMP.fullmatch(text)
    if timestamp:
        return timestamp[1]
    return clean(_TIME.sub(" ", half_width(text))).strip(" ,")


def is_iso_date(text: str) -> bool:
    """Whether a text begins with a date of ISO 8601."""
    # Its order is clear whatever the other dates say.
    return _ISO_DATE.fullmatch(text) is not None


def numeric_date_in(content: str) -> NumericDate | None:
    """The three numbers of a date's text; None if written otherwise."""
    numbers = _THREE_NUMBERS.fullmatch(without_weekday(content))
    if not numbers:
        return None
    return NumericDate(*numbers.groups())


def without_weekday(content: str) -> str:
    """A date's text without a weekday before its first number."""
    head, _, rest = content.partition(" ")
    if bare_words(head) in WEEKDAY_NAMES and rest[:1].isdigit():
        return rest
    return content


def other_date_in(content: str) -> date | None:
    """The date of a text that is not three bare numbers."""
    for pattern in (_COMPACT_DATE, _EAST_ASIAN_DATE):
        match = pattern.fullmatch(content)
        if match:
            return date_from_digits(*match.groups())
    serial = _SERIAL_NUMBER.fullmatch(content)
    if serial and int(serial[1]) in SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(serial[1]))
    if _PLAIN_CHARACTERS.fullmatch(content):
        return date_with_month_name(content)
    return None


def date_with_month_name(content: str) -> date | None:
    """The date of `2 de marzo de 2018`, `Mar 2nd, 2018`, `02MAR18` or `2018-Mar-02`."""
    parts = [bare_words(part) for part in _WORDS_AND_NUMBERS.findall(content)]
    parts = [part for part in parts if part not in PARTICLES]
    if len(parts) == 4 and parts[0] in WEEKDAY_NAMES:
        parts = parts[1:]
    months = [MONTH_NUMBERS[part] for part in parts if part in MONTH_NUMBERS]
    numbers = [part for part in parts if part.isdecimal()]
    if len(parts) != 3 or len(months) != 1 or len(numbers) != 2:
        return None
    day, year = numbers
    if len(day) == 4 and parts[0] == day:
        day, year = year, day
    if len(day) > 2:
        return None
    return date_from_digits(year, str(months[0]), day)
