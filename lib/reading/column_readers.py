"""The cell reader of each kind of column, and the texts that a reader returns unchanged (domain.md §7)."""

from collections.abc import Callable, Sequence
from functools import partial

from lib.domain.licenses import ColumnKind, LicenseColumn
from lib.domain.tiers import LADDER, Size
from lib.reading.cells import (
    LONGEST_NAME,
    LONGEST_NOTES,
    read_address,
    read_email,
    read_hosting,
    read_line,
    read_product,
    read_yes_no,
)
from lib.reading.countries import read_country
from lib.reading.dates import read_date
from lib.reading.license_keys import LONGEST_KEY, read_key
from lib.reading.numeric_dates import DateOrder
from lib.reading.sen_numbers import read_sen
from lib.reading.sizes import read_host_size, read_size

READERS: dict[ColumnKind, Callable[..., object]] = {
    ColumnKind.KEY: read_key,
    ColumnKind.TEXT: read_line,
    ColumnKind.SIZE: read_size,
    ColumnKind.HOST_SIZE: read_host_size,
    ColumnKind.DATE: read_date,
    ColumnKind.PRODUCT: read_product,
    ColumnKind.HOSTING: read_hosting,
    ColumnKind.YES_NO: read_yes_no,
    ColumnKind.EMAIL: read_email,
    ColumnKind.COUNTRY: read_country,
    ColumnKind.SEN: read_sen,
}
"""The reader of each kind's cells; dates also take the column's order, and host sizes the ladder."""

# The readers of texts that may have several lines, by field.
_TEXT_READERS: dict[str, Callable[[str], object]] = {
    "address": read_address,
    "notes": partial(read_line, longest=LONGEST_NOTES),
}


def reader_for(
    column: LicenseColumn, *, order: DateOrder | None = None, ladder: Sequence[Size] = LADDER
) -> Callable[[str], object]:
    """The reader of a column's cells, which needs only the text."""
    reader = _TEXT_READERS.get(column.name, READERS[column.kind])
    if column.kind is ColumnKind.DATE:
        return partial(reader, order=order)
    if column.kind is ColumnKind.HOST_SIZE:
        return partial(reader, ladder=ladder)
    return reader


# Latin, Cyrillic and East Asian letters that no normalisation changes.
_LETTERS = (
    r"\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2AF}\x{400}-\x{481}\x{48A}-\x{52F}"
    r"\x{3041}-\x{3096}\x{30A1}-\x{30FA}\x{30FC}\x{4E00}-\x{9FFF}\x{AC00}-\x{D7A3}"
)

_NO_X = "[A-WYZa-wyz0-9=_:-]"
"""What keys consist of, but for the letter that masks have, and the signs that may part several."""

# Twin of the readers themselves; tests/checking/test_column_reading.py holds them together.
UNCHANGED_TEXTS: dict[ColumnKind, str] = {
    # A letter first, and a digit somewhere or capitals in three groups; no two letters x together: neither a word, nor a
    # date, nor a mask.
    ColumnKind.KEY: rf"^(?:[Xx]{_NO_X}|[A-WYZa-wyz])(?:[Xx]?{_NO_X})*[Xx]?[0-9](?:[Xx]?{_NO_X})*[Xx]?$"
    r"|^[A-WYZ]{3,}(?:-(?:X?[A-WYZ]){3,}X?){2,}$",
    ColumnKind.TEXT: rf"^[!\"$-&(-<>-~{_LETTERS}][!-~{_LETTERS}]*( [!-~{_LETTERS}]+)*$",
    ColumnKind.EMAIL: r"^[A-Za-z0-9_+-][A-Za-z0-9_+'-]{0,31}(\.[A-Za-z0-9_+'-]{1,15})?@([a-z0-9]+(-[a-z0-9]+)*\.){1,3}"
    r"(com|org|net|edu|gov|io|eu|de|fr|uk|it|es|nl|ch|at|jp|us|ca|au|example|test|[a-z]{2})$",
    ColumnKind.SEN: r"^SEN-L?[0-9]+$",
}
"""Patterns (RE2) of texts that a kind's reader returns as they are, except BLANKS, and longer ones than LONGEST_UNCHANGED.

Arrow finds them a column at a time, so that Python reads only the few other cells one by one.
"""

LONGEST_UNCHANGED: dict[ColumnKind, int] = {
    ColumnKind.KEY: LONGEST_KEY,
    ColumnKind.TEXT: LONGEST_NAME,
    # The local part of an address may have 64 characters; only the reader tells where it ends.
    ColumnKind.EMAIL: 63,
    ColumnKind.SEN: LONGEST_NAME,
}
"""Bytes of the longest of those texts."""
