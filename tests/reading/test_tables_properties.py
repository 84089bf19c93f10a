"""What holds for every file: no silent loss, one table by two ways, no error but our own."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.reading.tables import Table, TableError, read_table
from lib.reading.tables.text_file import TextOptions, read_text_file
from tests.damage import KINDS, outcome, sheet

CELLS = st.text(st.sampled_from("ab1 ,;\"'\n\r\t\\é#"), max_size=6)
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\\'"), max_size=8)
PIECES = st.lists(
    st.sampled_from(
        [
            '"',
            '""',
            ",",
            ",",
            ",",
            ";",
            "\n",
            "\n",
            "\r\n",
            "\r",
            "a",
            "b",
            "1",
            " ",
            "'",
            "\\",
            "é",
            "a,b,c\n",
            '"x",y,z\n',
        ]
    ),
    max_size=60,
).map("".join)
RELAXED = settings(deadline=None, suppress_health_check=list(HealthCheck))


def read_both(content: bytes) -> tuple[Table, Table] | None:
    """The same file read fast and row by row; None if it is refused both times."""
    results: list[Table | TableError] = []
    for trusting in (True, False):
        try:
            results.append(read_text_file(content, "any.csv", TextOptions(), trusting=trusting))
        except TableError as error:
            results.append(error)
    fast, careful = results
    if isinstance(fast, Table) and isinstance(careful, Table):
        return fast, careful
    assert isinstance(fast, TableError)
    assert isinstance(careful, TableError)
    assert fast.code == careful.code
    return None


def assert_equal(fast: Table, careful: Table) -> None:
    assert fast.header == careful.header
    assert fast.rows == careful.rows
    assert fast.lines.tolist() == careful.lines.tolist()
    assert fast.ragged == careful.ragged
    assert fast.ignored == careful.ignored


@RELAXED
@given(PIECES)
def test_the_fast_way_gives_the_table_of_the_careful_way(text: str) -> None:
    both = read_both(text.encode())
    if both:
        assert_equal(*both)


@RELAXED
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.data(),
)
def test_the_fast_way_gives_the_table_of_the_careful_way_in_quoted_files_with_a_stray_quote(
    rows: list[list[str]], end: str, data: st.DataObject
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows([["id", "name", "note"], *rows])
    at = data.draw(st.integers(0, len(text.getvalue())))
    both = read_both((text.getvalue()[:at] + '"' + text.getvalue()[at:]).encode())
    if both:
        assert_equal(*both)


@RELAXED
@given(st.lists(st.lists(PLAIN, min_size=4, max_size=4), min_size=1, max_size=10))
def test_what_was_written_as_csv_without_backslashes_and_apostrophes_is_read_back(rows: list[list[str]]) -> None:
    rows = [[f"k{number}", *row[1:3], f"{number}"] for number, row in enumerate(rows)]
    text = io.StringIO()
    csv.writer(text).writerows([["License Key", "Product", "Company", "Editors"], *rows])
    assert read_table(text.getvalue().encode()).rows == rows


@RELAXED
@given(st.binary(max_size=300) | PIECES.map(str.encode) | PIECES.map(lambda text: text.encode("utf-16")))
def test_any_bytes_give_a_table_or_a_sentence(content: bytes) -> None:
    try:
        table = read_table(content, "any.csv")
    except TableError:
        return
    assert len(table.rows) == len(table) == len(table.lines)
    assert all(len(column) == len(table) for column in table.columns)
    assert len(table.columns) == len(table.header)
    assert all(row < len(table) for row in table.ragged)


@RELAXED
@given(
    st.binary(max_size=200),
    st.integers(0, 50),
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\xff\xfe", b"\x84\x31\x95\x33"]),
)
def test_any_bytes_after_a_known_beginning_give_a_table_or_a_sentence(content: bytes, line: int, magic: bytes) -> None:
    with suppress(TableError):
        assert read_table(magic + content, header_line=line).header


@pytest.mark.parametrize("name", KINDS)
def test_no_damage_loses_anything_silently(name: str) -> None:
    damage = KINDS[name]
    outcomes = [outcome(damage(sheet(name, seed))) for seed in range(6)]
    assert "silent" not in outcomes
    assert outcomes.count("exact") >= 5
