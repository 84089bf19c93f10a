"""What is wrong with the rows of a file, told row by row in the plainest way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.checking.problem import Problem, Severity
from lib.domain.facts import kind_of
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.products import HOSTING_TITLES, read_product
from lib.domain.text import Misread, quote
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


def short(number: int, line: int, cells: Sequence[str], width: int) -> Problem:
    more = f"{len(cells)} cells where the header has {width}. The missing ones count as blank."
    message = f"Line {line}: this row has {more}"
    return Problem(Severity.WARNING, number, line, None, None, ProblemCode.SHORT_ROW, "", message)


_KEPT = ("no_date", "no_size", "several_servers")
_PEOPLE = ("company", "license_name", "contact_email", "myatlassian_email", "contact_name")
_CUSTOMER = (*_PEOPLE, "contact_first_name", "contact_last_name")


def needless_fields(row: Row) -> list[str]:
    """The fields whose cell cannot be read, but is not needed for the outcome either."""
    return [name for name, misread in row.wrong.items() if misread.code in _KEPT and _needless(row, name)]


def _needless(row: Row, name: str) -> bool:
    needed_for = "cloud" if name == "maintenance_end" else "server"
    hosting, product = row.values["hosting"], row.values["product"]
    return (
        name == "purchase_date"
        or hosting not in (None, needed_for)
        or product not in (None, "jira", "confluence")
        or kind_of(row.values.get("license_type", "")) == "evaluation"
    )


def nobody(rows: Sequence[Row]) -> list[Problem]:
    """The rows that name no customer, below one that does."""
    fields = [name for name in _CUSTOMER if rows and name in rows[0].values]
    rows_with_names = [row for row in rows if any(row.values[name] or name in row.wrong for name in fields)]
    problems = []
    for row in rows:
        above = [other.line for other in rows_with_names if other.line < row.line]
        if above and row not in rows_with_names:
            advice = f"If it belongs to the customer of line {above[-1]}, fill that in here too."
            tail = f"this row names no customer, so nobody can be asked about its license. {advice}"
            problems.append(row.problem(Severity.WARNING, "no_customer", fields[0], tail))
    return problems


def contradicting(row: Row) -> list[Problem]:
    """A hosting that the product's name contradicts."""
    product = read_product(row.texts["product"])
    own = row.values["hosting"] if read_text(row.texts.get("hosting", "")) else None
    if not product or not own or product[1] in (None, own) or (own, product[1]) == ("data_center", "server"):
        return []
    titles = (HOSTING_TITLES[own], HOSTING_TITLES[product[1]])
    tail = "the hosting is {}, but the product's name says {}. Correct one of them, or skip the row."
    return [row.problem(Severity.ERROR, "contradicting_hosting", "hosting", tail.format(*titles))]


def errors(row: Row) -> list[Problem]:
    blank = [
        row.problem(Severity.ERROR, "missing_required", name, f"the {called} is blank. Fill it in, or skip the row.")
        for name, called in (("license_key", "license key"), ("product", "product"))
        if name not in row.wrong and not row.values[name] and not read_text(row.texts[name])
    ]
    unread = [
        row.problem(Severity.ERROR, misread.code, name, misread.message)
        for name, misread in row.wrong.items()
        if misread.code != "unknown_country" and name not in needless_fields(row)
    ]
    return blank + unread + contradicting(row)


def warnings(row: Row) -> list[Problem]:
    tail = "this text looks like a spreadsheet formula. It is kept as plain text."
    formulas = [
        row.problem(Severity.WARNING, "formula_like", name, tail)
        for name, text in row.texts.items()
        if COLUMNS[name].kind in (ColumnKind.KEY, ColumnKind.TEXT) and is_formula_like(text)
    ]
    sentence = "is not a value of this column. The license is judged without it; the text is kept with the license."
    texts = [
        row.problem(Severity.WARNING, row.wrong[name].code, name, f"{quote(row.cells[COLUMNS[name].title])} {sentence}")
        for name in needless_fields(row)
    ]
    return (
        formulas
        + texts
        + [
            row.problem(Severity.WARNING, misread.code, name, misread.message)
            for name, misread in row.wrong.items()
            if misread.code == "unknown_country"
        ]
    )


def repeated(row: Row, rows: Sequence[Row]) -> Problem:
    key = row.values["license_key"]
    first = next(other for other in rows if other.values["license_key"] == key and not _differing(row, other))
    tail = f"this row repeats line {first.line} exactly and was left out."
    return row.problem(Severity.WARNING, "duplicate_row", "license_key", tail)


def conflicting(row: Row, others: Sequence[Row]) -> Problem:
    names = {name for other in others for name in _differing(row, other)}
    lines, titles = (
        " and ".join(f"line {other.line}" for other in others),
        ", ".join(t for t in TITLES if TITLES[t] in names),
    )
    verbs = ("has", "differs") if len(others) == 1 else ("have", "differ")
    tail = f"{lines} {verbs[0]} the same license key but {verbs[1]} in {titles}. {_advice([row, *others])}"
    return row.problem(Severity.ERROR, "conflicting_duplicate", "license_key", tail)


def _advice(rows: Sequence[Row]) -> str:
    """The one row whose maintenance ends last, if the ends of all are known."""
    ends = {row.line: row.values.get("maintenance_end") for row in rows}
    dated = [end for end in ends.values() if end]
    newest = [line for line, end in ends.items() if dated and end == max(dated)]
    if len(dated) < len(rows) or len(newest) > 1:
        return "Keep one of them in the file."
    return f"Keep one of them in the file: line {newest[0]} has the newest end of maintenance."
