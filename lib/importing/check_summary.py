"""What checking a batch found, as pages show it: a summary of numbers, and the rows behind each number as lists.

The summary is JSON: failure (None, or code and message), reader, columns, dates, values, unmapped, mapping, counts, effect,
causes, undecided, policy. After a failure it holds what is known until there. The lists are Arrow tables of texts and whole
numbers, told some thousand rows at a time: new, changed, unchanged, held, errors (lib.error_files), edited, gained, lost, tier_moves, to_expired,
to_legacy, and `cause:0`, `cause:1` … for the causes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.checking import other_columns
from lib.checking.causes import Cause
from lib.checking.check import CheckedFile
from lib.checking.column_mapping import Remembered, propose_with_memory
from lib.checking.column_samples import column_samples
from lib.checking.correction_file import column_title, error_rows, ragged_rows_json
from lib.checking.meanings import text_meanings
from lib.checking.problem import Severity
from lib.checking.problem_table import ProblemTable, merge_row_lists
from lib.checking.questions import date_examples, evidence_sentence
from lib.checking.settings import Settings
from lib.columnar.column import Column, Rows
from lib.columnar.text_column import TextColumn
from lib.domain.display import column_title as title_of_field
from lib.domain.display import display_text
from lib.domain.policy import Policy
from lib.importing.effect import affected, before_of
from lib.importing.merge import differing
from lib.importing.opened_file import Opened
from lib.importing.plan import Plan
from lib.judging.content_hash import CONTENT_COLUMNS
from lib.reading.headings import ERROR_FILE_COLUMNS, Proposal, mapping_from
from lib.reading.tables import RawPreview, Table, TableError

Lists = dict[str, Iterable[pa.Table]]
"""The rows behind the numbers, list by list, each told in parts."""

_PART = 20_000
"""Rows of a list that are made at once; a multiple of the pages they are stored in."""

_LICENSE = ("license_key", "customer_name", "product", "hosting", "editors", "host_tier", "maintenance_end")
_CELL = ("license_key", "column", "old", "new")
_TITLES = {"outcome": "Verdict", "country_text": "Country as written", "extra": other_columns.TITLE}
_TEXT = pa.string()


def summary_of(top: RawPreview, planned: Plan, policy: Policy) -> dict[str, Any]:
    """The numbers of a batch that could be planned."""
    checked = planned.checked
    return {
        **_summary(top, checked.table, checked.settings, policy),
        "columns": _columns(checked.table, checked.proposals, checked.mapping),
        "dates": {name: _dates(checked, name) for name in checked.evidence},
        "values": text_meanings(checked),
        "unmapped": checked.unmapped,
        "mapping": checked.mapping,
        "known": used(checked),
        "counts": planned.counts,
        "effect": planned.effect,
        "causes": [_cause(cause, number) for number, cause in enumerate(_causes(checked))],
        "undecided": [asdict(problem) for problem in checked.undecided],
    }


def summary_of_failure(
    file: Opened, settings: Settings, error: TableError, known: Remembered, policy: Policy
) -> dict[str, Any]:
    """What is known of a batch that an error stopped: how it was read, and its columns if it is a table at all."""
    table = file.table if isinstance(file.table, Table) else None
    summary = _summary(file.top, table, settings, policy)
    if table is not None:
        proposals = propose_with_memory(file.headings, known)
        mapping = mapping_from(proposals) if settings.mapping is None else settings.mapping
        summary |= {"columns": _columns(table, proposals, mapping), "mapping": mapping}
    return {**summary, "failure": {"code": error.code, "message": error.message}}


def lists_of(planned: Plan) -> Lists:
    """The rows behind the numbers of a plan."""
    checked, new = planned.checked, planned.counts["new"]
    rows = np.arange(len(planned.rows))
    happened = affected(planned.written, planned.before)
    unchanged = np.zeros(len(checked.table), dtype=np.bool_)
    unchanged[checked.rows] = True
    unchanged[planned.rows] = False
    return {
        "new": _in_parts(rows[:new], partial(_written, planned)),
        "changed": _changed_cells(planned),
        "unchanged": _in_parts(np.flatnonzero(unchanged), partial(_read, checked)),
        "held": _in_parts(np.flatnonzero(checked.held), partial(_held, checked)),
        "errors": error_rows_of(checked),
        "edited": [pa.table({name: pa.array(planned.edited[name], _TEXT) for name in planned.edited.columns})],
        **{name: _in_parts(np.flatnonzero(mask), partial(_affected, planned)) for name, mask in happened.items()},
        **{
            f"cause:{number}": _problems(_kind(checked, cause).of_cause(cause))
            for number, cause in enumerate(_causes(checked))
        },
    }


def error_rows_of(checked: CheckedFile) -> Iterator[pa.Table]:
    """The held rows with what is wrong with them (see lib.error_files), some at a time."""
    return _in_parts(np.flatnonzero(checked.held), partial(_error_rows, checked))


def _summary(top: RawPreview, table: Table | None, settings: Settings, policy: Policy) -> dict[str, Any]:
    sheets = top.sheets
    return {
        "failure": None,
        "reader": {
            "encoding": table.encoding if table else settings.encoding,
            "delimiter": table.delimiter if table else settings.delimiter,
            "header_line": table.header_line if table else settings.header_line,
            "sheet": settings.sheet or (sheets[0] if len(sheets) == 1 else None),
            "sheets": sheets,
            "rows": len(table) if table else None,
            "columns": len(table.header) if table else None,
            "first_lines": [list(line) for line in top.lines],
        },
        **{name: {} for name in ("dates", "values", "mapping", "counts", "effect")},
        **{name: [] for name in ("columns", "unmapped", "causes", "undecided")},
        "policy": policy.version,
    }


def _columns(table: Table, proposals: Sequence[Proposal], mapping: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each column of the file: heading, its own title, samples, filled, field, how (`chosen` where a person said otherwise)."""
    return [
        {
            "heading": proposal.column,
            "title": column_title(title, proposal.column),
            "samples": list(sample.texts),
            "filled": round(sample.filled, 4),
            "field": (field := mapping.get(proposal.column)),
            "how": proposal.match_kind if field == proposal.field else "chosen",
        }
        for proposal, sample, title in zip(proposals, column_samples(table), table.header, strict=True)
        if proposal.column not in ERROR_FILE_COLUMNS
    ]


