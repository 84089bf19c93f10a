"""Bytes of a table file to cells as text, nothing dropped and nothing shifted."""

from lib.tables.first_lines import Top, top_of
from lib.tables.reading import read_table
from lib.tables.table import Ignored, Table, TableError

__all__ = ["Ignored", "Table", "TableError", "Top", "read_table", "top_of"]
