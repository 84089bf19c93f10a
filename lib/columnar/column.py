"""Columns of a whole batch: as distinct values with a code per row, so that readable scalar code runs once per distinct
value, or, where nearly all differ, as the texts themselves."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""Row indexes, from 0."""
Mask = NDArray[np.bool_]
"""One truth value a row."""
Codes = NDArray[np.int32] | NDArray[np.int16]
"""One small whole number a row."""

_NARROW = 1 << 15


def row_mask(rows: Iterable[int] | Rows, length: int) -> Mask:
    """Whether a row is one of these, for so many rows."""
    mask = np.zeros(length, dtype=np.bool_)
    mask[rows if isinstance(rows, np.ndarray) else list(rows)] = True
    return mask


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """`values[codes[i]]` is the value of row `i`; values are distinct and may be anything hashable.

    Most columns have few values, so codes are kept as narrow as they can be: a batch has dozens of them.
    """

    codes: Codes
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        if len(self.values) < _NARROW and self.codes.dtype != np.int16:
            object.__setattr__(self, "codes", self.codes.astype(np.int16))

    @classmethod
    def of_texts(cls, texts: pa.Array) -> "CodedColumn":
        """A text column as Arrow holds it; nulls are empty texts."""
        encoded = texts.fill_null("").dictionary_encode()
        return cls(encoded.indices.to_numpy(), tuple(encoded.dictionary.to_pylist()))

    @classmethod
    def of(cls, values: Iterable[Any]) -> "CodedColumn":
        """A column of any hashable values."""
        rows = list(values)
        distinct = {value: code for code, value in enumerate(dict.fromkeys(rows))}
        return cls(np.array([distinct[value] for value in rows], dtype=np.int32), tuple(distinct))

    @classmethod
    def constant(cls, value: Any, length: int) -> "CodedColumn":
        """The same value in every row."""
        return cls(np.zeros(length, dtype=np.int32), (value,))

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, row: int) -> Any:
        """The value of one row."""
        return self.values[self.codes[row]]

    def map(self, function: Callable[[Any], Any]) -> "CodedColumn":
        """The function's results, asked once per distinct value."""
        results = CodedColumn.of(map(function, self.values))
        return CodedColumn(results.codes[self.codes], results.values)

    def where(self, mask: Mask) -> "CodedColumn":
        """The values where the mask is true, None elsewhere."""
        return self.unless(~mask, None)

    def unless(self, mask: Mask, value: Any) -> "CodedColumn":
        """The values, but this one where the mask is true."""
        return CodedColumn(np.where(mask, np.int32(len(self.values)), self.codes), (*self.values, value)).distinct()

    def fill_blanks(self, other: "Column") -> "CodedColumn":
        """The other column's value where this one is blank (None or an empty text)."""
        rest = other.coded()
        codes = np.where(self.blank(), rest.codes + np.int32(len(self.values)), self.codes)
        return CodedColumn(codes, (*self.values, *rest.values)).distinct()

    def concat(self, other: "Column") -> "CodedColumn":
        """The rows of this column, then the other's."""
        rest = other.coded()
        codes = np.concatenate([self.codes, rest.codes + np.int32(len(self.values))])
        return CodedColumn(codes, (*self.values, *rest.values)).distinct()

    def distinct(self) -> "CodedColumn":
        """The same column with equal values told once."""
        results = CodedColumn.of(self.values)
        return CodedColumn(results.codes[self.codes], results.values)

    def take(self, rows: Rows) -> "CodedColumn":
        """The column at some rows, in their order."""
        codes = self.codes[rows]
        if len(codes) >= len(self.values):
            return CodedColumn(codes, self.values)
        used, recoded = np.unique(codes, return_inverse=True)
        return CodedColumn(recoded.astype(np.int32), tuple(self.values[code] for code in used.tolist()))

    def view(self, rows: Rows) -> "CodedColumn":
        """The same as `take`."""
        return self.take(rows)

    def slice(self, start: int, stop: int) -> "CodedColumn":
        """Some rows that follow one another, without copying them."""
        return CodedColumn(self.codes[start:stop], self.values)

    def where_value(self, holds: Callable[[Any], bool]) -> Mask:
        """The rows whose value the predicate holds for, asked once per distinct value."""
        held = np.fromiter((holds(value) for value in self.values), np.bool_, len(self.values))
        return held[self.codes]

    def matching(self, pattern: str) -> Mask:
        """The rows whose text a regular expression (RE2) finds something in; all values must be texts."""
        matching: Mask = TextColumn.of(self.values).matching(pattern)[self.codes]
        return matching

    def blank(self) -> Mask:
        """The rows without a value."""
        return self.where_value(is_blank)

    def counts(self) -> list[tuple[Any, int]]:
        """Each value that occurs, and how often."""
        counts = np.bincount(self.codes, minlength=len(self.values))
        return [(value, int(count)) for value, count in zip(self.values, counts, strict=True) if count]

    def objects(self) -> NDArray[np.object_]:
        """The values, one a row."""
        values = np.empty(len(self.values), dtype=object)
        values[:] = self.values
        return values[self.codes]

    def coded(self) -> "CodedColumn":
        """The column itself."""
        return self

    def numbers(self) -> Codes:
        """A number for each row, from 0, the same for equal values only."""
        return self.codes

    def arrow(self, kind: pa.DataType) -> pa.Array:
        """The values as an Arrow array of texts or whole numbers; dates are ISO texts, truth values 1 and 0."""
        return self.dictionary(kind).dictionary_decode()

    def dictionary(self, kind: pa.DataType) -> pa.Array:
        """The same as `arrow`, with each distinct value told once: an Arrow dictionary array."""
        write = str if pa.types.is_string(kind) else int
        plain = [None if value is None else write(value) for value in self.values]
        return pa.DictionaryArray.from_arrays(pa.array(self.codes), pa.array(plain, kind))


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of mostly distinct texts as Arrow holds them, without a Python object per row; no nulls, blanks are empty."""

    array: pa.Array

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> "TextColumn":
        """A column of texts; None is a blank."""
        return cls(pa.array(["" if text is None else text for text in texts], pa.string()))

    @classmethod
    def blanks(cls, length: int) -> "TextColumn":
        """A column that says nothing."""
        return cls(pa.repeat(pa.scalar("", pa.string()), length))

    def __len__(self) -> int:
        return len(self.array)

    def at(self, row: int) -> str:
        """The text of one row."""
        return str(self.array[row])

    def map(self, function: Callable[[str], Any]) -> CodedColumn:
        """The function's results, asked once per distinct text."""
        return self.coded().map(function)

    def fill_blanks(self, other: "Column") -> "TextColumn":
        """The other column's text where this one is blank."""
        return TextColumn(pc.if_else(pa.array(self.blank()), other.arrow(pa.string()), self.array).fill_null(""))

    def concat(self, other: "Column") -> "TextColumn":
        """The rows of this column, then the other's."""
        if not len(other):
            return self
        return TextColumn(pa.concat_arrays([self.array, other.arrow(pa.string()).fill_null("")]))

    def take(self, rows: Rows) -> "TextColumn":
        """The column at some rows, in their order."""
        if self.has_all(rows):
            return self  # texts are the bulk of a batch: all of them in order are not copied
        return TextColumn(self.array.take(pa.array(rows)))

    def view(self, rows: Rows) -> "TextColumn | ColumnView":
        """The column at some rows, in their order, copied only where it is looked at."""
        return self if self.has_all(rows) else ColumnView(self, rows)

    def has_all(self, rows: Rows) -> bool:
        """Whether these are all rows in their order."""
        return len(rows) == len(self) and np.array_equal(rows, np.arange(len(rows)))

    def slice(self, start: int, stop: int) -> "TextColumn":
        """Some rows that follow one another, without copying them."""
        return TextColumn(self.array[start:stop])

    def where_value(self, holds: Callable[[str], bool]) -> Mask:
        """The rows whose text the predicate holds for, asked once per distinct text."""
        return self.coded().where_value(holds)

    def matching(self, pattern: str) -> Mask:
        """The rows whose text a regular expression (RE2) finds something in."""
        return np.asarray(pc.match_substring_regex(self.array, pattern))

    def blank(self) -> Mask:
        """The rows without a text."""
        return np.asarray(pc.equal(self.array, ""))

    def replace(self, rows: Rows, texts: Sequence[str]) -> "TextColumn":
        """The column with other texts in some rows, which ascend."""
        return self.with_others(rows, TextColumn.of(texts))

    def with_others(self, rows: Rows, others: "TextColumn") -> "TextColumn":
        """The same as `replace`."""
        if not len(rows):
            return self
        return TextColumn(pc.replace_with_mask(self.array, pa.array(row_mask(rows, len(self))), others.array))

    def counts(self) -> list[tuple[Any, int]]:
        """Each text that occurs, and how often."""
        return self.coded().counts()

    def objects(self) -> NDArray[np.object_]:
        """The texts, one a row."""
        texts: NDArray[np.object_] = self.array.to_numpy(zero_copy_only=False)
        return texts

    def coded(self) -> CodedColumn:
        """The column as distinct texts and codes."""
        return CodedColumn.of_texts(self.array)

    def numbers(self) -> Codes:
        """A number for each row, from 0, the same for equal texts only."""
        numbers: Codes = self.array.dictionary_encode().indices.to_numpy()
        return numbers

    def arrow(self, kind: pa.DataType) -> pa.Array:
        """The texts as Arrow holds them."""
        return self.array

    def dictionary(self, kind: pa.DataType) -> pa.Array:
        """The texts as Arrow holds them: most are distinct, so a dictionary would gain nothing."""
        return self.array