def _dates(checked: CheckedFile, name: str) -> dict[str, Any]:
    evidence, order = checked.evidence[name], checked.orders[name]
    return {
        "order": order,
        "evidence": evidence_sentence(evidence),
        "must_ask": evidence.must_ask,
        "ambiguous": evidence.ambiguous,
        "examples": date_examples(checked.readings[name].originals, order),
    }


def _causes(checked: CheckedFile) -> list[Cause]:
    return [*checked.errors.causes(), *checked.warnings.causes()]


def used(checked: CheckedFile) -> dict[str, Any]:
    """What was remembered and bears on this file, as `Known` can be made of it."""
    known, fields = checked.remembered, set(checked.mapping.values())
    return {**asdict(known), "meanings": {name: said for name, said in known.meanings.items() if name in fields}}


def _kind(checked: CheckedFile, cause: Cause) -> ProblemTable:
    return checked.errors if cause.severity is Severity.ERROR else checked.warnings


def _cause(cause: Cause, number: int) -> dict[str, Any]:
    return {**asdict(cause), "list": f"cause:{number}"}


def _in_parts(rows: Rows, told: Callable[[Rows], pa.Table]) -> Iterator[pa.Table]:
    """The rows some at a time; at least once, for the names of the columns."""
    for start in range(0, max(len(rows), 1), _PART):
        yield told(rows[start : start + _PART])


def _problems(problems: ProblemTable) -> Iterator[pa.Table]:
    for start in range(0, len(problems), _PART):
        yield problems.table(start, start + _PART).drop(["severity"])


def _written(planned: Plan, rows: Rows) -> pa.Table:
    """New or changed licenses, by their places among those written."""
    lines = planned.checked.table.lines[planned.rows[rows]]
    return pa.table(_licenses(planned.written, rows, lines, (*_LICENSE, "outcome")))


def _read(checked: CheckedFile, rows: Rows) -> pa.Table:
    return pa.table(_licenses(checked.licenses, rows, checked.table.lines[rows], _LICENSE))


