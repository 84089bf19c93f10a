"""Questions about a file that only a person can answer, with what each choice would mean (domain.md §7)."""

from collections.abc import Mapping
from datetime import date

from lib.columnar.column import CodedColumn
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS
from lib.domain.text import quantity
from lib.reading.date_order import DateEvidence
from lib.reading.dates import read_date
from lib.reading.numeric_dates import DateOrder

ORDER_TITLES = {DateOrder.DMY: "Day first", DateOrder.MDY: "Month first", DateOrder.YMD: "Year first"}
NOT_IMPORTED = ""
"""The answer that leaves an ambiguous column out."""

SIZE_TITLES = {
    "editors": "Editors of the license",
    "host_tier": "User tier of the server",
    NOT_IMPORTED: "Neither",
}
"""What a column with a size in it may be."""


def assign_field(mapping: Mapping[str, str], column: str, field: str | None) -> dict[str, str]:
    """The mapping with another field (None: not imported) for a column; the column that had the field loses it."""
    others = {name: other for name, other in mapping.items() if name != column and other != field}
    if not field:
        return others
    return {**others, column: field}


def evidence_sentence(evidence: DateEvidence) -> str:
    """Why a date column has its order, or why nobody can know: `412 dates can only be day-first; none can only be month-first`."""
    first, second = evidence.day_first, evidence.month_first
    if not evidence.orders() and evidence.ambiguous:
        return f"{all_dates_are(evidence.ambiguous)} ambiguous"
    clauses = []
    if first or second:
        orders = sorted(((first, "day-first"), (second, "month-first")), reverse=True)
        clauses += [f"{dates(count)} can only be {order}" for count, order in orders]
    if evidence.year_first:
        clauses.append(f"{dates(evidence.year_first)} can only be year-first")
    if evidence.ambiguous:
        clauses.append(f"{quantity(evidence.ambiguous, 'date')} can be read either way")
    return "; ".join(clauses) or "The order of every date is clear"


def all_dates_are(count: int) -> str:
    """`All 10 dates are`, `The only date is`."""
    if count == 1:
        return "The only date is"
    return f"All {count:,} dates are"


def dates(count: int) -> str:
    """`412 dates`, `1 date`, `none`."""
    return quantity(count, "date") if count else "none"


def date_examples(texts: CodedColumn | TextColumn, order: DateOrder | None, count: int = 3) -> list[dict[str, str]]:
    """Some of a column's dates: the text, and by order the day it would be (ISO); preferably where orders differ."""
    # A dict keeps the file's order, where a set would show other examples each time.
    distinct = dict.fromkeys(texts.slice(0, _LOOKED_AT).objects().tolist())
    days = {text: days_by_order(text) for text in distinct if text.strip()}
    ambiguous = [text for text, readings in days.items() if len(set(readings.values()) - {text}) > 1]
    readable = [text for text, readings in days.items() if readings]
    if not ambiguous and order is None:
        return []
    return [{"text": text, **days[text]} for text in (ambiguous or readable)[:count]]


def days_by_order(text: str) -> dict[str, str]:
    """The day (ISO) that a text would be in each order; orders in which it is none are left out."""
    days = {order.value: read_date(text, order) for order in DateOrder}
    return {order: day.isoformat() for order, day in days.items() if isinstance(day, date)}


_LOOKED_AT = 2_000
"""Cells that examples of dates are taken from."""

FIELD_TITLES = {name: column.title for name, column in COLUMNS.items()}
"""What people call each field."""
