"""The texts of columns with few distinct values, and what each was taken to mean, for a person to correct."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lib.checking.check import CheckedFile
from lib.columnar.column import CodedColumn
from lib.domain.display import display_text
from lib.domain.licenses import COLUMNS, ColumnKind

_MOST = 200
"""Texts of a column that are listed."""

_KINDS = (ColumnKind.PRODUCT, ColumnKind.HOSTING, ColumnKind.YES_NO)

FIELDS = tuple(name for name, column in COLUMNS.items() if column.kind in _KINDS or name == "license_type")
"""The fields whose texts a person may give a meaning."""


@dataclass(frozen=True, slots=True)
class TextMeaning:
    """A text, its rows, what it was taken to mean (None: not understood), and `how` that came about.

    `how` is `chosen` (for this file), `remembered`, or None.
    """

    text: str
    count: int
    meaning: str | None
    how: str | None


def text_meanings(checked: CheckedFile) -> dict[str, list[TextMeaning]]:
    """The texts of each such field, not understood ones first."""
    return {name: column_meanings(checked, name) for name in FIELDS if name in checked.readings}


def column_meanings(checked: CheckedFile, name: str) -> list[TextMeaning]:
    """The texts of one column, not understood ones first, then the commonest."""
    reading = checked.readings[name]
    texts = reading.originals.coded()
    counts = np.bincount(texts.codes, minlength=len(texts.values))
    source = meaning_source(checked, name)
    entries: dict[str, TextMeaning] = {}
    for original, count, row in zip(texts.values, counts.tolist(), first_rows(texts).tolist(), strict=True):
        text = original.strip()
        misread = reading.misreads.at(row)
        meaning = None if misread else display_text(name, reading.values.at(row))
        if text and count and meaning != "":
            entry = entries.get(text, TextMeaning(text, 0, meaning, source(text)))
            entries[text] = replace(entry, count=entry.count + count)
    ranked = sorted(entries.values(), key=lambda entry: (entry.meaning is not None, -entry.count, entry.text))
    return ranked[:_MOST]


def first_rows(texts: CodedColumn) -> NDArray[np.int64]:
    """The first row that has each value."""
    rows = np.zeros(len(texts.values), dtype=np.int64)
    # Written backwards, so that the first row of a value is the last one to be written.
    rows[texts.codes[::-1]] = np.arange(len(texts))[::-1]
    return rows


def meaning_source(checked: CheckedFile, name: str) -> Callable[[str], str | None]:
    """A function from a text to how its meaning came about."""
    heading = next(heading for heading, field in checked.mapping.items() if field == name)
    choices = {text.strip() for text in checked.settings.replacements.get(heading, {})}
    remembered = checked.remembered.meanings.get(name, {})

    def source(text: str) -> str | None:
        if text in choices:
            return "chosen"
        return "remembered" if text in remembered else None

    return source
