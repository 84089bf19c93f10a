"""What a file's check shows of contacts until somebody asks to see them; the file and what is imported stay as they are."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from lib.checking import other_columns
from lib.checking.causes import Cause
from lib.checking.check_summary import ColumnSummary, FileSummary
from lib.checking.outcome_needs import is_of_outcomes
from lib.domain.display import column_title
from lib.domain.licenses import COLUMNS
from lib.domain.masking import HIDDEN, PERSONAL
from lib.domain.text import quote

_TITLES = frozenset((other_columns.TITLE, *map(column_title, PERSONAL)))
"""What the columns of stored fields that are about people are called."""

_SIGN = re.compile(r"\w")
_DOT = HIDDEN[0]


def is_of_contacts(column: ColumnSummary) -> bool:
    """Whether a column's cells are, or may be, about a person: its field is, or it has none and could be anything."""
    if column.field:
        return column.field in PERSONAL
    if column.suggestions:
        return not PERSONAL.isdisjoint(column.suggestions)
    return not is_of_outcomes(column)


def contact_headings(columns: Sequence[ColumnSummary]) -> frozenset[str]:
    """The headings of the columns that are or may be about people."""
    return frozenset(column.heading for column in columns if is_of_contacts(column))


def names_contacts(causes: Sequence[Cause]) -> bool:
    """Whether the problems of some causes repeat cells about people."""
    return any(is_hidden_field(cause.field) for cause in causes)


def is_hidden_field(field: str | None) -> bool:
    """Whether cells of a field are about people; those of columns without a field may be."""
    return field not in COLUMNS or field in PERSONAL


def masked_lines(reader: FileSummary) -> list[tuple[int, str]]:
    """The first lines of a file, of which only the header is readable; separators and quotes stay."""
    lines = []
    for number, text in reader.first_lines:
        is_header = number == reader.header_line
        lines.append((number, text if is_header else _SIGN.sub(_DOT, text)))
    return lines


def masked_message(message: str, value: str | None) -> str:
    """The sentence about a cell without the cell's text."""
    if not value:
        return message
    # A sentence repeats the text shortened, and may repeat what it takes it for.
    return re.sub(r'".*?"', f'"{HIDDEN}"', message.replace(quote(value), f'"{HIDDEN}"'))


def masked_problems(rows: pd.DataFrame) -> pd.DataFrame:
    """Problems (`field`, `value`, `message`) of which those in cells about people do not repeat the cell."""
    if "field" not in rows:  # earlier versions did not store which cell a held row's problem is about
        return rows.assign(message=HIDDEN)
    values, messages = [], []
    for field, value, message in zip(rows["field"], rows["value"], rows["message"], strict=True):
        is_hidden = bool(value) and is_hidden_field(field)
        values.append(HIDDEN if is_hidden else value)
        messages.append(masked_message(message, value) if is_hidden else message)
    return rows.assign(value=values, message=messages)


def masked_cells(cells: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Cells of stored fields (`column` is the title) with the values in the columns `names` hidden where they are about people."""
    is_hidden = cells["column"].isin(_TITLES)
    masks = {name: cells[name].mask(is_hidden & cells[name].notna(), HIDDEN) for name in names}
    return cells.assign(**masks)


def masked_row(cells: Mapping[str, Any], headings: Collection[str]) -> dict[str, Any]:
    """A row of a file by heading, of which the cells under some headings are hidden."""
    return {name: HIDDEN if value and name in headings else value for name, value in cells.items()}
