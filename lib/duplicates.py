"""Rows of one file that carry the same license key: repeats collapse, contradictions are held side by side."""

from dataclasses import dataclass

import numpy as np

from lib.coded import Coded, Column, Mask, Rows, combinations
from lib.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Duplicates:
    """`repeats` maps a row to the earlier row it repeats exactly; `conflicts` maps a row to others that contradict it."""

    repeats: dict[int, int]
    conflicts: dict[int, list[int]]


def find_duplicates(sheet: Sheet, countable: Mask) -> Duplicates:
    """Rows with the same key among the countable ones, compared by what was read in every column."""
    keys = sheet.read["license_key"].values.coded()
    rows = _rows_sharing_a_key(keys, countable)
    found = Duplicates({}, {})
    if not len(rows):
        return found
    _, contents = combinations([column.take(rows) for columns in _read(sheet).values() for column in columns])
    groups: dict[int, dict[int, int]] = {}
    for row, key, content in zip(rows.tolist(), keys.codes[rows].tolist(), contents.tolist(), strict=True):
        versions = groups.setdefault(key, {})
        if content in versions:
            found.repeats[row] = versions[content]
        versions.setdefault(content, row)
    for versions in groups.values():
        first = list(versions.values())
        if len(first) > 1:
            found.conflicts.update({row: [other for other in first if other != row] for row in first})
    return found


def differing_fields(sheet: Sheet, row: int, others: list[int]) -> list[str]:
    """The fields in which a row differs from any of the others."""
    return [
        name
        for name, columns in _read(sheet).items()
        if any(column.at(other) != column.at(row) for column in columns for other in others)
    ]


def _read(sheet: Sheet) -> dict[str, tuple[Column, Column]]:
    """What was read of each column, and what could not be: the hosting as it counts, whichever column says it."""
    read: dict[str, tuple[Column, Column]] = {
        name: (reading.values, reading.wrong) for name, reading in sheet.read.items()
    }
    wrong = read["hosting"][1] if "hosting" in read else Coded.constant(None, len(sheet))
    return {**read, "hosting": (sheet.hosting(), wrong)}


def _rows_sharing_a_key(keys: Coded, countable: Mask) -> Rows:
    counts = np.bincount(keys.codes[countable], minlength=len(keys.values))
    return np.flatnonzero(countable & ~keys.blank() & (counts[keys.codes] > 1)).astype(np.int64)
