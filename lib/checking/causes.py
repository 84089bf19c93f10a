"""Problems grouped by cause (same code, same column), so that a thousand bad cells are one line to read."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lib.checking.problem import Problem, Severity
from lib.domain.licenses import COLUMNS
from lib.reading.formula_safety import escape_formula

TITLES = {
    "missing_required": "blank, but every license needs one",
    "invalid_date": "not a date",
    "ambiguous_date": "can be read with the day or with the month first",
    "invalid_size": "not a number of users",
    "invalid_email": "not an email address",
    "invalid_yes_no": "neither yes nor no",
    "invalid_sen": "not a SEN",
    "unknown_product": "a product we do not know",
    "unknown_hosting": "a hosting we do not know",
    "unknown_country": "a country we do not know; its text is kept",
    "mangled_number": "a key that a spreadsheet turned into a number",
    "duplicate_row": "repeats an earlier row, and was left out",
    "conflicting_duplicate": "the same license key with different content",
    "ignored_line": "Lines as wide as the table that were left out",
    "wrong_width": "Rows with too many or too few cells",
    "formula_like": "looks like a spreadsheet formula; kept as plain text",
}
"""What is wrong with a column's cells, by code."""

_OF_WHOLE_ROWS = frozenset(("missing_required", "conflicting_duplicate", "wrong_width", "duplicate_row"))


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong in one column (None: with whole rows), and how many times."""

    severity: Severity
    code: str
    column: str | None
    field: str | None
    count: int

    @property
    def title(self) -> str:
        """What is wrong, for people: `Maintenance Expires: not a date`."""
        title = TITLES.get(self.code, self.code.replace("_", " "))
        return f"{self.column}: {title}" if self.column else title

    @property
    def leaving(self) -> str | None:
        """The entry of `Settings.leave_empty` for these cells; None where that would not release their rows."""
        if self.severity is Severity.WARNING or self.code in _OF_WHOLE_ROWS or self.field in (None, "license_key"):
            return None
        return f"{self.field}:{self.code}"

    @property
    def identity(self) -> tuple[Severity, str, str | None, str | None]:
        """What distinguishes it from other causes."""
        return self.severity, self.code, self.column, self.field

    def covers(self, problem: Problem) -> bool:
        """Whether a problem is one of these."""
        return (Severity(problem.severity), problem.code, problem.column, problem.field) == self.identity


def sort_causes(causes: Iterable[Cause]) -> list[Cause]:
    """Errors first, the commonest first."""
    return sorted(causes, key=lambda cause: (cause.severity, -cause.count, cause.title))


def left_empty_title(leaving: str) -> str:
    """An entry of `Settings.leave_empty`, for people: `Maintenance ends: not a date`."""
    field, _, code = leaving.partition(":")
    title = COLUMNS[field].title if field in COLUMNS else field
    return Cause(Severity.ERROR, code, title, field, 0).title


def problems_csv(problems: Sequence[Problem]) -> bytes:
    """The problems as a CSV file for people, safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("Severity", "Line", "Column", "Code", "Value", "Message"))
    for problem in problems:
        cells = (problem.severity, problem.line, problem.column, problem.code, problem.value, problem.message)
        writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig")
