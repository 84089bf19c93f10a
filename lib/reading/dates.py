"""Dates in the forms people and programs write them, and the order of day and month in a column (domain.md §7)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from lib.domain.text import BLANKS, Misread, bare_words, clean, half_width, quote
from lib.reading.month_names import MONTH_NUMBERS, PARTICLES, WEEKDAY_NAMES

PIVOT = 70
"""Two-digit years: 70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069."""

YEARS = range(1900, 2200)
"""Years a license can have anything to do with; beyond them a date is a program's placeholder (9999-12-31)."""

TRADED = range(2008, 2031)
"""Years in which the plugins were sold or maintained: they tell year-first from year-last when years have two digits."""

SERIALS = range(20000, 60001)
"""Excel's day numbers that are read as dates: 1954 to 2064, always five digits."""

_LONGEST = 80
"""Letters of the longest text worth reading, and remembering, as a date."""

_SERIAL_ZERO = date(1899, 12, 30)


class DateOrder(StrEnum):
    """Which of day, month and year comes first in a date of numbers."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


_TIME = re.compile(
    r"(?:(?<=[0-9])t|(?<![0-9:])(?:at |um |à |om |alle )?)(?:[01]?[0-9]|2[0-4])[:h][0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?![0-9:])"
    r"(?: ?[ap]\.?m\.?(?![a-z]))?(?: uhr)?"
    r"(?: ?(?:z|utc|gmt|[ecmp][sd]t|cest|cet|bst|wes?t|eest|eet|mesz|mez|jst|aes?t|aedt|ist)(?![a-z]))?"
    r"(?: ?[+-](?:0[0-9]|1[0-4]):?[0-9]{2}(?![0-9]))?(?: ?[(\[][^()\[\]]*[)\]])?",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ](?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_STAMP = re.compile(
    r"([0-9]{1,4}([-/.])[0-9]{1,2}\2[0-9]{1,4})"
    r"(?:[T ](?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?: ?[AaPp][Mm])?Z?)?"
)
_TRIPLE = re.compile(r"([0-9]{1,4})( ?[-/.] ?| )([0-9]{1,2})\2([0-9]{1,4})\.?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:t[0-9]{4,6}z?)?", re.IGNORECASE)
_SERIAL = re.compile(r"([2-6][0-9]{4})(?:[.,][0-9]+)?")
_EAST_ASIAN = re.compile(
    r"([0-9]{4}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日일](?: ?\(?[月火水木金土日](?:曜日)?\)?)?"
)
_FAR_YEAR = re.compile(r"(?<![0-9])(?:0[0-9]|1[0-8]|2[2-9]|[3-9][0-9])[0-9]{2}(?![0-9])")
_BESIDE_PARTS = re.compile(r"[\w .,/()'’°-]*")
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Triple:
    """Three numbers of a date in the order written, and the sign between them."""

    first: str
    sign: str
    second: str
    third: str

    def in_order(self, order: DateOrder) -> tuple[str, str, str]:
        """Year, month and day if the numbers are in that order."""
        match order:
            case DateOrder.DMY:
                return self.third, self.second, self.first
            case DateOrder.MDY:
                return self.third, self.first, self.second
            case DateOrder.YMD:
                return self.first, self.second, self.third

    def orders(self) -> list[DateOrder]:
        """The orders the numbers allow: a month up to 12, a day from 1 to 31, a year of two or four digits."""
        return [order for order in DateOrder if _fits(*self.in_order(order))]

    def likely_orders(self) -> list[DateOrder]:
        """Those orders, less the unlikely side where a two-digit year may stand at either end.

        Years in which no plugin was traded are unlikely, and so is a leading year before strokes or dots.
        """
        orders = self.orders()
        if DateOrder.YMD not in orders or len(orders) == 1:
            return orders
        likely = [order for order in orders if _year(self.in_order(order)[0]) in TRADED] or orders
        year_last: list[DateOrder] = [order for order in likely if order is not DateOrder.YMD]
        return year_last if year_last and self.sign.strip() in ("/", ".") else likely

    def dates(self, orders: Iterable[DateOrder]) -> dict[DateOrder, date]:
        """The dates the numbers are in those orders; orders that give an impossible day are left out."""
        found = {order: _date_of(*self.in_order(order)) for order in orders}
        return {order: day for order, day in found.items() if day}


def _fits(year: str, month: str, day: str) -> bool:
    return len(year) in (2, 4) and len(month) <= 2 and len(day) <= 2 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _year(digits: str) -> int:
    number = int(digits)
    return number if len(digits) > 2 else number + (1900 if number >= PIVOT else 2000)


def _date_of(year: str, month: str, day: str) -> date | None:
    """The date of three numbers, or None if there is no such day or the year is not one of ours."""
    if len(year) not in (2, 4) or _year(year) not in YEARS:
        return None
    try:
        return date(_year(year), int(month), int(day))
    except ValueError:
        return None


def read_date(text: str, order: DateOrder | None) -> date | Misread | None:
    """The date a cell holds, as written (times and zones are dropped, never converted); None for a blank.

    `order` is the column's, from `date_evidence` or a person; it matters only where numbers alone make the date. Without
    it, two readings are a Misread `ambiguous_date`; what is no date at all is `invalid_date`.
    """
    if iso := _ISO.fullmatch(text):
        return _date_of(*iso.groups()) or _invalid(text)
    written = _written(text)
    if written in BLANKS:
        return None
    if len(written) > _LONGEST:
        return _invalid(text)
    days = _days_meant(written, order)
    if len(days) == 1:
        return days[0]
    if days:
        return _ambiguous(text, days)
    return _out_of_order(text) if order and len(_days_meant(written, None)) == 1 else _invalid(text)


@lru_cache(maxsize=2**14)
def _days_meant(written: str, order: DateOrder | None) -> tuple[date, ...]:
    """The days a text may mean: one if it is plain or in that order, several if it is ambiguous, none if it is no date.

    Remembered, because a column of a million different times has but a few thousand days.
    """
    triple = _triple_in(written)
    if triple is None:
        day = _date_in(written)
        return (day,) if day else ()
    days = triple.dates(_orders_to_try(triple, order)).values()
    return tuple(sorted(set(days)))


def _orders_to_try(triple: _Triple, order: DateOrder | None) -> list[DateOrder]:
    """The column's order where the year stands at its place; else whatever the numbers make likely."""
    year_first = len(triple.first) == 4
    year_last = len(triple.third) == 4
    if order is None or (year_first and order is not DateOrder.YMD) or (year_last and order is DateOrder.YMD):
        return triple.likely_orders()
    return [order] if order in triple.orders() else []


