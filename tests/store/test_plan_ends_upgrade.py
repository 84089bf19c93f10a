"""A store that was ready for searches before ends of plans were kept there is still ready after the upgrade."""

from sqlalchemy import Engine, select, text

from lib.measures.cut import Cut
from lib.store import catch_up, database, license_queries
from lib.store.schema import license_versions, lookups
from tests.store.stories import a_row, imported

_v, _l = license_versions.c, lookups.c

AS_BEFORE = (
    "DROP INDEX ix_lookups_plan_end",
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
    with database.reading(engine) as connection:
        assert catch_up.is_current(connection)
        versions, licenses = (
            connection.execute(select(table.license_key, table.plan_end).order_by(table.license_key)).all()
            for table in (_v, _l)
        )
        assert [row.plan_end is None for row in versions] == [True, False]
        assert licenses == versions
        assert license_queries.count(connection, Cut(plan=("ended",))) == 1
