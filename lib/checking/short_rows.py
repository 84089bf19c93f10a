"""Rows that end before the header does: whole if only optional cells are missing and all others are in their place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lib.checking.corrections import Edits
from lib.columnar.arrow import decode_dictionary
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS, REQUIRED, ColumnKind
from lib.domain.text import Misread
from lib.reading.cells import read_text
from lib.reading.column_readers import reader_for
from lib.reading.countries import read_country
from lib.reading.problem_codes import ProblemCode
from lib.reading.tables import Table
from lib.reading.tables.row_kinds import CellKind, kind_of


def complete_short_rows(table: Table, fields: Sequence[str | None], edits: Edits) -> tuple[Table, dict[int, int]]:
    """The table with such rows filled up with blanks, and how many cells each has; `fields` are those of the columns.

    A row in which a person corrected some cells waits for the others.
    """
    candidates = {row: cells for row, cells in table.ragged.items() if str(row + 1) not in edits}
    short = {row: cells for row, cells in candidates.items() if is_whole(cells, fields)}
    if not short:
        return table, {}
    return filled_up(table, short), {row: len(cells) for row, cells in short.items()}


def fill_short_rows(table: Table) -> Table:
    """The table with every row that has too few cells filled up with blanks."""
    short = {row: cells for row, cells in table.ragged.items() if len(cells) < len(table.header)}
    return filled_up(table, short) if short else table


def filled_up(table: Table, short: Mapping[int, Sequence[str]]) -> Table:
    """The table with the cells of short rows in their places, and blanks after them."""
    columns = []
    for index, column in enumerate(table.columns):
        texts = [cells[index] if index < len(cells) else "" for cells in short.values()]
        rows = np.array(list(short), dtype=np.int64)
        columns.append(TextColumn(decode_dictionary(column)).replace(rows, texts).array)
    ragged = {row: cells for row, cells in table.ragged.items() if row not in short}
    return replace(table, columns=columns, ragged=ragged)


def is_whole(cells: Sequence[str], fields: Sequence[str | None]) -> bool:
    """Whether the missing cells are optional, and the others can be read as the fields of their columns."""
    missing = fields[len(cells) :]
    if not missing or not set(missing).isdisjoint(REQUIRED) or not set(fields[: len(cells)]) >= {*REQUIRED[:2]}:
        return False
    return all(fits(cell, field, missing) for cell, field in zip(cells, fields, strict=False) if field)


def fits(cell: str, field: str, missing: Sequence[str | None]) -> bool:
    """Whether a cell can be read as this field, and is not plainly the value of a missing one."""
    value = reader_for(COLUMNS[field])(cell)
    if isinstance(value, Misread):
        return value.code == ProblemCode.AMBIGUOUS_DATE
    if field in REQUIRED:
        return bool(value)
    if COLUMNS[field].kind is not ColumnKind.TEXT or not read_text(cell):
        return True
    is_country = "country" in missing and not isinstance(read_country(cell), Misread)
    return kind_of(cell) is CellKind.TEXT and not is_country
