"""The errors of files that cannot be read as tables, each with its sentence: what is wrong, and what to do."""

from collections.abc import Iterable

from lib.reading.tables.table import TableError, TableErrorCode


def file_phrase(name: str) -> str:
    """The file as the beginning of a sentence."""
    return f"The file {name}" if name else "This file"


def quoted_list(titles: Iterable[str]) -> str:
    """Names in quotation marks, with commas between them."""
    return ", ".join(f'"{title}"' for title in titles)


def not_a_table(name: str, kind: str, advice: str) -> TableError:
    """The error of another kind of file, such as `a ZIP archive`."""
    message = f"{file_phrase(name)} is {kind}, so it cannot be read as a table. {advice}"
    return TableError(TableErrorCode.BINARY, message)


def endless_line(name: str) -> TableError:
    """The error of a file whose first line never ends."""
    return not_a_table(name, "one line without end", "Export the list again, with a line for each row.")


def empty_file(name: str) -> TableError:
    """The error of a file without any text."""
    message = f"{file_phrase(name)} is empty. Export it again, and check that it holds rows."
    return TableError(TableErrorCode.EMPTY, message)


def too_many_lines(name: str, limit: int) -> TableError:
    """The error of a file with more lines than we read."""
    message = f"{file_phrase(name)} has more than {limit:,} lines. Split it into several files."
    return TableError(TableErrorCode.TOO_MANY_ROWS, message)


def too_many_columns(name: str, limit: int) -> TableError:
    """The error of a table with more columns than we read."""
    message = f"{file_phrase(name)} has more than {limit:,} columns. Export those of the licenses only."
    return TableError(TableErrorCode.TOO_MANY_COLUMNS, message)


def too_irregular(rows: int, width: int) -> TableError:
    """The error of a text with too many misfitting rows."""
    message = (
        f"Too many of the first {rows:,} rows do not fit the {width} columns found, or have quotes out of "
        "place. Check how the file was exported, or choose its delimiter and header line."
    )
    return TableError(TableErrorCode.IRREGULAR, message)


def impossible_delimiter(mark: str) -> TableError:
    """The error of a chosen delimiter that cannot be one."""
    message = f"{mark!r} cannot separate cells. Choose one plain character, such as ; or a tab."
    return TableError(TableErrorCode.DELIMITER, message)


def unknown_encoding(encoding: str) -> TableError:
    """The error of an encoding that does not exist."""
    message = f'"{encoding}" is not the name of an encoding. Choose another, for example utf-8 or cp1252.'
    return TableError(TableErrorCode.ENCODING, message)


def wrong_encoding(name: str, encoding: str) -> TableError:
    """The error of a file that is not in the chosen encoding."""
    advice = "Choose another encoding, or leave it to be found."
    return TableError(TableErrorCode.ENCODING, f"{file_phrase(name)} cannot be read as {encoding}. {advice}")


def protected_workbook(name: str) -> TableError:
    """The error of a workbook that only a password opens."""
    message = f"{file_phrase(name)} is protected by a password. Save it without one and drop it again."
    return TableError(TableErrorCode.WORKBOOK, message)


def damaged_workbook(name: str, error: Exception) -> TableError:
    """The error of a workbook that does not open."""
    advice = "Open it, save it again, or save the sheet as CSV."
    return TableError(TableErrorCode.WORKBOOK, f"{file_phrase(name)} is a damaged workbook ({error}). {advice}")


def oversized_workbook(name: str, size: int) -> TableError:
    """The error of a workbook that unpacks to too many bytes."""
    message = f"{file_phrase(name)} unpacks to {size // 1_000_000:,} MB, too much to be read. Save the sheet as CSV."
    return TableError(TableErrorCode.WORKBOOK, message)


class SparseWorkbookError(TableError):
    """A workbook whose cells lie too far apart to be read as a grid."""


def sparse_workbook(name: str, cells: int) -> TableError:
    """The error of a workbook whose cells lie too far apart."""
    message = (
        f"{file_phrase(name)} has cells so far apart that it spans {cells:,} cells, too many to be read. "
        "Delete what is outside of the table, or save the sheet as CSV."
    )
    return SparseWorkbookError(TableErrorCode.WORKBOOK, message)


def too_large_for_memory(name: str) -> TableError:
    """The error of a workbook that memory was not enough for."""
    message = (
        f"{file_phrase(name)} needs more memory than there is. Save the sheet as CSV, or split it into several files."
    )
    return TableError(TableErrorCode.WORKBOOK, message)


def workbook_without_rows(name: str) -> TableError:
    """The error of a workbook or sheet that holds nothing."""
    message = f"{file_phrase(name)} holds no rows. Export it again, and check that it holds rows."
    return TableError(TableErrorCode.EMPTY, message)


def no_such_sheet(sheet: str, titles: Iterable[str]) -> TableError:
    """The error of a chosen sheet that does not exist."""
    message = f'There is no sheet "{sheet}". Choose one of: {quoted_list(titles)}.'
    return TableError(TableErrorCode.WHICH_SHEET, message)


def several_sheets(name: str, titles: Iterable[str]) -> TableError:
    """The error of a workbook with several possible sheets."""
    message = f"{file_phrase(name)} has several sheets. Choose one of them, or several to read as one table: {quoted_list(titles)}."
    return TableError(TableErrorCode.WHICH_SHEET, message)
