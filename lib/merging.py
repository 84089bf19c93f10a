"""A file's licenses beside those stored under the same keys: what each becomes, and which cells keep what a person wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lib import extras
from lib.check import Checked
from lib.coded import Coded, Column, Mask
from lib.licenses import COLUMNS, Kind
from lib.products import Hosting, Product
from lib.records import shown, title_of

KEPT = ("license_key", "column", "ours", "file")
"""The columns of `Merged.kept`."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The licenses as they would be, the fields of each that a person changed here (as stored), and, as texts, the cells
    where that person's value is kept although the file says otherwise (columns KEPT)."""

    columns: dict[str, Column]
    edited: Coded
    kept: pd.DataFrame


def merge(incoming: Mapping[str, Column], before: pd.DataFrame, checked: Checked) -> Merged:
    """The file's licenses on top of the stored ones, row by row.

    A blank cell says nothing, unless the settings let it clear what is stored; what a person changed here is kept,
    unless the settings let the file win.
    """
    stored: dict[str, Column] = {
        name: Coded.of(_as_read(name, value) for value in before[name]) for name in incoming if name != "extra"
    }
    cleared = _cleared(checked)
    columns = {
        name: column if name in cleared else column.otherwise(stored[name])
        for name, column in incoming.items()
        if name in stored
    }
    if "country" not in cleared:  # a country we do not know is no blank: the stored code would contradict its text
        columns["country"] = incoming["country"].otherwise(
            stored["country"].coded().unless(~incoming["country_text"].blank(), "")
        )
    pairs = zip(incoming["extra"].objects(), before["extra"], strict=True)
    gone = checked.unmapped if checked.settings.blank == "clear" else ()
    columns["extra"] = Coded.of(extras.merged(said, had, gone) for said, had in pairs)
    return _without_overwriting(incoming, stored, columns, before, checked.settings.theirs)


def _cleared(checked: Checked) -> set[str]:
    """The columns in which a blank cell clears what is stored: those the file has."""
    if checked.settings.blank != "clear":
        return set()
    mapped = set(checked.mapping.values())
    return mapped | ({"country_text"} if "country" in mapped else set())


def _as_read(name: str, value: Any) -> Any:
    """A stored value as the readers give it."""
    kind = COLUMNS[name].kind if name in COLUMNS else Kind.TEXT
    if kind in (Kind.PRODUCT, Kind.HOSTING):
        return None if value is None else Product(value) if kind is Kind.PRODUCT else Hosting(value)
    return value


def _without_overwriting(
    incoming: Mapping[str, Column],
    stored: Mapping[str, Column],
    columns: dict[str, Column],
    before: pd.DataFrame,
    theirs: Iterable[str],
) -> Merged:
    """The merged columns with the stored value in the fields that a person changed here, less those of `theirs`."""
    edited = before["edited"].to_numpy(dtype=object)
    fields = {field for names in set(edited) if names for field in names.split(",")}
    kept = []
    for field in (name for name in COLUMNS if name in fields):
        ours = np.array([bool(names) and field in names.split(",") for names in edited], dtype=np.bool_)
        if field in theirs:
            lost = ours & (columns[field].objects() != stored[field].objects())
            edited = np.where(lost, np.array([_less(names, field) for names in edited], dtype=object), edited)
            continue
        for name in (field, "country_text") if field == "country" else (field,):
            columns[name] = _instead(columns[name], ours, stored[name])
        differs = ours & ~incoming[field].blank() & (incoming[field].objects() != stored[field].objects())
        kept += [
            (key, title_of(field), shown(field, stored[field].at(row)), shown(field, incoming[field].at(row)))
            for row, key in zip(np.flatnonzero(differs).tolist(), before["license_key"][differs], strict=True)
        ]
    return Merged(columns, Coded.of(edited), pd.DataFrame(kept, columns=list(KEPT), dtype=object))


def _less(names: str | None, field: str) -> str | None:
    return ",".join(name for name in (names or "").split(",") if name != field) or None


def _instead(column: Column, rows: Mask, other: Column) -> Column:
    """The column with the other's values in some rows."""
    length = len(column)
    places = np.arange(length, dtype=np.int64)
    return column.followed_by(other).take(np.where(rows, places + length, places))
