"""Upgrading the database: from nothing, again, twice at once, and always to exactly the tables the code knows."""

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from lib.store import database
from lib.store.schema import SEARCH_INDEX, metadata
from tests.store.stories import a_row, everything, imported

ROOT = Path(__file__).resolve().parents[2]
UPGRADE = "import sys; from lib.store import database; engine = database.connect(sys.argv[1]); database.upgrade(engine); engine.dispose()"


def tables(url: str) -> set[str]:
    engine = database.connect(url)
    names = set(filter(is_ours, inspect(engine).get_table_names()))
    engine.dispose()
    return names


def is_ours(name: str | None) -> bool:
    """Whether a table or index is told of in `metadata`, and not what a database has of its own to search texts."""
    return not (name or "").startswith(SEARCH_INDEX)


def store_at(name: str | None, kind: str, parents: object) -> bool:
    return is_ours(name)


def test_an_empty_database_gets_every_table(database_url: str) -> None:
    assert tables(database_url) == set()
    engine = database.connect(database_url)
    database.upgrade(engine)
    engine.dispose()
    assert tables(database_url) == {*metadata.tables, "alembic_version"}


def test_the_upgrades_make_exactly_the_tables_the_code_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": store_at})
        assert compare_metadata(context, metadata) == []


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Müller"), a_row("K-2", product="Trello"))
    before = everything(engine)
    database.upgrade(engine)
    assert everything(engine) == before
    assert database.is_ready(engine)


def test_tables_of_a_later_version_are_left_alone(engine: Engine) -> None:
    """A server that is restarted while the next version is brought in must come up again."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_two_servers_that_start_at_once_upgrade_once(database_url: str) -> None:
    """Each is a process of its own, as two servers are."""
    command = [sys.executable, "-W", "error", "-c", UPGRADE, database_url]
    servers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [server.communicate(timeout=120)[1] for server in servers]
    assert ([server.returncode for server in servers], errors) == ([0, 0], ["", ""])
    assert tables(database_url) == {*metadata.tables, "alembic_version"}


def test_the_indexes_that_keep_a_license_single_are_there(engine: Engine) -> None:
    indexes_by_name = {index["name"]: index for index in inspect(engine).get_indexes("license_versions")}
    assert indexes_by_name["uq_license_versions_current"]["unique"]
    assert indexes_by_name["uq_license_versions_closed"]["unique"]
    assert {"ix_license_versions_customer", "ix_license_versions_since", "ix_license_versions_until"} <= set(
        indexes_by_name
    )
