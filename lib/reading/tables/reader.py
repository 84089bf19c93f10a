"""A file's bytes to its table, whether they are a text or a workbook."""

from collections.abc import Sequence

from lib.reading.tables.other_files import refuse_other_files
from lib.reading.tables.refusals import empty_file
from lib.reading.tables.table import Table
from lib.reading.tables.text_file import TextOptions, read_text_file
from lib.reading.tables.workbook import is_workbook, read_workbook


def read_table(
    content: bytes,
    name: str = "",
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_line: int | None = None,
    sheet: str | None = None,
    sheets: Sequence[str] = (),
) -> Table:
    """The table in the bytes of a CSV file or workbook.

    `encoding`, `delimiter`, `header_line` (physical, from 1; 0: the file has none) and `sheet` override what the file
    itself shows; `sheets` are read one after another as one table. A file with a header and no rows is a table of no rows. Raises TableError.
    """
    if is_workbook(content):
        return read_workbook(content, name, header_line=header_line, sheets=sheets if sheet is None else [sheet])
    refuse_other_files(content, name)
    return read_text_file(content, name, TextOptions(encoding, delimiter, header_line))


def refuse_unreadable(content: bytes, name: str) -> None:
    """Raise TableError if the first bytes show that a file is empty, or neither a text nor a workbook."""
    if not content:
        raise empty_file(name)
    if not is_workbook(content):
        refuse_other_files(content, name)
