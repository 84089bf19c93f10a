"""Dates of three bare numbers, and the orders of day, month and year they allow (domain.md §7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

PIVOT = 70
"""Two-digit years: 70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069."""

YEARS = range(1900, 2200)
"""Years a license can have anything to do with; beyond them a date is a program's placeholder (9999-12-31)."""

TRADED = range(2008, 2031)
"""Years in which the plugins were sold or maintained; they distinguish year-first from year-last if years have two digits."""


class DateOrder(StrEnum):
    """Which of day, month and year comes first in a date of numbers."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


@dataclass(frozen=True, slots=True)
class NumericDate:
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
        return [order for order in DateOrder if could_be_date(*self.in_order(order))]

    def likely_orders(self) -> list[DateOrder]:
        """The allowed orders, less the unlikely side where a two-digit year may stand at either end.

        Years in which no plugin was traded are unlikely, and so is a leading year before slashes or dots.
        """
        orders = self.orders()
        if DateOrder.YMD not in orders or len(orders) == 1:
            return orders
        likely = [order for order in orders if self.year_in(order) in TRADED] or orders
        year_last: list[DateOrder] = [order for order in likely if order is not DateOrder.YMD]
        if year_last and self.sign.strip() in ("/", "."):
            return year_last
        return likely

    def year_in(self, order: DateOrder) -> int:
        """The year if the numbers are in that order."""
        return full_year(self.in_order(order)[0])

    def dates(self, orders: Iterable[DateOrder]) -> dict[DateOrder, date]:
        """The dates the numbers are in those orders, without impossible ones."""
        dates = {order: date_from_digits(*self.in_order(order)) for order in orders}
        return {order: day for order, day in dates.items() if day}


def could_be_date(year: str, month: str, day: str) -> bool:
    """Whether these may be a year, a month and a day."""
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return False
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def full_year(digits: str) -> int:
    """The year that two or more digits stand for."""
    number = int(digits)
    if len(digits) > 2:
        return number
    if number >= PIVOT:
        return 1900 + number
    return 2000 + number


def date_from_digits(year: str, month: str, day: str) -> date | None:
    """The date of three numbers; None if a license can have no such date."""
    if len(year) not in (2, 4) or full_year(year) not in YEARS:
        return None
    try:
        return date(full_year(year), int(month), int(day))
    except ValueError:
        return None
