"""A table of licenses with their SENs: its header, and its rows."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lib.domain.text import bare_words
from lib.reading.sen_numbers import SenKind, sen_kind
from lib.requests.sen_lines.fields import IDS, key_places, read_fields
from lib.requests.sen_lines.line import LONGEST_LINE, SenLine

_DELIMITERS = "\t;,|"


@dataclass(frozen=True, slots=True)
class SenColumns:
    """The header of a table, the sign between its cells, and the places of its key and its SEN."""

    header: tuple[str, ...]
    delimiter: str
    key: int
    sen: int

    @property
    def has_ids(self) -> bool:
        """Whether licenses have pack ids here, not their keys."""
        return bare_words(self.header[self.key]) in IDS


def columns_of_header(line: str) -> SenColumns | None:
    """The columns that a line names; None if it is no header. A line that has a number of its own is none."""
    for delimiter in _DELIMITERS:
        cells = split_cells(line, delimiter)
        names = [bare_words(cell) for cell in cells]
        keys = key_places(cells)
        if "sen" in names and keys and not any(map(is_number, cells)):
            return SenColumns(tuple(cells), delimiter, keys[0], names.index("sen"))
    return None


def read_table(lines: Sequence[str], first: int, columns: SenColumns) -> Iterator[SenLine]:
    """The licenses of the rows below a header; `first` is the number of the first line."""
    for number, cells in read_rows(lines, first, columns.delimiter):
        if not any(map(bare_words, cells)):
            continue
        nameless = [""] * (len(cells) - len(columns.header))
        yield read_fields(list(zip([*columns.header, *nameless], cells, strict=False)), number)


def read_rows(lines: Sequence[str], first: int, delimiter: str) -> list[tuple[int, list[str]]]:
    """The cells of rows, with the number of the line on which each begins. Cells may have line breaks in quotes."""
    reader = csv.reader([f"{line}\n" for line in lines], delimiter=delimiter, skipinitialspace=True, strict=True)
    rows, start = [], 0
    try:
        for cells in reader:
            rows.append((first + start, cells))
            start = reader.line_num
    except csv.Error:
        # A quotation mark was left open, so the rest of the table would be one cell: each line is a row of its own.
        rest = enumerate(lines[start:], first + start)
        rows += [(number, split_cells(line, delimiter) or [line]) for number, line in rest]
    return rows


def split_cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line; none if it has no delimiter."""
    if len(line) > LONGEST_LINE or delimiter not in line:
        return []
    row = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    return [cell.strip() for cell in row]


def is_number(cell: str) -> bool:
    """Whether a cell is a SEN or looks like one."""
    return sen_kind(cell) not in (None, SenKind.OTHER)
