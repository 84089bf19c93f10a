"""Several columns taken together: which combinations of values there are, and one hash for each row."""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.arrow import plain
from lib.coded import Coded, Column, Rows

Hashes = NDArray[np.int64]
"""One 64-bit hash a row."""

_SLICE = 25_000
"""Rows hashed at once: their joined texts are the largest thing an import ever holds."""

_MOST = 2**62
"""Combinations that can be numbered without looking which of them there are."""

_BETWEEN = "\x1f"
"""What parts the cells of a row that is hashed."""

_MIXER = np.uint64(0x9E3779B97F4A7C15)
"""An odd number that spreads the bits of what it multiplies."""


def combinations(columns: Sequence[Column]) -> tuple[Rows, NDArray[np.int64]]:
    """The distinct combinations of several columns: a row that shows each, and each row's combination number."""
    codes, count = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in (column.coded() for column in columns):
        if count * len(column.values) > _MOST:
            codes = pd.factorize(codes)[0].astype(np.int64)
            count = int(codes.max(initial=-1)) + 1
        codes = codes * len(column.values) + column.codes
        count *= len(column.values)
    codes = pd.factorize(codes)[0].astype(np.int64)
    first = np.empty(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first, codes


def row_hashes(texts: Sequence[Column], coded: Sequence[Column]) -> Hashes:
    """A 64-bit hash of each row, the same in every process and however the columns are held.

    Columns of `texts` are hashed row by row, those of `coded`, whose values repeat, once per distinct value.
    """
    length = len(texts[0])
    held = [column.dictionary(pa.string()) if isinstance(column, Coded) else column for column in texts]
    slices = (_joined(held, start) for start in range(0, length, _SLICE))
    with closing(ahead(slices)) as joined:
        hashed = [pd.util.hash_array(rows.to_numpy(zero_copy_only=False), categorize=False) for rows in joined]
    hashes: NDArray[np.uint64] = np.concatenate(hashed) if hashed else np.empty(0, np.uint64)
    for column in (column.coded() for column in coded):
        values = np.array(["" if value is None else str(value) for value in column.values], dtype=object)
        hashes = hashes * _MIXER ^ pd.util.hash_array(values, categorize=False)[column.codes]
    return hashes.view(np.int64)


def _joined(columns: Sequence[Column | pa.Array], start: int) -> pa.Array:
    """The texts of some rows, those of one row as one; columns are texts, or dictionary arrays of them."""
    texts = [
        plain(column.slice(start, _SLICE))
        if isinstance(column, pa.Array)
        else column.part(start, start + _SLICE).arrow(pa.string())
        for column in columns
    ]
    joined = pc.binary_join_element_wise(*(text.fill_null("") for text in texts), _BETWEEN)
    return joined.cast(pa.binary())  # bytes are made faster than texts


def ahead(items: Iterator[Any]) -> Generator[Any, None, None]:
    """The same items, each made in a second thread while the one before it is in use; none may be None.

    Neither Arrow nor the databases' drivers hold Python up meanwhile.
    """
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
