"""Texts as whole numbers: equal numbers are equal texts, in all columns that were coded together."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Codes = NDArray[np.int64]

BLANK = -1
"""The code of an empty text."""


def encode(columns: Sequence[pa.Array]) -> tuple[list[str], list[Codes]]:
    """The distinct texts of some columns, and the codes of each column."""
    encoded = pa.concat_arrays(columns).dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    codes = encoded.indices.to_numpy().astype(np.int64)
    blanks = np.array([text == "" for text in texts], dtype=np.bool_)
    if len(codes):
        codes = np.where(blanks[codes], BLANK, codes)
    return texts, np.split(codes, np.cumsum([len(column) for column in columns])[:-1])


def map_texts(texts: Sequence[str], function: Callable[[str], str]) -> tuple[list[str], Codes]:
    """The results of a function of texts: distinct ones, and the code of each text's result."""
    results, [codes] = encode([pa.array([function(text) for text in texts], pa.string())])
    return results, codes


def look_up(codes_of_texts: Codes, codes: Codes) -> Codes:
    """What stands for each code in a list by code; `BLANK` stays so."""
    if not len(codes_of_texts):
        return codes
    return np.where(codes == BLANK, BLANK, codes_of_texts[codes])


def combine(*columns: Codes) -> Codes:
    """One code for each combination; `BLANK` where any of them is."""
    combined, is_blank = np.zeros(len(columns[0]), dtype=np.int64), np.zeros(len(columns[0]), dtype=np.bool_)
    for codes in columns:
        # Numbered anew after each column, the combinations never outgrow 64 bits.
        distinct, recoded = np.unique(codes, return_inverse=True)
        combined = np.unique(combined * len(distinct) + recoded, return_inverse=True)[1].astype(np.int64)
        is_blank |= codes == BLANK
    return np.where(is_blank, BLANK, combined)


def frequencies(codes: Codes, length: int) -> NDArray[np.float64]:
    """The share of rows that have each code, of those that have any."""
    counts = np.bincount(codes[codes != BLANK], minlength=length).astype(np.float64)
    shares: NDArray[np.float64] = counts / max(1.0, counts.sum())
    return shares


def members(codes: Codes, others: Codes) -> NDArray[np.bool_]:
    """The rows whose code is among those chosen and not blank."""
    return np.isin(codes, others[others != BLANK])