def _licenses(
    licenses: Mapping[str, Column], rows: Rows, lines: NDArray[np.int64], names: Sequence[str]
) -> dict[str, pa.Array]:
    taken = {name: licenses[name].take(rows) for name in ("company", "license_name", *names) if name in licenses}
    taken["customer_name"] = taken["company"].fill_blanks(taken["license_name"])
    return {"line": pa.array(lines), **{name: _texts(name, taken[name]) for name in names}}


def _affected(planned: Plan, rows: Rows) -> pa.Table:
    """Licenses that an effect happens to, with their verdict and move as they are and as they would be."""
    names = ("outcome", "from_size", "to_tier")
    old = {name: before_of(planned.written, planned.before, name).take(rows) for name in names}
    new = {name: planned.written[name].take(rows) for name in names}
    lines = planned.checked.table.lines[planned.rows[rows]]
    columns = {
        "outcome_before": _texts("outcome", old["outcome"]),
        "outcome": _texts("outcome", new["outcome"]),
        "move_before": _moves(old),
        "move": _moves(new),
    }
    return pa.table({**_licenses(planned.written, rows, lines, _LICENSE[:4]), **columns})


def _moves(columns: Mapping[str, Column]) -> pa.Array:
    ends = [_texts(name, columns[name]) for name in ("from_size", "to_tier")]
    return pc.binary_join_element_wise(*ends, " → ")


def _held(checked: CheckedFile, rows: Rows) -> pa.Table:
    """Held rows: where they are, their key, how many errors they have and the first; all cells if their number is wrong."""
    counts = np.searchsorted(checked.errors.rows, rows, "right") - np.searchsorted(checked.errors.rows, rows)
    return pa.table(
        {
            "row": pa.array(rows + 1),
            "line": pa.array(checked.table.lines[rows]),
            "license_key": _texts("license_key", checked.licenses["license_key"].take(rows)),
            "problems": pa.array(counts),
            "message": checked.errors.first_of(rows)["message"],
            "cells": ragged_rows_json(checked.table, rows),
        }
    )


def _error_rows(checked: CheckedFile, rows: Rows) -> pa.Table:
    return error_rows(checked.table, checked.headings, rows, *checked.errors.joined(rows))


def _changed_cells(planned: Plan) -> Iterator[pa.Table]:
    """Each cell that changes, license by license: license_key, column, old, new."""
    new, names = planned.counts["new"], (*CONTENT_COLUMNS, "outcome")
    after = {name: planned.written[name].take(np.arange(new, len(planned.rows))) for name in names}
    differs = differing(after, planned.before)
    differs["country_text"] &= ~differs["country"]  # the same change would be told twice
    found = {name: np.flatnonzero(mask) for name, mask in differs.items()}
    rows, which = merge_row_lists(list(found.values()))
    return _in_parts(np.arange(len(rows)), partial(_cells, planned.before, after, rows, which))


def _cells(
    before: Mapping[str, Column],
    after: Mapping[str, Column],
    rows: Rows,
    which: NDArray[np.int16],
    places: Rows,
) -> pa.Table:
    names, at, parts = list(after), [], []
    for number in np.unique(which[places]).tolist():
        here = np.flatnonzero(which[places] == number)
        found, name = rows[places[here]], names[number]
        old, keys = _texts(name, before[name].take(found)), _texts("license_key", before["license_key"].take(found))
        parts.append(
            [
                keys,
                _always(_TITLES.get(name) or title_of_field(name), found),
                old,
                _texts(name, after[name].take(found)),
            ]
        )
        at.append(here)
    order = np.argsort(np.concatenate([np.empty(0, np.int64), *at]))
    columns = zip(*parts, strict=True) if parts else [[pa.array([], _TEXT)]] * len(_CELL)
    return pa.table({name: pa.concat_arrays(c) for name, c in zip(_CELL, columns, strict=True)}).take(pa.array(order))


def _always(text: str, rows: Rows) -> pa.Array:
    return pa.repeat(pa.scalar(text, _TEXT), len(rows))


def _texts(name: str, column: Column) -> pa.Array:
    """A column's values as people read them; None for blanks."""
    if name == "extra":
        column = column.map(other_columns.format_cells)
    texts = column.array if isinstance(column, TextColumn) else column.map(partial(display_text, name)).arrow(_TEXT)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, _TEXT), texts)
