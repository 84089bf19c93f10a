"""What a person said about a file's cells, laid over what the file says itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.arrow import decode_dictionary
from lib.columnar.column import CodedColumn, Rows
from lib.columnar.text_column import TextColumn
from lib.reading.formula_safety import ESCAPED_FORMULA_PATTERN
from lib.reading.headings import ERROR_FILE_COLUMNS
from lib.reading.tables import Table, TableError

Edits = Mapping[str, Mapping[str, str]]
"""Row number (from 1, as text) → column → the cell's text."""


def apply_edits(table: Table, headings: Sequence[str], edits: Edits) -> Table:
    """The table with the cells that a person wrote; a row of a wrong width counts as whole once all its cells are told.

    In an error file that comes back, texts are again what they were before they were made harmless for spreadsheets.
    Raises TableError `unknown_edit` for a row or column that is not there.
    """
    columns = _as_they_were(table.columns) if set(ERROR_FILE_COLUMNS) <= set(headings) else table.columns
    if not edits and columns is table.columns:
        return table
    _refuse_unknown(table, headings, edits)
    edited = {
        heading: _with(column, column_edits(edits, heading)) for heading, column in zip(headings, columns, strict=True)
    }
    whole = {int(row) - 1 for row, cells in edits.items() if set(headings) <= set(cells)}
    ragged = {row: cells for row, cells in table.ragged.items() if row not in whole}
    return replace(table, columns=list(edited.values()), ragged=ragged)


def column_edits(edits: Edits, heading: str) -> dict[int, str]:
    """The cells of one column that a person wrote, by row index from 0, ascending."""
    return dict(sorted((int(row) - 1, cells[heading]) for row, cells in edits.items() if heading in cells))


def apply_meanings(texts: CodedColumn | TextColumn, said: Mapping[str, str], edited: Rows) -> CodedColumn | TextColumn:
    """The texts as a person said they are meant, by original text less outer white space; edited rows are left alone."""
    if not said:
        return texts
    originals, found = pa.array([text.strip() for text in said], pa.string()), texts.arrow(pa.string())
    places = pc.index_in(pc.utf8_trim_whitespace(found), value_set=originals)
    instead = pa.array(list(said.values()), pa.string()).take(places)
    whole = np.ones(len(texts), dtype=np.bool_)
    whole[edited] = False
    return TextColumn(pc.if_else(pc.and_(places.is_valid(), pa.array(whole)), instead, found))


def _with(column: pa.Array, cells: Mapping[int, str]) -> pa.Array:
    if not cells:
        return column
    return (
        TextColumn(decode_dictionary(column)).replace(np.array(list(cells), dtype=np.int64), list(cells.values())).array
    )


def _as_they_were(columns: Sequence[pa.Array]) -> list[pa.Array]:
    return [pc.replace_substring_regex(decode_dictionary(column), ESCAPED_FORMULA_PATTERN, r"\1") for column in columns]


def _refuse_unknown(table: Table, headings: Sequence[str], edits: Edits) -> None:
    known = set(headings)
    for row, cells in edits.items():
        if not (row.isdecimal() and 1 <= int(row) <= len(table)) or not set(cells) <= known:
            message = f"Row {row} was corrected when the file was read in another way. Take the correction back."
            raise TableError("unknown_edit", message)
