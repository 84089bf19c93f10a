"""The problems of a file as rows and codes: a sentence is made of one only when someone looks at it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.checking.causes import Cause, sort_causes
from lib.checking.problem import Problem, Severity
from lib.columnar.column import Rows

_NUMBERS = ("row", "line")
SCHEMA = pa.schema([(field.name, pa.int64() if field.name in _NUMBERS else pa.string()) for field in fields(Problem)])
"""The columns of problems as an Arrow table: those of Problem, in its order."""

_AT_ONCE = 20_000
"""Problems put into words at once when all are looked at one after the other."""


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """One thing that is wrong with many rows, all in the same column or, without one, with the rows as a whole.

    `rows` are row indexes from 0, ascending. For some of them `values` gives the texts that are wrong, and `sentences`
    what to say after `Line 7, column Email: `, both as Arrow text arrays.
    """

    severity: Severity
    code: str
    column: str | None
    field: str | None
    rows: Rows
    values: Callable[[Rows], pa.Array]
    sentences: Callable[[Rows], pa.Array]

    @property
    def cause(self) -> Cause:
        """What these problems have in common, and how many they are."""
        return Cause(self.severity, self.code, self.column, self.field, len(self.rows))

    def told(self, rows: Rows, lines: NDArray[np.int64]) -> pa.Table:
        """The problems of some of its rows; `lines` tells the line of every row of the file."""
        where = f", column {self.column}: " if self.column else ": "
        numbers, said = pa.array(lines[rows]), self.sentences(rows)
        message = pc.binary_join_element_wise("Line ", numbers.cast(pa.string()), where, said, "")
        texts = [pa.repeat(pa.scalar(text, pa.string()), len(rows)) for text in (self.column, self.field, self.code)]
        severity = pa.repeat(pa.scalar(self.severity.value), len(rows))
        told = [severity, pa.array(rows + 1), numbers, *texts, self.values(rows), message]
        return pa.Table.from_arrays(told, schema=SCHEMA)


@dataclass(frozen=True, slots=True, eq=False)
class ProblemTable(Sequence[Problem]):
    """All problems of one severity in the file's order: first those of no row, then row by row.

    A sequence of Problem, made when they are asked for. The place of a problem is its number in this order, from 0;
    `rows` and `which` tell the row and the fault of each after the `first` ones.
    """

    lines: NDArray[np.int64]
    faults: tuple[ProblemGroup, ...]
    first: tuple[Problem, ...]
    rows: Rows
    which: NDArray[np.int16]

    @classmethod
    def of(
        cls, lines: NDArray[np.int64], faults: Sequence[ProblemGroup], first: Sequence[Problem] = ()
    ) -> "ProblemTable":
        """The problems of these faults; in a row that has several they come in the order of the faults."""
        rows, which = merge_row_lists([fault.rows for fault in faults])
        return cls(lines, tuple(faults), tuple(first), rows, which)

    def __len__(self) -> int:
        return len(self.first) + len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Problem: ...
    @overload
    def __getitem__(self, place: slice) -> list[Problem]: ...
    def __getitem__(self, place: int | slice) -> Problem | list[Problem]:
        places = range(len(self))[place]
        if isinstance(places, int):
            return self._worded(places, places + 1)[0]
        if places.step != 1:
            return [self[at] for at in places]
        return self._worded(places.start, max(places.start, places.stop))

    def __iter__(self) -> Iterator[Problem]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self._worded(start, start + _AT_ONCE)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    def causes(self) -> list[Cause]:
        """What is wrong, the commonest first, counted without putting any of it into words."""
        counts: dict[tuple[Severity, str, str | None, str | None], int] = {}
        ones = [Cause(p.severity, p.code, p.column, p.field, 1) for p in self.first]
        for cause in (*ones, *(fault.cause for fault in self.faults)):
            counts[cause.identity] = counts.get(cause.identity, 0) + cause.count
        return sort_causes(Cause(*identity, count) for identity, count in counts.items() if count)

    def of_cause(self, cause: Cause) -> "ProblemTable":
        """The problems of one cause."""
        faults = [fault for fault in self.faults if fault.cause.identity == cause.identity]
        return ProblemTable.of(self.lines, faults, [problem for problem in self.first if cause.covers(problem)])

    def table(self, start: int, stop: int) -> pa.Table:
        """The problems at some places that follow one another, as an Arrow table (SCHEMA)."""
        low, high = max(start - len(self.first), 0), max(stop - len(self.first), 0)
        told = self._told(self.rows[low:high], self.which[low:high])
        above = self.first[start:stop]
        if not above:
            return told
        columns = zip(*(astuple(problem) for problem in above), strict=True)
        head = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
        return pa.concat_tables([pa.Table.from_arrays(head, schema=SCHEMA), told])

    def first_of(self, rows: Rows) -> pa.Table:
        """The first problem of each of these rows, which all have one (SCHEMA)."""
        places = np.searchsorted(self.rows, rows)
        return self._told(rows, self.which[places])

    def joined(self, rows: Rows) -> tuple[pa.Array, pa.Array]:
        """For each of these rows, which all have problems: the codes of all of them, and their sentences."""
        starts, stops = np.searchsorted(self.rows, rows), np.searchsorted(self.rows, rows, "right")
        offsets = np.concatenate([[0], np.cumsum(stops - starts)])
        places = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], stops - starts)
        told = self._told(self.rows[places], self.which[places]).combine_chunks()
        lists = [
            pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _whole(told[name])) for name in ("code", "message")
        ]
        return pc.binary_join(lists[0], ";"), pc.binary_join(lists[1], " ")

    def _told(self, rows: Rows, which: NDArray[np.int16]) -> pa.Table:
        numbers = np.unique(which).tolist()
        at = [np.flatnonzero(which == number) for number in numbers]
        parts = [self.faults[n].told(rows[places], self.lines) for n, places in zip(numbers, at, strict=True)]
        if len(parts) < 2:
            return parts[0] if parts else SCHEMA.empty_table()
        return pa.concat_tables(parts).take(pa.array(np.argsort(np.concatenate(at))))

    def _worded(self, start: int, stop: int) -> list[Problem]:
        rows = self.table(start, stop).to_pylist()
        return [Problem(**{**row, "severity": Severity(row["severity"])}) for row in rows]


def merge_row_lists(found: Sequence[Rows]) -> tuple[Rows, NDArray[np.int16]]:
    """Several lists of row indexes as one in the order of rows, and from which list each comes."""
    rows = np.concatenate([np.empty(0, np.int64), *found])
    which = np.repeat(np.arange(len(found), dtype=np.int16), [len(some) for some in found])
    order = np.argsort(rows, kind="stable")
    return rows[order], which[order]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays([pa.array([], pa.string()), *column.chunks])
