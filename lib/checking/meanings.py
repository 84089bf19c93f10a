"""The texts of the columns that hold one of few things, and what each was taken to mean: what a person may correct."""

from typing import Any

import numpy as np

from lib.checking.check import CheckedFile
from lib.domain.display import display_text
from lib.domain.licenses import COLUMNS, ColumnKind

_MOST = 200
_KINDS = (ColumnKind.PRODUCT, ColumnKind.HOSTING, ColumnKind.YES_NO)

FIELDS = tuple(name for name, column in COLUMNS.items() if column.kind in _KINDS or name == "license_type")
"""The fields whose texts a person may say the meaning of."""


def text_meanings(checked: CheckedFile) -> dict[str, list[dict[str, Any]]]:
    """By field the texts of its column: text, count, meaning (None: not understood) and how it came to it (`chosen` for
    this file, `remembered`, else None); first those that are not understood, then the commonest."""
    return {name: _values(checked, name) for name in FIELDS if name in checked.readings}


def _values(checked: CheckedFile, name: str) -> list[dict[str, Any]]:
    reading = checked.readings[name]
    texts = reading.originals.coded()
    counts = np.bincount(texts.codes, minlength=len(texts.values))
    shows = np.zeros(len(texts.values), dtype=np.int64)
    shows[texts.codes[::-1]] = np.arange(len(texts))[::-1]  # the first row of each text
    heading = next(heading for heading, field in checked.mapping.items() if field == name)
    chosen = {text.strip() for text in checked.settings.replacements.get(heading, {})}
    remembered = checked.remembered.meanings.get(name, {})
    found: dict[str, dict[str, Any]] = {}
    for text, count, row in zip(texts.values, counts.tolist(), shows.tolist(), strict=True):
        meaning, text = None if reading.misreads.at(row) else display_text(name, reading.values.at(row)), text.strip()
        if text and count and meaning != "":
            how = "chosen" if text in chosen else "remembered" if text in remembered else None
            entry = found.setdefault(text, {"text": text, "count": 0, "meaning": meaning, "how": how})
            entry["count"] += count
    return sorted(found.values(), key=lambda value: (value["meaning"] is not None, -value["count"], value["text"]))[
        :_MOST
    ]
