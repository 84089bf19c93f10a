"""Groups of rows with the same thing wrong, and the texts and sentences of each."""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import pyarrow as pa

from lib.checking.problem import Severity
from lib.checking.problem_table import ProblemGroup
from lib.checking.typed_table import TypedTable
from lib.columnar.column import CodedColumn, Rows
from lib.reading.problem_codes import ProblemCode


def problems_in_column(
    sheet: TypedTable,
    severity: Severity,
    code: ProblemCode,
    name: str,
    rows: Rows,
    sentences: Callable[[Rows], pa.Array],
) -> ProblemGroup:
    """Some rows of a column with the same thing wrong."""
    values = partial(original_texts, sheet, name)
    return ProblemGroup(severity, code, sheet.titles.get(name), name, rows, values, sentences)


def original_texts(sheet: TypedTable, name: str, rows: Rows) -> pa.Array:
    """The cells of a column as they are in the file."""
    return sheet.readings[name].originals.take(rows).arrow(pa.string())


def same_sentence(message: str, rows: Rows) -> pa.Array:
    """One sentence for all rows."""
    return pa.repeat(pa.scalar(message, pa.string()), len(rows))


def text_per_row(text_of: Callable[[int], str], rows: Rows) -> pa.Array:
    """A text for each row."""
    return pa.array([text_of(row) for row in rows.tolist()], pa.string())


def sorted_rows(numbers: Iterable[int]) -> Rows:
    """Row indexes, ascending."""
    return np.array(sorted(numbers), dtype=np.int64)


def misread_sentences(misreads: CodedColumn, rows: Rows) -> pa.Array:
    """What is wrong with each of these cells."""
    return misreads.take(rows).map(lambda misread: misread and misread.message).arrow(pa.string())