def _invalid(text: str) -> Misread:
    if _FAR_YEAR.search(text):
        reason = f"is not a date of a license: its year is not between {YEARS[0]} and {YEARS[-1]}"
        return Misread("invalid_date", f"{quote(text)} {reason}. Correct it, or leave the cell empty.")
    return Misread("invalid_date", f"{quote(text)} is not a date. Correct it, or leave the cell empty.")


def _out_of_order(text: str) -> Misread:
    reason = "is a date only in another order of day, month and year than its column's"
    return Misread("invalid_date", f"{quote(text)} {reason}. Correct it, or change the column's date order.")


def _ambiguous(text: str, days: Sequence[date]) -> Misread:
    readings = " or ".join(f"{day.day} {day:%B} {day.year}" for day in days)
    return Misread("ambiguous_date", f"{quote(text)} can be {readings}. Choose the column's date order.")


def _written(text: str) -> str:
    """The date's own text: full-width letters narrowed, without the time and its zone."""
    if stamp := _STAMP.fullmatch(text):
        return stamp[1]
    return clean(_TIME.sub(" ", half_width(text))).strip(" ,")


def _triple_in(written: str) -> _Triple | None:
    found = _TRIPLE.fullmatch(_without_weekday(written))
    return _Triple(*found.groups()) if found else None


def _without_weekday(written: str) -> str:
    head, _, rest = written.partition(" ")
    return rest if bare_words(head) in WEEKDAY_NAMES and rest[:1].isdigit() else written


