"""One column of a file read: what its cells say, and what is wrong with those that say nothing (design §3)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.column import CodedColumn, Column, Mask
from lib.columnar.patched_column import PatchedColumn
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS, TEXTUAL, ColumnKind
from lib.domain.text import BLANKS, Misread, bare_words, clean
from lib.domain.tiers import Size
from lib.reading.cells import read_yes_no
from lib.reading.column_readers import UNCHANGED_TEXTS, reader_for
from lib.reading.numeric_dates import DateOrder

_BLANK_TEXTS = pa.array(sorted(BLANKS - {""}))


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A column's cells as read, the values they say (blank where unreadable), each row's Misread or None, and its original
    text, which differs from the one read where a person said what it means."""

    texts: CodedColumn | TextColumn
    values: Column
    misreads: CodedColumn
    originals: CodedColumn | TextColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnOptions:
    """All that decides how a column of a file is read: columns asked for alike in one file read alike.

    `said` tells what original texts are meant to be, `edits` the cells of single rows (index, text), `forgiven` the codes
    of unreadable cells that shall count as blank.
    """

    field: str
    heading: str
    order: DateOrder | None
    ladder: tuple[Size, ...]
    said: tuple[tuple[str, str], ...]
    edits: tuple[tuple[int, str], ...]
    forgiven: frozenset[str]


def read_with_options(
    asked: ColumnOptions, original: CodedColumn | TextColumn, texts: CodedColumn | TextColumn
) -> ColumnReading:
    """A column read; `texts` is what its `original` cells are meant to be."""
    column = COLUMNS[asked.field]
    own = reader_for(column, order=asked.order, ladder=asked.ladder)
    academic = asked.field == "license_type" and bare_words(asked.heading) == "academic"
    reading = read_column(texts, column.kind, _read_academic if academic else own, as_is=not academic)
    if asked.forgiven and asked.field != "license_key":  # without its key a license is none
        wrong = reading.misreads.map(partial(_unless_forgiven, asked.forgiven))
        return replace(reading, misreads=wrong, originals=original)
    return replace(reading, originals=original)


def _unless_forgiven(forgiven: frozenset[str], misread: Misread | None) -> Misread | None:
    return None if misread and misread.code in forgiven else misread


def _read_academic(text: str) -> str:
    """A column headed `Academic` answers yes or no rather than naming a license type."""
    answer = read_yes_no(text)
    return "Academic" if answer is True else "" if answer is False else clean(text)


def read_column(
    texts: CodedColumn | TextColumn, kind: ColumnKind, read: Callable[[str], Any], *, as_is: bool
) -> ColumnReading:
    """Every cell read: once per distinct text, and of texts only those that the reader would not give back as they are.

    `as_is` says that `read` is the kind's own reader, so that `PLAIN` holds for it.
    """
    if as_is and kind in UNCHANGED_TEXTS and isinstance(texts, TextColumn):
        return _read_texts(texts, kind, read)
    said = texts.map(read)
    values = said.map(partial(_or_blank, "" if kind in TEXTUAL else None))
    return ColumnReading(texts, values, _wrong(said), texts)


def _wrong(said: CodedColumn) -> CodedColumn:
    if any(isinstance(value, Misread) for value in said.values):
        return said.map(_misread)
    return CodedColumn.constant(None, len(said))


def _or_blank(blank: Any, value: Any) -> Any:
    return blank if value is None or isinstance(value, Misread) else value


def _misread(value: Any) -> Misread | None:
    return value if isinstance(value, Misread) else None


def _read_texts(texts: TextColumn, kind: ColumnKind, read: Callable[[str], Any]) -> ColumnReading:
    rows = np.flatnonzero(~_plain(texts, kind))
    said = texts.take(rows).map(read)
    values = said.map(partial(_or_blank, ""))
    replaced = PatchedColumn(texts, rows, TextColumn.of(values.objects())) if len(rows) else texts
    misread = _wrong(said)
    if misread.values == (None,):
        return ColumnReading(texts, replaced, CodedColumn.constant(None, len(texts)), texts)
    wrong = np.zeros(len(texts), dtype=np.int32)
    wrong[rows] = misread.codes + 1
    return ColumnReading(texts, replaced, CodedColumn(wrong, (None, *misread.values)).distinct(), texts)


def _plain(texts: TextColumn, kind: ColumnKind) -> Mask:
    plain: Mask = texts.matching(UNCHANGED_TEXTS[kind]) & ~np.asarray(pc.is_in(texts.array, _BLANK_TEXTS))
    if kind is ColumnKind.EMAIL:
        plain &= np.asarray(pc.less(pc.binary_length(texts.array), 64))
    return plain | texts.blank()
