"""What only a person can answer about a file, as choices that show what each would mean (domain.md §7)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from lib.check import Checked, Settings
from lib.dates import DateOrder, evidence_in_words, read_date
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


FIELD_TITLES = {name: column.title for name, column in COLUMNS.items()}
"""What people call each field."""
