"""Texts as Arrow holds them: one by one, or as a dictionary where they repeat."""

import pyarrow as pa

_REPEAT = 8
"""How often the texts of a column must repeat, on average, for a dictionary to pay."""


def decode_dictionary(column: pa.Array) -> pa.Array:
    """A column of texts one by one, however it is held."""
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    return column


def encode_repeats(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column of texts as one array; a dictionary array if the texts repeat."""
    # To encode a column costs more than to look at its first texts, which mostly tell.
    first = column.chunk(0) if isinstance(column, pa.ChunkedArray) and column.num_chunks else column
    if _REPEAT * len(first.unique()) <= len(first):
        encoded = _whole(column.dictionary_encode())
        if _REPEAT * len(encoded.dictionary) <= len(encoded):
            return encoded
    return _whole(column)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)  # to combine one chunk would copy it
    return column.combine_chunks()
