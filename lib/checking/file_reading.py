"""Reads a file: decides which field each column is, and reads each mapped column once per distinct text."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from lib.checking.column_mapping import (
    Remembered,
    cleaned_choices,
    propose_around_choices,
    refuse_missing_columns,
    unique_headings,
    unmapped_columns,
    validated_mapping,
)
from lib.checking.column_reading import ColumnOptions, ColumnReading, read_own_host_tiers, read_with_options
from lib.checking.column_samples import voting_samples
from lib.checking.corrections import apply_edits, apply_meanings, column_edits, mend_damage, part_keys
from lib.checking.other_columns import encode_columns
from lib.checking.relevance import kept_texts
from lib.checking.settings import Settings
from lib.checking.short_rows import complete_short_rows, fill_short_rows
from lib.checking.typed_table import TypedTable
from lib.columnar.column import CodedColumn, Column
from lib.columnar.text_column import TextColumn, column_from_arrow
from lib.columnar.threads import threads_for
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.policy import Policy
from lib.reading.date_order import DateEvidence, date_evidence
from lib.reading.headings import Proposal, mapping_from
from lib.reading.numeric_dates import DateOrder
from lib.reading.tables import Table
from lib.reading.unix_times import are_unix_times

Texts = CodedColumn | TextColumn
"""A column of texts, however it is held."""

CellEdits = tuple[tuple[int, str], ...]
"""Cells that a person wrote: row index from 0, and text."""


@dataclass(frozen=True, slots=True)
class ReadingCache:
    """What was read of one file: columns by their reading options, and the unmapped columns, packed.

    `unmapped` are the headings of those with the cells that a person wrote there, `rows` what decides which rows there are
    and which of them were filled up.
    """

    rows: tuple[object, ...] = ()
    columns: dict[ColumnOptions, ColumnReading] = field(default_factory=dict)
    unmapped: tuple[tuple[str, CellEdits], ...] = ()
    extra: Column = field(default_factory=lambda: TextColumn.blanks(0))

    def for_rows(self, rows: tuple[object, ...]) -> "ReadingCache":
        """This cache if it is of the same rows, else an empty one."""
        if self.rows == rows:
            return self
        return ReadingCache(rows)


@dataclass(frozen=True, slots=True)
class MappedHeader:
    """A file's headings, the field proposed for each, and the mapping that holds (column → field)."""

    headings: list[str]
    proposals: list[Proposal]
    mapping: dict[str, str]

    @property
    def titles(self) -> dict[str, str]:
        """The heading of each field."""
        return {name: heading for heading, name in self.mapping.items()}

    @property
    def fields(self) -> list[str | None]:
        """The field of each column."""
        return [self.mapping.get(heading) for heading in self.headings]

    @property
    def unmapped(self) -> list[str]:
        """The columns that are no field."""
        return unmapped_columns(self.headings, self.mapping)


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column that is a field: its cells as in the file, and as a person says they are meant."""

    field: str
    heading: str
    original: Texts
    meanings: dict[str, str]
    texts: Texts


@dataclass(frozen=True, slots=True)
class FileReading:
    """A file with its cells read: the settings with replacements by heading, the header, and the orders of dates."""

    settings: Settings
    header: MappedHeader
    sheet: TypedTable
    orders: dict[str, DateOrder | None]
    cache: ReadingCache


def read_file(
    table: Table, settings: Settings, policy: Policy, remembered: Remembered, cache: ReadingCache
) -> FileReading:
    """Read every cell of a table, except columns that the cache has with the same options. Raises TableError."""
    header = map_header(table, settings, remembered)
    if settings.fill_missing:
        table = fill_short_rows(table)
    table = part_keys(table, header.headings, settings.parted_column)
    table = apply_edits(table, header.headings, settings.edits)
    settings = replace(settings, replacements=replacements_by_heading(settings, header))
    table, short_rows = complete_short_rows(table, header.fields, settings.edits)
    cache = cache.for_rows((settings.parted_column, settings.fill_missing, tuple(short_rows)))
    columns = map_columns(table, header, settings, remembered)
    dates = [column for column in columns if COLUMNS[column.field].kind is ColumnKind.DATE]
    evidence = {column.field: date_evidence(column.texts.counts()) for column in dates}
    orders = {
        name: decide_date_order(name, dates_shown, settings, remembered) for name, dates_shown in evidence.items()
    }
    cache = read_columns(columns, orders, settings, policy, cache)
    readings = {options.field: reading for options, reading in cache.columns.items()}
    for options in cache.columns:
        if options.field == "host_tier":
            readings["host_tier"] = read_own_host_tiers(options, readings["host_tier"], readings["product"])
    sheet = TypedTable(table, header.titles, readings, evidence, short_rows)
    cache = pack_other_columns(sheet, header, settings, cache)
    return FileReading(settings, header, sheet, orders, cache)


def map_header(table: Table, settings: Settings, remembered: Remembered) -> MappedHeader:
    """Which column is which field: as a person chose for this file, else as proposed."""
    headings = unique_headings(table.header)
    choices = validated_mapping(cleaned_choices(settings.chosen_fields), headings)
    proposals = propose_around_choices(headings, remembered, choices, voting_samples(table))
    if settings.mapping is None:
        return MappedHeader(headings, proposals, mapping_from(proposals))
    return MappedHeader(headings, proposals, validated_mapping(settings.mapping, headings))


def replacements_by_heading(settings: Settings, header: MappedHeader) -> dict[str, dict[str, str]]:
    """The replacements by column, also those that name a field instead."""
    replacements = {}
    for name, meanings in settings.replacements.items():
        if meanings:
            # A heading wins over a field of the same name.
            if name not in header.headings:
                name = header.titles.get(name, name)
            replacements[name] = meanings
    return replacements


def map_columns(table: Table, header: MappedHeader, settings: Settings, remembered: Remembered) -> list[MappedColumn]:
    """The columns that are fields. Raises TableError if too few are."""
    originals = {}
    for name, heading in header.titles.items():
        originals[name] = column_from_arrow(table.columns[header.headings.index(heading)])
    refuse_missing_columns(originals, table, header.proposals)
    return [map_column(name, header.titles[name], text, settings, remembered) for name, text in originals.items()]


def map_column(name: str, heading: str, original: Texts, settings: Settings, remembered: Remembered) -> MappedColumn:
    """The column of a field, with its cells as meant."""
    meanings = meanings_for(name, heading, settings, remembered)
    edited_rows = np.array(list(column_edits(settings.edits, heading)), dtype=np.int64)
    texts = apply_meanings(original, meanings, edited_rows)
    if settings.mend_texts and COLUMNS[name].kind is ColumnKind.TEXT:
        texts = mend_damage(texts)
    return MappedColumn(name, heading, original, meanings, texts)


def meanings_for(name: str, heading: str, settings: Settings, remembered: Remembered) -> dict[str, str]:
    """Meanings of a column's texts, by stripped text: the choices for this file win over remembered ones."""
    choices = {text.strip(): meaning for text, meaning in settings.replacements.get(heading, {}).items()}
    return {**remembered.meanings.get(name, {}), **choices}


