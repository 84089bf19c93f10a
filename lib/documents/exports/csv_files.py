"""Lists as CSV that spreadsheet programs open as they are: UTF-8 with a byte order mark, CRLF, nothing that runs."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import pandas as pd

from lib.documents.exports.fields import CLOUD_FIELDS, LICENSE_FIELDS, REGROUPED_FIELDS, Cell, Field, rows_of
from lib.domain.licenses import COLUMNS
from lib.domain.roles import Action, Actor, require
from lib.domain.text import quote
from lib.reading.formula_safety import escape_formula

_CHANGED_BY_SPREADSHEETS = re.compile(r"0\d+|\d{12,}|\d+(?:\.\d+)?[eE][+-]?\d+|\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?")
"""Keys of which Excel makes a number or a date."""


def licenses_csv(frame: pd.DataFrame, actor: Actor) -> bytes:
    """Licenses with all that is known of them, from a frame of `license_queries.licenses`."""
    require(actor, Action.DOWNLOAD_LICENSES)
    return b"".join(csv_parts(LICENSE_FIELDS, [frame]))


def regrouped_csv(frame: pd.DataFrame, actor: Actor) -> bytes:
    """The same of licenses that would have another customer, from a frame of `regroupings.licenses_of`."""
    require(actor, Action.DOWNLOAD_LICENSES)
    return b"".join(csv_parts(REGROUPED_FIELDS, [frame]))


def cloud_csv(frame: pd.DataFrame, actor: Actor, day: date) -> bytes:
    """Cloud licenses with their group and next step as of a day, from a frame of `license_queries.licenses`."""
    require(actor, Action.DOWNLOAD_LICENSES)
    return b"".join(csv_parts(CLOUD_FIELDS, [frame.assign(day=day)]))


def hint_on_keys(content: bytes) -> str:
    """What a spreadsheet program would make of keys in a list of CSV; empty if it leaves them as they are."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    place = header.index(COLUMNS["license_key"].title)
    keys = [row[place] for row in rows if _CHANGED_BY_SPREADSHEETS.fullmatch(row[place])]
    if not keys:
        return ""
    return (
        f"Spreadsheet programs change keys such as {quote(keys[0])} when they open CSV. "
        "Take the workbook, or import the column of keys as text."
    )


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
    """A cell as CSV has it, days as ISO 8601."""
    # A spreadsheet would run a text that begins as a formula does.
    if cell is None:
        return ""
    if isinstance(cell, str):
        return escape_formula(cell)
    if isinstance(cell, int):
        return cell
    return cell.isoformat()