class _OfTexts(ABC):
    """A column made of another one's texts, which are the bulk of a batch: only the parts looked at are copied."""

    __slots__ = ()

    @abstractmethod
    def whole(self) -> TextColumn:
        """All of it, copied."""

    def map(self, function: Callable[[str], Any]) -> CodedColumn:
        """The function's results, asked once per distinct text."""
        return self.coded().map(function)

    def fill_blanks(self, other: "Column") -> TextColumn:
        """The other column's text where this one is blank."""
        return self.whole().fill_blanks(other)

    def where_value(self, holds: Callable[[str], bool]) -> Mask:
        """The rows whose text the predicate holds for, asked once per distinct text."""
        return self.coded().where_value(holds)

    def counts(self) -> list[tuple[Any, int]]:
        """Each text that occurs, and how often."""
        return self.coded().counts()

    def objects(self) -> NDArray[np.object_]:
        """The texts, one a row."""
        return self.whole().objects()

    def coded(self) -> CodedColumn:
        """The column as distinct texts and codes."""
        return self.whole().coded()

    def numbers(self) -> Codes:
        """A number for each row, from 0, the same for equal texts only."""
        return self.whole().numbers()

    def arrow(self, kind: pa.DataType) -> pa.Array:
        """The texts as Arrow holds them."""
        return self.whole().array

    def dictionary(self, kind: pa.DataType) -> pa.Array:
        """The texts as Arrow holds them."""
        return self.whole().array


