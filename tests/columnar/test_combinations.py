"""Rows are told apart by combination and by hash exactly as their cells say."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.columnar.column import CodedColumn, Column
from lib.columnar.combinations import combinations, prefetch, row_hashes
from lib.columnar.text_column import TextColumn
from tests.coded_columns import TEXT, two_columns


@given(two_columns())
def test_rows_have_one_combination_exactly_if_they_are_equal(columns: tuple[list[Any], list[Any]]) -> None:
    if columns[0]:
        rows = list(zip(*columns, strict=True))
        distinct, codes = combinations([CodedColumn.of(column) for column in columns])
        assert [rows[distinct[code]] for code in codes] == rows
        assert len(distinct) == len(set(rows))


def ways(one: Column, other: Column) -> list[list[int]]:
    """The hashes of rows of two columns, whichever of them are hashed row by row."""
    both = {"one": one, "other": other}
    first, last = {"one": one}, {"other": other}
    return [row_hashes(*columns).tolist() for columns in ((both, {}), (first, last), (last, first), ({}, both))]


@given(two_columns())
def test_rows_have_one_hash_exactly_if_they_say_the_same(columns: tuple[list[Any], list[Any]]) -> None:
    """None and an empty text say the same: nothing."""
    rows = [(one or "", other or "") for one, other in zip(*columns, strict=True)]
    for hashes in ways(*map(CodedColumn.of, columns)):
        assert len(set(zip(rows, hashes, strict=True))) == len(set(rows)) == len(set(hashes))


def test_hashes_are_the_same_in_every_process() -> None:
    """They are stored: a new way of hashing would make every license of every file look changed."""
    texts = {"license_key": CodedColumn.of(["K-1", "K-2"]), "company": CodedColumn.of(["Müller", ""])}
    assert row_hashes(texts, {"editors": CodedColumn.of([10, None])}).tolist() == [
        2093270106248496544,
        -949813948370974859,
    ]


def test_values_that_swap_columns_make_another_hash() -> None:
    cells = [("x", "y"), ("y", "x"), ("x", ""), ("", "x"), ("y", ""), ("", "y")]
    for hashes in ways(*(CodedColumn.of(column) for column in zip(*cells, strict=True))):
        assert len(set(hashes)) == len(cells)


@given(two_columns())
def test_a_blank_column_changes_no_hash_wherever_it_stands(columns: tuple[list[Any], list[Any]]) -> None:
    one, other = map(CodedColumn.of, columns)
    for blank in (
        TextColumn.blanks(len(one)),
        CodedColumn.constant(None, len(one)),
        CodedColumn.constant("", len(one)),
    ):
        first, last = {"new": blank, "one": one}, {"other": other, "new": blank}
        without = row_hashes({"one": one}, {"other": other}).tolist()
        assert row_hashes(first, {"other": other}).tolist() == row_hashes({"one": one}, last).tolist() == without


@given(two_columns())
def test_the_order_of_columns_changes_no_hash(columns: tuple[list[Any], list[Any]]) -> None:
    one, other = map(CodedColumn.of, columns)
    swapped = {"other": other, "one": one}
    assert [row_hashes(swapped, {}).tolist(), row_hashes({}, swapped).tolist()] == ways(one, other)[::3]


@given(st.lists(st.tuples(TEXT, TEXT), max_size=12))
def test_a_hash_is_the_same_however_the_columns_are_held(rows: list[tuple[str, str]]) -> None:
    one, other = (TextColumn.of(row[place] for row in rows) for place in (0, 1))
    assert ways(one, other) == ways(one.coded(), other.coded())


def test_what_is_made_ahead_comes_in_its_order() -> None:
    assert list(prefetch(iter(range(1, 9)))) == list(range(1, 9))
    assert list(prefetch(iter(()))) == []
