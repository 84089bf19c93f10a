"""Several columns taken together: which combinations of values there are, and one hash for each row."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.columnar.arrow import decode_dictionary
from lib.columnar.column import CodedColumn, Column, Mask, Rows, is_blank

Hashes = NDArray[np.int64]
"""One 64-bit hash a row."""

_SLICE = 25_000
"""Rows hashed at once: their joined texts are the largest thing an import ever holds."""

_MOST_NUMBERED = 2**62
"""Combinations that 64-bit numbers hold, whether they occur or not."""

_BETWEEN = "\x1f"
"""What parts the texts of a row that is hashed. No text has it: it is white space, which `text.clean` makes plain, and
`extra` escapes it."""


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
    # A blank cell is left out of the joined text and adds 0 to the sum, so a row keeps its hash when columns are added
    # later. The order of columns does not matter either: texts are joined in that of their names, and a sum has none.
    # The text says which values a row has, and the sum under which names, so values that swap columns change the hash.
    length = len(next(iter((texts or coded).values())))
    filled = {name: ~texts[name].blank() for name in sorted(texts)}
    columns = [(_without_blanks(texts[name]), mask) for name, mask in filled.items() if mask.any()]
    slices = (_joined(columns, slice(start, min(start + _SLICE, length))) for start in range(0, length, _SLICE))
    with closing(prefetch(slices)) as joined:
        parts = [pd.util.hash_array(rows.to_numpy(zero_copy_only=False), categorize=False) for rows in joined]
    hashes: NDArray[np.uint64] = np.concatenate([np.empty(0, np.uint64), *parts])
    for mask, number in zip(filled.values(), _text_hashes(list(filled)), strict=True):
        hashes += mask * number
    for name, column in coded.items():
        hashes += _value_hashes(name, column.coded().values)[column.coded().codes]
    return _mixed(hashes).view(np.int64)


def _without_blanks(column: Column) -> Column | pa.Array:
    """The column; if it tells each distinct text once, as a dictionary array with nulls for blanks."""
    if not isinstance(column, CodedColumn):
        return column
    texts = [None if is_blank(value) else str(value) for value in column.values]
    return pa.DictionaryArray.from_arrays(pa.array(column.codes), pa.array(texts, pa.string()))


def _joined(columns: Sequence[tuple[Column | pa.Array, Mask]], rows: slice) -> pa.Array:
    """The filled texts of some rows, those of one row as one; columns as `_without_blanks` gives them, with where they are
    filled."""
    pieces = [pa.repeat(pa.scalar("", pa.string()), rows.stop - rows.start)]  # a row without any text is not left out
    for column, filled in columns:
        if isinstance(column, pa.Array):
            pieces.append(decode_dictionary(column[rows]))
        else:
            texts = column.slice(rows.start, rows.stop).arrow(pa.string())
            pieces.append(texts if filled[rows].all() else pc.if_else(pa.array(filled[rows]), texts, None))
    joined = pc.binary_join_element_wise(*pieces, _BETWEEN, null_handling="skip")
    return joined.cast(pa.binary())  # bytes are made faster than texts


def _value_hashes(name: str, values: Sequence[Any]) -> NDArray[np.uint64]:
    """The hash of each value under a column's name, 0 for a blank."""
    hashes = _text_hashes([f"{name}={value}" for value in values])
    hashes[[is_blank(value) for value in values]] = 0
    return hashes


def _text_hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    hashes: NDArray[np.uint64] = pd.util.hash_array(np.array(texts, dtype=object), categorize=False)
    return hashes


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The hashes, with each of their bits spread over all others (as SplitMix64 ends); different ones stay different."""
    hashes = (hashes ^ hashes >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ hashes >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return hashes ^ hashes >> np.uint64(31)


def prefetch(items: Iterator[Any]) -> Generator[Any, None, None]:
    """The same items, each made in a second thread while the one before it is in use; none may be None.

    Neither Arrow nor the databases' drivers hold Python up meanwhile.
    """
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
