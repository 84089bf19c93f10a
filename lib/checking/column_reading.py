"""Reads one column of a file: the values of its cells, and what is wrong with those that have none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.column import CodedColumn, Column, Mask
from lib.columnar.combinations import map_combinations
from lib.columnar.patched_column import PatchedColumn
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS, TEXTUAL, ColumnKind
from lib.domain.products import Product
from lib.domain.text import BLANKS, Misread, bare_words, clean
from lib.domain.tiers import Size
from lib.reading.cells import read_yes_no
from lib.reading.column_readers import LONGEST_UNCHANGED, UNCHANGED_TEXTS, reader_for
from lib.reading.numeric_dates import DateOrder
from lib.reading.sizes import APPLICATION_PATTERN, read_host_size
from lib.reading.unix_times import read_unix_time

_BLANK_TEXTS = pa.array(sorted(BLANKS - {""}))


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A column's texts as read, their values (blank where unreadable), each row's Misread or None, and original texts.

    An original text differs from the one read where a person chose what it means.
    """

    texts: CodedColumn | TextColumn
    values: Column
    misreads: CodedColumn
    originals: CodedColumn | TextColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnOptions:
    """All that decides how a column of a file is read: equal options, equal reading.

    `meanings` are what original texts mean, `edits` cells of single rows (index, text), `ignored_codes` the codes of
    unreadable cells that count as blank.
    """

    field: str
    heading: str
    order: DateOrder | None
    is_mended: bool
    unix_times: bool
    ladder: tuple[Size, ...]
    meanings: tuple[tuple[str, str], ...]
    edits: tuple[tuple[int, str], ...]
    ignored_codes: frozenset[str]


def read_with_options(
    options: ColumnOptions, original: CodedColumn | TextColumn, texts: CodedColumn | TextColumn
) -> ColumnReading:
    """The reading of a column; `texts` is what its `original` cells are meant to be."""
    column = COLUMNS[options.field]
    if options.field == "license_type" and bare_words(options.heading) == "academic":
        reading = read_column(texts, column.kind, read_academic, is_own_reader=False)
    elif options.unix_times:
        reading = read_column(texts, column.kind, read_unix_time, is_own_reader=True)
    else:
        reader = reader_for(column, order=options.order, ladder=options.ladder)
        reading = read_column(texts, column.kind, reader, is_own_reader=True)
    # A license without its key is no license, so an unreadable key is never ignored.
    if options.ignored_codes and options.field != "license_key":
        misreads = reading.misreads.map(partial(drop_ignored, options.ignored_codes))
        return replace(reading, misreads=misreads, originals=original)
    return replace(reading, originals=original)


def read_own_host_tiers(options: ColumnOptions, tiers: ColumnReading, products: ColumnReading) -> ColumnReading:
    """The host tiers, those that name an application read anew for the license's own product (domain.md §3)."""
    if not tiers.texts.matching(APPLICATION_PATTERN).any():
        return tiers
    results = map_combinations([tiers.texts, products.values], partial(read_host_tier_of, options.ladder))
    misreads = misreads_among(results).map(partial(drop_ignored, options.ignored_codes))
    return replace(tiers, values=results.map(partial(value_or_blank, None)), misreads=misreads)


def read_host_tier_of(ladder: tuple[Size, ...], text: str, product: Product | None) -> Size | Misread | None:
    """The tier of the server of a license for this product."""
    return read_host_size(text, ladder, product)


def drop_ignored(ignored_codes: frozenset[str], misread: Misread | None) -> Misread | None:
    """The misread, or None if its code is ignored."""
    if misread and misread.code in ignored_codes:
        return None
    return misread


def read_academic(text: str) -> str:
    """The license type of a yes or no below `Academic`."""
    answer = read_yes_no(text)
    if answer is True:
        return "Academic"
    if answer is False:
        return ""
    return clean(text)


def read_column(
    texts: CodedColumn | TextColumn, kind: ColumnKind, reader: Callable[[str], Any], *, is_own_reader: bool
) -> ColumnReading:
    """The reading of every cell, once per distinct text, skipping texts that the reader would return unchanged.

    `is_own_reader` means that `reader` is the kind's own, so that `UNCHANGED_TEXTS` holds for it.
    """
    if is_own_reader and kind in UNCHANGED_TEXTS and isinstance(texts, TextColumn):
        return read_text_column(texts, kind, reader)
    results = texts.map(reader)
    values = results.map(partial(value_or_blank, "" if kind in TEXTUAL else None))
    return ColumnReading(texts, values, misreads_among(results), texts)


def misreads_among(results: CodedColumn) -> CodedColumn:
    """Each row's Misread, or None."""
    if any(isinstance(value, Misread) for value in results.values):
        return results.map(misread_or_none)
    return CodedColumn.constant(None, len(results))


def value_or_blank(blank: Any, value: Any) -> Any:
    """The value that was read, or the blank of its kind."""
    if value is None or isinstance(value, Misread):
        return blank
    return value


def misread_or_none(value: Any) -> Misread | None:
    """The value if it is a Misread."""
    return value if isinstance(value, Misread) else None


def read_text_column(texts: TextColumn, kind: ColumnKind, reader: Callable[[str], Any]) -> ColumnReading:
    """The reading of texts that nearly all stay as they are."""
    # The few others are read and laid over the column, which is cheaper than reading them all.
    rows = np.flatnonzero(~is_unchanged(texts, kind))
    results = texts.take(rows).map(reader)
    values: Column = texts
    if len(rows):
        changed_values = results.map(partial(value_or_blank, ""))
        values = PatchedColumn(texts, rows, TextColumn.of(changed_values.objects()))
    misreads = misreads_among(results)
    if misreads.values == (None,):
        return ColumnReading(texts, values, CodedColumn.constant(None, len(texts)), texts)
    codes = np.zeros(len(texts), dtype=np.int32)  # 0 stands for None, the first of the values below
    codes[rows] = misreads.codes + 1
    return ColumnReading(texts, values, CodedColumn(codes, (None, *misreads.values)).distinct(), texts)


def is_unchanged(texts: TextColumn, kind: ColumnKind) -> Mask:
    """The texts that the kind's reader would return unchanged."""
    unchanged: Mask = texts.matching(UNCHANGED_TEXTS[kind]) & ~np.asarray(pc.is_in(texts.array, _BLANK_TEXTS))
    unchanged &= np.asarray(pc.less_equal(pc.binary_length(texts.array), LONGEST_UNCHANGED[kind]))
    return unchanged | texts.blank()
