"""A file's licenses beside those stored under the same keys: what each becomes, and which cells keep what a person wrote."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.checking import other_columns
from lib.checking.check import CheckedFile
from lib.columnar.column import CodedColumn, Column, Mask, Rows
from lib.columnar.text_column import TextColumn
from lib.domain.codes import join_codes, parse_fields
from lib.domain.display import column_title, display_text
from lib.domain.licenses import COLUMNS
from lib.judging.content_hash import CONTENT_COLUMNS
from lib.judging.stored import stored_column

KEPT = ("license_key", "column", "ours", "file")
"""The columns of `Merged.kept`."""

STORED = (*CONTENT_COLUMNS, "outcome", "reason", "from_size", "to_tier", "stage", "stage_since")
"""What is told of stored versions."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Licenses that would be otherwise than they are stored, by their `rows` in the file: their columns (CONTENT), the
    fields of each that a person changed here (as stored), and their stored versions (STORED), in the same order.

    `kept` has, as texts, the cells of these and other licenses where a person's value is kept although the file says
    otherwise (columns KEPT).
    """

    rows: Rows
    columns: dict[str, Column]
    edited: CodedColumn
    before: dict[str, Column]
    kept: pd.DataFrame


def merge(checked: CheckedFile, rows: Rows, before: pd.DataFrame) -> Merged:
    """Some rows of a file on top of the licenses that are stored under their keys, of which `before` has one for each.

    A blank cell says nothing, unless the settings let it clear what is stored; what a person changed here is kept,
    unless the settings let the file win.
    """
    incoming = {name: checked.licenses[name].take(rows) for name in CONTENT_COLUMNS}
    stored = {name: stored_column(name, before[name]) for name in STORED}
    cleared = _cleared(checked)
    columns: dict[str, Column] = {
        name: column if name in cleared else column.fill_blanks(stored[name]) for name, column in incoming.items()
    }
    if "country" not in cleared:  # a country we do not know is no blank: the stored code would contradict its text
        unknown = incoming["country"].blank() & ~incoming["country_text"].blank()
        columns["country"] = instead(columns["country"], unknown, incoming["country"])
    columns["extra"] = _extra(incoming["extra"], stored["extra"], checked)
    edited, kept = _without_overwriting(incoming, stored, columns, before, checked.settings.theirs)
    differs = np.flatnonzero(np.logical_or.reduce(list(differing(columns, stored).values()))).astype(np.int64)
    changed: dict[str, Column] = {name: column.take(differs) for name, column in columns.items()}
    were: dict[str, Column] = {name: column.take(differs) for name, column in stored.items()}
    return Merged(rows[differs], changed, CodedColumn.of(edited[differs]), were, kept)


def joined(parts: Sequence[Merged]) -> Merged:
    """Several merged parts of a file as one; there must be at least one."""
    columns, before = (
        {name: _one([some[name] for some in told]) for name in told[0]}
        for told in ([part.columns for part in parts], [part.before for part in parts])
    )
    edited = _one([part.edited for part in parts]).coded()
    kept = pd.concat([part.kept for part in parts])
    return Merged(np.concatenate([part.rows for part in parts]), columns, edited, before, kept)


def _one(parts: Sequence[Column]) -> Column:
    if all(isinstance(part, TextColumn) for part in parts):
        return TextColumn(pa.concat_arrays([part.arrow(pa.string()) for part in parts]))
    coded = [part.coded() for part in parts]
    starts = np.cumsum([0, *(len(part.values) for part in coded)])
    codes = np.concatenate([part.codes + np.int32(start) for part, start in zip(coded, starts[:-1], strict=True)])
    return CodedColumn(codes, tuple(value for part in coded for value in part.values)).distinct()


def differing(columns: Mapping[str, Column], stored: Mapping[str, Column]) -> dict[str, Mask]:
    """For each column the rows where it is not what is stored; no text and a blank one are the same."""
    masks: dict[str, Mask] = {}
    for name, column in columns.items():
        if isinstance(other := stored[name], TextColumn):
            masks[name] = np.asarray(pc.not_equal(column.arrow(pa.string()).fill_null(""), other.array))
        else:
            masks[name] = np.asarray(column.objects() != other.objects(), dtype=np.bool_)
    return masks


def _extra(incoming: Column, stored: Column, checked: CheckedFile) -> Column:
    gone = checked.unmapped if checked.settings.blank == "clear" else ()
    if incoming.blank().all() and not gone:
        return stored
    pairs = zip(incoming.objects(), stored.objects(), strict=True)
    return TextColumn.of(other_columns.merge_cells(said, had, gone) for said, had in pairs)


def _cleared(checked: CheckedFile) -> set[str]:
    """The columns in which a blank cell clears what is stored: those the file has."""
    if checked.settings.blank != "clear":
        return set()
    mapped = set(checked.mapping.values())
    return mapped | ({"country_text"} if "country" in mapped else set())


def _without_overwriting(
    incoming: Mapping[str, Column],
    stored: Mapping[str, Column],
    columns: dict[str, Column],
    before: pd.DataFrame,
    theirs: Iterable[str],
) -> tuple[NDArray[np.object_], pd.DataFrame]:
    """Puts the stored value back into the merged columns in the fields that a person changed here, less those of `theirs`.

    Gives the fields of each license that stay so changed, and the cells where the file says otherwise (KEPT).
    """
    edited = before["edited"].to_numpy(dtype=object)
    fields = {field for names in set(edited) for field in parse_fields(names)}
    kept = []
    for field in (name for name in COLUMNS if name in fields):
        ours = np.array([field in parse_fields(names) for names in edited], dtype=np.bool_)
        if field in theirs:
            lost = ours & (columns[field].objects() != stored[field].objects())
            edited = np.where(lost, np.array([_less(names, field) for names in edited], dtype=object), edited)
            continue
        for name in (field, "country_text") if field == "country" else (field,):
            columns[name] = instead(columns[name], ours, stored[name])
        differs = ours & ~incoming[field].blank() & (incoming[field].objects() != stored[field].objects())
        kept += [
            (
                key,
                column_title(field),
                display_text(field, stored[field].at(row)),
                display_text(field, incoming[field].at(row)),
            )
            for row, key in zip(np.flatnonzero(differs).tolist(), before["license_key"][differs], strict=True)
        ]
    return edited, pd.DataFrame(kept, columns=list(KEPT), dtype=object)


def _less(names: str | None, field: str) -> str | None:
    return join_codes(name for name in parse_fields(names) if name != field) or None


def instead(column: Column, rows: Mask, other: Column) -> Column:
    """The column with the other's values in some rows."""
    length = len(column)
    places = np.arange(length, dtype=np.int64)
    return column.concat(other).take(np.where(rows, places + length, places))
