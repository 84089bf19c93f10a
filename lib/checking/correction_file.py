"""Held rows as a file to correct and import again: what is wrong with each, and its cells as they were.

The columns of ERROR_FILE_COLUMNS come before the file's own, so that a row with too many or too few cells keeps its
place; reading the file again ignores them. Texts that a spreadsheet might run as formulas are escaped, which reading undoes.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.arrow import decode_dictionary
from lib.columnar.column import Rows
from lib.reading.formula_safety import FORMULA_PATTERN
from lib.reading.headings import ERROR_FILE_COLUMNS
from lib.reading.tables import Table

CELLS = ""
"""The column of `error_rows` that has all cells of a row of a wrong width as JSON, and nothing for others."""


def error_rows(table: Table, headings: Sequence[str], rows: Rows, codes: pa.Array, messages: pa.Array) -> pa.Table:
    """Held rows with what is wrong: ERROR_FILE_COLUMNS, CELLS, then the file's columns by heading."""
    own = {name: column for name, column in zip(headings, table.columns, strict=True) if name not in ERROR_FILE_COLUMNS}
    notes = dict(zip(ERROR_FILE_COLUMNS, (pa.array(table.lines[rows]), codes, messages), strict=True))
    cells = {name: escape_formulas(decode_dictionary(column.take(pa.array(rows)))) for name, column in own.items()}
    return pa.table({**notes, CELLS: ragged_rows_json(table, rows), **cells})


def ragged_rows_json(table: Table, rows: Rows) -> pa.Array:
    """All cells of each row as a JSON list, if the row has not as many as the header."""
    if not table.ragged:
        return pa.nulls(len(rows), pa.string())
    cells_by_row = [table.ragged.get(row) for row in rows.tolist()]
    return pa.array([cells and json.dumps(cells, ensure_ascii=False) for cells in cells_by_row], pa.string())


def column_title(title: str, heading: str) -> str:
    """What an error file calls a column: as the file does, or, if it has no title, by its heading."""
    return title if title.strip() else heading


def header_titles(header: Sequence[str], headings: Sequence[str]) -> list[str]:
    """The header as an error file repeats it, after ERROR_FILE_COLUMNS."""
    titles = zip(header, headings, strict=True)
    return [column_title(title, heading) for title, heading in titles if heading not in ERROR_FILE_COLUMNS]


def error_csv(header: Sequence[str], parts: Iterable[pd.DataFrame]) -> Iterator[bytes]:
    """An error file, part by part; `header` has the file's own titles, `parts` are frames of `error_rows`."""
    # The byte order mark keeps Excel from reading the letters in the system's code page.
    yield "\ufeff".encode() + csv_lines(
        [[*ERROR_FILE_COLUMNS, *escape_formulas(pa.array(header, pa.string())).to_pylist()]]
    )
    for part in parts:
        yield csv_lines(restore_width(row) for row in part.itertuples(index=False, name=None))


def restore_width(row: Sequence[object]) -> list[object]:
    """A row of `error_rows` as a line of the file: a row of a wrong width gets back all its own cells."""
    width = len(ERROR_FILE_COLUMNS)
    notes, ragged, cells = row[:width], row[width], row[width + 1 :]
    if isinstance(ragged, str):
        cells = tuple(escape_formulas(pa.array(json.loads(ragged), pa.string())).to_pylist())
    return [*notes, *cells]


def escape_formulas(texts: pa.Array) -> pa.Array:
    """Texts with an apostrophe before what a spreadsheet might run; `corrections.unescape_formulas` undoes it."""
    return pc.replace_substring_regex(texts, FORMULA_PATTERN, r"'\1")


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as lines of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
