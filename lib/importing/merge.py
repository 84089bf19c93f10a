"""Rows of a file merged with the licenses that are stored under their keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.checking import other_columns
from lib.checking.check import CheckedFile
from lib.columnar.column import CodedColumn, Column, Mask, Rows
from lib.columnar.combinations import map_combinations
from lib.columnar.text_column import TextColumn
from lib.domain.codes import join_codes, parse_fields
from lib.domain.display import column_title, display_text
from lib.domain.licenses import COLUMNS
from lib.domain.text import ERASED
from lib.judging.content_hash import CONTENT_COLUMNS
from lib.judging.stored import stored_column

EDITED = ("license_key", "column", "ours", "file")
"""The columns of `MergedRows.edited_cells`."""

STORED = (*CONTENT_COLUMNS, "outcome", "reason", "from_size", "to_tier", "stage", "stage_since")
"""The columns that are read of stored versions."""

ERASED_PATTERN = rf"^\W*{ERASED}\W*$"


@dataclass(frozen=True, slots=True)
class MergedRows:
    """Licenses that would differ from the store, by their `rows` in the file."""

    rows: Rows
    columns: dict[str, Column]
    """Their content columns."""

    edited: CodedColumn
    """The fields of each that a person changed here, joined by commas as they are stored."""

    before: dict[str, Column]
    """Their stored versions (`STORED`), in the same order."""

    edited_cells: pd.DataFrame
    """The cells, as texts, of these and other licenses that keep a person's value although the file differs (`EDITED`)."""


def merge_rows(checked: CheckedFile, rows: Rows, before: pd.DataFrame) -> MergedRows:
    """Some rows of a file on top of the stored versions `before`, one for each.

    A blank cell says nothing, unless the settings let it clear what is stored; what a person changed here is retained,
    unless the settings let the file win. A contact erased by request is cleared in any case.
    """
    incoming = {name: checked.licenses[name].take(rows) for name in CONTENT_COLUMNS}
    stored = {name: stored_column(name, before[name]) for name in STORED}
    erased = erased_cells(checked, rows)
    columns = fill_from_store(checked, incoming, stored, erased)
    file_wins = erased | {field: np.ones(len(rows), dtype=np.bool_) for field in checked.settings.theirs}
    edited, edited_cells = retain_edits(incoming, stored, columns, before, file_wins)
    is_changed = np.logical_or.reduce(list(differing(columns, stored).values()))
    changed = np.flatnonzero(is_changed).astype(np.int64)
    return MergedRows(
        rows[changed], take(columns, changed), CodedColumn.of(edited[changed]), take(stored, changed), edited_cells
    )


def take(columns: Mapping[str, Column], rows: Rows) -> dict[str, Column]:
    """Some rows of each column."""
    return {name: column.take(rows) for name, column in columns.items()}


def erased_cells(checked: CheckedFile, rows: Rows) -> dict[str, Mask]:
    """The rows whose cell says that its value was erased by request, by field (domain.md §6)."""
    masks = {name: reading.texts.take(rows).matching(ERASED_PATTERN) for name, reading in checked.readings.items()}
    return {name: mask for name, mask in masks.items() if mask.any()}


def fill_from_store(
    checked: CheckedFile, incoming: Mapping[str, Column], stored: Mapping[str, Column], erased: Mapping[str, Mask]
) -> dict[str, Column]:
    """The file's columns with stored values in their blanks, unless blanks clear them or they were erased."""
    cleared = columns_cleared_by_blanks(checked)
    columns = {
        name: column if name in cleared else column.fill_blanks(stored[name]) for name, column in incoming.items()
    }
    # A country we do not know is no blank: the stored code would contradict its text.
    if "country" not in cleared:
        is_unknown = incoming["country"].blank() & ~incoming["country_text"].blank()
        columns["country"] = replace_rows(columns["country"], is_unknown, incoming["country"])
    # A bare code says no more than the name that is stored with the same code.
    is_repeated = repeats_stored_code(incoming, stored)
    if is_repeated.any():
        columns["country_text"] = replace_rows(columns["country_text"], is_repeated, stored["country_text"])
    for field, is_erased in erased.items():
        for name in own_columns(field):
            columns[name] = replace_rows(columns[name], is_erased, incoming[name])
    columns["extra"] = merge_other_columns(checked, incoming, stored["extra"], erased)
    return columns


def own_columns(field: str) -> tuple[str, ...]:
    """The columns of a field: a country has its code, and its own text for those that we do not know."""
    if field == "country":
        return ("country", "country_text")
    return (field,)


def repeats_stored_code(incoming: Mapping[str, Column], stored: Mapping[str, Column]) -> Mask:
    """The rows whose country is only the stored one's code."""
    names = [incoming["country"], incoming["country_text"], stored["country"], stored["country_text"]]
    is_repeated = map_combinations(names, lambda code, text, other, name: bool(code and name) and code == text == other)
    return is_repeated.where_value(bool)


def columns_cleared_by_blanks(checked: CheckedFile) -> set[str]:
    """The columns in which a blank cell clears what is stored: those that the file has."""
    if checked.settings.blank != "clear":
        return set()
    return set(chain.from_iterable(map(own_columns, checked.mapping.values())))


def merge_other_columns(
    checked: CheckedFile, incoming: Mapping[str, Column], stored: Column, erased: Mapping[str, Mask]
) -> Column:
    """The cells of columns that are no field, on top of the stored ones."""
    extra = incoming["extra"]
    cleared = checked.unmapped if checked.settings.blank == "clear" else []
    replaced = replaced_texts(checked, incoming, stored, erased)
    if extra.blank().all() and not cleared and not replaced:
        return stored
    merged = []
    for row, (cells, before) in enumerate(zip(extra.objects(), stored.objects(), strict=True)):
        gone = [heading for heading, rows in replaced.items() if rows[row]]
        merged.append(other_columns.merge_cells(cells, before, [*cleared, *gone]))
    return TextColumn.of(merged)


