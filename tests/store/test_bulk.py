"""Rows handed over in bulk come back to the letter, and go when their transaction does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import adbc_driver_sqlite.dbapi
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, inspect, select, update
from sqlalchemy.exc import DBAPIError

from lib.domain.changes import ChangeKind
from lib.domain.tiers import UNLIMITED
from lib.store import bulk, catch_up, change_log, database
from lib.store.schema import license_versions
from tests.actors import editor
from tests.examples import examples

LETTERS = st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("\"'\\,;\n\r\t%_{}:|\x1f")
TEXTS = st.text(LETTERS, max_size=8) | st.sampled_from(("\\N", "\\.", "NULL", '""', "=1+1", " ", "2018-01-31", "1"))
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.none() | TEXTS,
        st.none() | st.integers(1, UNLIMITED),
        st.none() | st.booleans(),
        st.none() | st.dates(),
    ),
    unique_by=lambda row: row[0],
    min_size=1,
    max_size=12,
)
NAMES = ("license_key", "company", "editors", "match_agreed", "purchase_date")


def columns_of(rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    """Rows of `NAMES` as Arrow columns, with what every version must have but `since`."""
    derived = dict.fromkeys(("customer", "outcome", "reason", "needs", "flags"), [""] * len(rows))
    numbers = {"content": [-(2**63)] * len(rows), "borderline": [0] * len(rows)}
    keys, companies, editors, agreed, bought = zip(*rows, strict=True)
    days = [None if day is None else str(day) for day in bought]
    texts = {**derived, "license_key": keys, "company": companies, "purchase_date": days}
    columns = {
        **{name: pa.array(values, pa.string()) for name, values in texts.items()},
        **{name: pa.array(values, pa.int64()) for name, values in numbers.items()},
        "editors": pa.array(editors, pa.int64()),
        "match_agreed": pa.array([None if agreement is None else int(agreement) for agreement in agreed], pa.int64()),
    }
    return pa.record_batch(columns)


def insert(connection: Connection, *batches: Sequence[tuple[Any, ...]]) -> None:
    """Add rows of `NAMES` as versions of change 1."""
    bulk.append_versions(connection, map(columns_of, batches), {"since": 1}, sum(map(len, batches)))


def test_every_value_comes_back_to_the_letter(engine: Engine) -> None:
    @settings(max_examples=examples(12))
    @given(ROWS)
    def comes_back(rows: list[tuple[Any, ...]]) -> None:
        with database.writing(engine) as connection:
            connection.execute(delete(license_versions))
            half = len(rows) // 2
            insert(connection, *filter(None, (rows[:half], rows[half:])))
            rows_stored = connection.execute(select(*(license_versions.c[name] for name in NAMES)))
            assert {tuple(row) for row in rows_stored} == set(rows)

    comes_back()


def test_the_contents_of_all_licenses_are_told_at_once(engine: Engine) -> None:
    @settings(max_examples=examples(12))
    @given(st.just([]) | ROWS, st.integers(-(2**63), 2**63 - 1))
    def hashes(rows: list[tuple[Any, ...]], content: int) -> None:
        with database.writing(engine) as connection:
            connection.execute(delete(license_versions))
            insert(connection, *filter(None, [rows]))
            connection.execute(update(license_versions).values(content=content))
            columns = bulk.content_hashes(connection).to_pydict()
        assert sorted(columns["license_key"]) == sorted(row[0] for row in rows)
        assert set(columns["content"]) <= {content}

    hashes()


def failing(engine: Engine) -> None:
    with database.writing(engine) as connection:
        insert(connection, [("K-1", "", 10, None, None)])
        raise ZeroDivisionError


def test_rows_go_when_their_transaction_does_and_others_can_follow(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        failing(engine)
    with database.writing(engine) as connection:
        assert connection.execute(select(license_versions)).all() == []
        insert(connection, [("K-2", "", 10, None, None)])
    with database.reading(engine) as connection:
        assert connection.execute(select(license_versions.c.license_key)).scalars().all() == ["K-2"]


def test_rows_that_the_table_refuses_leave_nothing(engine: Engine) -> None:
    some = pa.record_batch({"license_key": ["K-1"]})  # the other columns may not be empty
    with pytest.raises((DBAPIError, adbc_driver_sqlite.dbapi.Error)), database.writing(engine) as connection:
        bulk.append_versions(connection, [some], {"since": 1}, 1)
    with database.reading(engine) as connection:
        assert connection.execute(select(license_versions)).all() == []


def indexes(engine: Engine) -> list[tuple[Any, ...]]:
    """Each index: its name, columns, whether it is unique, and the rows it is of."""
    return [
        (index["name"], index["column_names"], index["unique"], *map(str, index["dialect_options"].values()))
        for index in inspect(engine).get_indexes("license_versions")
    ]


def test_many_rows_leave_the_indexes_as_they_were_once_the_worker_caught_up(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_MANY_FIRST", 100)
    before = indexes(engine)
    with database.writing(engine) as connection:
        insert(connection, [(f"K-{number}", "Acme", 10, None, None) for number in range(100)])
        change_log.begin_change(connection, actor=editor("ada"), kind=ChangeKind.IMPORT)
    catch_up.catch_up(engine)
    assert indexes(engine) == before


def test_pairs_of_texts_are_joined_as_they_were_written(engine: Engine) -> None:
    pairs = {"K-1": "Acme", '"\\,;\n': "=1+1", "日本 ß": "", "": "%_'"}
    with database.reading(engine) as connection:
        rows = bulk.text_pairs(connection, pairs)
        assert dict(tuple(row) for row in connection.execute(select(rows.c.key, rows.c.value))) == pairs


@pytest.mark.parametrize("is_read", [False, True])
def test_indexes_of_an_empty_store_go_unless_somebody_reads(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, is_read: bool
) -> None:
    monkeypatch.setattr(bulk, "_MANY_FIRST", 1)
    with database.reading(engine) as other, database.writing(engine) as connection:
        if is_read:
            other.execute(select(license_versions)).all()
        with bulk.without_indexes(connection, 1):
            remaining = inspect(connection).get_indexes("license_versions")
    assert bool(remaining) is (is_read and engine.dialect.name == "postgresql")


def test_a_license_twice_among_many_rows_is_refused_as_a_whole(engine: Engine) -> None:
    with pytest.raises(DBAPIError), database.writing(engine) as connection:
        insert(connection, [("K-1", "Acme", 10, None, None)], [("K-1", "Globex", 10, None, None)])
    with database.reading(engine) as connection:
        assert connection.execute(select(license_versions)).all() == []


def test_a_large_change_does_not_leave_a_large_log(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'licenses.sqlite'}")
    with engine.connect() as other:
        with database.writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE blocks (content)")
            connection.exec_driver_sql("INSERT INTO blocks SELECT randomblob(100 << 20)")
        with database.writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO blocks VALUES (1)")
        assert (tmp_path / "licenses.sqlite-wal").stat().st_size <= 65 << 20
        other.exec_driver_sql("SELECT 1")
    engine.dispose()


def test_postgresql_compiles_no_query(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with database.reading(engine) as connection:
            assert connection.exec_driver_sql("SHOW jit").scalar_one() == "off"
