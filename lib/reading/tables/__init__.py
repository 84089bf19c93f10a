"""Bytes of a table file to cells as text, nothing dropped and nothing shifted."""

from lib.reading.tables.preview import RawPreview, raw_preview
from lib.reading.tables.reader import read_table, refuse_unreadable
from lib.reading.tables.table import IgnoredLine, IgnoredReason, Table, TableError, TableErrorCode
from lib.reading.tables.text_file import MOST_COLUMNS, MOST_LINES

__all__ = [
    "MOST_COLUMNS",
    "MOST_LINES",
    "IgnoredLine",
    "IgnoredReason",
    "RawPreview",
    "Table",
    "TableError",
    "TableErrorCode",
    "raw_preview",
    "read_table",
    "refuse_unreadable",
]
