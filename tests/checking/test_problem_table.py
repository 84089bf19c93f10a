"""Problems kept as rows and codes are the same problems, in the same order, as if each had been written down."""

from collections import Counter
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.checking.causes import sort_causes
from lib.checking.problem import Problem, Severity
from lib.checking.problem_table import ProblemGroup, ProblemTable
from lib.columnar.column import Rows
from lib.reading.problem_codes import ProblemCode

LINES = np.arange(10, 40, dtype=np.int64) * 2
CODES = list(ProblemCode)
ABOVE = Problem(Severity.ERROR, None, 3, None, None, ProblemCode.IGNORED_LINE, "x", "Line 3: left out.")
FAULTS = st.lists(st.sets(st.integers(0, 29)), max_size=4)


def as_tuple(number: int, rows: Rows) -> pa.Array:
    return pa.array([f"{number} is wrong with {row}." for row in rows.tolist()], pa.string())


def a_fault(number: int, rows: set[int]) -> ProblemGroup:
    column = f"Column {number}" if number % 2 else None
    texts = partial(as_tuple, number)
    return ProblemGroup(Severity.ERROR, CODES[number % 3], column, None, np.array(sorted(rows), np.int64), texts, texts)


def identity_of(problem: Problem) -> tuple[Severity, str, str | None, str | None]:
    return problem.severity, problem.code, problem.column, problem.field


def one_by_one(faults: list[ProblemGroup], first: list[Problem]) -> list[Problem]:
    problems = []
    for fault in faults:
        for row in fault.rows.tolist():
            line = int(LINES[row])
            text = fault.values(np.array([row]))[0].as_py()
            where = f"Line {line}, column {fault.column}: " if fault.column else f"Line {line}: "
            entry = (Severity.ERROR, row + 1, line, fault.column, None, fault.code, text, where + text)
            problems.append(Problem(*entry))
    return [*first, *sorted(problems, key=lambda problem: problem.row or 0)]


@given(FAULTS, st.booleans(), st.integers(-40, 40), st.integers(-40, 40))
def test_they_are_a_sequence_like_any_other(rows: list[set[int]], above: bool, start: int, stop: int) -> None:
    faults = [a_fault(number, some) for number, some in enumerate(rows)]
    problems, plain = ProblemTable.of(LINES, faults, [ABOVE] * above), one_by_one(faults, [ABOVE] * above)
    assert list(problems) == plain
    assert problems == plain
    assert problems[start:stop] == plain[start:stop]
    assert len(problems) == len(plain)
    causes = problems.causes()
    assert causes == sort_causes(causes)
    assert {cause.identity: cause.count for cause in causes} == Counter(map(identity_of, plain))
    for cause in causes:
        assert list(problems.of_cause(cause)) == [problem for problem in plain if cause.covers(problem)]


@given(FAULTS)
def test_what_is_wrong_with_a_row_is_told_together(rows: list[set[int]]) -> None:
    problems = ProblemTable.of(LINES, [a_fault(number, some) for number, some in enumerate(rows)])
    rows_with_errors = np.unique(problems.rows)
    codes, messages = problems.codes_and_messages(rows_with_errors)
    by_row = [[problem for problem in problems if problem.row == row + 1] for row in rows_with_errors.tolist()]
    assert codes.to_pylist() == [";".join(problem.code for problem in some) for some in by_row]
    assert messages.to_pylist() == [" ".join(problem.message for problem in some) for some in by_row]
    assert problems.first_problems(rows_with_errors)["message"].to_pylist() == [some[0].message for some in by_row]


def test_there_is_nothing_beyond_the_last() -> None:
    problems = ProblemTable.of(LINES, [a_fault(1, {4, 2})])
    assert (problems[-1].row, problems[0].row) == (5, 3)
    with pytest.raises(IndexError):
        problems[2]
