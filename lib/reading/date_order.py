"""The order of day and month in a column of dates, by the evidence of all its cells (domain.md §7)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lib.reading.dates import LONGEST_DATE, date_text, is_iso_date, numeric_date_in
from lib.reading.numeric_dates import DateOrder


@dataclass(frozen=True, slots=True)
class DateEvidence:
    """What a column's dates of bare numbers show about their order, in numbers of cells.

    A cell is evidence if its numbers allow one order only (31/02/2018: day first, though there is no such day), ambiguous
    if two orders give different dates, and neither if they give the same one (03/03/2018) or its order is clear.
    """

    day_first: int = 0
    month_first: int = 0
    year_first: int = 0
    ambiguous: int = 0

    def orders(self) -> list[DateOrder]:
        """The orders that some cell is evidence for."""
        counts = zip(DateOrder, (self.day_first, self.month_first, self.year_first), strict=True)
        return [order for order, cells in counts if cells]

    def proofs(self, order: DateOrder | None) -> int:
        """The number of cells that are evidence for an order."""
        counts = zip(DateOrder, (self.day_first, self.month_first, self.year_first), strict=True)
        return dict(counts).get(order, 0) if order else 0

    @property
    def mixed(self) -> bool:
        """Whether cells contradict one another."""
        return len(self.orders()) > 1

    def order(self) -> DateOrder | None:
        """The order all evidence agrees on; None if there is none."""
        orders = self.orders()
        return orders[0] if len(orders) == 1 else None

    @property
    def must_ask(self) -> bool:
        """Whether a person must choose the order."""
        return self.order() is None and (self.mixed or self.ambiguous > 0)


def date_evidence(texts: Iterable[tuple[str, int]]) -> DateEvidence:
    """The evidence of a column's distinct texts, each with its number of cells."""
    counts: Counter[DateOrder] = Counter()
    ambiguous = 0
    for text, cells in texts:
        orders = orders_in_question(text)
        if len(orders) == 1:
            counts[orders[0]] += cells
        elif orders:
            ambiguous += cells
    return DateEvidence(
        day_first=counts[DateOrder.DMY],
        month_first=counts[DateOrder.MDY],
        year_first=counts[DateOrder.YMD],
        ambiguous=ambiguous,
    )


def orders_in_question(text: str) -> tuple[DateOrder, ...]:
    """The orders a cell's text may be in: one is evidence, several are doubt; none if the order makes no difference."""
    if is_iso_date(text):
        return ()
    content = date_text(text)
    if len(content) > LONGEST_DATE:
        return ()
    return orders_of_content(content)


# Times of day make cells differ that have the same day, so the days are few.
@lru_cache(maxsize=2**14)
def orders_of_content(content: str) -> tuple[DateOrder, ...]:
    """The orders that a date without its time may be in."""
    numbers = numeric_date_in(content)
    if numbers is None or len(numbers.first) > 2:
        return ()
    orders = numbers.likely_orders()
    if len(orders) == 1 or len(set(numbers.dates(orders).values())) > 1:
        return tuple(orders)
    return ()


def describe_evidence(evidence: DateEvidence) -> str:
    """How many dates have which order, as a phrase."""
    phrases = (
        (evidence.day_first, "can only have the day first"),
        (evidence.month_first, "can only have the month first"),
        (evidence.year_first, "can only have the year first"),
        (evidence.ambiguous, "can be read either way"),
    )
    return " · ".join(f"{count:,} {phrase}" for count, phrase in phrases if count)
