"""A content hash tells what a license's filled fields say, however many other fields there are."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.columnar.column import CodedColumn, Column
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS, TEXTUAL, ColumnKind
from lib.judging.content_hash import CONTENT_COLUMNS, content_hashes
from lib.judging.stored import stored_column
from tests.strategies import licenses

OTHERS = {"country_text": st.sampled_from(("", "Deutschland")), "extra": st.sampled_from(("", '{"Colour":"red"}'))}


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """What a license says in each column of `CONTENT_COLUMNS`."""
    license = draw(licenses())
    fields = {name: getattr(license, name) for name in COLUMNS}
    return fields | draw(st.fixed_dictionaries(OTHERS))


def as_read(rows: list[dict[str, Any]]) -> dict[str, Column]:
    """The columns of many licenses as a file's readers give them."""
    kinds = {name: COLUMNS[name].kind if name in COLUMNS else ColumnKind.TEXT for name in CONTENT_COLUMNS}
    make = {name: TextColumn.of if kind in TEXTUAL else CodedColumn.of for name, kind in kinds.items()}
    return {name: make[name](row[name] for row in rows) for name in CONTENT_COLUMNS}


def as_stored(row: dict[str, Any]) -> dict[str, Column]:
    """The columns of one license as the store has it."""
    return {name: stored_column(name, [stored(row[name])]) for name in CONTENT_COLUMNS}


def stored(value: Any) -> Any:
    """A value in the database: codes are texts, and a blank text may be nothing."""
    if value == "":
        return None
    return str(value) if isinstance(value, str) else value


@given(st.lists(contents(), max_size=5))
def test_one_license_has_the_hash_that_it_has_among_many(rows: list[dict[str, Any]]) -> None:
    """A file is hashed as a whole (`lib.check`), an edited license by itself (`lib.revisions`)."""
    assert content_hashes(as_read(rows)).tolist() == [content_hashes(as_stored(row))[0] for row in rows]


@given(st.lists(contents(), min_size=1, max_size=5))
def test_licenses_have_one_hash_exactly_if_they_say_the_same(rows: list[dict[str, Any]]) -> None:
    values = [tuple(row.values()) for row in rows]
    hashes = content_hashes(as_read(rows)).tolist()
    assert len(set(zip(values, hashes, strict=True))) == len(set(values)) == len(set(hashes))


@given(contents(), st.sampled_from([name for name in CONTENT_COLUMNS if name != "license_key"]))
def test_a_column_that_was_not_there_counts_as_blank(row: dict[str, Any], name: str) -> None:
    blank = "" if isinstance(row[name], str) else None
    columns = as_read([{**row, name: blank}])
    before = {other: column for other, column in columns.items() if other != name}
    assert content_hashes(before).tolist() == content_hashes(columns).tolist()
