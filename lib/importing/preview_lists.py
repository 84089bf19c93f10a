"""The rows behind the numbers of a check, as lists that pages show.

The lists are Arrow tables of texts and whole numbers, made some thousand rows at a time: new, changed, unchanged, held,
errors (`lib.checking.correction_file`), corrections and duplicates (`correction_lists`), edited, one for each effect (`Effect`), and one for each cause (`cause_list`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.checking import other_columns
from lib.checking.causes import Cause
from lib.checking.check import CheckedFile
from lib.checking.check_summary import cause_list
from lib.checking.correction_file import error_rows, ragged_rows_json
from lib.checking.problem import Severity
from lib.checking.problem_table import ProblemTable, merge_row_lists
from lib.columnar.column import Column, Mask, Rows
from lib.columnar.text_column import TextColumn
from lib.domain.display import column_title, display_text
from lib.importing.correction_lists import conflicting_keys, correctable_texts
from lib.importing.effect import effect_masks, stored_values
from lib.importing.merge import differing
from lib.importing.plan import ImportPlan
from lib.judging.content_hash import CONTENT_COLUMNS

Lists = dict[str, Iterable[pa.Table]]
"""The rows behind the numbers, list by list, each in parts."""

# Rows of a list that are made at once; a multiple of the pages they are stored in.
_PART = 20_000

_LICENSE = ("license_key", "customer_name", "product", "hosting", "editors", "host_tier", "maintenance_end")
_AFFECTED = ("license_key", "customer_name", "product", "hosting")
_TITLES = {"outcome": "Outcome", "country_text": "Country as written", "extra": other_columns.TITLE}
_TEXT = pa.string()
_CELLS = pa.schema([(name, _TEXT) for name in ("license_key", "column", "old", "new")])


def preview_lists(plan: ImportPlan) -> Lists:
    """The rows behind the numbers of a plan."""
    checked, rows = plan.checked, np.arange(len(plan.rows))
    lists: Lists = {
        "new": in_parts(rows[: plan.counts.new], partial(written_licenses, plan)),
        "changed": changed_cells(plan),
        "unchanged": in_parts(np.flatnonzero(unchanged_rows(plan)), partial(file_licenses, checked)),
        "held": in_parts(np.flatnonzero(checked.held), partial(held_rows, checked)),
        "errors": correction_rows(checked),
        "corrections": correctable_texts(checked),
        "duplicates": conflicting_keys(checked),
        "edited": [pa.table({name: pa.array(plan.edited[name], _TEXT) for name in plan.edited.columns})],
    }
    for name, mask in effect_masks(plan.written, plan.before).items():
        lists[name] = in_parts(np.flatnonzero(mask), partial(affected_licenses, plan))
    for place, cause in enumerate(all_causes(checked)):
        lists[cause_list(place)] = problem_rows(problems_of(checked, cause))
    return lists


def all_causes(checked: CheckedFile) -> list[Cause]:
    """What is wrong with a file, errors first."""
    return [*checked.errors.causes(), *checked.warnings.causes()]


def correction_rows(checked: CheckedFile) -> Iterator[pa.Table]:
    """The held rows with what is wrong with them (`lib.checking.correction_file`), some at a time."""

    def part(rows: Rows) -> pa.Table:
        return error_rows(checked.table, checked.headings, rows, *checked.errors.codes_and_messages(rows))

    return in_parts(np.flatnonzero(checked.held), part)


def in_parts(rows: Rows, part: Callable[[Rows], pa.Table]) -> Iterator[pa.Table]:
    """The rows some at a time."""
    # At least once: even an empty list has names of columns.
    for start in range(0, max(len(rows), 1), _PART):
        yield part(rows[start : start + _PART])


def unchanged_rows(plan: ImportPlan) -> Mask:
    """The rows of the file that say what is stored."""
    unchanged = np.zeros(len(plan.checked.table), dtype=np.bool_)
    unchanged[plan.checked.rows] = True
    unchanged[plan.rows] = False
    return unchanged


def problems_of(checked: CheckedFile, cause: Cause) -> ProblemTable:
    """The problems of one cause."""
    if cause.severity is Severity.ERROR:
        return checked.errors.of_cause(cause)
    return checked.warnings.of_cause(cause)


def problem_rows(problems: ProblemTable) -> Iterator[pa.Table]:
    """Problems without their severity, which their list has in common."""
    for start in range(0, len(problems), _PART):
        yield problems.table(start, start + _PART).drop(["severity"])


def written_licenses(plan: ImportPlan, rows: Rows) -> pa.Table:
    """New or changed licenses with their verdict, by their places among those written."""
    lines = plan.checked.table.lines[plan.rows[rows]]
    return pa.table(license_columns(plan.written, rows, lines, (*_LICENSE, "outcome")))


def file_licenses(checked: CheckedFile, rows: Rows) -> pa.Table:
    """Licenses as the file has them."""
    return pa.table(license_columns(checked.licenses, rows, checked.table.lines[rows], _LICENSE))


def license_columns(
    licenses: Mapping[str, Column], rows: Rows, lines: NDArray[np.int64], names: Sequence[str]
) -> dict[str, pa.Array]:
    """Some columns of some licenses as people read them, after their lines in the file."""
    sources = ("company", "license_name", *names)
    columns = {name: licenses[name].take(rows) for name in sources if name in licenses}
    columns["customer_name"] = columns["company"].fill_blanks(columns["license_name"])
    return {"line": pa.array(lines), **{name: display_texts(name, columns[name]) for name in names}}


def affected_licenses(plan: ImportPlan, rows: Rows) -> pa.Table:
    """Licenses that an effect happens to, with their verdict and move before and after."""
    names = ("outcome", "from_size", "to_tier")
    old = {name: stored_values(plan.written, plan.before, name).take(rows) for name in names}
    new = {name: plan.written[name].take(rows) for name in names}
    lines = plan.checked.table.lines[plan.rows[rows]]
    return pa.table(
        {
            **license_columns(plan.written, rows, lines, _AFFECTED),
            "outcome_before": display_texts("outcome", old["outcome"]),
            "outcome": display_texts("outcome", new["outcome"]),
            "move_before": move_texts(old),
            "move": move_texts(new),
        }
    )


def move_texts(columns: Mapping[str, Column]) -> pa.Array:
    """What each license must grow from and to: `10 → 100`."""
    ends = [display_texts(name, columns[name]) for name in ("from_size", "to_tier")]
    return pc.binary_join_element_wise(*ends, " → ")


def held_rows(checked: CheckedFile, rows: Rows) -> pa.Table:
    """Held rows: place, key, number of errors and the first of them with its cell; all cells where their number is wrong."""
    errors = checked.errors
    counts = np.searchsorted(errors.rows, rows, "right") - np.searchsorted(errors.rows, rows)
    first = errors.first_problems(rows)
    return pa.table(
        {
            "row": pa.array(rows + 1),
            "line": pa.array(checked.table.lines[rows]),
            "license_key": display_texts("license_key", checked.licenses["license_key"].take(rows)),
            "problems": pa.array(counts),
            **{name: first[name] for name in ("field", "value", "message")},
            "cells": ragged_rows_json(checked.table, rows),
        }
    )


def changed_cells(plan: ImportPlan) -> Iterator[pa.Table]:
    """Each cell that changes, license by license: license_key, column, old, new."""
    names = (*CONTENT_COLUMNS, "outcome")
    changed = np.arange(plan.counts.new, len(plan.rows))
    after = {name: plan.written[name].take(changed) for name in names}
    differs = differing(after, plan.before)
    differs["country_text"] &= ~differs["country"]  # the same change would be listed twice
    rows, which = merge_row_lists([np.flatnonzero(mask) for mask in differs.values()])
    return in_parts(np.arange(len(rows)), partial(cell_rows, plan.before, after, rows, which))


def cell_rows(
    before: Mapping[str, Column],
    after: Mapping[str, Column],
    rows: Rows,
    which: NDArray[np.int16],
    places: Rows,
) -> pa.Table:
    """Changed cells at some `places` of the list; `which` is the place of each cell's column among those of `after`."""
    names, keys = list(after), before["license_key"]
    orders, parts = [np.empty(0, np.int64)], [_CELLS.empty_table()]
    # Column by column, since that is how values are read; sorted back into the order of licenses at the end.
    for number in np.unique(which[places]).tolist():
        name, here = names[number], np.flatnonzero(which[places] == number)
        cells = rows[places[here]]
        title = _TITLES.get(name) or column_title(name)
        columns = [
            display_texts("license_key", keys.take(cells)),
            pa.repeat(pa.scalar(title, _TEXT), len(cells)),
            display_texts(name, before[name].take(cells)),
            display_texts(name, after[name].take(cells)),
        ]
        parts.append(pa.table(columns, schema=_CELLS))
        orders.append(here)
    order = np.argsort(np.concatenate(orders))
    return pa.concat_tables(parts).combine_chunks().take(pa.array(order))


def display_texts(name: str, column: Column) -> pa.Array:
    """A column's values as people read them; None for blanks."""
    if name == "extra":
        column = column.map(other_columns.format_cells)
    if not isinstance(column, TextColumn):
        column = TextColumn(column.map(partial(display_text, name)).arrow(_TEXT))
    return pc.if_else(pc.equal(column.array, ""), pa.scalar(None, _TEXT), column.array)
