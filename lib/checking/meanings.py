"""The texts of columns with few distinct values, and what each was taken to mean, for a person to correct."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

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


class MeaningSource(StrEnum):
    """Who said what a text means, if the text does not say it itself."""

    CHOSEN = "chosen"
    """A person, for this file."""

    REMEMBERED = "remembered"
    """A person, for an earlier file."""


@dataclass(frozen=True, slots=True)
class TextMeaning:
    """A text, the number of its cells, and what it was taken to mean; None if it was not understood."""

    text: str
    count: int
    meaning: str | None
    how: MeaningSource | None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "TextMeaning":
        """A meaning as JSON holds it."""
        how = stored["how"]
        return cls(**{**stored, "how": MeaningSource(how) if how else None})

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Its place among the texts of a column: not understood ones first, then the commonest."""
        return self.meaning is not None, -self.count, self.text


def text_meanings(checked: CheckedFile) -> dict[str, list[TextMeaning]]:
    """The texts of each such field, not understood ones first."""
    return {name: column_meanings(checked, name) for name in FIELDS if name in checked.readings}


def column_meanings(checked: CheckedFile, name: str) -> list[TextMeaning]:
    """The texts of one column, by rank."""
    reading = checked.readings[name]
    # The originals, since a text that was given a meaning must stay in the list to be given another.
    texts = reading.originals.coded()
    counts = np.bincount(texts.codes, minlength=len(texts.values))
    source = meaning_source(checked, name)
    meanings: dict[str, TextMeaning] = {}
    for original, count, row in zip(texts.values, counts.tolist(), first_rows(texts).tolist(), strict=True):
        text = original.strip()
        misread = reading.misreads.at(row)
        meaning = None if misread else display_text(name, reading.values.at(row))
        if text and count and meaning != "":
            # Texts that differ in outer white space only are one; the first of them gives the meaning.
            entry = meanings.setdefault(text, TextMeaning(text, 0, meaning, source(text)))
            meanings[text] = replace(entry, count=entry.count + count)
    return sorted(meanings.values(), key=lambda meaning: meaning.rank)[:_MOST]


def first_rows(texts: CodedColumn) -> NDArray[np.int64]:
    """The first row that has each value."""
    rows = np.zeros(len(texts.values), dtype=np.int64)
    # Written backwards, so that the first row of a value is the last one to be written.
    rows[texts.codes[::-1]] = np.arange(len(texts))[::-1]
    return rows


def meaning_source(checked: CheckedFile, name: str) -> Callable[[str], MeaningSource | None]:
    """A function from a text to how its meaning came about."""
    heading = next(heading for heading, field in checked.mapping.items() if field == name)
    choices = {text.strip() for text in checked.settings.replacements.get(heading, {})}
    remembered = checked.remembered.meanings.get(name, {})

    def source(text: str) -> MeaningSource | None:
        if text in choices:
            return MeaningSource.CHOSEN
        if text in remembered:
            return MeaningSource.REMEMBERED
        return None

    return source
