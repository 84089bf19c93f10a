"""Columns of text as Arrow holds them: as such, or as a dictionary where texts repeat."""

import pyarrow as pa

_REPEAT = 8
"""How often texts of a column must repeat, on average, to be told once each."""


def decode_dictionary(column: pa.Array) -> pa.Array:
    """A column of texts as such, however it is held."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def encode_repeats(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column of texts as one array; a dictionary array if the texts repeat, which its first ones tell."""
    first = column.chunk(0) if isinstance(column, pa.ChunkedArray) and column.num_chunks else column
    if _REPEAT * len(first.unique()) <= len(first):
        encoded = _whole(column.dictionary_encode())
        if _REPEAT * len(encoded.dictionary) <= len(encoded):
            return encoded
    return _whole(column)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
