"""Columns of a whole batch, and the coded one: distinct values with a code per row.

Readable scalar code then runs once per distinct value. Texts that nearly all differ are columns of `text_column` instead.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

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

_INT16_CODES = 1 << 15
"""How many codes a 16-bit number can hold."""


def row_mask(rows: Iterable[int] | Rows, length: int) -> Mask:
    """Which of so many rows are among these."""
    mask = np.zeros(length, dtype=np.bool_)
    mask[rows if isinstance(rows, np.ndarray) else list(rows)] = True
    return mask


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing."""
    return value is None or value == ""


class Column(Protocol):
    """One value for each row of a batch, however they are held."""

    def __len__(self) -> int:
        """The number of rows."""

    def at(self, row: int) -> Any:
        """The value of one row."""

    def objects(self) -> NDArray[np.object_]:
        """The values, one a row."""

    def counts(self) -> list[tuple[Any, int]]:
        """Each value that occurs, and how often."""

    def coded(self) -> "CodedColumn":
        """The column as distinct values and codes."""

    def numbers(self) -> Codes:
        """A number for each row, the same for equal values only."""

    def arrow(self, arrow_type: pa.DataType) -> pa.Array:
        """The values as an Arrow array of texts or whole numbers; dates are ISO texts, truth values 1 and 0."""

    def dictionary(self, arrow_type: pa.DataType) -> pa.Array:
        """The same as `arrow`, as a dictionary array."""
        # It holds each distinct value once, and most columns have few.

    def blank(self) -> Mask:
        """The rows without a value."""

    def where_value(self, predicate: Callable[[Any], bool]) -> Mask:
        """The rows whose value the predicate holds for; called once per distinct value."""

    def map(self, function: Callable[[Any], Any]) -> "CodedColumn":
        """The function's results; called once per distinct value."""

    def fill_blanks(self, other: "Column") -> "Column":
        """The other column's value where this one is blank (None or an empty text)."""

    def concat(self, other: "Column") -> "Column":
        """The rows of this column, then the other's."""

    def take(self, rows: Rows) -> "Column":
        """The column at some rows, in their order."""

    def view(self, rows: Rows) -> "Column":
        """The same as `take`, but texts are only copied when they are read."""

    def slice(self, start: int, stop: int) -> "Column":
        """Consecutive rows."""


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """`values[codes[i]]` is the value of row `i`; values are distinct and may be anything hashable.

    Most columns have few values, so codes are stored in as few bytes as possible: a batch has dozens of them.
    """

    codes: Codes
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        if len(self.values) < _INT16_CODES and self.codes.dtype != np.int16:
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
    def of_mask(cls, mask: Mask) -> "CodedColumn":
        """A column of truth values."""
        return cls(mask.astype(np.int32), (False, True))

    @classmethod
    def constant(cls, value: Any, length: int) -> "CodedColumn":
        """The same value in every row."""
        return cls(np.zeros(length, dtype=np.int16), (value,))

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, row: int) -> Any:
        """The value of one row."""
        return self.values[self.codes[row]]

    def map(self, function: Callable[[Any], Any]) -> "CodedColumn":
        """The function's results, called once per distinct value."""
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
        """The same column without repeats among its values."""
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
        """Consecutive rows, without copying them."""
        return CodedColumn(self.codes[start:stop], self.values)

    def where_value(self, predicate: Callable[[Any], bool]) -> Mask:
        """The rows whose value the predicate holds for, called once per distinct value."""
        holds = np.fromiter((predicate(value) for value in self.values), np.bool_, len(self.values))
        return holds[self.codes]

    def matching(self, pattern: str) -> Mask:
        """The rows whose text a regular expression (RE2) finds something in; all values must be texts."""
        texts = pa.array(self.values, pa.string()).fill_null("")
        return np.asarray(pc.match_substring_regex(texts, pattern))[self.codes]

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

    def arrow(self, arrow_type: pa.DataType) -> pa.Array:
        """The values as an Arrow array of texts or whole numbers; dates are ISO texts, truth values 1 and 0."""
        return self.dictionary(arrow_type).dictionary_decode()

    def dictionary(self, arrow_type: pa.DataType) -> pa.Array:
        """The same as `arrow`, as a dictionary array, which holds each distinct value once."""
        write = str if pa.types.is_string(arrow_type) else int
        plain = [None if value is None else write(value) for value in self.values]
        return pa.DictionaryArray.from_arrays(pa.array(self.codes), pa.array(plain, arrow_type))
