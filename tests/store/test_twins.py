"""Rules that Python and SQL both have say the same of every license, on either database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select

from lib.domain.codes import Item, parse_needs
from lib.domain.customers import CustomerDecisions
from lib.domain.eligibility import Outcome
from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.requests import ITEM_TITLES, OPEN, Stage, missing_items
from lib.importing.profile_totals import profile_columns
from lib.judging.content_hash import CONTENT_COLUMNS
from lib.judging.derive import STORED_INPUTS, derive, stored_code
from lib.judging.stored import stored_column
from lib.measures import progress
from lib.store.cut_conditions import is_movable
from lib.store.license_counts import customer_masks
from lib.store.license_profiles import ITEM_BITS, MISSING, PROFILE_CODE, VERSION_PROFILE, code_text
from lib.store.schema import PROFILE, SEPARATOR, license_versions
from tests.conftest import KINDS
from tests.stores import new_store
from tests.strategies import licenses

POLICY = Policy()
Row = dict[str, Any]
_v = license_versions.c
VERSION_COLUMNS = dict(_v)


@st.composite
def versions(draw: st.DrawFn) -> list[Row]:
    """Rows of the store: licenses of every kind, at any stage, their blank texts empty or NULL."""
    blank = draw(st.sampled_from((None, "")))
    rows = [{name: getattr(license, name, blank) for name in CONTENT_COLUMNS} for license in draw(st.lists(licenses()))]
    columns = {name: stored_column(name, [row[name] for row in rows]) for name in CONTENT_COLUMNS}
    nothing = {name: stored_column(name, []) for name in STORED_INPUTS}
    derived = derive(columns, nothing, CustomerDecisions(), POLICY)
    for place, row in enumerate(rows):
        row |= derived.at(place) | {"license_key": f"K-{place}", "since": 1, "stage": draw(st.sampled_from(Stage))}
    return [as_stored(row, blank) for row in rows]


def as_stored(row: Row, blank: str | None) -> Row:
    """A version as the database has it: codes as plain texts, blank texts of the file empty or NULL."""
    texts = {name: blank for name in CONTENT_COLUMNS if row[name] == ""}
    return {name: stored_code(value) for name, value in {**row, **texts}.items()}


@pytest.fixture(scope="module", params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with new_store(request, request.param, tmp_path_factory.mktemp("twins")) as engine:
        yield engine


@contextmanager
def holding(engine: Engine, rows: list[Row]) -> Iterator[Connection]:
    """A connection to a store that holds these versions for as long as the block runs."""
    with engine.connect() as connection:
        if rows:
            connection.execute(insert(license_versions), rows)
        yield connection
        connection.rollback()


def values(connection: Connection, expression: Any) -> list[Any]:
    """An SQL expression's value for each license, in the order of their numbers."""
    pairs = connection.execute(select(_v.license_key, expression)).all()
    return [value for _, value in sorted(pairs, key=lambda pair: int(pair[0].removeprefix("K-")))]


@given(versions())
def test_sql_and_pandas_agree_on_what_can_move_and_what_each_number_counts(store: Engine, rows: list[Row]) -> None:
    frame = pd.DataFrame(rows, columns=["outcome", "hosting", "stage", "borderline"], dtype=object)
    with holding(store, rows) as connection:
        assert list(map(bool, values(connection, is_movable(VERSION_COLUMNS)))) == progress.is_movable(frame).tolist()
        masks = progress.count_masks(frame)
        for name, condition in customer_masks(VERSION_COLUMNS).items():
            assert list(map(bool, values(connection, condition))) == masks[name].tolist(), name


@given(versions())
def test_sql_and_python_agree_on_what_a_request_lacks(store: Engine, rows: list[Row]) -> None:
    with holding(store, rows) as connection:
        for row, bits in zip(rows, values(connection, MISSING), strict=True):
            items = tuple(item for item in ITEM_TITLES if bits & ITEM_BITS[item])
            assert items == (missing_items(row, parse_needs(row["needs"])) if may_be_asked(row) else ())


def may_be_asked(row: Row) -> bool:
    outcomes = (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED, Outcome.NEEDS_INFO)
    return row["outcome"] in outcomes and row["hosting"] != Hosting.CLOUD and row["stage"] in OPEN


@given(versions())
def test_sql_and_columns_agree_on_a_licenses_profile(store: Engine, rows: list[Row]) -> None:
    columns = {name: stored_column(name, [row[name] for row in rows]) for name in rows[0]} if rows else {}
    profile = profile_columns(columns) if rows else {}
    with holding(store, rows) as connection:
        codes = values(connection, PROFILE_CODE)
        for name in ("band", "month", "country"):
            stored = values(connection, VERSION_PROFILE[name])
            assert stored == [profile[name].at(place) for place in range(len(rows))], name
    for place, code in enumerate(codes):
        assert code == SEPARATOR.join(code_text(name, profile[name].at(place)) for name in PROFILE)


def test_every_item_of_a_request_has_a_condition_in_sql() -> None:
    assert set(ITEM_BITS) == set(ITEM_TITLES) <= set(Item)
