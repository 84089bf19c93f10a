"""Rows of one file that carry the same license key: repeats collapse, contradictions are held side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lib.coded import Coded, Mask, Rows, combinations


@dataclass(frozen=True, slots=True)
class Duplicates:
    """`repeats` maps a row to the earlier row it repeats exactly; `conflicts` maps a row to others that contradict it."""

    repeats: dict[int, int]
    conflicts: dict[int, list[int]]


def find_duplicates(read: Mapping[str, Coded], countable: Mask) -> Duplicates:
    """Rows with the same key among the countable ones, compared by what was read in every column."""
    rows = _rows_sharing_a_key(read["license_key"], countable)
    found = Duplicates({}, {})
    if not len(rows):
        return found
    _, contents = combinations([column.take(rows) for column in read.values()])
    groups: dict[int, dict[int, int]] = {}
    for row, key, content in zip(
        rows.tolist(), read["license_key"].codes[rows].tolist(), contents.tolist(), strict=True
    ):
        versions = groups.setdefault(key, {})
        if content in versions:
            found.repeats[row] = versions[content]
        versions.setdefault(content, row)
    for versions in groups.values():
        first = list(versions.values())
        if len(first) > 1:
            found.conflicts.update({row: [other for other in first if other != row] for row in first})
    return found


def differing_fields(read: Mapping[str, Coded], row: int, others: list[int]) -> list[str]:
    """The fields in which a row differs from any of the others."""
    return [
        field for field, column in read.items() if any(column.codes[other] != column.codes[row] for other in others)
    ]


def _rows_sharing_a_key(keys: Coded, countable: Mask) -> Rows:
    counts = np.bincount(keys.codes[countable], minlength=len(keys.values))
    return np.flatnonzero(countable & ~keys.blank() & (counts[keys.codes] > 1)).astype(np.int64)
