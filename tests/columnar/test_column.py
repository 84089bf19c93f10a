"""A coded column says the same as the plain list it stands for."""

from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lib.columnar.arrow import decode_dictionary as as_texts
from lib.columnar.arrow import encode_repeats
from lib.columnar.column import CodedColumn
from lib.columnar.patched_column import PatchedColumn
from lib.columnar.text_column import TextColumn, column_from_arrow
from tests.coded_columns import TEXT, VALUES, two_columns

COLUMNS = st.lists(VALUES, max_size=12)


def plain(column: CodedColumn) -> list[Any]:
    return list(column.objects())


def a_column_and_rows() -> st.SearchStrategy[tuple[list[Any], list[int]]]:
    return st.lists(VALUES, min_size=1, max_size=12).flatmap(
        lambda column: st.tuples(st.just(column), st.lists(st.integers(0, len(column) - 1), max_size=20))
    )


@given(COLUMNS)
def test_a_column_gives_back_what_it_was_made_of(column: list[Any]) -> None:
    coded = CodedColumn.of(column)
    assert plain(coded) == column
    assert len(coded) == len(column)
    assert len(set(coded.values)) == len(coded.values)


@given(st.lists(st.none() | st.text(max_size=3), max_size=12))
def test_texts_of_a_table_are_kept_and_nulls_are_empty(texts: list[str | None]) -> None:
    assert plain(CodedColumn.of_texts(pa.array(texts, pa.string()))) == [text or "" for text in texts]


@given(COLUMNS)
def test_mapping_asks_once_per_distinct_value(column: list[Any]) -> None:
    calls: list[Any] = []

    def upper(value: Any) -> Any:
        calls.append(value)
        return value and value.upper()

    assert plain(CodedColumn.of(column).map(upper)) == [value and value.upper() for value in column]
    assert len(calls) == len(set(column))


def test_values_that_become_equal_become_one() -> None:
    assert CodedColumn.of(["a", "A", "b"]).map(str.lower).values == ("a", "b")


@given(two_columns())
def test_a_blank_takes_the_other_columns_value(columns: tuple[list[Any], list[Any]]) -> None:
    one, other = columns
    expected = [there if here in (None, "") else here for here, there in zip(one, other, strict=True)]
    merged = CodedColumn.of(one).fill_blanks(CodedColumn.of(other))
    assert plain(merged) == expected
    assert len(set(merged.values)) == len(merged.values)


@given(COLUMNS, COLUMNS)
def test_columns_follow_one_another(one: list[Any], other: list[Any]) -> None:
    assert plain(CodedColumn.of(one).concat(CodedColumn.of(other))) == one + other


@given(a_column_and_rows())
def test_rows_are_taken_in_the_order_asked_for(column_and_rows: tuple[list[Any], list[int]]) -> None:
    column, rows = column_and_rows
    part = CodedColumn.of(column).take(np.array(rows, dtype=np.int64))
    assert plain(part) == [column[row] for row in rows]
    assert len(part.values) <= max(len(rows), len(set(column)))


def test_a_few_rows_do_not_drag_along_the_values_of_the_others() -> None:
    part = CodedColumn.of([str(number) for number in range(1000)]).take(np.array([7, 7, 3]))
    assert set(part.values) == {"7", "3"}


@given(st.lists(TEXT, min_size=1, max_size=12), st.data())
def test_texts_are_replaced_at_some_rows_only(column: list[str], data: st.DataObject) -> None:
    rows = sorted(data.draw(st.sets(st.integers(0, len(column) - 1))))
    others = data.draw(st.lists(TEXT, min_size=len(rows), max_size=len(rows)))
    expected = list(column)
    for row, other in zip(rows, others, strict=True):
        expected[row] = other
    assert list(TextColumn.of(column).replace(np.array(rows, dtype=np.int64), others).objects()) == expected


@given(st.lists(st.tuples(TEXT, TEXT), max_size=12))
def test_texts_say_the_same_as_they_would_coded(rows: list[tuple[str, str]]) -> None:
    one, other = (TextColumn.of(row[place] for row in rows) for place in (0, 1))
    assert one.coded().objects().tolist() == one.objects().tolist() == [row[0] for row in rows]
    assert one.blank().tolist() == one.coded().blank().tolist()
    assert one.fill_blanks(other).objects().tolist() == plain(one.coded().fill_blanks(other.coded()))
    assert one.concat(other).objects().tolist() == plain(one.coded().concat(other.coded()))


