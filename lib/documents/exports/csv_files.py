"""Lists as CSV that spreadsheet programs open as they are: UTF-8 with a byte order mark, CRLF, nothing that runs."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from lib.documents.exports.fields import CLOUD_FIELDS, LICENSE_FIELDS, Cell, Field, rows_of
from lib.domain.roles import Action, Actor, require
from lib.reading.formula_safety import escape_formula


def licenses_csv(frame: pd.DataFrame, actor: Actor) -> bytes:
    """Licenses with all that is known of them, from a frame of `license_queries.licenses`."""
    require(actor, Action.DOWNLOAD_LICENSES)
    return b"".join(csv_parts(LICENSE_FIELDS, [frame]))


def cloud_csv(frame: pd.DataFrame, actor: Actor) -> bytes:
    """Cloud licenses with their group and next step, from a frame of `license_queries.licenses`."""
    require(actor, Action.DOWNLOAD_LICENSES)
    return b"".join(csv_parts(CLOUD_FIELDS, [frame]))


def table_csv(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as a whole file."""
    # Without the mark, Excel takes UTF-8 for an old encoding.
    return codecs.BOM_UTF8 + lines_of([titles, *rows])


def csv_parts(fields: tuple[Field, ...], slices: Iterable[pd.DataFrame]) -> Iterator[bytes]:
    """The header of a file, then the lines of each frame of `file_rows.slices`."""
    yield table_csv([field.title for field in fields], [])
    for frame in slices:
        yield lines_of(rows_of(fields, frame))


def lines_of(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows as lines of CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([csv_cell(cell) for cell in row])
    return text.getvalue().encode()


def csv_cell(cell: Cell) -> str | int:
    """A cell as CSV has it: days as ISO 8601, texts so that no spreadsheet runs them."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return escape_formula(cell)
    return cell if isinstance(cell, int) else cell.isoformat()
