"""A file's columns that are no field of a license: stored beside it as a JSON object of heading and text."""

import json
import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.arrow import decode_dictionary
from lib.columnar.column import CodedColumn, Column
from lib.columnar.text_column import TextColumn

TITLE = "Other columns"
"""What these columns are called on screen."""

_TO_ESCAPE = r'["\\\x00-\x1f]'
_TEXT = pa.string()
# Rows encoded at once, since their single cells take several times the memory of the result.
_SLICE = 50_000


def encode_columns(columns: Mapping[str, pa.Array], length: int) -> Column:
    """Each row's filled cells of these columns as JSON, sorted by heading; blank if there are none."""
    if not columns:
        return CodedColumn.constant(None, length)
    slices = range(0, length, _SLICE)
    parts = [encode_slice(columns, start) for start in slices]
    return TextColumn(pa.concat_arrays([pa.array([], _TEXT), *parts]))


def encode_slice(columns: Mapping[str, pa.Array], start: int) -> pa.Array:
    """The JSON texts of the rows from one on."""
    members = [encode_members(heading, columns[heading].slice(start, _SLICE)) for heading in sorted(columns)]
    # Arrow leaves out a row that is null in all columns; the empty text before them keeps it.
    listed = pc.binary_join_element_wise("", *members, ",", null_handling="skip")
    whole = pc.binary_join_element_wise(pc.binary_replace_slice(listed, 0, 1, "{"), "}", "")
    return pc.if_else(pc.equal(listed, ""), pa.scalar("", _TEXT), whole)


def encode_cells(cells: Mapping[str, str]) -> str | None:
    """One row's cells as `encode_columns` writes them; a property test holds the two together."""
    filled = {heading: text for heading, text in sorted(cells.items()) if text}
    if not filled:
        return None
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":"))


def decode_cells(extra: str | None) -> dict[str, str]:
    """The cells of a row by heading."""
    if not extra:
        return {}
    return dict(json.loads(extra))


def format_cells(extra: str | None) -> str:
    """The cells of a row as people read them: `Colour: red · Shelf: 7`."""
    return " · ".join(f"{heading}: {text}" for heading, text in decode_cells(extra).items())


def merge_cells(incoming: str | None, stored: str | None, cleared: Sequence[str] = ()) -> str | None:
    """The file's cells, with the stored ones of columns that it lacks and does not clear."""
    if not stored or incoming == stored:
        return incoming or None
    retained = {heading: text for heading, text in decode_cells(stored).items() if heading not in cleared}
    return encode_cells({**retained, **decode_cells(incoming)})


def heading_pattern(heading: str) -> str:
    """A pattern (RE2) for rows with a cell under this heading."""
    # It matches the JSON that `encode_columns` writes, since no row is parsed only to be counted.
    return f"[{{,]{re.escape(json.dumps(heading, ensure_ascii=False))}:"


def encode_members(heading: str, texts: pa.Array) -> pa.Array:
    """`"heading":"text"` for each row; null for a blank."""
    trimmed = pc.utf8_trim_whitespace(decode_dictionary(texts).fill_null(""))
    name = json.dumps(heading, ensure_ascii=False)
    member = pc.binary_join_element_wise(f'{name}:"', escape_json(trimmed), '"', "")
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, _TEXT), member)


def escape_json(texts: pa.Array) -> pa.Array:
    """The texts as they stand inside a JSON string."""
    special = pc.match_substring_regex(texts, _TO_ESCAPE)
    if not pc.any(special).as_py():
        return texts
    distinct = texts.filter(special).dictionary_encode()
    escaped = pa.array([json.dumps(text, ensure_ascii=False)[1:-1] for text in distinct.dictionary.to_pylist()], _TEXT)
    return pc.replace_with_mask(texts, special, escaped.take(distinct.indices))
