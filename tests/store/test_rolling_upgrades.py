"""The version before goes on serving while the database is already upgraded: an upgrade only adds (expand, then contract)."""

from alembic import command
from sqlalchemy import Engine, inspect

from lib.store import database

FIRST_THAT_ONLY_ADDS = "0019"
CONTRACTIONS: frozenset[str] = frozenset()
"""Upgrades that remove what no version in use reads any more; whoever adds one says which in its docstring."""

Columns = dict[str, dict[str, bool]]
"""Whether each column of each table may be left out of a new row."""


def columns_of(engine: Engine) -> Columns:
    inspector = inspect(engine)
    return {
        table: {one["name"]: one["nullable"] or one["default"] is not None for one in inspector.get_columns(table)}
        for table in inspector.get_table_names()
    }


def upgrade_to(engine: Engine, revision: str) -> None:
    config = database.upgrade_config()
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def breaks(before: Columns, after: Columns) -> list[str]:
    """What queries of the version before would miss, or its new rows lack."""
    gone = [f"{table}.{name}" for table, names in before.items() for name in names if name not in after.get(table, {})]
    needed = [
        f"{table}.{name}"
        for table, names in after.items()
        for name, may_be_left_out in names.items()
        if table in before and name not in before[table] and not may_be_left_out
    ]
    return gone + needed


def test_what_the_version_before_reads_and_writes_is_still_there_after_each_upgrade(sqlite_url: str) -> None:
    _, revisions = database.upgrades()
    engine = database.connect(sqlite_url)
    upgrade_to(engine, f"{int(FIRST_THAT_ONLY_ADDS) - 1:04}")
    before = columns_of(engine)
    for revision in sorted(revisions):
        if revision >= FIRST_THAT_ONLY_ADDS:
            upgrade_to(engine, revision)
            after = columns_of(engine)
            assert revision in CONTRACTIONS or breaks(before, after) == [], revision
            before = after
    engine.dispose()
