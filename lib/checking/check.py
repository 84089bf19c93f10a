"""Checks a file: which field each column is, what every cell means, and what is wrong where."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

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
from lib.checking.refusals import no_rows
from lib.checking.row_rules import find_errors, find_questions, find_warnings
from lib.checking.settings import Settings
from lib.checking.typed_table import TypedTable
from lib.columnar.column import CodedColumn, Column, Mask, Rows, row_mask
from lib.columnar.combinations import Hashes
from lib.columnar.text_column import TextColumn, column_from_arrow
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.policy import Policy
from lib.judging.content_hash import content_hashes
from lib.reading.date_order import DateEvidence, date_evidence
from lib.reading.headings import Proposal, mapping_from
from lib.reading.numeric_dates import DateOrder
from lib.reading.tables import Table

Texts = CodedColumn | TextColumn
"""A column of texts, however it is held."""

CellEdits = tuple[tuple[int, str], ...]
"""Cells that a person wrote: row index from 0, and text."""


@dataclass(frozen=True, slots=True)
class ReadingCache:
    """What was read of one file: columns by their reading options, and the unmapped columns, packed.

    `unmapped` are the headings of those with the cells that a person wrote there.
    """

    columns: dict[ColumnOptions, ColumnReading] = field(default_factory=dict)
    unmapped: tuple[tuple[str, CellEdits], ...] = ()
    extra: Column = field(default_factory=lambda: TextColumn.blanks(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """A file after reading: `licenses` has every row, `rows` are the indexes of those that may be imported.

    `licenses` also has the country's own text, and `extra`, the cells of the unmapped columns (see `other_columns`);
    `contents` are their content hashes.
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
    """The order that the dates of each date field were read in; None where it could not be decided."""
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


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column that is a field: its cells as in the file, and as a person says they are meant."""

    field: str
    heading: str
    original: Texts
    meanings: dict[str, str]
    texts: Texts


def check(
    table: Table,
    settings: Settings,
    policy: Policy,
    remembered: Remembered | None = None,
    cache: ReadingCache | None = None,
) -> CheckedFile:
    """Read every cell of a table once per distinct text, and list what is wrong with which.

    `cache` is that of an earlier check of the same table: only columns with other options are read again. Raises
    TableError: `no_rows`, `no_header`, or `missing_columns` if the file cannot tell licenses apart, products or hosting;
    `unknown_mapping` or `unknown_edit` if a person's choices do not fit the file.
    """
    refuse_empty(table)
    remembered, cache = remembered or Remembered(), cache or ReadingCache()
    headings = unique_headings(table.header)
    table = apply_edits(table, headings, settings.edits)
    proposals = propose_with_memory(headings, remembered)
    mapping = mapping_from(proposals) if settings.mapping is None else validated_mapping(settings.mapping, headings)
    titles = {name: heading for heading, name in mapping.items()}
    originals = {name: column_from_arrow(table.columns[headings.index(title)]) for name, title in titles.items()}
    refuse_missing_columns(originals, table)
    settings = replace(settings, replacements=replacements_by_heading(settings, titles, headings))
    columns = [map_column(name, titles[name], text, settings, remembered) for name, text in originals.items()]
    dates = [column for column in columns if COLUMNS[column.field].kind is ColumnKind.DATE]
    evidence = {column.field: date_evidence(column.texts.counts()) for column in dates}
    orders = {name: decide_date_order(name, found, settings, remembered) for name, found in evidence.items()}
    cache = read_columns(columns, orders, settings, policy, cache)
    cache = pack_unmapped_columns(table, headings, unmapped_columns(headings, mapping), settings, cache)
    readings = {options.field: reading for options, reading in cache.columns.items()}
    sheet = TypedTable(table, titles, readings, evidence)
    return check_rows(sheet, headings, proposals, mapping, orders, settings, remembered, cache)


def refuse_empty(table: Table) -> None:
    """Raises TableError `no_rows` if a table has none."""
    if not len(table):
        raise no_rows()


def replacements_by_heading(
    settings: Settings, titles: Mapping[str, str], headings: list[str]
) -> dict[str, dict[str, str]]:
    """The replacements by column, also those that name a field instead."""
    replacements = {}
    for name, meanings in settings.replacements.items():
        if meanings:
            replacements[name if name in headings else titles.get(name, name)] = meanings
    return replacements


def map_column(name: str, heading: str, original: Texts, settings: Settings, remembered: Remembered) -> MappedColumn:
    """The column of a field with its cells as they are meant."""
    meanings = meanings_for(name, heading, settings, remembered)
    edited_rows = np.array(list(column_edits(settings.edits, heading)), dtype=np.int64)
    return MappedColumn(name, heading, original, meanings, apply_meanings(original, meanings, edited_rows))


def meanings_for(name: str, heading: str, settings: Settings, remembered: Remembered) -> dict[str, str]:
    """Meanings of a column's texts, by stripped text: the choices for this file win over remembered ones."""
    chosen = {text.strip(): meaning for text, meaning in settings.replacements.get(heading, {}).items()}
    return {**remembered.meanings.get(name, {}), **chosen}


