"""A column as its distinct values and a code per row, so that readable scalar code runs once per distinct value."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""Row indexes, from 0."""
Mask = NDArray[np.bool_]
"""One truth value a row."""

_HASH_STEP = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Coded:
    """`values[codes[i]]` is the value of row `i`; values are distinct and may be anything hashable."""

    codes: NDArray[np.int64]
    values: tuple[Any, ...]

    @classmethod
    def of_texts(cls, texts: pa.Array) -> "Coded":
        """A text column as Arrow holds it; nulls are empty texts."""
        encoded = texts.fill_null("").dictionary_encode()
        return cls(encoded.indices.to_numpy().astype(np.int64), tuple(encoded.dictionary.to_pylist()))

    @classmethod
    def of(cls, values: Iterable[Any]) -> "Coded":
        """A column of any hashable values."""
        rows = list(values)
        distinct = {value: code for code, value in enumerate(dict.fromkeys(rows))}
        return cls(np.array([distinct[value] for value in rows], dtype=np.int64), tuple(distinct))

    @classmethod
    def constant(cls, value: Any, length: int) -> "Coded":
        """The same value in every row."""
        return cls(np.zeros(length, dtype=np.int64), (value,))

    def __len__(self) -> int:
        return len(self.codes)

    def map(self, function: Callable[[Any], Any]) -> "Coded":
        """The function's results, asked once per distinct value."""
        results = Coded.of(map(function, self.values))
        return Coded(results.codes[self.codes], results.values)

    def where(self, mask: Mask) -> "Coded":
        """The values where the mask is true, None elsewhere."""
        return Coded(np.where(mask, self.codes, len(self.values)), (*self.values, None))

    def otherwise(self, other: "Coded") -> "Coded":
        """The other column's value where this one is blank (None or an empty text)."""
        codes = np.where(self.blank(), other.codes + len(self.values), self.codes)
        return Coded(codes, (*self.values, *other.values)).distinct()

    def replaced(self, rows: Rows, others: "Coded") -> "Coded":
        """The column with other values at some rows."""
        codes = self.codes.copy()
        codes[rows] = others.codes + len(self.values)
        return Coded(codes, (*self.values, *others.values)).distinct()

    def followed_by(self, other: "Coded") -> "Coded":
        """The rows of this column, then the other's."""
        codes = np.concatenate([self.codes, other.codes + len(self.values)])
        return Coded(codes, (*self.values, *other.values)).distinct()

    def distinct(self) -> "Coded":
        """The same column with equal values told once."""
        results = Coded.of(self.values)
        return Coded(results.codes[self.codes], results.values)

    def take(self, rows: Rows) -> "Coded":
        """The column at some rows, in their order."""
        codes = self.codes[rows]
        if len(codes) >= len(self.values):
            return Coded(codes, self.values)
        used, codes = np.unique(codes, return_inverse=True)
        return Coded(codes.astype(np.int64), tuple(self.values[code] for code in used.tolist()))

    def where_value(self, holds: Callable[[Any], bool]) -> Mask:
        """The rows whose value the predicate holds for, asked once per distinct value."""
        held = np.fromiter((holds(value) for value in self.values), np.bool_, len(self.values))
        return held[self.codes]

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

    def hashes(self) -> NDArray[np.uint64]:
        """A 64-bit hash of each row's value, the same in every process."""
        texts = np.empty(len(self.values), dtype=object)
        texts[:] = ["" if value is None else str(value) for value in self.values]
        return pd.util.hash_array(texts, categorize=False)[self.codes]


def is_blank(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or value == ""


def combinations(columns: Sequence[Coded]) -> tuple[Rows, NDArray[np.int64]]:
    """The distinct combinations of several columns: a row that shows each, and each row's combination number."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes = pd.factorize(codes * len(column.values) + column.codes)[0].astype(np.int64)
    _, first = np.unique(codes, return_index=True)
    return first.astype(np.int64), codes


def row_hashes(columns: Sequence[Coded]) -> NDArray[np.int64]:
    """A 64-bit hash of each row over all columns, as signed numbers that every database can store."""
    total = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        total = (total ^ (total >> np.uint64(29))) * _HASH_STEP + column.hashes()
    return total.view(np.int64)
