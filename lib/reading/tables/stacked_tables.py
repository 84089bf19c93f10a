"""Tables below one another in one file: where each begins, which are read, and what is said of the others."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.arrow import decode_dictionary
from lib.domain.text import quantity
from lib.reading.tables.joined_tables import join_tables
from lib.reading.tables.row_kinds import license_fields, looks_like_header
from lib.reading.tables.table import Table

_MOST_LOOKED_AT = 20_000
_MOST_NAMES = 4
_NO_NAME = r"[\d@]"
"""What names of columns hardly contain, and keys and addresses do."""

ReadPart = Callable[[int, int | None, int | None], Table]
"""The table between two lines (None: to the end), with its header on a given line, if it is given."""


def with_further_tables(table: Table, read_part: ReadPart, header_line: int | None) -> Table:
    """The table, or the tables of licenses that stand in it below one another as one, with notices on the others.

    With a header line that a person chose, only the table of that header.
    """
    starts = lines_of_headers(table)
    if not starts:
        return table
    stops = [*starts[1:], None]
    parts = [read_part(0, starts[0], header_line)]
    parts += [read_part(start, stop, start) for start, stop in zip(starts, stops, strict=True)]
    licenses = [part for part in parts if "license_key" in license_fields(part.header)]
    selection = parts[:1] if header_line is not None or not licenses else licenses
    identities = set(map(id, selection))
    others = [part for part in parts if id(part) not in identities]
    whole = join_tables(selection)
    notices = [*whole.notices, *joint_notice(selection), *map(notice_on_other, others)]
    return replace(whole, notices=notices)


def lines_of_headers(table: Table) -> list[int]:
    """The lines of rows that name the columns of another table."""
    rows = [row for row in rows_to_look_at(table) if is_other_header(cells_of(table, row), table.header)]
    return [int(table.lines[row]) for row in rows]


def is_other_header(cells: list[str], header: Sequence[str]) -> bool:
    """Whether cells name columns, and not just those of this table."""
    return looks_like_header(cells) and cells != list(header)


def cells_of(table: Table, row: int) -> list[str]:
    """The cells of one row, as they are in the file."""
    return table.ragged.get(row) or [column[row].as_py() for column in table.columns]


def rows_to_look_at(table: Table) -> list[int]:
    """Rows that may be headers: those of another width, after a gap of lines, or that begin with a heading of the table."""
    if not len(table):
        return []
    after_gap = np.flatnonzero(np.diff(table.lines) > 1) + 1
    first = decode_dictionary(table.columns[0])
    names = pa.array([name for name in table.header if name.strip()], pa.string())
    repeated = np.flatnonzero(np.asarray(pc.is_in(first, value_set=names)))
    candidates = np.unique(np.concatenate((after_gap, repeated, np.array(sorted(table.ragged), np.int64)))).astype(
        np.int64
    )
    has_key = np.asarray(pc.match_substring_regex(first.take(pa.array(candidates)), _NO_NAME), bool)
    return [int(row) for row in candidates[~has_key][:_MOST_LOOKED_AT]]


def joint_notice(tables: Sequence[Table]) -> list[str]:
    """That several tables were read as one, and how to read one."""
    if len(tables) < 2:
        return []
    places = ", ".join(f"line {table.header_line} ({quantity(len(table), 'row')})" for table in tables)
    advice = "Choose one of these lines as the header's to read that table only."
    return [f"{len(tables)} tables below one another were read as one, with their headers on {places}. {advice}"]


def notice_on_other(table: Table) -> str:
    """That a table was not read, and how to read it."""
    names = [name for name in table.header if name.strip()]
    titles = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
    line = table.header_line
    return (
        f"Another table begins on line {line} ({titles}: {quantity(len(table), 'row')}) and was not read. "
        f"Choose line {line} as the header's to read it instead."
    )
