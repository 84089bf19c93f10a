"""What a person can mend in place: cells to correct, each distinct text once, and rows that contradict each other."""

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.checking.causes import ROW_PROBLEMS
from lib.checking.check import CheckedFile
from lib.checking.problem_table import SCHEMA, ProblemGroup
from lib.columnar.arrow import decode_dictionary
from lib.columnar.column import Rows
from lib.domain.display import display_text
from lib.reading.problem_codes import ProblemCode
from lib.reading.tables import Table

_PART = 20_000
_KEYS_AT_ONCE = 500
_NAMED = 6
"""Lines that a sentence names at most."""

_TEXT = pa.string()
_NOTES = pa.schema([("rows", pa.int64()), ("license_key", _TEXT), ("customer_name", _TEXT)])
CORRECTIONS = pa.schema([*SCHEMA, *_NOTES])
"""A problem of SCHEMA, how many rows have its text, and the license of the first."""

DUPLICATES = pa.schema([("license_key", _TEXT), ("rows", _TEXT)])
"""A license key, and as JSON the number, line and cells of each row that has it."""


def correctable_texts(checked: CheckedFile) -> Iterator[pa.Table]:
    """Wrong cells, those of the same text in a column as one, the commonest first (CORRECTIONS)."""
    parts = [corrections_of(checked, group) for group in checked.errors.groups if is_correctable(group)]
    order = [("rows", "descending"), ("line", "ascending")]
    table = pa.concat_tables([CORRECTIONS.empty_table(), *parts]).sort_by(order)
    for start in range(0, max(len(table), 1), _PART):
        yield table.slice(start, _PART)


def is_correctable(group: ProblemGroup) -> bool:
    """Whether another text in a cell can solve these problems."""
    return len(group.rows) > 0 and group.column is not None and group.code not in ROW_PROBLEMS


def corrections_of(checked: CheckedFile, group: ProblemGroup) -> pa.Table:
    """The distinct texts of one group, each with its first row; every row of its own where keys are wrong."""
    texts = np.arange(len(group.rows))
    if group.field != "license_key":
        texts = group.values(group.rows).fill_null("").dictionary_encode().indices.to_numpy()
    _, places, counts = np.unique(texts, return_index=True, return_counts=True)
    firsts = group.rows[places]
    problems = group.table(firsts, checked.table.lines, checked.table.part_phrases())
    by_text = group.rows[np.argsort(texts, kind="stable")]
    messages = name_all_lines(checked.table, problems["message"].to_pylist(), by_text, counts)
    problems = problems.set_column(
        SCHEMA.get_field_index("message"), SCHEMA.field("message"), pa.array(messages, _TEXT)
    )
    columns = [*problems.columns, pa.array(counts, pa.int64()), keys_of(checked, firsts), customers_of(checked, firsts)]
    return pa.Table.from_arrays(columns, schema=CORRECTIONS)


def name_all_lines(table: Table, messages: list[str], rows: Rows, counts: NDArray[np.int64]) -> list[str]:
    """Each message with the first lines of its rows in place of one; `counts` parts the `rows` by message."""
    stops = np.cumsum(counts)
    for place in np.flatnonzero(counts > 1).tolist():
        own_rows = rows[stops[place] - counts[place] : stops[place]]
        first = table.place_of(own_rows[0]).removeprefix("line ")
        rest = messages[place].removeprefix(f"Line {first}")
        messages[place] = f"{lines_phrase(table, own_rows)}{rest}"
    return messages


def lines_phrase(table: Table, rows: Rows) -> str:
    """Two or more rows, the first few by their lines: `Lines 4, 7, 9 and 12 more`."""
    named = rows if len(rows) <= _NAMED else rows[: _NAMED - 1]
    places = [table.place_of(row).removeprefix("line ") for row in named.tolist()]
    last = f"{len(rows) - len(named):,} more" if len(named) < len(rows) else places.pop()
    return f"Lines {', '.join(places)} and {last}"


def keys_of(checked: CheckedFile, rows: Rows) -> pa.Array:
    """The license keys of some rows."""
    return checked.licenses["license_key"].take(rows).arrow(_TEXT)


def customers_of(checked: CheckedFile, rows: Rows) -> pa.Array:
    """What some rows call the customer."""
    company, license_name = (checked.licenses[name].take(rows) for name in ("company", "license_name"))
    names = company.fill_blanks(license_name).objects().tolist()
    return pa.array([display_text("company", name) for name in names], _TEXT)


def conflicting_keys(checked: CheckedFile) -> Iterator[pa.Table]:
    """The license keys whose rows contradict each other, with these rows (DUPLICATES)."""
    groups = [group for group in checked.errors.groups if group.code is ProblemCode.CONFLICTING_DUPLICATE]
    rows = np.concatenate([np.empty(0, np.int64), *(group.rows for group in groups)])
    by_key: dict[str, list[int]] = {}
    for key, row in zip(keys_of(checked, rows).to_pylist(), rows.tolist(), strict=True):
        by_key.setdefault(key, []).append(row)
    keys = list(by_key)
    for start in range(0, max(len(keys), 1), _KEYS_AT_ONCE):
        part = keys[start : start + _KEYS_AT_ONCE]
        yield pa.table([pa.array(part, _TEXT), rows_as_json(checked, [by_key[key] for key in part])], DUPLICATES)


def rows_as_json(checked: CheckedFile, rows_of_keys: list[list[int]]) -> pa.Array:
    """For each key the number, line and cells of its rows, as JSON."""
    rows = np.array([row for rows in rows_of_keys for row in rows], dtype=np.int64)
    columns = [pc.fill_null(decode_dictionary(c.take(pa.array(rows))), "").to_pylist() for c in checked.table.columns]
    cells = dict(zip(rows.tolist(), zip(*columns, strict=True), strict=True))
    return pa.array([json.dumps(described_rows(checked, some, cells)) for some in rows_of_keys], _TEXT)


def described_rows(
    checked: CheckedFile, rows: Sequence[int], cells: Mapping[int, tuple[str, ...]]
) -> list[dict[str, object]]:
    """Some rows for people, with their cells by number of row."""
    return [described_row(checked, row, cells[row]) for row in rows]


def described_row(checked: CheckedFile, row: int, cells: tuple[str, ...]) -> dict[str, object]:
    """One row for people: its number from 1, its line, its cells by heading."""
    return {"row": row + 1, "line": checked.line_of(row), "cells": dict(zip(checked.headings, cells, strict=True))}
