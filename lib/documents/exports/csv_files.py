"""Lists as CSV that spreadsheet programs open as they are: UTF-8 with a byte order mark, CRLF, nothing that runs."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import pandas as pd

from lib.documents.exports.fields import CLOUD_FIELDS, LICENSE_FIELDS, UPGRADE_FIELDS, Cell, Field, rows_of
from lib.reading.formula_safety import escape_formula


def licenses_csv(frame: pd.DataFrame) -> bytes:
    """Licenses with all that is known of them, from a frame of `views.licenses`."""
    return b"".join(_csv(LICENSE_FIELDS, [frame]))


def upgrades_csv(slices: Iterable[pd.DataFrame]) -> Iterator[bytes]:
    """Licenses that must grow, one line each, from frames of `listed.slices`, piece by piece."""
    return _csv(UPGRADE_FIELDS, slices)


def cloud_csv(frame: pd.DataFrame) -> bytes:
    """Cloud licenses with their group and next step, from a frame of `views.licenses`."""
    return b"".join(_csv(CLOUD_FIELDS, [frame]))


def table_csv(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as a whole file."""
    return codecs.BOM_UTF8 + _lines([titles, *rows])


def _csv(fields: tuple[Field, ...], slices: Iterable[pd.DataFrame]) -> Iterator[bytes]:
    yield table_csv([field.title for field in fields], [])
    for frame in slices:
        yield _lines(rows_of(fields, frame))


def _lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _written(cell: Cell) -> str | int:
    if isinstance(cell, str):
        return escape_formula(cell)
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else cell
