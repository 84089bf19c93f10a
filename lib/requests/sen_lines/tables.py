"""A table of licenses with their SENs: its header, and its rows."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lib.domain.text import bare_words
from lib.reading.sen_numbers import SenKind, sen_kind
from lib.requests.sen_lines.fields import IDS, is_sen, key_places, read_fields
from lib.requests.sen_lines.line import LONGEST_LINE, SenCode, SenLine
from lib.requests.sen_lines.text_lines import read_text_line

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
        sens = [place for place, cell in enumerate(cells) if is_sen(cell)]
        keys = key_places(cells)
        if sens and keys and not any(map(is_number, cells)):
            return SenColumns(tuple(cells), delimiter, keys[0], sens[0])
    return None


def read_table(lines: Sequence[str], first: int, columns: SenColumns) -> Iterator[SenLine]:
    """The licenses of the rows below a header; `first` is the number of the first line."""
    for number, count, cells in read_rows(lines, first, columns.delimiter):
        if not cells:
            continue
        more_lines = tuple(range(number + 1, number + count))
        if not any(map(bare_words, cells)):
            # Markdown has a rule of hyphens below a table's header.
            is_rule = any("--" in cell for cell in cells)
            yield SenLine(number, problem=SenCode.HEADING if is_rule else SenCode.NO_LICENSE)
        elif len(cells) == 1:
            yield read_text_line(number, cells[0])
        else:
            nameless = [""] * (len(cells) - len(columns.header))
            fields = list(zip([*columns.header, *nameless], cells, strict=False))
            yield replace(read_fields(fields, number), more_lines=more_lines)


def read_rows(lines: Sequence[str], first: int, delimiter: str) -> list[tuple[int, int, list[str]]]:
    """For each row, the number of the line on which it begins, how many lines it has, and its cells.

    Cells may have line breaks in quotes.
    """
    reader = csv.reader([f"{line}\n" for line in lines], delimiter=delimiter, skipinitialspace=True, strict=True)
    rows, start = [], 0
    try:
        for cells in reader:
            rows.append((first + start, reader.line_num - start, cells))
            start = reader.line_num
    except csv.Error:
        # A quotation mark was left open, so the rest of the table would be one cell: each line is a row of its own.
        rest = enumerate(lines[start:], first + start)
        rows += [(number, 1, split_cells(line, delimiter) or ([line] if line.strip() else [])) for number, line in rest]
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
