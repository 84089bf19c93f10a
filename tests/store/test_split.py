"""A store that is split over several places by the hash of the license key adds up to the whole one (docs/scale.md)."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import Column, Connection, Engine, Table, make_url, select, text

from lib.checking.settings import Settings
from lib.domain.codes import parse_needs
from lib.editing import edits
from lib.importing import imports, reversal
from lib.measures.cut import Cut
from lib.store import catch_up, database, license_counts
from lib.store.schema import license_versions, lookups
from tests import generate
from tests.actors import EDITOR
from tests.store.stories import POLICY
from tests.stores import connected

KEY = "License Key"
GROUPS = ("outcome", "reason", "product", "hosting", "from_size", "to_tier", "consent", "stage")


@pytest.fixture
def parts(postgresql_url: str) -> Iterator[list[Engine]]:
    """Two schemas of one database, each with all tables."""
    with ExitStack() as stack:
        whole = stack.enter_context(connected(postgresql_url))
        engines = []
        for name in ("part_0", "part_1"):
            with whole.begin() as connection:
                connection.execute(text(f"CREATE SCHEMA {name}"))
            address = make_url(postgresql_url).update_query_dict({"options": f"-csearch_path={name}"})
            engines.append(stack.enter_context(connected(address.render_as_string(hide_password=False))))
            database.upgrade(engines[-1])
        yield engines


def part_of(key: str) -> int:
    """Where a license is; its key is opaque, so that any even hash will do."""
    return crc32(key.encode()) % 2


def split(content: bytes) -> list[bytes]:
    """The rows of a file by the place of their license, each with the header."""
    header, *rows = csv.reader(io.StringIO(content.decode()))
    texts = [io.StringIO(), io.StringIO()]
    for place, file in enumerate(texts):
        csv.writer(file).writerows([header, *(row for row in rows if part_of(row[header.index(KEY)]) == place)])
    return [file.getvalue().encode() for file in texts]


def store(engine: Engine, content: bytes) -> int:
    return imports.import_file(engine, "a.csv", content, Settings(), EDITOR, POLICY).batch


def counts_of(connection: Connection) -> Counter[Any]:
    """Everything that adds up: licenses and users of each combination, and what information they lack."""
    counts: Counter[Any] = Counter()
    for row in license_counts.count_by(connection, Cut(), GROUPS).to_dict("records"):
        place = tuple(str(row[name]) for name in GROUPS)
        counts.update({("licenses", place): row["licenses"], ("users", place): row["users"]})
    for needs in connection.execute(
        select(license_versions.c.needs).where(license_versions.c.until.is_(None))
    ).scalars():
        counts.update(("needs", item) for item in parse_needs(needs))
    return counts


def customers(connection: Connection) -> set[str]:
    current = select(license_versions.c.customer).where(license_versions.c.until.is_(None))
    return set(connection.execute(current).scalars())


def test_the_counts_of_the_parts_add_up_to_those_of_the_whole(parts: list[Engine], postgresql_store_url: str) -> None:
    first, second = generate.content(400), generate.content(400, changed=0.2)
    key = next(csv.DictReader(io.StringIO(first.decode())))[KEY]
    with connected(postgresql_store_url) as whole:
        stores = [(whole, first, second), *zip(parts, split(first), split(second), strict=True)]
        for engine, earlier, later in stores:
            store(engine, earlier)
            reversal.undo(engine, store(engine, later), EDITOR)
            store(engine, later + b"\n")
        for engine in (whole, parts[part_of(key)]):
            edits.edit(engine, key, None, {"host_tier": "10000", "editors": "10"}, EDITOR, "", POLICY)
        sums: Counter[Any] = Counter()
        names: set[str] = set()
        for engine in parts:
            catch_up.catch_up(engine)
            with database.reading(engine) as connection:
                sums.update(counts_of(connection))
                names |= customers(connection)
        with database.reading(whole) as connection:
            assert sums == counts_of(connection)
            assert names == customers(connection), "customers are counted by their keys, since one may be in both parts"


@pytest.mark.parametrize("table", [license_versions, lookups], ids=lambda table: table.name)
def test_no_index_is_unique_across_license_keys(table: Table) -> None:
    unique = [index for index in table.indexes if index.unique]
    assert unique
    assert {index.expressions[0].name for index in unique if isinstance(index.expressions[0], Column)} == {
        "license_key"
    }
