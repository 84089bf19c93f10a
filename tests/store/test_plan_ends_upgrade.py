"""Ends of plans are there for searches in stores that were ready before they were kept, and where older servers still write."""

from sqlalchemy import Connection, Engine, select, text, update

from lib.measures.cut import Cut
from lib.store import catch_up, database, license_queries, plan_ends
from lib.store.schema import license_versions, lookups
from tests.store.stories import a_row, imported

_v, _l = license_versions.c, lookups.c

AS_BEFORE = (
    "DROP INDEX ix_lookups_plan_end",
    "DROP INDEX ix_lookups_facts",
    "CREATE INDEX ix_lookups_facts ON lookups (facts, customer, editors)",
    "ALTER TABLE lookups DROP COLUMN maintenance_end",
    "ALTER TABLE lookups DROP COLUMN plan_end",
    "UPDATE alembic_version SET version_num = '0023'",
)


def test_ends_of_plans_are_there_after_the_upgrade(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2", hosting="Cloud", maintenance_end="2016-05-01"))
    catch_up.catch_up(engine)
    with database.writing(engine) as connection:
        for statement in AS_BEFORE:
            connection.execute(text(statement))
    database.upgrade(engine)
    # A later upgrade has all licenses brought up again.
    catch_up.catch_up(engine)
    with database.reading(engine) as connection:
        assert catch_up.is_current(connection)
        assert_ends_are_there(connection)


def test_ends_of_plans_that_an_older_server_left_out_are_filled_in(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2", hosting="Cloud", maintenance_end="2016-05-01"))
    catch_up.catch_up(engine)
    with database.writing(engine) as connection:
        connection.execute(update(lookups).values(plan_end=None))
    plan_ends.fill_missing(engine)
    with database.reading(engine) as connection:
        assert_ends_are_there(connection)
        assert not plan_ends.any_missing(connection)


def assert_ends_are_there(connection: Connection) -> None:
    versions, licenses = (
        connection.execute(select(table.license_key, table.plan_end).order_by(table.license_key)).all()
        for table in (_v, _l)
    )
    assert [row.plan_end is None for row in versions] == [True, False]
    assert licenses == versions
    assert license_queries.count(connection, Cut(plan=("ended",))) == 1