@dataclass(frozen=True, slots=True)
class PatchedColumn(_OfTexts):
    """A column of texts with others in some rows, which ascend."""

    texts: TextColumn
    rows: Rows
    others: TextColumn

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, row: int) -> str:
        """The text of one row."""
        return self.slice(row, row + 1).at(0)

    def concat(self, other: "Column") -> "TextColumn | PatchedColumn":
        """The rows of this column, then the other's."""
        return self.whole().concat(other) if len(other) else self

    def take(self, rows: Rows) -> TextColumn:
        """The column at some rows, in their order."""
        places = np.searchsorted(self.rows, rows)
        mended = np.flatnonzero(np.append(self.rows, -1)[places] == rows)
        return self.texts.take(rows).with_others(mended, self.others.take(places[mended]))

    def view(self, rows: Rows) -> "PatchedColumn | ColumnView":
        """The column at some rows, in their order, copied only where it is looked at."""
        return self if self.texts.has_all(rows) else ColumnView(self, rows)

    def slice(self, start: int, stop: int) -> TextColumn:
        """Some rows that follow one another."""
        first, last = np.searchsorted(self.rows, (start, stop)).tolist()
        return self.texts.slice(start, stop).with_others(self.rows[first:last] - start, self.others.slice(first, last))

    def blank(self) -> Mask:
        """The rows without a text."""
        blank = self.texts.blank().copy()
        blank[self.rows] = self.others.blank()
        return blank

    def whole(self) -> TextColumn:
        """All of it, copied."""
        return self.texts.with_others(self.rows, self.others)


@dataclass(frozen=True, slots=True)
class ColumnView(_OfTexts):
    """Some rows of a column of texts."""

    texts: TextColumn | PatchedColumn
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, row: int) -> str:
        """The text of one row."""
        return self.texts.at(int(self.rows[row]))

    def concat(self, other: "Column") -> "TextColumn | ColumnView":
        """The rows of this column, then the other's."""
        return self.whole().concat(other) if len(other) else self

    def take(self, rows: Rows) -> TextColumn:
        """The column at some rows, in their order."""
        return self.texts.take(self.rows[rows])

    def view(self, rows: Rows) -> "ColumnView":
        """The column at some rows, in their order, copied only where it is looked at."""
        return ColumnView(self.texts, self.rows[rows])

    def slice(self, start: int, stop: int) -> TextColumn:
        """Some rows that follow one another."""
        return self.texts.take(self.rows[start:stop])

    def blank(self) -> Mask:
        """The rows without a text."""
        return self.texts.blank()[self.rows]

    def whole(self) -> TextColumn:
        """All of it, copied."""
        return self.texts.take(self.rows)


Column = CodedColumn | TextColumn | PatchedColumn | ColumnView


def column_from_arrow(texts: pa.Array) -> CodedColumn | TextColumn:
    """A column of texts as Arrow holds them: a dictionary array tells each once."""
    if pa.types.is_dictionary(texts.type):
        return CodedColumn(texts.indices.to_numpy(), tuple(texts.dictionary.to_pylist()))
    return TextColumn(texts)


def is_blank(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or value == ""
