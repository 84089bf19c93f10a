"""What only a person can answer about a file, as choices that show what each would mean (domain.md §7)."""

from collections.abc import Mapping
from datetime import date

from lib.columnar.column import CodedColumn
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS
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
    """The mapping with another field (None: not imported) for a column; a column that had the field loses it."""
    others = {name: had for name, had in mapping.items() if name != column and had != field}
    return {**others, column: field} if field else others


def evidence_sentence(evidence: DateEvidence) -> str:
    """Why a date column has its order, or why nobody can know: `412 values have a first number above 12, none a second`."""
    first, second, year = evidence.day_first, evidence.month_first, evidence.year_first
    told = []
    if first or second:
        told.append(f"{_values(first)} a first number above 12, {f'{second:,}' if second else 'none'} a second")
    if year:
        told.append(f"{year:,} begin with the year")
    if evidence.ambiguous:
        told.append(f"{evidence.ambiguous:,} can be read either way")
    return "; ".join(told) or "every date is plain"


def _values(count: int) -> str:
    return f"{count:,} values have" if count > 1 else "1 value has" if count else "no value has"


def date_examples(texts: CodedColumn | TextColumn, order: DateOrder | None, count: int = 3) -> list[dict[str, str]]:
    """Some of a column's dates: the text, and by order the day it would be (ISO); rather those where orders differ."""
    distinct = dict.fromkeys(texts.slice(0, _LOOKED_AT).objects().tolist())
    found = [{"text": text, **_days(text)} for text in distinct if text.strip()]
    telling = [example for example in found if len(set(example.values()) - {example["text"]}) > 1]
    plain = [example for example in found if len(example) > 1]
    return (telling or ([] if order is None else plain))[:count]


def _days(text: str) -> dict[str, str]:
    days = {order.value: read_date(text, order) for order in DateOrder}
    return {order: day.isoformat() for order, day in days.items() if isinstance(day, date)}


_LOOKED_AT = 2_000
"""Cells that examples of dates are taken from."""

FIELD_TITLES = {name: column.title for name, column in COLUMNS.items()}
"""What people call each field."""