def decide_date_order(
    name: str, evidence: DateEvidence, settings: Settings, remembered: Remembered
) -> DateOrder | None:
    """A date column's order: chosen for this file, else by its dates, else remembered for this header."""
    chosen = settings.date_orders.get(name) or settings.date_orders.get("*")
    if chosen:
        return DateOrder(chosen)
    earlier = remembered.date_orders.get(name)
    return evidence.order() or (DateOrder(earlier) if earlier else None)


def read_columns(
    columns: list[MappedColumn],
    orders: Mapping[str, DateOrder | None],
    settings: Settings,
    policy: Policy,
    cache: ReadingCache,
) -> ReadingCache:
    """The cache with exactly these columns, read anew where it did not have them."""

    def read(column: MappedColumn) -> tuple[ColumnOptions, ColumnReading]:
        options = options_for(column, orders.get(column.field), settings, policy)
        reading = cache.columns.get(options) or read_with_options(options, column.original, column.texts)
        return options, reading

    # Arrow does most of the work and releases the interpreter meanwhile, so threads help.
    with ThreadPoolExecutor() as threads:
        return replace(cache, columns=dict(threads.map(read, columns)))


def options_for(column: MappedColumn, order: DateOrder | None, settings: Settings, policy: Policy) -> ColumnOptions:
    """All that decides how this column is read."""
    entries = (entry.partition(":") for entry in settings.leave_empty)
    return ColumnOptions(
        field=column.field,
        heading=column.heading,
        order=order,
        ladder=policy.ladder,
        meanings=tuple(sorted(column.meanings.items())),
        edits=tuple(column_edits(settings.edits, column.heading).items()),
        ignored_codes=frozenset(code for name, _, code in entries if name == column.field),
    )


def pack_unmapped_columns(
    table: Table, headings: list[str], unmapped: list[str], settings: Settings, cache: ReadingCache
) -> ReadingCache:
    """The cache with these unmapped columns, packed anew unless it has just them."""
    edits = tuple((heading, tuple(column_edits(settings.edits, heading).items())) for heading in unmapped)
    if edits and cache.unmapped == edits:
        return cache
    columns = {heading: table.columns[headings.index(heading)] for heading in unmapped}
    return replace(cache, unmapped=edits, extra=encode_columns(columns, len(table)))


def check_rows(
    sheet: TypedTable,
    headings: list[str],
    proposals: list[Proposal],
    mapping: dict[str, str],
    orders: Mapping[str, DateOrder | None],
    settings: Settings,
    remembered: Remembered,
    cache: ReadingCache,
) -> CheckedFile:
    """Find what is wrong in rows whose cells are read, and which rows may be imported."""
    licenses = {**sheet.licenses(), "extra": cache.extra}
    # Arrow hashes in a thread of its own while Python looks for errors. Edits are hashed alike: see editing.revision.
    with ThreadPoolExecutor(1) as thread:
        contents = thread.submit(content_hashes, licenses)
        whole = ~sheet.ragged()
        duplicates = find_duplicates(sheet, cache.extra, whole)
        repeated = row_mask(duplicates.repeats, len(sheet))
        errors = find_errors(sheet, duplicates, whole & ~repeated)
        warnings = find_warnings(sheet, duplicates, whole)
    held = row_mask(errors.rows, len(sheet))
    guesses = proposals if settings.mapping is None and remembered.mapping is None else ()
    return CheckedFile(
        settings=settings,
        remembered=remembered,
        table=sheet.table,
        headings=headings,
        proposals=proposals,
        mapping=mapping,
        unmapped=unmapped_columns(headings, mapping),
        evidence=dict(sheet.evidence),
        orders=dict(orders),
        readings=dict(sheet.readings),
        cache=cache,
        licenses=licenses,
        contents=contents.result(),
        rows=np.flatnonzero(~held & ~repeated).astype(np.int64),
        held=held,
        errors=errors,
        warnings=warnings,
        undecided=find_questions(sheet, guesses, {**remembered.date_orders, **settings.date_orders}),
    )
