"""Rows of one file with the same license key: repeats collapse, contradicting rows are held."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain

import numpy as np

from lib.checking.typed_table import TypedTable
from lib.columnar.column import CodedColumn, Column, Mask, Rows
from lib.columnar.combinations import combinations


@dataclass(frozen=True, slots=True)
class Duplicates:
    """`repeats` maps a row to the earlier row it repeats exactly, `conflicts` a row to those that contradict it.

    `differing` maps a row to the fields they differ in.
    """

    repeats: dict[int, int]
    conflicts: dict[int, list[int]]
    differing: dict[int, list[str]]


def find_duplicates(sheet: TypedTable, extra: Column, countable: Mask) -> Duplicates:
    """Countable rows with the same key, compared by every column's values and misreads, and by their `extra`."""
    rows = rows_with_repeated_keys(sheet, countable)
    duplicates = Duplicates({}, {}, {})
    if not len(rows):
        return duplicates
    columns = {name: take_rows(pair, rows) for name, pair in compared_columns(sheet, extra).items()}
    _, contents = combinations(list(chain.from_iterable(columns.values())))
    keys = sheet.readings["license_key"].values.take(rows).numbers()
    # For each key: each distinct content, with the first place among `rows` that has it.
    firsts: dict[int, dict[int, int]] = {}
    for place, (key, content) in enumerate(zip(keys.tolist(), contents.tolist(), strict=True)):
        places = firsts.setdefault(key, {})
        if content in places:
            duplicates.repeats[int(rows[place])] = int(rows[places[content]])
        places.setdefault(content, place)
    for places in firsts.values():
        for place, others in each_and_the_others(list(places.values())):
            duplicates.conflicts[int(rows[place])] = rows[others].tolist()
            duplicates.differing[int(rows[place])] = differing_fields(columns, place, others)
    return duplicates


def take_rows(columns: list[Column], rows: Rows) -> list[Column]:
    """These columns with some of their rows."""
    return [column.take(rows) for column in columns]


def rows_with_repeated_keys(sheet: TypedTable, countable: Mask) -> Rows:
    """The countable rows whose license key another countable row has too."""
    keys = sheet.readings["license_key"].values
    candidates = countable & ~keys.blank()
    numbers = keys.numbers()
    uses = np.bincount(numbers[candidates], minlength=int(numbers.max(initial=0)) + 1)
    return np.flatnonzero(candidates & (uses[numbers] > 1)).astype(np.int64)


def each_and_the_others(places: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Each place with all the others, if there are several."""
    if len(places) < 2:
        return
    for place in places:
        yield place, [other for other in places if other != place]


def differing_fields(columns: Mapping[str, list[Column]], place: int, others: list[int]) -> list[str]:
    """The fields in which another place differs from this one."""
    differs_here = partial(differs, place=place, others=others)
    return [name for name, pair in columns.items() if any(map(differs_here, pair))]


def differs(column: Column, place: int, others: list[int]) -> bool:
    """Whether any of the other places has another value."""
    return any(column.at(other) != column.at(place) for other in others)


def compared_columns(sheet: TypedTable, extra: Column) -> dict[str, list[Column]]:
    """Each field's values and misreads."""
    # The hosting is compared as it counts, whichever column has it.
    # Two unreadable cells are both blank; only their misreads, which quote them, tell them apart.
    columns: dict[str, list[Column]] = {
        name: [reading.values, reading.misreads] for name, reading in sheet.readings.items()
    }
    misreads: Column = CodedColumn.constant(None, len(sheet))
    if "hosting" in columns:
        misreads = columns["hosting"][1]
    return {**columns, "hosting": [sheet.hosting(), misreads], "extra": [extra]}
