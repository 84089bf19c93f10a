"""A file checked: which field each column is, what every cell says, what is wrong and where (design §3)."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lib.checking.column_mapping import (
    Remembered,
    propose_with_memory,
    refuse_missing_columns,
    unique_headings,
    unmapped_columns,
    validated_mapping,
)
from lib.checking.column_reading import ColumnOptions, ColumnReading, read_with_options
from lib.checking.corrections import apply_edits, apply_meanings, column_edits
from lib.checking.duplicates import find_duplicates
from lib.checking.other_columns import encode_columns
from lib.checking.problem import Problem
from lib.checking.problem_table import ProblemTable
from lib.checking.row_rules import find_errors, find_questions, find_warnings
from lib.checking.settings import Settings
from lib.checking.typed_table import TypedTable
from lib.columnar.column import Column, Mask, Rows, row_mask
from lib.columnar.combinations import Hashes
from lib.columnar.text_column import TextColumn, column_from_arrow
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.policy import Policy
from lib.judging.content_hash import content_hashes
from lib.reading.date_order import DateEvidence, date_evidence
from lib.reading.headings import Proposal, mapping_from
from lib.reading.numeric_dates import DateOrder
from lib.reading.tables import Table, TableError


@dataclass(frozen=True, slots=True)
class ReadingCache:
    """What was read of one file: its columns by how they were asked for, and the cells of the columns that are no field,
    with the names of these and what a person wrote there."""

    columns: dict[ColumnOptions, ColumnReading] = field(default_factory=dict)
    rest: tuple[Any, ...] = ()
    extra: Column = field(default_factory=lambda: TextColumn.blanks(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What a file says once read: `licenses` has every row, `rows` are the indexes of those that may be imported.

    `licenses` also has the country's own text, and `extra`, the cells of the unmapped columns (see lib.extras); `contents`
    are their content hashes.
    """

    settings: Settings
    remembered: Remembered
    table: Table
    headings: list[str]
    proposals: list[Proposal]
    mapping: dict[str, str]
    unmapped: list[str]
    evidence: dict[str, DateEvidence]
    orders: dict[str, DateOrder | None]
    """The order that the dates of each date field were read in; None where it was not known."""
    readings: dict[str, ColumnReading]
    cache: ReadingCache
    licenses: dict[str, Column]
    contents: Hashes
    rows: Rows
    held: Mask
    errors: ProblemTable
    warnings: ProblemTable
    undecided: list[Problem]
    """Questions only a person can answer: an ambiguous column or date order. A batch with any is not imported."""

    def line_of(self, row: int) -> int:
        """The physical line of a row index."""
        return int(self.table.lines[row])


def check(
    table: Table,
    settings: Settings,
    policy: Policy,
    known: Remembered | None = None,
    readings: ReadingCache | None = None,
) -> CheckedFile:
    """Read every cell of a table once per distinct text, and say what is wrong with which.

    `readings` are those of an earlier check of the same table: only columns that are asked for otherwise are read again.
    Raises TableError: `no_rows`, `no_header`, or `missing_columns` if the file cannot tell licenses apart, products or
    hosting; `unknown_mapping` or `unknown_edit` if what a person said does not fit the file.
    """
    refuse_empty(table)
    known, readings = known or Remembered(), readings or ReadingCache()
    headings = unique_headings(table.header)
    table = apply_edits(table, headings, settings.edits)
    proposals = propose_with_memory(headings, known)
    mapping = mapping_from(proposals) if settings.mapping is None else validated_mapping(settings.mapping, headings)
    titles = {field: heading for heading, field in mapping.items()}
    originals = {name: column_from_arrow(table.columns[headings.index(title)]) for name, title in titles.items()}
    refuse_missing_columns(originals, table)
    settings = replace(settings, replacements=_by_heading(settings, titles, headings))
    said = {name: meanings_for(name, title, settings, known) for name, title in titles.items()}
    texts = {
        name: apply_meanings(text, said[name], _edited(titles[name], settings)) for name, text in originals.items()
    }
    evidence = {
        name: date_evidence(text.counts()) for name, text in texts.items() if COLUMNS[name].kind is ColumnKind.DATE
    }
    orders = {name: _order(name, found, settings, known) for name, found in evidence.items()}
    asked = {name: _asked(name, titles[name], orders.get(name), said[name], settings, policy) for name in texts}
    kept = {name: readings.columns.get(asked[name]) for name in texts}
    with ThreadPoolExecutor() as threads:  # most of it is done by Arrow, which lets other threads go on
        read = dict(
            zip(
                texts,
                threads.map(
                    lambda name: kept[name] or read_with_options(asked[name], originals[name], texts[name]), texts
                ),
                strict=True,
            )
        )
    sheet = TypedTable(table, titles, read, evidence)
    rest = tuple((heading, _told(heading, settings)) for heading in unmapped_columns(headings, mapping))
    extra = readings.extra if readings.rest == rest and rest else _extra(table, headings, rest)
    readings = ReadingCache({asked[name]: read[name] for name in read}, rest, extra)
    return _checked(sheet, headings, proposals, mapping, orders, settings, known, readings)


