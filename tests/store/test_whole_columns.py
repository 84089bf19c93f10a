"""What a worker of the version before leaves out of the rows it writes is made up for, however far it came."""

import pytest
from sqlalchemy import Engine, delete, select, text, update

from lib.measures.cut import Cut
from lib.store import catch_up, database, license_queries
from lib.store.schema import caught_up, license_versions, lookups, past_texts
from tests.store.stories import a_row, imported

_v, _l, _c = license_versions.c, lookups.c, caught_up.c

AS_BEFORE = (
    "DROP INDEX ix_license_versions_past_customer",
    "DROP TABLE past_texts",
    "ALTER TABLE caught_up DROP COLUMN whole_change",
    "ALTER TABLE caught_up DROP COLUMN whole_towards",
    "ALTER TABLE caught_up DROP COLUMN whole_after",
    "DROP INDEX ix_lookups_plan_end",
    "DROP INDEX ix_lookups_facts",
    "CREATE INDEX ix_lookups_facts ON lookups (facts, customer, editors)",
    "ALTER TABLE lookups DROP COLUMN maintenance_end",
    "ALTER TABLE lookups DROP COLUMN plan_end",
    "UPDATE alembic_version SET version_num = '0023'",
)
FILE = (
    a_row("K-1", maintenance_end="2019-03-01", company="New Mill"),
    a_row("K-2", hosting="Cloud", maintenance_end="2016-05-01"),
    a_row("K-3", maintenance_end="2019-04-01"),
    a_row("K-4", hosting="Cloud", maintenance_end="2016-05-01"),
)


@pytest.fixture
def store(engine: Engine) -> Engine:
    """A store of four licenses, one of which had another name before."""
    imported(engine, *FILE)
    imported(engine, {**FILE[0], "company": "Old Mill"})
    imported(engine, FILE[0])
    return engine


def leave_out(engine: Engine, last: str = "K-4") -> None:
    """Empty what a worker of the version before does not know, in rows up to a key."""
    with database.writing(engine) as connection:
        connection.execute(update(lookups).where(_l.license_key <= last).values(plan_end=None, maintenance_end=None))
        connection.execute(delete(past_texts).where(past_texts.c.license_key <= last))


def assert_all_is_there(engine: Engine) -> None:
    with database.reading(engine) as connection:
        assert catch_up.is_current(connection)
        plans, ends = (
            {row[0]: row[1] for row in connection.execute(select(_l.license_key, column).where(column.is_not(None)))}
            for column in (_l.plan_end, _l.maintenance_end)
        )
        past = connection.execute(select(past_texts.c.license_key)).scalars().all()
        assert (sorted(plans), sorted(ends), past) == (["K-2", "K-4"], ["K-1", "K-3"], ["K-1"])
        stored = connection.execute(select(_v.license_key, _v.plan_end).where(_v.until.is_(None)))
        assert plans == {row.license_key: row.plan_end for row in stored if row.plan_end}
        assert license_queries.count(connection, Cut(plan=("ended",))) == 2


def test_a_store_of_an_older_version_is_brought_up_after_its_upgrade(store: Engine) -> None:
    catch_up.catch_up(store)
    with database.writing(store) as connection:
        for statement in AS_BEFORE:
            connection.execute(text(statement))
    database.upgrade(store)
    with database.reading(store) as connection:
        assert not catch_up.is_current(connection)
    catch_up.catch_up(store)
    assert_all_is_there(store)


def test_changes_that_an_older_worker_brought_up_are_brought_up_again(store: Engine) -> None:
    with database.reading(store) as connection:
        newest = connection.execute(catch_up.NEWEST_CHANGE).scalar_one()
    catch_up.catch_up(store)
    leave_out(store)
    with database.writing(store) as connection:
        connection.execute(update(caught_up).values(change=newest, whole_change=0))
    catch_up.catch_up(store)
    assert_all_is_there(store)


def test_rows_that_are_right_already_stay_when_all_are_brought_up_again(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up.catch_up(store)
    monkeypatch.setattr(catch_up, "_STEP", 2)
    with database.writing(store) as connection:
        before = {row.license_key: row.id for row in connection.execute(select(_l.license_key, _l.id))}
        connection.execute(update(lookups).where(_l.license_key == "K-2").values(plan_end=None))
        connection.execute(update(lookups).where(_l.license_key == "K-3").values(license_key="K-0"))
        connection.execute(update(caught_up).values(whole_change=0))
    catch_up.catch_up(store)
    assert_all_is_there(store)
    with database.reading(store) as connection:
        after = {row.license_key: row.id for row in connection.execute(select(_l.license_key, _l.id))}
    assert [key for key in after if after[key] == before[key]] == ["K-1", "K-4"]
    assert sorted(after) == sorted(before)


def test_a_run_that_an_older_worker_went_on_with_goes_on_where_this_version_was(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "_STEP", 1)
    steps = iter((False, False, True))
    catch_up.catch_up(store, lambda: next(steps))
    with database.writing(store) as connection:
        at = connection.execute(select(caught_up)).one()
        assert at.after == at.whole_after == "K-2"
    monkeypatch.undo()
    for finished in (False, True):
        catch_up.catch_up(store)
        with database.writing(store) as connection:
            place = {"change": at.whole_towards, "towards": None, "after": None} if finished else {"after": "K-3"}
            whole = {"whole_change": 0, "whole_towards": at.whole_towards, "whole_after": "K-2"}
            connection.execute(update(caught_up).values(**{"towards": at.whole_towards, **place, **whole}))
            connection.execute(
                update(lookups).where(_l.license_key > "K-2").values(plan_end=None, maintenance_end=None)
            )
        catch_up.catch_up(store)
        assert_all_is_there(store)
