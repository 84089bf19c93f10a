"""Lays a person's corrections over the cells of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.checking.refusals import unknown_edit
from lib.columnar.arrow import decode_dictionary
from lib.columnar.column import CodedColumn, Rows
from lib.columnar.text_column import TextColumn
from lib.reading.damaged_text import DAMAGE_PATTERN, mend
from lib.reading.formula_safety import ESCAPED_FORMULA_PATTERN
from lib.reading.headings import ERROR_FILE_COLUMNS
from lib.reading.license_keys import KEY_LIST_PATTERN, keys_in
from lib.reading.tables import Table

Edits = Mapping[str, Mapping[str, str]]
"""Row number (from 1, as text) → column → the cell's text."""


def apply_edits(table: Table, headings: Sequence[str], edits: Edits) -> Table:
    """The table with the cells that a person wrote; a row of a wrong width counts as whole once it has all its cells.

    In a correction file that comes back, the apostrophes that escaped formulas are removed. Raises
    TableError `unknown_edit` for a row or column that is not there.
    """
    columns = table.columns
    if set(ERROR_FILE_COLUMNS) <= set(headings):
        columns = unescape_formulas(columns)
    elif not edits:
        return table
    refuse_unknown_edits(table, headings, edits)
    corrected = [
        replace_cells(column, column_edits(edits, heading)) for heading, column in zip(headings, columns, strict=True)
    ]
    complete_rows = {int(row) - 1 for row, cells in edits.items() if set(headings) <= set(cells)}
    ragged = {row: cells for row, cells in table.ragged.items() if row not in complete_rows}
    return replace(table, columns=corrected, ragged=ragged)


def part_keys(table: Table, headings: Sequence[str], column: str | None) -> Table:
    """The table with a row for each license key of a cell: the first stays in its row, the others follow at the end."""
    if column is None or column not in headings:
        return table
    place = headings.index(column)
    cells = TextColumn(decode_dictionary(table.columns[place]))
    candidates = np.flatnonzero(cells.matching(KEY_LIST_PATTERN)).tolist()
    keys = {row: keys_in(cells.at(row).strip()) for row in candidates}
    others = [(row, key) for row, row_keys in keys.items() for key in row_keys[1:]]
    if not others:
        return table
    rows = np.array([row for row, _ in others], dtype=np.int64)
    columns = [append_rows(decode_dictionary(texts), rows) for texts in table.columns]
    firsts = {row: row_keys[0] for row, row_keys in keys.items()}
    rest = {len(table) + number: key for number, (_, key) in enumerate(others)}
    columns[place] = replace_cells(columns[place], {**firsts, **rest})
    parts = np.concatenate((table.part_of_row, table.part_of_row[rows])) if table.parts else table.part_of_row
    lines = np.concatenate((table.lines, table.lines[rows]))
    return replace(table, columns=columns, lines=lines, part_of_row=parts)


def append_rows(column: pa.Array, rows: Rows) -> pa.Array:
    """A column of texts with some of its rows once more at its end."""
    return pa.concat_arrays([column, column.take(pa.array(rows))])


def mend_damage(texts: CodedColumn | TextColumn) -> CodedColumn | TextColumn:
    """The texts with the letters that they probably had before another program damaged them."""
    if isinstance(texts, CodedColumn):
        return texts.map(mend)
    rows = np.flatnonzero(texts.matching(DAMAGE_PATTERN)).astype(np.int64)
    if len(rows):
        return texts.with_others(rows, TextColumn.of(texts.take(rows).map(mend).objects()))
    return texts


def column_edits(edits: Edits, heading: str) -> dict[int, str]:
    """The cells of one column that a person wrote, by row index from 0, ascending."""
    return dict(sorted((int(row) - 1, cells[heading]) for row, cells in edits.items() if heading in cells))


def apply_meanings(
    texts: CodedColumn | TextColumn, meanings: Mapping[str, str], edited_rows: Rows
) -> CodedColumn | TextColumn:
    """The texts replaced by their meanings, looked up by stripped text; edited rows are left alone."""
    if not meanings:
        return texts
    originals, cells = pa.array([text.strip() for text in meanings], pa.string()), texts.arrow(pa.string())
    places = pc.index_in(pc.utf8_trim_whitespace(cells), value_set=originals)
    replacements = pa.array(list(meanings.values()), pa.string()).take(places)
    is_replaceable = np.ones(len(texts), dtype=np.bool_)
    is_replaceable[edited_rows] = False
    return TextColumn(pc.if_else(pc.and_(places.is_valid(), pa.array(is_replaceable)), replacements, cells))


def replace_cells(column: pa.Array, cells: Mapping[int, str]) -> pa.Array:
    """The column with other texts in some rows."""
    if not cells:
        return column
    rows = np.array(list(cells), dtype=np.int64)
    return TextColumn(decode_dictionary(column)).replace(rows, list(cells.values())).array


def unescape_formulas(columns: Sequence[pa.Array]) -> list[pa.Array]:
    """The columns as they were before `correction_file` escaped them."""
    return [pc.replace_substring_regex(decode_dictionary(column), ESCAPED_FORMULA_PATTERN, r"\1") for column in columns]


def refuse_unknown_edits(table: Table, headings: Sequence[str], edits: Edits) -> None:
    """Raises TableError `unknown_edit` for a row or column that is not there."""
    for row, cells in edits.items():
        is_row = row.isdecimal() and 1 <= int(row) <= len(table)
        if not is_row or not set(cells) <= set(headings):
            raise unknown_edit(row)
