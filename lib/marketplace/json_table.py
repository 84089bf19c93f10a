"""JSON arrays of Marketplace's licenses or transactions as a table, as if they had been exported as CSV."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from lib.marketplace.export_columns import json_heading
from lib.reading.tables import Table, TableError, TableErrorCode
from lib.reading.tables.decoding import decode
from lib.reading.tables.refusals import file_phrase

_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]\s*[\[{\"]")


def is_json(content: bytes) -> bool:
    """Whether the first bytes are those of JSON."""
    return _JSON_START.match(content) is not None


def read_json_table(content: bytes, name: str) -> Table:
    """The objects of a JSON array as rows of texts; the number of an object stands for its line.

    The array may also be a member of an object, as the portal's answers have it. Raises TableError.
    """
    text, encoding = decode(content, name)
    rows = [dict(flat_members(entry)) for entry in json_objects(text, name)]
    header = list(dict.fromkeys(heading for row in rows for heading in row))
    columns = [text_array(rows, heading) for heading in header]
    lines = np.arange(1, len(rows) + 1, dtype=np.int64)
    return Table(name, header, columns, lines, encoding=encoding, delimiter="", header_line=0)


def text_array(rows: Sequence[Mapping[str, str]], heading: str) -> pa.Array:
    """What rows have under a heading, empty where they have nothing."""
    return pa.array([row.get(heading, "") for row in rows], pa.string())


def json_objects(text: bytes, name: str) -> list[Mapping[str, Any]]:
    """The objects of the array in a JSON text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{file_phrase(name)} is incomplete: it cannot be read as JSON ({error}). Export it again."
        raise TableError(TableErrorCode.BINARY, message) from error
    entries = longest_list(value)
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        message = f"{file_phrase(name)} is JSON without a list of licenses. Export the licenses again, as CSV or JSON."
        raise TableError(TableErrorCode.EMPTY, message)
    return entries


def longest_list(value: Any) -> list[Any]:
    """The longest list among a value and its members."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return max(map(longest_list, value.values()), key=len, default=[])
    return []


def flat_members(entry: Mapping[str, Any], path: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """The scalar members of an object, as heading and text."""
    for name, value in entry.items():
        here = (*path, name)
        if isinstance(value, dict):
            yield from flat_members(value, here)
        elif not isinstance(value, list):
            yield json_heading(here), "" if value is None else str(value)
