"""What is wrong with the rows of a file, told row by row in the plainest way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.checking.problem import Problem, Severity
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.text import Misread
from lib.reading.cells import read_text
from lib.reading.formula_safety import is_formula_like
from lib.reading.problem_codes import ProblemCode

FIELD = {column.title: name for name, column in COLUMNS.items()}
"""Field names by the headings that the files have."""

_OTHERS = "others"
TITLES = {**FIELD, "other columns": _OTHERS}
"""The same, and what all headings that are no field are called together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row read: its number from 1 and its line, its cells by heading, what they are said to mean by field, the values
    (blank where unreadable), what could not be read, and the filled cells of columns that are no field, by heading."""

    number: int
    line: int
    cells: Mapping[str, str]
    texts: Mapping[str, str]
    values: Mapping[str, Any]
    wrong: Mapping[str, Misread]
    others: Mapping[str, str]

    def problem(self, severity: Severity, code: str, name: str, tail: str) -> Problem:
        """Something wrong in one cell."""
        title = COLUMNS[name].title
        message = f"Line {self.line}, column {title}: {tail}"
        return Problem(severity, self.number, self.line, title, name, ProblemCode(code), self.cells[title], message)


def doubles(rows: Sequence[Row]) -> tuple[list[Row], list[tuple[Row, list[Row]]]]:
    """The rows that repeat an earlier one exactly, and those that contradict others of the same key, with these."""
    repeats: list[Row] = []
    firsts: dict[str, list[Row]] = {}
    for row in rows:
        if key := row.values["license_key"]:
            alike = firsts.setdefault(key, [])
            (repeats if any(not _differing(row, other) for other in alike) else alike).append(row)
    apart = [(row, [other for other in alike if other is not row]) for alike in firsts.values() for row in alike]
    return repeats, [(row, others) for row, others in apart if others]


def _differing(row: Row, other: Row) -> list[str]:
    return [
        name
        for name in row.values
        if row.values[name] != other.values[name] or row.wrong.get(name) != other.wrong.get(name)
    ] + ([_OTHERS] if row.others != other.others else [])


def ragged(number: int, line: int, cells: Sequence[str], width: int) -> Problem:
    more = f"{len(cells)} cells where the header has {width}"
    message = f"Line {line}: this row has {more}. Add or remove a separator, or quote the cell that has one."
    return Problem(Severity.ERROR, number, line, None, None, ProblemCode.WRONG_WIDTH, ",".join(cells), message)


def errors(row: Row) -> list[Problem]:
    blank = [
        row.problem(
            Severity.ERROR, "missing_required", name, f"the {called} is blank. Fill it in, or leave the row held."
        )
        for name, called in (("license_key", "license key"), ("product", "product"))
        if name not in row.wrong and not row.values[name] and not read_text(row.texts[name])
    ]
    return blank + [
        row.problem(Severity.ERROR, misread.code, name, misread.message)
        for name, misread in row.wrong.items()
        if misread.code != "unknown_country"
    ]


def warnings(row: Row) -> list[Problem]:
    tail = "this text looks like a spreadsheet formula. It is kept as plain text."
    formulas = [
        row.problem(Severity.WARNING, "formula_like", name, tail)
        for name, text in row.texts.items()
        if COLUMNS[name].kind in (ColumnKind.KEY, ColumnKind.TEXT) and is_formula_like(text)
    ]
    return formulas + [
        row.problem(Severity.WARNING, misread.code, name, misread.message)
        for name, misread in row.wrong.items()
        if misread.code == "unknown_country"
    ]


def repeated(row: Row, rows: Sequence[Row]) -> Problem:
    key = row.values["license_key"]
    first = next(other for other in rows if other.values["license_key"] == key and not _differing(row, other))
    tail = f"this row repeats line {first.line} exactly and was left out."
    return row.problem(Severity.WARNING, "duplicate_row", "license_key", tail)


def conflicting(row: Row, others: Sequence[Row]) -> Problem:
    names = {name for other in others for name in _differing(row, other)}
    lines, titles = ", ".join(str(other.line) for other in others), ", ".join(t for t in TITLES if TITLES[t] in names)
    tail = f"line {lines} has the same license key but differs in {titles}. {_advice([row, *others])}"
    return row.problem(Severity.ERROR, "conflicting_duplicate", "license_key", tail)


def _advice(rows: Sequence[Row]) -> str:
    """The one row whose maintenance ends last, if the ends of all are known."""
    ends = {row.line: row.values.get("maintenance_end") for row in rows}
    known = [end for end in ends.values() if end]
    newest = [line for line, end in ends.items() if known and end == max(known)]
    if len(known) < len(rows) or len(newest) > 1:
        return "Keep one of them in the file."
    return f"Keep one of them in the file: line {newest[0]} has the newest end of maintenance."