def decide_date_order(
    name: str, evidence: DateEvidence, settings: Settings, remembered: Remembered
) -> DateOrder | None:
    """A date column's order: chosen for this file, else by its dates, else remembered for this header."""
    choice = settings.date_orders.get(name) or settings.date_orders.get("*")
    if choice:
        return DateOrder(choice)
    evident = evidence.order()
    if evident or name not in remembered.date_orders:
        return evident
    return DateOrder(remembered.date_orders[name])


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
    with threads_for(len(columns[0].texts)) as threads:
        return replace(cache, columns=dict(threads.map(read, columns)))


def options_for(column: MappedColumn, order: DateOrder | None, settings: Settings, policy: Policy) -> ColumnOptions:
    """All that decides how this column is read."""
    is_date = COLUMNS[column.field].kind is ColumnKind.DATE
    entries = (entry.partition(":") for entry in settings.leave_empty)
    # Sorted, so that the same meanings make the same options in whatever order they were chosen.
    return ColumnOptions(
        field=column.field,
        heading=column.heading,
        order=order,
        is_mended=settings.mend_texts,
        unix_times=is_date and are_unix_times(text for text, _ in column.texts.counts()),
        ladder=policy.ladder,
        meanings=tuple(sorted(column.meanings.items())),
        edits=tuple(column_edits(settings.edits, column.heading).items()),
        ignored_codes=frozenset(code for name, _, code in entries if name == column.field),
    )


def pack_other_columns(
    sheet: TypedTable, header: MappedHeader, settings: Settings, cache: ReadingCache
) -> ReadingCache:
    """The cache with the unmapped columns and the texts kept of others, packed anew unless it has just them."""
    edits = tuple((heading, tuple(column_edits(settings.edits, heading).items())) for heading in header.unmapped)
    texts = kept_texts(sheet)
    # A new cache has no unmapped columns either, but nothing is packed in it yet, not even a blank for each row.
    if edits and cache.unmapped == edits and not texts:
        return cache
    columns = {heading: sheet.table.columns[header.headings.index(heading)] for heading in header.unmapped}
    extra = encode_columns({**columns, **texts}, len(sheet))
    # Kept texts depend on more than the unmapped columns, so they are packed each time.
    return replace(cache, unmapped=() if texts else edits, extra=extra)
