"""What only a person can answer about a file, as choices that show what each would mean (domain.md §7)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from lib.check import Checked, Settings
from lib.coded import Texts
from lib.dates import DateEvidence, DateOrder, evidence_in_words, read_date
from lib.licenses import COLUMNS
from lib.samples import first_of
from lib.words import quoted

ORDER_TITLES = {DateOrder.DMY: "Day first", DateOrder.MDY: "Month first", DateOrder.YMD: "Year first"}
NOT_IMPORTED = ""
"""The answer that leaves an ambiguous column out."""

_SIZES = ("editors", "host_tier")
_SIZE_TITLES = {"editors": "Editors of the license", "host_tier": "User tier of the server"}


@dataclass(frozen=True, slots=True)
class Question:
    """`choices` maps each possible answer to its title and an example of what it means (empty: none is needed)."""

    column: str
    code: str
    text: str
    choices: dict[str, tuple[str, str]]


def questions_of(checked: Checked) -> list[Question]:
    """The open questions of a checked file, in the file's order."""
    return [
        _about_order(checked, problem.column)
        if problem.code == "ambiguous_date"
        else Question(problem.column, problem.code, _size_text(problem.column), _size_choices())
        for problem in checked.undecided
        if problem.column
    ]


def answered(checked: Checked, settings: Settings, answers: Mapping[str, str]) -> Settings:
    """The settings with the answers, given by column: a date order, or a field for an ambiguous column."""
    codes = {question.column: question.code for question in questions_of(checked)}
    orders = {checked.mapping[name]: said for name, said in answers.items() if codes[name] == "ambiguous_date"}
    fields = {name: said for name, said in answers.items() if codes[name] == "ambiguous_column"}
    mapping = settings.mapping
    if fields:
        mapping = {**checked.mapping, **{name: said for name, said in fields.items() if said}}
    return replace(settings, mapping=mapping, date_orders={**settings.date_orders, **orders})


def mapped(mapping: Mapping[str, str], column: str, field: str | None) -> dict[str, str]:
    """The mapping with another field (None: not imported) for a column; a column that had the field loses it."""
    others = {name: had for name, had in mapping.items() if name != column and had != field}
    return {**others, column: field} if field else others


def _size_text(column: str) -> str:
    return f"{column}: is this the number of editors, or the user tier of the Confluence or Jira server?"


def _size_choices() -> dict[str, tuple[str, str]]:
    return {**{name: (_SIZE_TITLES[name], "") for name in _SIZES}, NOT_IMPORTED: ("Not imported", "")}


def _about_order(checked: Checked, column: str) -> Question:
    field = checked.mapping[column]
    evidence = checked.evidence[field]
    text = f"{column}: in which order are day and month? Of these dates, {evidence_in_words(evidence)}."
    example, readings = _telling_example(checked, column)
    orders = list(readings) or evidence.orders()
    choices = {order.value: (ORDER_TITLES[order], _reading(example, readings.get(order))) for order in orders}
    return Question(column, "ambiguous_date", text, choices)


def _reading(example: str, day: date | None) -> str:
    return f"{quoted(example)} is {day.day} {day:%B} {day.year}" if day else ""


def _telling_example(checked: Checked, column: str) -> tuple[str, dict[DateOrder, date]]:
    """The first date that is a different day in another order, and the day it is in each."""
    for text in first_of(checked.table, checked.headings.index(column)):
        days = {order: day for order in DateOrder if isinstance(day := read_date(text, order), date)}
        if len(set(days.values())) > 1:
            return text, days
    return "", {}


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


def date_examples(texts: Texts, order: DateOrder | None, count: int = 3) -> list[dict[str, str]]:
    """Some of a column's dates: the text, and by order the day it would be (ISO); rather those where orders differ."""
    distinct = texts.array.slice(0, _LOOKED_AT).unique().to_pylist()
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