def _told(heading: str, settings: Settings) -> tuple[tuple[int, str], ...]:
    return tuple(column_edits(settings.edits, heading).items())


def _extra(table: Table, headings: list[str], rest: tuple[tuple[str, Any], ...]) -> Column:
    return encode_columns({heading: table.columns[headings.index(heading)] for heading, _ in rest}, len(table))


def _by_heading(settings: Settings, titles: Mapping[str, str], headings: list[str]) -> dict[str, dict[str, str]]:
    """The replacements by column, also those that name a field instead."""
    return {
        name if name in headings else titles.get(name, name): said
        for name, said in settings.replacements.items()
        if said
    }


def meanings_for(name: str, heading: str, settings: Settings, known: Remembered) -> dict[str, str]:
    """What texts of a column are meant to be, by original text less outer white space: as said for this file, else as
    remembered."""
    said = {text.strip(): meaning for text, meaning in settings.replacements.get(heading, {}).items()}
    return {**known.meanings.get(name, {}), **said}


def _edited(heading: str, settings: Settings) -> Rows:
    return np.array(list(column_edits(settings.edits, heading)), dtype=np.int64)


def _asked(
    name: str, heading: str, order: DateOrder | None, said: dict[str, str], settings: Settings, policy: Policy
) -> ColumnOptions:
    forgiven = (text.partition(":") for text in settings.leave_empty)
    return ColumnOptions(
        field=name,
        heading=heading,
        order=order,
        ladder=policy.ladder,
        said=tuple(sorted(said.items())),
        edits=_told(heading, settings),
        forgiven=frozenset(code for field, _, code in forgiven if field == name),
    )


def refuse_empty(table: Table) -> None:
    """Raises TableError `no_rows` if a table has none."""
    if not len(table):
        raise TableError("no_rows", "This file has a header and no rows. Export it again with its licenses.")


def _order(name: str, evidence: DateEvidence, settings: Settings, known: Remembered) -> DateOrder | None:
    """As a person said for this file, else as its dates tell, else as was said for a file with the same header."""
    said = settings.date_orders.get(name) or settings.date_orders.get("*")
    found = DateOrder(said) if said else evidence.order()
    remembered = known.date_orders.get(name)
    return found or (DateOrder(remembered) if remembered else None)


def _checked(
    sheet: TypedTable,
    headings: list[str],
    proposals: list[Proposal],
    mapping: dict[str, str],
    orders: Mapping[str, DateOrder | None],
    settings: Settings,
    known: Remembered,
    readings: ReadingCache,
) -> CheckedFile:
    licenses = {**sheet.licenses(), "extra": readings.extra}
    with ThreadPoolExecutor(1) as thread:  # by Arrow for the most part, while Python looks what is wrong
        contents = thread.submit(content_hashes, licenses)  # as `revisions` hashes what people edit
        whole = ~sheet.ragged()
        duplicates = find_duplicates(sheet, readings.extra, whole)
        repeated = row_mask(duplicates.repeats, len(sheet))
        errors = find_errors(sheet, duplicates, whole & ~repeated)
        warnings = find_warnings(sheet, duplicates, whole)
    held = row_mask(errors.rows, len(sheet))
    guessed = proposals if settings.mapping is None and known.mapping is None else ()
    return CheckedFile(
        settings=settings,
        remembered=known,
        table=sheet.table,
        headings=headings,
        proposals=proposals,
        mapping=mapping,
        unmapped=unmapped_columns(headings, mapping),
        evidence=dict(sheet.evidence),
        orders=dict(orders),
        readings=dict(sheet.readings),
        cache=readings,
        licenses=licenses,
        contents=contents.result(),
        rows=np.flatnonzero(~held & ~repeated).astype(np.int64),
        held=held,
        errors=errors,
        warnings=warnings,
        undecided=find_questions(sheet, guessed, {**known.date_orders, **settings.date_orders}),
    )
