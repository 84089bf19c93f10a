"""The columns that are no field, as the text of a JSON object for each row."""

import json

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from lib.checking.other_columns import decode_cells, encode_cells, encode_columns, format_cells, merge_cells

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ROWS = st.lists(st.dictionaries(st.sampled_from(['B "b"', "A", "é\\"]), CELLS, max_size=3), min_size=1, max_size=6)


@given(ROWS)
def test_whole_columns_are_written_as_each_row_would_be(rows: list[dict[str, str]]) -> None:
    columns = {name: pa.array([row.get(name, "") for row in rows]) for name in ('B "b"', "é\\", "A")}
    encoded = encode_columns(columns, len(rows)).objects()
    trimmed = [trimmed_cells(row) for row in rows]
    assert [text or None for text in encoded] == [encode_cells(row) for row in trimmed]
    assert [decode_cells(text) for text in encoded] == [
        {name: text for name, text in row.items() if text} for row in trimmed
    ]


def trimmed_cells(row: dict[str, str]) -> dict[str, str]:
    trimmed: list[str] = pc.utf8_trim_whitespace(pa.array(list(row.values()), pa.string())).to_pylist()
    return dict(zip(row, trimmed, strict=True))


def test_a_file_without_such_columns_has_nothing_to_write() -> None:
    assert list(encode_columns({}, 3).objects()) == [None, None, None]


def test_the_files_cells_win_and_those_of_columns_it_has_not_stay() -> None:
    stored = encode_cells({"A": "1", "B": "2"})
    assert merge_cells(None, stored) == stored
    assert merge_cells(encode_cells({"B": "3"}), None) == '{"B":"3"}'
    assert json.loads(merge_cells(encode_cells({"B": "3", "C": "4"}), stored) or "") == {"A": "1", "B": "3", "C": "4"}
    assert merge_cells(None, stored, cleared=["A", "B"]) is None
    assert merge_cells(encode_cells({"B": "3"}), stored, cleared=["A", "B"]) == '{"B":"3"}'


def test_the_cells_are_told_in_words() -> None:
    assert format_cells(encode_cells({"Shelf": "7", "Colour": "red"})) == "Colour: red · Shelf: 7"
    assert format_cells(None) == ""
