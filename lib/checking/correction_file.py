"""The rows that were held, as a file to correct and bring in again: what is wrong with each, and its cells as they were.

The columns of NOTES stand before the file's own, so that a row with too many or too few cells stays one; whoever reads the
file again takes no notice of them. Texts that a spreadsheet program might run are made harmless in a way that reading
takes back.
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
    """Held rows with what is wrong with them: NOTES, CELLS, then the file's columns by heading."""
    own = {name: column for name, column in zip(headings, table.columns, strict=True) if name not in ERROR_FILE_COLUMNS}
    notes = dict(zip(ERROR_FILE_COLUMNS, (pa.array(table.lines[rows]), codes, messages), strict=True))
    cells = {name: _harmless(decode_dictionary(column.take(pa.array(rows)))) for name, column in own.items()}
    return pa.table({**notes, CELLS: ragged_rows_json(table, rows), **cells})


def ragged_rows_json(table: Table, rows: Rows) -> pa.Array:
    """All cells of each row as a JSON list, if the row has not as many as the header."""
    found = [table.ragged.get(row) for row in rows.tolist()] if table.ragged else [None] * len(rows)
    return pa.array([cells and json.dumps(cells, ensure_ascii=False) for cells in found], pa.string())


def column_title(title: str, heading: str) -> str:
    """What an error file calls a column: as the file does, or, if it has no title, by its heading."""
    return title if title.strip() else heading


def header_titles(header: Sequence[str], headings: Sequence[str]) -> list[str]:
    """The header as an error file repeats it, after NOTES."""
    told = zip(header, headings, strict=True)
    return [column_title(title, heading) for title, heading in told if heading not in ERROR_FILE_COLUMNS]


def error_csv(header: Sequence[str], parts: Iterable[pd.DataFrame]) -> Iterator[bytes]:
    """An error file, part by part; `header` has the file's own titles, `parts` are frames of `error_rows`."""
    yield "\ufeff".encode() + _lines([[*ERROR_FILE_COLUMNS, *_harmless(pa.array(header, pa.string())).to_pylist()]])
    for part in parts:
        yield _lines(_cells(row) for row in part.itertuples(index=False, name=None))


def _cells(row: Sequence[object]) -> list[object]:
    notes, whole, cells = (
        row[: len(ERROR_FILE_COLUMNS)],
        row[len(ERROR_FILE_COLUMNS)],
        row[len(ERROR_FILE_COLUMNS) + 1 :],
    )
    if isinstance(whole, str):
        cells = tuple(_harmless(pa.array(json.loads(whole), pa.string())).to_pylist())
    return [*notes, *cells]


def _harmless(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, FORMULA_PATTERN, r"'\1")


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
