"""The problems of a file as rows and codes; a sentence is made only when someone looks at one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.checking.causes import Cause, CauseIdentity, sort_causes
from lib.checking.problem import Problem, Severity
from lib.columnar.column import Rows
from lib.reading.problem_codes import ProblemCode

_NUMBERS = ("row", "line")
SCHEMA = pa.schema([(field.name, pa.int64() if field.name in _NUMBERS else pa.string()) for field in fields(Problem)])
"""The columns of problems as an Arrow table: those of Problem, in its order."""

_AT_ONCE = 20_000
"""Problems worded at once when all are iterated over."""


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """One thing that is wrong in many rows of a column, or with whole rows if `column` is None.

    `rows` are row indexes from 0, ascending. `values` gives the wrong texts of some of them, `sentences` what follows
    `Line 7, column Email: `, both as Arrow text arrays.
    """

    severity: Severity
    code: ProblemCode
    column: str | None
    field: str | None
    rows: Rows
    values: Callable[[Rows], pa.Array]
    sentences: Callable[[Rows], pa.Array]

    @property
    def cause(self) -> Cause:
        """What these problems have in common, and how many they are."""
        return Cause(self.severity, self.code, self.column, self.field, len(self.rows))

    def table(self, rows: Rows, lines: NDArray[np.int64], parts: pa.Array | None = None) -> pa.Table:
        """The problems of some of its rows (SCHEMA); `lines` has the line of every row, `parts` ` of the sheet …`."""
        where = f", column {self.column}: " if self.column else ": "
        numbers = pa.array(lines[rows])
        part = "" if parts is None else parts.take(pa.array(rows))
        message = pc.binary_join_element_wise("Line ", numbers.cast(pa.string()), part, where, self.sentences(rows), "")
        texts = [
            pa.repeat(pa.scalar(text, pa.string()), len(rows)) for text in (self.column, self.field, self.code.value)
        ]
        severity = pa.repeat(pa.scalar(self.severity.value), len(rows))
        columns = [severity, pa.array(rows + 1), numbers, *texts, self.values(rows), message]
        return pa.Table.from_arrays(columns, schema=SCHEMA)


@dataclass(frozen=True, slots=True, eq=False)
class ProblemTable(Sequence[Problem]):
    """All problems of one severity in the file's order: `first` those of no row, then row by row.

    A sequence of Problem, each made when it is asked for. `rows` and `group_numbers` have the row and the group of each
    problem after the `first` ones.
    """

    lines: NDArray[np.int64]
    groups: tuple[ProblemGroup, ...]
    first: tuple[Problem, ...]
    rows: Rows
    group_numbers: NDArray[np.int16]
    parts: pa.Array | None = None
    """What follows the line of each row, where several sheets are read as one table: ` of the sheet Jira`."""

    @classmethod
    def of(
        cls,
        lines: NDArray[np.int64],
        groups: Sequence[ProblemGroup],
        first: Sequence[Problem] = (),
        parts: pa.Array | None = None,
    ) -> "ProblemTable":
        """The problems of these groups; several of one row come in the order of the groups."""
        rows, group_numbers = merge_row_lists([group.rows for group in groups])
        return cls(lines, tuple(groups), tuple(first), rows, group_numbers, parts)

    def __len__(self) -> int:
        return len(self.first) + len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Problem: ...
    @overload
    def __getitem__(self, place: slice) -> list[Problem]: ...
    def __getitem__(self, place: int | slice) -> Problem | list[Problem]:
        places = range(len(self))[place]
        if isinstance(places, int):
            return self.problems(places, places + 1)[0]
        if places.step != 1:
            return [self[at] for at in places]
        return self.problems(places.start, max(places.start, places.stop))

    def __iter__(self) -> Iterator[Problem]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self.problems(start, start + _AT_ONCE)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    def causes(self) -> list[Cause]:
        """What is wrong, the commonest first, counted without wording any problem."""
        counts: dict[CauseIdentity, int] = {}
        single = [Cause(p.severity, p.code, p.column, p.field, 1) for p in self.first]
        for cause in (*single, *(group.cause for group in self.groups)):
            counts[cause.identity] = counts.get(cause.identity, 0) + cause.count
        return sort_causes(Cause(*identity, count) for identity, count in counts.items() if count)

    def of_cause(self, cause: Cause) -> "ProblemTable":
        """The problems of one cause."""
        groups = [group for group in self.groups if group.cause.identity == cause.identity]
        first = [problem for problem in self.first if cause.covers(problem)]
        return ProblemTable.of(self.lines, groups, first, self.parts)

    def table(self, start: int, stop: int) -> pa.Table:
        """The problems at consecutive places, as an Arrow table (SCHEMA)."""
        low, high = max(start - len(self.first), 0), max(stop - len(self.first), 0)
        of_rows = self.table_of_rows(self.rows[low:high], self.group_numbers[low:high])
        without_row = self.first[start:stop]
        if not without_row:
            return of_rows
        columns = zip(*(astuple(problem) for problem in without_row), strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
        return pa.concat_tables([pa.Table.from_arrays(arrays, schema=SCHEMA), of_rows])

    def first_problems(self, rows: Rows) -> pa.Table:
        """The first problem of each row, which all have one (SCHEMA)."""
        # The search finds a row's first problem, because problems are in the order of rows.
        places = np.searchsorted(self.rows, rows)
        return self.table_of_rows(rows, self.group_numbers[places])

    def codes_and_messages(self, rows: Rows) -> tuple[pa.Array, pa.Array]:
        """The codes and the sentences of all problems of each row."""
        starts, stops = np.searchsorted(self.rows, rows), np.searchsorted(self.rows, rows, "right")
        offsets = np.concatenate([[0], np.cumsum(stops - starts)])
        # The places of all problems, one row's after the other's: 0, 1, 2, … moved to where each row's begin.
        places = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], stops - starts)
        problems = self.table_of_rows(self.rows[places], self.group_numbers[places]).combine_chunks()
        codes = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), single_array(problems["code"]))
        sentences = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), single_array(problems["message"]))
        return pc.binary_join(codes, ";"), pc.binary_join(sentences, " ")

    def table_of_rows(self, rows: Rows, group_numbers: NDArray[np.int16]) -> pa.Table:
        """The problem of each row in the group of that number (SCHEMA), in the order of the rows."""
        numbers = np.unique(group_numbers).tolist()
        places = [np.flatnonzero(group_numbers == number) for number in numbers]
        parts = [
            self.groups[n].table(rows[some], self.lines, self.parts) for n, some in zip(numbers, places, strict=True)
        ]
        if not parts:
            return SCHEMA.empty_table()
        # Each group words its rows at once; sorting by place then puts them back into the order of the rows.
        return pa.concat_tables(parts).take(pa.array(np.argsort(np.concatenate(places))))

    def problems(self, start: int, stop: int) -> list[Problem]:
        """The problems at consecutive places."""
        return [problem_from(row) for row in self.table(start, stop).to_pylist()]


def problem_from(row: Mapping[str, Any]) -> Problem:
    """A problem from a row of SCHEMA, or stored like it."""
    return Problem(**{**row, "severity": Severity(row["severity"]), "code": ProblemCode(row["code"])})


def merge_row_lists(row_lists: Sequence[Rows]) -> tuple[Rows, NDArray[np.int16]]:
    """Several lists of row indexes as one, in the order of rows, and the number of the list that each comes from."""
    rows = np.concatenate([np.empty(0, np.int64), *row_lists])
    numbers = np.repeat(np.arange(len(row_lists), dtype=np.int16), [len(some) for some in row_lists])
    order = np.argsort(rows, kind="stable")
    return rows[order], numbers[order]


def single_array(column: pa.ChunkedArray) -> pa.Array:
    """A column's chunks as one array of texts; `concat_arrays` needs at least one."""
    return pa.concat_arrays([pa.array([], pa.string()), *column.chunks])
