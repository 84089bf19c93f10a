"""Rows are told apart by combination and by hash exactly as their cells say."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.coded import Coded, Texts
from lib.combined import ahead, combinations, row_hashes
from tests.unit.test_coded import TEXT, two_columns


@given(two_columns())
def test_rows_have_one_combination_exactly_if_they_are_equal(columns: tuple[list[Any], list[Any]]) -> None:
    if columns[0]:
        rows = list(zip(*columns, strict=True))
        shown, codes = combinations([Coded.of(column) for column in columns])
        assert [rows[shown[code]] for code in codes] == rows
        assert len(shown) == len(set(rows))


@given(two_columns())
def test_rows_have_one_hash_exactly_if_they_say_the_same(columns: tuple[list[Any], list[Any]]) -> None:
    """None and an empty text say the same: nothing."""
    rows = [(one or "", other or "") for one, other in zip(*columns, strict=True)]
    one, other = map(Coded.of, columns)
    for hashes in (row_hashes([one, other], []).tolist(), row_hashes([one], [other]).tolist()):
        assert len(set(zip(rows, hashes, strict=True))) == len(set(rows)) == len(set(hashes))


def test_hashes_are_the_same_in_every_process() -> None:
    """They are stored: a new way of hashing would make every license of every file look changed."""
    texts, coded = [Coded.of(["K-1", "K-2"]), Coded.of(["Müller", ""])], [Coded.of([10, None])]
    assert row_hashes(texts, coded).tolist() == [-7993891825768409092, 6527267622185742615]


def test_swapped_cells_make_another_hash() -> None:
    cells = [(Coded.of([a]), Coded.of([b])) for a, b in (("x", "y"), ("y", "x"))]
    assert len({row_hashes([one, other], [])[0] for one, other in cells}) == 2
    assert len({row_hashes([Coded.of("k")], [one, other])[0] for one, other in cells}) == 2
    assert len({row_hashes([one], [other])[0] for one, other in cells}) == 2


@given(st.lists(st.tuples(TEXT, TEXT), max_size=12))
def test_a_hash_is_the_same_however_the_columns_are_held(rows: list[tuple[str, str]]) -> None:
    one, other = (Texts.of(row[place] for row in rows) for place in (0, 1))
    assert row_hashes([one], [other]).tolist() == row_hashes([one.coded()], [other.coded()]).tolist()


def test_what_is_made_ahead_comes_in_its_order() -> None:
    assert list(ahead(iter(range(1, 9)))) == list(range(1, 9))
    assert list(ahead(iter(()))) == []
