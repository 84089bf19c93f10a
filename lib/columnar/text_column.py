"""Columns of texts that nearly all differ, as Arrow holds them, and views of them that copy nothing until they are read."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.columnar.column import CodedColumn, Codes, Column, Mask, Rows, row_mask


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
        """A column of empty texts."""
        return cls(pa.repeat(pa.scalar("", pa.string()), length))

    def __len__(self) -> int:
        return len(self.array)

    def at(self, row: int) -> str:
        """The text of one row."""
        return str(self.array[row])

    def map(self, function: Callable[[str], Any]) -> CodedColumn:
        """The function's results, called once per distinct text."""
        return self.coded().map(function)

    def fill_blanks(self, other: Column) -> "TextColumn":
        """The other column's text where this one is blank."""
        return TextColumn(pc.if_else(pa.array(self.blank()), other.arrow(pa.string()), self.array).fill_null(""))

    def concat(self, other: Column) -> "TextColumn":
        """The rows of this column, then the other's."""
        if not len(other):
            return self
        return TextColumn(pa.concat_arrays([self.array, other.arrow(pa.string()).fill_null("")]))

    def take(self, rows: Rows) -> "TextColumn":
        """The column at some rows, in their order."""
        if self.has_all(rows):
            return self  # texts are the bulk of a batch, so copying all of them would double its memory
        return TextColumn(self.array.take(pa.array(rows)))

    def view(self, rows: Rows) -> "TextColumn | ColumnView":
        """The column at some rows, in their order."""
        # Nothing is copied before it is read.
        if self.has_all(rows):
            return self
        return ColumnView(self, rows)

    def has_all(self, rows: Rows) -> bool:
        """Whether these are all rows in their order."""
        return len(rows) == len(self) and np.array_equal(rows, np.arange(len(rows)))

    def slice(self, start: int, stop: int) -> "TextColumn":
        """Consecutive rows, without copying them."""
        return TextColumn(self.array[start:stop])

    def where_value(self, predicate: Callable[[str], bool]) -> Mask:
        """The rows whose text the predicate holds for, called once per distinct text."""
        return self.coded().where_value(predicate)

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
        """A number for each row, the same for equal texts only."""
        numbers: Codes = self.array.dictionary_encode().indices.to_numpy()
        return numbers

    def arrow(self, arrow_type: pa.DataType) -> pa.Array:
        """The texts as Arrow holds them."""
        return self.array

    def dictionary(self, arrow_type: pa.DataType) -> pa.Array:
        """The texts as Arrow holds them: most are distinct, so a dictionary would gain nothing."""
        return self.array


class LazyTexts(Column, ABC):
    """A column of another one's texts, which are the bulk of a batch: only the parts that are read are copied."""

    __slots__ = ()

    @abstractmethod
    def take(self, rows: Rows) -> TextColumn:
        """The column at some rows, in their order."""

    @abstractmethod
    def whole(self) -> TextColumn:
        """All of it, copied."""

    def map(self, function: Callable[[str], Any]) -> CodedColumn:
        """The function's results, called once per distinct text."""
        return self.coded().map(function)

    def fill_blanks(self, other: Column) -> TextColumn:
        """The other column's text where this one is blank."""
        return self.whole().fill_blanks(other)

    def concat(self, other: Column) -> "TextColumn | LazyTexts":
        """The rows of this column, then the other's."""
        if not len(other):
            return self
        return self.whole().concat(other)

    def where_value(self, predicate: Callable[[str], bool]) -> Mask:
        """The rows whose text the predicate holds for, called once per distinct text."""
        return self.coded().where_value(predicate)

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

    def arrow(self, arrow_type: pa.DataType) -> pa.Array:
        """The texts as Arrow holds them."""
        return self.whole().array

    def dictionary(self, arrow_type: pa.DataType) -> pa.Array:
        """The texts as Arrow holds them."""
        return self.whole().array


@dataclass(frozen=True, slots=True)
class ColumnView(LazyTexts):
    """Some rows of a column of texts."""

    texts: TextColumn | LazyTexts
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, row: int) -> str:
        """The text of one row."""
        return self.texts.at(int(self.rows[row]))

    def take(self, rows: Rows) -> TextColumn:
        """The column at some rows, in their order."""
        return self.texts.take(self.rows[rows])

    def view(self, rows: Rows) -> "ColumnView":
        """The column at some rows, in their order, copied only when they are read."""
        return ColumnView(self.texts, self.rows[rows])

    def slice(self, start: int, stop: int) -> TextColumn:
        """Consecutive rows."""
        return self.texts.take(self.rows[start:stop])

    def blank(self) -> Mask:
        """The rows without a text."""
        return self.texts.blank()[self.rows]

    def whole(self) -> TextColumn:
        """All of it, copied."""
        return self.texts.take(self.rows)


def column_from_arrow(texts: pa.Array) -> CodedColumn | TextColumn:
    """A column of texts as Arrow holds them: a dictionary array holds each once."""
    if pa.types.is_dictionary(texts.type):
        return CodedColumn(texts.indices.to_numpy(), tuple(texts.dictionary.to_pylist()))
    return TextColumn(texts)
