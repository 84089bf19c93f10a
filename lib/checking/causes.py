"""Problems grouped by cause (same code, same column), so that a thousand bad cells are one line to read."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lib.checking.problem import Problem, Severity
from lib.domain.licenses import COLUMNS
from lib.reading.formula_safety import escape_formula
from lib.reading.problem_codes import ProblemCode

TITLES: dict[str, str] = {
    ProblemCode.MISSING_REQUIRED: "blank, but every license needs one",
    ProblemCode.INVALID_DATE: "not a date",
    ProblemCode.AMBIGUOUS_DATE: "can be read with the day or with the month first",
    ProblemCode.INVALID_SIZE: "not a number of users",
    ProblemCode.INVALID_EMAIL: "not an email address",
    ProblemCode.INVALID_YES_NO: "neither yes nor no",
    ProblemCode.INVALID_SEN: "not a SEN",
    ProblemCode.UNKNOWN_PRODUCT: "a product we do not know",
    ProblemCode.UNKNOWN_HOSTING: "a hosting we do not know",
    ProblemCode.UNKNOWN_COUNTRY: "a country we do not know; its text is kept",
    ProblemCode.MANGLED_NUMBER: "a key that a spreadsheet turned into a number",
    ProblemCode.INVALID_KEY: "not a license key",
    ProblemCode.SEVERAL_KEYS: "several license keys in one cell",
    ProblemCode.NO_DATE: "says that there is no date",
    ProblemCode.NO_SIZE: "says that there is no number of users",
    ProblemCode.SEVERAL_SERVERS: "the users of another server than the license's",
    ProblemCode.TOO_LONG: "too long a text",
    ProblemCode.CELL_ERROR: "the error of a formula",
    ProblemCode.CONTRADICTING_HOSTING: "differs from the hosting in the product's name",
    ProblemCode.NO_CUSTOMER: "names no customer",
    ProblemCode.GARBLED_TEXT: "looks damaged",
    ProblemCode.TEXT_MARK: "begins with an apostrophe",
    ProblemCode.DUPLICATE_ROW: "repeats an earlier row, and was left out",
    ProblemCode.CONFLICTING_DUPLICATE: "the same license key with different content",
    ProblemCode.IGNORED_LINE: "Lines that are not rows and were left out",
    ProblemCode.FILE_NOTICE: "What the file shows and what was read",
    ProblemCode.WRONG_WIDTH: "Wrong number of cells",
    ProblemCode.SHORT_ROW: "Rows whose last cells are missing",
    ProblemCode.FORMULA_LIKE: "looks like a spreadsheet formula; kept as plain text",
}
"""What is wrong with a column's cells, by code."""

CauseIdentity = tuple[Severity, ProblemCode, str | None, str | None]
"""Severity, code, column and field."""

_OF_WHOLE_ROWS = frozenset(
    (
        ProblemCode.MISSING_REQUIRED,
        ProblemCode.CONFLICTING_DUPLICATE,
        ProblemCode.WRONG_WIDTH,
        ProblemCode.DUPLICATE_ROW,
        ProblemCode.CONTRADICTING_HOSTING,
    )
)


ROW_PROBLEMS = frozenset(
    (
        ProblemCode.CONFLICTING_DUPLICATE,
        ProblemCode.DUPLICATE_ROW,
        ProblemCode.WRONG_WIDTH,
        ProblemCode.IGNORED_LINE,
    )
)
"""Codes of problems that another text in one cell would not solve."""


def problem_title(code: str, column: str | None) -> str:
    """What is wrong, for people; a code that a person mistyped in the settings as it is."""
    title = TITLES.get(code) or code.replace("_", " ")
    return f"{column}: {title}" if column else title


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong in one column (None: with whole rows), and how many times."""

    severity: Severity
    code: ProblemCode
    column: str | None
    field: str | None
    count: int

    @property
    def title(self) -> str:
        """What is wrong, for people: `Maintenance Expires: not a date`."""
        return problem_title(self.code, self.column)

    @property
    def leaving(self) -> str | None:
        """The entry of `Settings.leave_empty` for these cells; None where that would not release their rows."""
        if self.severity is Severity.WARNING or self.code in _OF_WHOLE_ROWS or self.field in (None, "license_key"):
            return None
        return f"{self.field}:{self.code}"

    @property
    def identity(self) -> CauseIdentity:
        """What distinguishes it from other causes."""
        return self.severity, self.code, self.column, self.field

    def covers(self, problem: Problem) -> bool:
        """Whether a problem is one of these."""
        return (Severity(problem.severity), problem.code, problem.column, problem.field) == self.identity


def sort_causes(causes: Iterable[Cause]) -> list[Cause]:
    """Errors first, the commonest first."""
    # `error` stands before `warning` in the alphabet.
    return sorted(causes, key=lambda cause: (cause.severity, -cause.count, cause.title))


def left_empty_title(leaving: str) -> str:
    """An entry of `Settings.leave_empty`, for people: `Maintenance ends: not a date`."""
    field, _, code = leaving.partition(":")
    return problem_title(code, COLUMNS[field].title if field in COLUMNS else field)


def problems_csv(problems: Sequence[Problem]) -> bytes:
    """The problems as CSV, safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("Severity", "Line", "Column", "Code", "Value", "Message"))
    for problem in problems:
        cells = (problem.severity, problem.line, problem.column, problem.code, problem.value, problem.message)
        writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in cells])
    # Without a byte order mark, Excel reads the letters in the system's code page.
    return text.getvalue().encode("utf-8-sig")