def _date_in(written: str) -> date | None:
    """The date of a text that is not three bare numbers."""
    for form in (_COMPACT, _EAST_ASIAN):
        if found := form.fullmatch(written):
            return _date_of(*found.groups())
    if (found := _SERIAL.fullmatch(written)) and int(found[1]) in SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(found[1]))
    return _named_date(written) if _BESIDE_PARTS.fullmatch(written) else None


def _named_date(written: str) -> date | None:
    """The date of a text with its month in letters: `2 de marzo de 2018`, `Mar 2nd, 2018`, `02MAR18`, `2018-Mar-02`."""
    parts = [bare_words(part) for part in _PARTS.findall(written)]
    parts = [part for part in parts if part not in PARTICLES]
    if len(parts) == 4 and parts[0] in WEEKDAY_NAMES:
        parts = parts[1:]
    names = [part for part in parts if part in MONTH_NUMBERS]
    numbers = [part for part in parts if part.isdecimal()]
    if len(parts) != 3 or len(names) != 1 or len(numbers) != 2:
        return None
    first, last = numbers
    year, day = (first, last) if len(first) == 4 and parts[0] == first else (last, first)
    return _date_of(year, str(MONTH_NUMBERS[names[0]]), day) if len(day) <= 2 else None


@dataclass(frozen=True, slots=True)
class DateEvidence:
    """What a column's dates of bare numbers say about their order, in numbers of cells (domain.md §7).

    A cell is evidence if its numbers allow one order only (31/02/2018: day first, though there is no such day), ambiguous
    if two orders give different dates, and neither if they give the same one (03/03/2018) or its order is plain.
    """

    day_first: int = 0
    month_first: int = 0
    year_first: int = 0
    ambiguous: int = 0

    def orders(self) -> list[DateOrder]:
        """The orders that some cell is evidence for."""
        counts = zip(DateOrder, (self.day_first, self.month_first, self.year_first), strict=True)
        return [order for order, cells in counts if cells]

    @property
    def mixed(self) -> bool:
        """Whether cells contradict one another."""
        return len(self.orders()) > 1

    def order(self) -> DateOrder | None:
        """The order all evidence agrees on; None if there is none, or cells contradict one another."""
        orders = self.orders()
        return orders[0] if len(orders) == 1 else None

    @property
    def must_ask(self) -> bool:
        """Whether a person must choose the order before the column can be read whole."""
        return self.order() is None and (self.mixed or self.ambiguous > 0)


@lru_cache(maxsize=2**14)
def _orders_shown(written: str) -> tuple[DateOrder, ...]:
    """The orders in question for a text: one is evidence, several are doubt; none if the order makes no difference."""
    triple = _triple_in(written)
    if triple is None or len(triple.first) > 2:
        return ()
    orders = triple.likely_orders()
    return tuple(orders) if len(orders) == 1 or len(set(triple.dates(orders).values())) > 1 else ()


def date_evidence(texts: Iterable[tuple[str, int]]) -> DateEvidence:
    """The evidence of a column's distinct cell texts, each with the number of cells that hold it."""
    counts: dict[DateOrder | None, int] = {}
    for text, cells in texts:
        written = "" if _ISO.fullmatch(text) else _written(text)
        orders = _orders_shown(written) if len(written) <= _LONGEST else ()
        if orders:
            told = orders[0] if len(orders) == 1 else None
            counts[told] = counts.get(told, 0) + cells
    return DateEvidence(
        day_first=counts.get(DateOrder.DMY, 0),
        month_first=counts.get(DateOrder.MDY, 0),
        year_first=counts.get(DateOrder.YMD, 0),
        ambiguous=counts.get(None, 0),
    )


def describe_evidence(evidence: DateEvidence) -> str:
    """What a column's dates say about the order of day and month: `3 can only have the day first · 14 can be either`."""
    told = (
        (evidence.day_first, "can only have the day first"),
        (evidence.month_first, "can only have the month first"),
        (evidence.year_first, "can only have the year first"),
        (evidence.ambiguous, "can be read either way"),
    )
    return " · ".join(f"{count:,} {words}" for count, words in told if count)
