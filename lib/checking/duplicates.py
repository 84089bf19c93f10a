"""Rows of one file that carry the same license key: repeats collapse, contradictions are held side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lib.checking.typed_table import TypedTable
from lib.columnar.column import CodedColumn, Column, Mask
from lib.columnar.combinations import combinations


@dataclass(frozen=True, slots=True)
class Duplicates:
    """`repeats` maps a row to the earlier row it repeats exactly, `conflicts` a row to the others that contradict it, and
    `differing` a row to the fields they contradict it in."""

    repeats: dict[int, int]
    conflicts: dict[int, list[int]]
    differing: dict[int, list[str]]


def find_duplicates(sheet: TypedTable, extra: Column, countable: Mask) -> Duplicates:
    """Rows with the same key among the countable ones, compared by what was read in every column, and by their `extra`."""
    named = countable & ~sheet.readings["license_key"].values.blank()
    keys = sheet.readings["license_key"].values.numbers()
    rows = np.flatnonzero(named & (np.bincount(keys[named], minlength=int(keys.max(initial=0)) + 1)[keys] > 1))
    found = Duplicates({}, {}, {})
    if not len(rows):
        return found
    columns: dict[str, tuple[Column, ...]] = {
        name: tuple(column.take(rows) for column in pair) for name, pair in {**_read(sheet), "extra": (extra,)}.items()
    }
    _, contents = combinations([column for pair in columns.values() for column in pair])
    groups: dict[int, dict[int, int]] = {}
    for place, (key, content) in enumerate(zip(keys[rows].tolist(), contents.tolist(), strict=True)):
        versions = groups.setdefault(key, {})
        if content in versions:
            found.repeats[int(rows[place])] = int(rows[versions[content]])
        versions.setdefault(content, place)
    for versions in groups.values():
        for place in versions.values() if len(versions) > 1 else ():
            others = [other for other in versions.values() if other != place]
            found.conflicts[int(rows[place])] = rows[others].tolist()
            found.differing[int(rows[place])] = _differing(columns, place, others)
    return found


def _differing(columns: Mapping[str, tuple[Column, ...]], place: int, others: list[int]) -> list[str]:
    return [
        name
        for name, pair in columns.items()
        if any(column.at(other) != column.at(place) for column in pair for other in others)
    ]


def _read(sheet: TypedTable) -> dict[str, tuple[Column, ...]]:
    """What was read of each column, and what could not be: the hosting as it counts, whichever column says it."""
    read: dict[str, tuple[Column, ...]] = {
        name: (reading.values, reading.misreads) for name, reading in sheet.readings.items()
    }
    wrong = read["hosting"][1] if "hosting" in read else CodedColumn.constant(None, len(sheet))
    return {**read, "hosting": (sheet.hosting(), wrong)}
