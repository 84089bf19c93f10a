"""Several columns taken together: which combinations of values there are, and one hash for each row."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.columnar.arrow import decode_dictionary
from lib.columnar.column import CodedColumn, Column, Mask, Rows, is_blank
from lib.columnar.threads import MANY, threads_for

Hashes = NDArray[np.int64]
"""One 64-bit hash a row."""

# Rows hashed at once: their joined texts are the largest thing an import ever holds.
_SLICE = 25_000

# Combinations that 64-bit numbers hold, whether they occur or not.
_MOST_NUMBERED = 2**62

# What separates the texts of a row. No text has it: `text.clean` makes it a space, and JSON, as in `extra`, escapes it.
_SEPARATOR = "\x1f"


def combinations(columns: Sequence[Column]) -> tuple[Rows, NDArray[np.int64]]:
    """The distinct combinations of several columns: the first row that has each, and each row's combination number."""
    numbers, count = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in (column.coded() for column in columns):
        if count * len(column.values) > _MOST_NUMBERED:
            numbers = _renumbered(numbers)
            count = int(numbers.max(initial=-1)) + 1
        numbers = numbers * len(column.values) + column.codes
        count *= len(column.values)
    numbers = _renumbered(numbers)
    first_rows = np.empty(int(numbers.max(initial=-1)) + 1, dtype=np.int64)
    # Rows are written from the last to the first, so that the first row of each combination remains.
    first_rows[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    return first_rows, numbers


def _renumbered(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of the combinations that occur, without gaps."""
    return pd.factorize(numbers)[0].astype(np.int64)


def map_combinations(columns: Sequence[Column], function: Callable[..., Any]) -> CodedColumn:
    """The function's result for each row's values, called once per distinct combination of them."""
    if not len(columns[0]):
        return CodedColumn.of(())
    first_rows, numbers = combinations(columns)
    each = zip(*(column.take(first_rows).objects() for column in columns), strict=True)
    return CodedColumn(numbers.astype(np.int32), tuple(function(*values) for values in each)).distinct()


def row_hashes(texts: Mapping[str, Column], coded: Mapping[str, Column]) -> Hashes:
    """A 64-bit hash of each row's filled cells under their columns' names, the same in every process.

    Columns of `texts` are hashed row by row, those of `coded`, whose values repeat, once per distinct value.
    """
    # A blank cell is left out of the row's text and adds 0 to the sum, so a row keeps its hash when columns are added
    # later. The order of columns does not matter either: texts follow one another in that of their names, and a sum has
    # none. The text says which values a row has, and the sum under which names, so values that swap columns change the
    # hash.
    length = len(next(iter((texts or coded).values())))
    filled = {name: ~texts[name].blank() for name in sorted(texts)}
    hashes = _hash_row_texts([(texts[name], mask) for name, mask in filled.items() if mask.any()], length)
    for mask, name_hash in zip(filled.values(), _hash_texts(list(filled)), strict=True):
        hashes += mask * name_hash
    for name, column in coded.items():
        hashes += _hash_values(name, column.coded().values)[column.coded().codes]
    return _mix_bits(hashes).view(np.int64)


def _hash_row_texts(columns: Sequence[tuple[Column, Mask]], length: int) -> NDArray[np.uint64]:
    """The hash of each row's filled texts, given by column with the rows in which it is filled."""
    prepared = [(_without_blanks(column), mask) for column, mask in columns]
    slices = (slice(start, min(start + _SLICE, length)) for start in range(0, length, _SLICE))
    with closing(prefetch((_row_texts(prepared, rows) for rows in slices), length)) as row_texts:
        hashes = [pd.util.hash_array(texts.to_numpy(zero_copy_only=False), categorize=False) for texts in row_texts]
    return np.concatenate([np.empty(0, np.uint64), *hashes])


def _without_blanks(column: Column) -> Column | pa.Array:
    """The column, with nulls for blanks if it is coded."""
    # Arrow leaves nulls out by itself.
    if not isinstance(column, CodedColumn):
        return column
    texts = [None if is_blank(value) else str(value) for value in column.values]
    return pa.DictionaryArray.from_arrays(pa.array(column.codes), pa.array(texts, pa.string()))


def _row_texts(columns: Sequence[tuple[Column | pa.Array, Mask]], rows: slice) -> pa.Array:
    """The filled texts of each of some rows as one text."""
    # The first piece keeps rows without any text, which would be null otherwise.
    pieces = [pa.repeat(pa.scalar("", pa.string()), rows.stop - rows.start)]
    pieces += [_filled_texts(column, filled, rows) for column, filled in columns]
    texts = pc.binary_join_element_wise(*pieces, _SEPARATOR, null_handling="skip")
    return texts.cast(pa.binary())  # Python's bytes are made faster than its texts


def _filled_texts(column: Column | pa.Array, filled: Mask, rows: slice) -> pa.Array:
    """The texts of a column in some rows, with nulls for blanks."""
    if isinstance(column, pa.Array):
        return decode_dictionary(column[rows])
    texts = column.slice(rows.start, rows.stop).arrow(pa.string())
    if filled[rows].all():
        return texts
    return pc.if_else(pa.array(filled[rows]), texts, None)


def _hash_values(name: str, values: Sequence[Any]) -> NDArray[np.uint64]:
    """The hash of each value under a column's name, 0 for a blank."""
    hashes = _hash_texts([f"{name}={value}" for value in values])
    hashes[[is_blank(value) for value in values]] = 0
    return hashes


def _hash_texts(texts: Sequence[str]) -> NDArray[np.uint64]:
    hashes: NDArray[np.uint64] = pd.util.hash_array(np.array(texts, dtype=object), categorize=False)
    return hashes


def _mix_bits(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The hashes, with each of their bits spread over all others."""
    # The last steps of SplitMix64. Each can be undone, so that different hashes stay different.
    hashes = (hashes ^ hashes >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ hashes >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return hashes ^ hashes >> np.uint64(31)


def prefetch(items: Iterator[Any], rows: int = MANY) -> Generator[Any, None, None]:
    """The same items, each worked out in a second thread while the one before it is in use; none may be None.

    Items that are parts of few rows are worked out without it.
    """
    # This pays since neither Arrow nor the databases' drivers hold Python's lock meanwhile.
    with threads_for(rows, 1) as thread:
        future = thread.submit(next, items, None)
        while (item := future.result()) is not None:
            future = thread.submit(next, items, None)
            yield item
