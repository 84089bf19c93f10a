"""Lists as CSV that spreadsheet programs open as they are: UTF-8 with a byte order mark, CRLF, nothing that runs."""

import csv
import io
from datetime import date

import pandas as pd

from lib.exports.fields import CLOUD_FIELDS, LICENSE_FIELDS, UPGRADE_FIELDS, Cell, Field, rows_of
from lib.formulas import harmless


def licenses_csv(frame: pd.DataFrame) -> bytes:
    """Licenses with all that is known of them, from a frame of `views.licenses`."""
    return _csv(LICENSE_FIELDS, frame)


def upgrades_csv(frame: pd.DataFrame) -> bytes:
    """Licenses that must grow, one line each, from a frame of `views.upgrades`."""
    return _csv(UPGRADE_FIELDS, frame)


def cloud_csv(frame: pd.DataFrame) -> bytes:
    """Cloud licenses with their group and next step, from a frame of `views.licenses`."""
    return _csv(CLOUD_FIELDS, frame)


def _csv(fields: tuple[Field, ...], frame: pd.DataFrame) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([field.title for field in fields])
    writer.writerows([_written(cell) for cell in row] for row in rows_of(fields, frame))
    return text.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str | int:
    if isinstance(cell, str):
        return harmless(cell)
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else cell
