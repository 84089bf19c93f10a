"""Bytes of a table file to cells as text, nothing dropped and nothing shifted."""

from lib.reading.tables.preview import RawPreview, raw_preview
from lib.reading.tables.table import Ignored, Table, TableError
from lib.reading.tables.text_file import MOST_COLUMNS, MOST_LINES, read_table, refuse_unreadable

__all__ = [
    "MOST_COLUMNS",
    "MOST_LINES",
    "Ignored",
    "RawPreview",
    "Table",
    "TableError",
    "raw_preview",
    "read_table",
    "refuse_unreadable",
]