@given(COLUMNS)
def test_what_the_mask_leaves_out_is_none(column: list[Any]) -> None:
    coded = CodedColumn.of(column)
    filled = ~coded.blank()
    assert filled.tolist() == [value not in (None, "") for value in column]
    assert plain(coded.where(filled)) == [value or None for value in column]


@given(COLUMNS)
def test_counts_say_how_often_each_value_occurs(column: list[Any]) -> None:
    assert dict(CodedColumn.of(column).counts()) == {value: column.count(value) for value in column}


@given(st.lists(TEXT, min_size=1, max_size=12), st.data())
def test_mended_texts_say_the_same_as_replaced_ones(column: list[str], data: st.DataObject) -> None:
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, len(column) - 1)))), dtype=np.int64)
    texts, others = TextColumn.of(column), [data.draw(TEXT) for _ in rows]
    mended, replaced = PatchedColumn(texts, rows, TextColumn.of(others)), texts.replace(rows, others)
    some = np.array(data.draw(st.lists(st.integers(0, len(column) - 1), max_size=12)), dtype=np.int64)
    start, stop = sorted((data.draw(st.integers(0, len(column))), data.draw(st.integers(0, len(column)))))
    assert [mended.at(row) for row in range(len(column))] == replaced.objects().tolist()
    for one, other in (
        (mended, replaced),
        (mended.take(some), replaced.take(some)),
        (mended.view(some), replaced.take(some)),
        (mended.view(some).slice(0, 2), replaced.take(some).slice(0, 2)),
        (mended.view(np.arange(len(column))), replaced),
        (mended.slice(start, stop), replaced.slice(start, stop)),
        (mended.concat(texts), replaced.concat(texts)),
        (mended.concat(TextColumn.of([])), replaced),
        (mended.fill_blanks(texts), replaced.fill_blanks(texts)),
    ):
        assert one.objects().tolist() == other.objects().tolist()
        assert one.blank().tolist() == other.blank().tolist()
        assert dict(one.counts()) == dict(other.counts())
        assert one.arrow(pa.string()).to_pylist() == other.objects().tolist()


@given(st.lists(TEXT, max_size=30), st.integers(1, 12))
def test_a_column_says_the_same_however_arrow_holds_it(column: list[str], times: int) -> None:
    texts = column * times
    for array in (pa.array(texts, pa.string()), pa.chunked_array([column] * times, pa.string())):
        compacted = encode_repeats(array)
        assert as_texts(compacted).to_pylist() == column_from_arrow(compacted).objects().tolist() == texts
        assert pa.types.is_dictionary(compacted.type) == (8 * len(set(column)) <= len(texts) and _repeats(array))


def _repeats(array: pa.Array | pa.ChunkedArray) -> bool:
    first = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    return 8 * len(first.unique()) <= len(first)


@given(st.lists(TEXT, min_size=1, max_size=12), st.sampled_from(["a", "^$", "[^a-z]", " "]))
def test_coded_texts_match_as_texts_do(column: list[str], pattern: str) -> None:
    assert CodedColumn.of(column).matching(pattern).tolist() == TextColumn.of(column).matching(pattern).tolist()


@given(st.lists(TEXT, min_size=1, max_size=12), st.data())
def test_chosen_texts_say_the_same_as_taken_ones(column: list[str], data: st.DataObject) -> None:
    rows = np.array(data.draw(st.lists(st.integers(0, len(column) - 1), max_size=12)), dtype=np.int64)
    texts = TextColumn.of(column)
    part, view = texts.take(rows), texts.view(rows)
    some = np.arange(0, len(rows), 2)
    for one, other in (
        (part, view),
        (part.take(some), view.take(some)),
        (part.take(some), view.view(some)),
        (part.slice(1, 3), view.slice(1, 3)),
        (part.concat(texts), view.concat(texts)),
        (
            part.fill_blanks(TextColumn.of("other" for _ in rows)),
            view.fill_blanks(TextColumn.of("other" for _ in rows)),
        ),
        (part.map(len), view.map(len)),
    ):
        assert one.objects().tolist() == other.objects().tolist()
        assert one.blank().tolist() == other.blank().tolist()
        assert dict(one.counts()) == dict(other.counts())
        assert [one.at(row) for row in range(len(one))] == [other.at(row) for row in range(len(other))]
    assert len(set(part.numbers().tolist())) == len(set(view.numbers().tolist())) == len(set(part.objects()))
