"""A file's columns at a glance: a few of their texts, and how many cells are filled."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.arrow import decode_dictionary
from lib.domain.text import quote
from lib.reading.cell_votes import CellSample
from lib.reading.tables import Table

# Filled cells that samples are taken from; enough to find three different ones.
_LOOKED_AT = 2_000

_VOTERS = 200
"""Cells of a column that vote for its field."""


@dataclass(frozen=True, slots=True)
class ColumnSample:
    """One column: its first distinct texts, shortened, and the share of cells that are filled, from 0 to 1."""

    texts: tuple[str, ...]
    filled: float


def column_samples(table: Table, count: int = 3) -> list[ColumnSample]:
    """A sample of each column, in the table's order."""
    return [column_sample(decode_dictionary(column), count) for column in table.columns]


def column_sample(column: pa.Array, count: int) -> ColumnSample:
    """A sample of one column of texts."""
    filled = column.filter(pc.not_equal(pc.utf8_trim_whitespace(column.fill_null("")), ""))
    # Only the first cells: a column of a million different texts shows no more than they do.
    distinct = filled.slice(0, _LOOKED_AT).unique().slice(0, count)
    texts = tuple(quote(text)[1:-1] for text in distinct.to_pylist())
    return ColumnSample(texts, len(filled) / max(len(column), 1))


def voting_samples(table: Table) -> list[CellSample]:
    """Some filled cells of each column, to vote for its field."""
    return [voting_sample(column) for column in table.columns]


def voting_sample(column: pa.Array) -> CellSample:
    """Some filled cells of one column, and the share that is filled, both of its first cells."""
    cells = decode_dictionary(column.slice(0, _LOOKED_AT)).fill_null("")
    filled = cells.filter(pc.not_equal(pc.utf8_trim_whitespace(cells), ""))
    return CellSample(tuple(filled.slice(0, _VOTERS).to_pylist()), len(filled) / max(len(cells), 1))
