"""What a person sees in a sheet and its cells do not hold: values of merged cells, another calendar, hidden rows and sheets."""

import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.text import quantity
from lib.reading.tables.row_kinds import field_named
from lib.reading.tables.sheet import Place, Sheets, has_license_header
from lib.reading.tables.shown_cells import ShownCells
from lib.reading.tables.table import Table

# Days since 1904, of 1931 to 2068.
_DAYS = re.compile(r"([1-5][0-9]{4})(?:\.[0-9]+)?")


def with_shown_cells(table: Table, sheets: Sheets, choice: str) -> Table:
    """The table with the values of merged cells in all rows that they cover, dates by its own calendar, and notices."""
    sheet = sheets[choice]
    columns = list(table.columns)
    filled = fill_merged_cells(columns, table, sheet.merged)
    if sheet.counts_from_1904:
        columns = [dates_since_1904(column, title) for column, title in zip(columns, table.header, strict=True)]
    notices = [*table.notices, *notices_on_sheets(sheets, choice), *notices_on_rows(table, sheet.shown)]
    if filled:
        cells = quantity(filled, "cell")
        notices.append(f"{cells} of the sheet {choice} had a value from merged cells: each row now has that value.")
    return replace(table, columns=columns, notices=notices)


def fill_merged_cells(columns: list[pa.Array], table: Table, merged: list[tuple[Place, Place]]) -> int:
    """Give the first value of merged cells to the rows below that they cover; gives the number of cells filled."""
    count = 0
    for (first, column), (last, _) in merged:
        rows = np.flatnonzero((table.lines > first) & (table.lines <= last + 1))
        # A cell merged across a header or a title says nothing of rows.
        if column >= len(columns) or len(rows) < 2 or table.lines[rows[0]] != first + 1:
            continue
        texts = columns[column].to_pylist()
        below = [row for row in rows[1:].tolist() if row not in table.ragged and not texts[row]]
        for row in below:
            texts[row] = texts[rows[0]]
        columns[column] = pa.array(texts, pa.string())
        count += len(below)
    return count


def dates_since_1904(column: pa.Array, title: str) -> pa.Array:
    """A column of dates in a workbook that counts days from 1904."""
    # Excel for the Macintosh did so until 2011.
    name = field_named(title)
    if name is None or COLUMNS[name].kind is not ColumnKind.DATE:
        return column
    days = [text and date_since_1904(text) for text in column.to_pylist()]
    return pa.array(days, pa.string())


def date_since_1904(text: str) -> str:
    """A number of days as the date it is; any other text as it is."""
    number = _DAYS.fullmatch(text)
    if number:
        return (date(1904, 1, 1) + timedelta(days=int(number[1]))).isoformat()
    return text


def notices_on_sheets(sheets: Sheets, choice: str) -> list[str]:
    """What a person who sees the workbook should know of its sheets."""
    if sheets[choice].is_hidden:
        return [f"The sheet {choice}, which is hidden, was read."]
    hidden = [title for title, sheet in sheets.items() if sheet.is_hidden and has_license_header(sheet.rows)]
    return [f"The sheet {title} is hidden and was not read. Choose it if it should be read." for title in hidden]


def notices_on_rows(table: Table, shown_cells: ShownCells) -> list[str]:
    """What a person who sees the sheet should know of its rows."""
    notices = []
    hidden = len(shown_cells.hidden_rows.intersection(table.lines.tolist()))
    if hidden:
        verb = "is" if hidden == 1 else "are"
        notices.append(
            f"{hidden:,} of {quantity(len(table), 'row')} {verb} hidden in the sheet, and read all the same."
        )
    if shown_cells.uncalculated:
        formulas, verb = (
            quantity(shown_cells.uncalculated, "formula"),
            "has" if shown_cells.uncalculated == 1 else "have",
        )
        advice = "Open the file in a spreadsheet program and save it."
        notices.append(f"{formulas} of the sheet {verb} no stored result. {advice}")
    return notices