def replaced_texts(
    checked: CheckedFile, incoming: Mapping[str, Column], stored: Column, erased: Mapping[str, Mask]
) -> dict[str, Mask]:
    """The rows in which a field has a value now, or lost it, by the heading under which a text was kept instead of one."""
    if stored.blank().all():
        return {}
    texts = TextColumn(stored.arrow(pa.string()).fill_null(""))
    is_cleared = checked.settings.blank == "clear"
    rows = {}
    for heading, field in checked.mapping.items():
        if texts.matching(other_columns.heading_pattern(heading)).any():
            rows[heading] = ~incoming[field].blank() | is_cleared | erased.get(field, False)
    return rows


def retain_edits(
    incoming: Mapping[str, Column],
    stored: Mapping[str, Column],
    columns: dict[str, Column],
    before: pd.DataFrame,
    file_wins: Mapping[str, Mask],
) -> tuple[NDArray[np.object_], pd.DataFrame]:
    """Put stored values back into `columns` in the fields that a person changed here, but where the file wins.

    Gives the fields of each license that stay edited, and the cells in which the file differs (`EDITED`).
    """
    keys, edited = (before[name].to_numpy(dtype=object) for name in ("license_key", "edited"))
    cells: list[tuple[str, str, str, str]] = []
    for field in edited_fields(edited):
        ours = is_edited(edited, field)
        if field in file_wins:
            overwritten = ours & file_wins[field] & (columns[field].objects() != stored[field].objects())
            edited = without_field(edited, overwritten, field)
            ours &= ~file_wins[field]
        for name in own_columns(field):
            columns[name] = replace_rows(columns[name], ours, stored[name])
        differs = ours & ~incoming[field].blank() & (incoming[field].objects() != stored[field].objects())
        cells += cells_of(field, np.flatnonzero(differs), keys, stored[field], incoming[field])
    return edited, pd.DataFrame(cells, columns=list(EDITED), dtype=object)


def edited_fields(edited: NDArray[np.object_]) -> list[str]:
    """The fields that a person changed in any license, in reading order."""
    distinct = set(chain.from_iterable(map(parse_fields, set(edited))))
    return [name for name in COLUMNS if name in distinct]


def is_edited(edited: NDArray[np.object_], field: str) -> Mask:
    """The licenses in which a person changed a field."""
    return np.array([field in parse_fields(names) for names in edited], dtype=np.bool_)


def without_field(edited: NDArray[np.object_], rows: Mask, field: str) -> NDArray[np.object_]:
    """The edited fields of each license, in some rows without one of them."""
    remaining = edited.copy()
    for row in np.flatnonzero(rows):
        names = (name for name in parse_fields(edited[row]) if name != field)
        remaining[row] = join_codes(names) or None
    return remaining


def cells_of(
    field: str, rows: Rows, keys: NDArray[np.object_], stored: Column, incoming: Column
) -> list[tuple[str, str, str, str]]:
    """Cells of one field as people read them: license key, title, stored value, value in the file."""
    title = column_title(field)
    return [
        (keys[row], title, display_text(field, stored.at(row)), display_text(field, incoming.at(row)))
        for row in rows.tolist()
    ]


def replace_rows(column: Column, rows: Mask, other: Column) -> Column:
    """The column with the other's values in some rows."""
    length = len(column)
    places = np.arange(length, dtype=np.int64)
    return column.concat(other).take(np.where(rows, places + length, places))


def differing(columns: Mapping[str, Column], stored: Mapping[str, Column]) -> dict[str, Mask]:
    """For each column the rows that differ from the store; no text and a blank one are the same."""
    masks: dict[str, Mask] = {}
    for name, column in columns.items():
        other = stored[name]
        if isinstance(other, TextColumn):
            masks[name] = np.asarray(pc.not_equal(column.arrow(pa.string()).fill_null(""), other.array))
        else:
            masks[name] = np.asarray(column.objects() != other.objects(), dtype=np.bool_)
    return masks


def concat_merged(parts: Sequence[MergedRows]) -> MergedRows:
    """Several parts of a file as one; there must be at least one."""
    return MergedRows(
        rows=np.concatenate([part.rows for part in parts]),
        columns=concat_columns([part.columns for part in parts]),
        edited=concat([part.edited for part in parts]).coded(),
        before=concat_columns([part.before for part in parts]),
        edited_cells=pd.concat([part.edited_cells for part in parts]),
    )


def concat_columns(parts: Sequence[Mapping[str, Column]]) -> dict[str, Column]:
    """Columns of the same names, one below the other."""
    columns = {}
    for name in parts[0]:
        columns[name] = concat([part[name] for part in parts])
    return columns


def concat(parts: Sequence[Column]) -> Column:
    """Columns one below the other."""
    if all(isinstance(part, TextColumn) for part in parts):
        return TextColumn(pa.concat_arrays([part.arrow(pa.string()) for part in parts]))
    coded = [part.coded() for part in parts]
    # Each part's codes count on from the values of those before it; values that several have become one in the end.
    starts = np.cumsum([0, *(len(part.values) for part in coded)])
    codes = np.concatenate([part.codes + np.int32(start) for part, start in zip(coded, starts[:-1], strict=True)])
    values = chain.from_iterable(part.values for part in coded)
    return CodedColumn(codes, tuple(values)).distinct()
