"""Leaves out the few cells that stand far from a sheet's table, such as an `x` in its last row."""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from itertools import pairwise

from lib.domain.text import quantity

_SHEETS = "xl/worksheets/"
_MOST_BYTES = 300_000_000
"""Unpacked, of all parts together; larger files are left as they are, and refused."""

_CELL = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["'][^>]*?(?:/>|>.*?</(?:\w+:)?c>)""", re.DOTALL
)
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']([0-9]{1,7})["'][^>]*?(?:/>|>\s*</(?:\w+:)?row>)""")
_WIDEST_GAP_OF_ROWS = 1_000
_WIDEST_GAP_OF_COLUMNS = 100
_SHARE = 10
"""How many cells of the table there must be for each that is left out."""

_NAMED = 3

Place = tuple[int, int]
"""A row and a column, from 1."""


def leave_out_far_cells(content: bytes) -> tuple[bytes, list[str]]:
    """An Excel workbook without its far cells, and a notice that names them; unchanged if there are none."""
    written, names = BytesIO(), []
    with zipfile.ZipFile(BytesIO(content)) as archive, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as copy:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > _MOST_BYTES:
            return content, []
        for part in parts:
            text = archive.read(part)
            if part.filename.startswith(_SHEETS):
                text, far = without_far_cells(text)
                names += far
            copy.writestr(part.filename, text)
    if not names:
        return content, []
    return written.getvalue(), [notice(names)]


def notice(names: Sequence[str]) -> str:
    """Which cells were left out, and what to do if they matter."""
    named = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    verbs = ("stands", "was") if len(names) == 1 else ("stand", "were")
    cells = f"{quantity(len(names), 'cell')} ({named}{more})"
    return f"{cells} {verbs[0]} far from the table and {verbs[1]} left out. Move what matters next to the table."


def without_far_cells(text: bytes) -> tuple[bytes, list[str]]:
    """The XML of a sheet without its far cells and the empty rows beyond its table, and the names of the cells."""
    places = [place_of(match) for match in _CELL.finditer(text)]
    last_row = end_of_table([row for row, _ in places], _WIDEST_GAP_OF_ROWS)
    last_column = end_of_table([column for _, column in places], _WIDEST_GAP_OF_COLUMNS)
    names: list[str] = []

    def keep_near(match: re.Match[bytes]) -> bytes:
        row, column = place_of(match)
        if row <= last_row and column <= last_column:
            return match[0]
        names.append((match[1] + match[2]).decode())
        return b""

    shorter = _CELL.sub(keep_near, text)
    return _ROW.sub(keep_rows_to(last_row), shorter), names


def keep_rows_to(last: int) -> Callable[[re.Match[bytes]], bytes]:
    """Replaces empty rows beyond the last row of a table by nothing."""
    return lambda match: match[0] if int(match[1]) <= last else b""


def place_of(match: re.Match[bytes]) -> Place:
    """The row and the column of a cell."""
    column = 0
    for letter in match[1].upper():
        column = column * 26 + letter - ord("A") + 1
    return int(match[2]), column


def end_of_table(numbers: Iterable[int], widest_gap: int) -> int:
    """The last row or column before a gap with hardly any cell behind it."""
    ordered = sorted(numbers)
    for index, (number, following) in enumerate(pairwise(ordered), start=1):
        if following - number > widest_gap and index >= _SHARE * (len(ordered) - index):
            return number
    return ordered[-1] if ordered else 0
