"""Several tables of one file as one: each with columns of its own, in an order of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
import pyarrow as pa

from lib.columnar.arrow import decode_dictionary, encode_repeats
from lib.domain.text import bare_words, quantity
from lib.reading.tables.row_kinds import field_named
from lib.reading.tables.table import IgnoredLine, Table


def join_tables(tables: Sequence[Table]) -> Table:
    """The rows of all tables, one table after another; columns of the same heading or field are one.

    It is called and described as the first one is.
    """
    header: list[str] = []
    places = [places_in(header, table.header) for table in tables]
    arrays = [arranged(table, own, len(header)) for table, own in zip(tables, places, strict=True)]
    columns = [encode_repeats(pa.chunked_array(parts)) for parts in zip(*arrays, strict=True)]
    ragged: dict[int, list[str]] = {}
    start = 0
    for table, own in zip(tables, places, strict=True):
        ragged |= {start + row: spread(cells, own, len(header)) for row, cells in table.ragged.items()}
        start += len(table)
    return replace(
        tables[0],
        header=header,
        columns=columns,
        lines=np.concatenate([table.lines for table in tables]),
        ragged=ragged,
        ignored=list(chain.from_iterable(table.ignored for table in tables)),
        notices=list(chain.from_iterable(table.notices for table in tables)),
    )


def places_in(header: list[str], own: Sequence[str]) -> list[int]:
    """The place of each of a table's headings in the joint header."""
    # The joint header gets those that it lacks.
    places: list[int] = []
    for heading in own:
        place = same_heading(header, heading, places)
        if place is None:
            place = len(header)
            header.append(heading)
        places.append(place)
    return places


def same_heading(header: Sequence[str], heading: str, used_places: Sequence[int]) -> int | None:
    """The place of a heading that is the same, or else means the same field; None if there is none left."""
    free = [place for place in range(len(header)) if place not in used_places]
    words, field = bare_words(heading), field_named(heading)
    same = [place for place in free if bare_words(header[place]) == words]
    same += [place for place in free if field and field_named(header[place]) == field]
    return same[0] if same else None


def arranged(table: Table, places: Sequence[int], width: int) -> list[pa.Array]:
    """The columns of a table at their places in the joint header, blanks at the others."""
    own = dict(zip(places, table.columns, strict=True))
    blanks = pa.repeat(pa.scalar("", pa.string()), len(table))
    return [decode_dictionary(own[place]) if place in own else blanks for place in range(width)]


def spread(cells: Sequence[str], places: Sequence[int], width: int) -> list[str]:
    """The cells of a row of a wrong width: those beyond its own header stay beyond the joint one."""
    if len(cells) < len(places):
        return list(cells)
    row = [""] * width
    for place, cell in zip(places, cells, strict=False):
        row[place] = cell
    return row + list(cells[len(places) :])


def join_sheets(tables: Mapping[str, Table]) -> Table:
    """The tables of several sheets as one; each row and line left out says which sheet it is of."""
    parts = list(tables)
    members = [with_part(table, part) for part, table in tables.items()]
    counts = ", ".join(f"{part} ({quantity(len(table), 'row')})" for part, table in tables.items())
    whole = join_tables(members)
    notices = [*whole.notices, f"{len(parts)} sheets were read as one table: {counts}."]
    numbers = np.repeat(np.arange(len(parts), dtype=np.int16), [len(table) for table in members])
    return replace(whole, notices=notices, parts=tuple(parts), part_of_row=numbers)


def with_part(table: Table, part: str) -> Table:
    """The table of a sheet, whose left-out lines say which sheet they are of."""
    return replace(table, ignored=[of_part(line, part) for line in table.ignored])


def of_part(line: IgnoredLine, part: str) -> IgnoredLine:
    """A line that was left out, with the sheet it is of."""
    return replace(line, part=part)
