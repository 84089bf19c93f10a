"""What is wrong with a cell, a row or a column of a file, in a sentence that says where and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from lib.reading.problem_codes import ProblemCode


class Severity(StrEnum):
    """An error holds its row back; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """`row` counts data rows from 1, `line` is the physical line; both are None for a problem of a whole column."""

    severity: Severity
    row: int | None
    line: int | None
    column: str | None
    field: str | None
    code: ProblemCode
    value: str | None
    message: str
