"""Bytes of a table file to cells as text, nothing dropped and nothing shifted."""

from lib.reading.tables.first_lines import Top, top_of
from lib.reading.tables.reading import MOST_COLUMNS, MOST_LINES, read_table, refuse_at_sight
from lib.reading.tables.table import Ignored, Table, TableError

__all__ = [
    "MOST_COLUMNS",
    "MOST_LINES",
    "Ignored",
    "Table",
    "TableError",
    "Top",
    "read_table",
    "refuse_at_sight",
    "top_of",
]
