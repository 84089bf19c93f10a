"""The errors of tables that are no licenses, or that a person's choices do not fit, each with its sentence."""

from collections.abc import Iterable, Sequence

from lib.domain.licenses import COLUMNS
from lib.reading.tables import TableError, TableErrorCode


def no_rows() -> TableError:
    """The error of a table with a header only."""
    message = "This file has a header and no rows. Export it again with its licenses."
    return TableError(TableErrorCode.NO_ROWS, message)


def no_header() -> TableError:
    """The error of a table whose columns nobody can know."""
    advice = "Add one above its rows, or say what each column is."
    return TableError(TableErrorCode.NO_HEADER, f"This file has no line with the names of its columns. {advice}")


def missing_columns(fields: Iterable[str], possible: Sequence[str] = ()) -> TableError:
    """The error of a table without these fields, with the columns that they may be."""
    titles = ", ".join(COLUMNS[name].title for name in fields)
    advice = "Rename the file's headers, or say which column it is."
    if possible:
        names = ", ".join(f'"{column}"' for column in possible)
        advice = f"It may be {names}. {advice}"
    return TableError(TableErrorCode.MISSING_COLUMNS, f"No column was recognised as: {titles}. {advice}")


def missing_hosting(product: str) -> TableError:
    """The error of a table that has no column for the hosting and a product that does not mention it."""
    message = (
        f'No column says whether a license runs on Server or Cloud, and products such as "{product}" do not '
        "tell. Add a Hosting column, or name the column that has it."
    )
    return TableError(TableErrorCode.MISSING_COLUMNS, message)


def unknown_mapping(names: Iterable[str]) -> TableError:
    """The error of a mapping with unknown columns or fields."""
    message = f"The mapping names what is not there: {', '.join(names)}."
    return TableError(TableErrorCode.UNKNOWN_MAPPING, message)


def repeated_fields(fields: Iterable[str]) -> TableError:
    """The error of a mapping with several columns for one field."""
    message = f"Two columns are mapped to {', '.join(sorted(fields))}; choose one."
    return TableError(TableErrorCode.UNKNOWN_MAPPING, message)


def unknown_edit(row: str) -> TableError:
    """The error of a corrected cell that the table has not."""
    message = f"Row {row} was corrected when the file was read in another way. Undo the correction."
    return TableError(TableErrorCode.UNKNOWN_EDIT, message)
