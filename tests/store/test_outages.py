"""A full disk, a busy database and one that is not there are a sentence; the store stays as it was, and trying again helps."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, event, make_url, text

from lib import worker
from lib.cli import main
from lib.domain.refusal import RefusalError
from lib.importing import imports
from lib.store import batches, database, jobs
from lib.store.job import JobKind, JobRequest, JobState
from lib.store.outages import BUSY, FULL, refusal
from tests.actors import EDITOR, editor
from tests.store.stories import POLICY, a_row, brought_in, everything, imported, now

ROWS = [a_row(f"K-{number}", company=f"Company {number}", notes="x" * 500) for number in range(3000)]
_FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON license_versions FOR EACH ROW WHEN (NEW.license_key = 'K-2500')
EXECUTE FUNCTION full_disk()
"""


def fill(engine: Engine) -> Callable[[], None]:
    """Leave hardly any room for more; gives what makes room again."""
    if engine.dialect.name == "postgresql":
        run(engine, _FULL)
        return lambda: run(engine, "DROP FUNCTION full_disk CASCADE")
    with engine.connect() as connection:
        most = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + 20

    def limit(connection: Any, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={most}")

    event.listen(engine, "connect", limit)
    engine.dispose()

    def make_room() -> None:
        event.remove(engine, "connect", limit)
        engine.dispose()

    return make_room


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def impatient(url: str) -> Engine:
    """A store whose writers hardly wait for one another."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        return database.connect(hurried(url))
    engine = database.connect(url)
    event.listen(engine, "connect", lambda connection, record: connection.execute("PRAGMA busy_timeout=50"))
    return engine


def hurried(url: str) -> str:
    """A PostgreSQL address whose writers hardly wait for one another."""
    address = make_url(url).update_query_dict({"options": "-c lock_timeout=50"})
    return address.render_as_string(hide_password=False)


def test_a_full_disk_is_a_sentence_and_leaves_the_store_as_it_was(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2"))
    batch = brought_in(engine, *ROWS)
    before = everything(engine)
    make_room = fill(engine)
    with pytest.raises(RefusalError) as refusal:
        imports.commit(engine, batch, editor("ada"), POLICY)
    assert str(refusal.value) == FULL
    assert everything(engine) == before
    make_room()
    assert imports.commit(engine, batch, editor("ada"), POLICY).counts.new == 2998
    assert len(now(engine)) == 3000


def test_a_job_on_a_full_disk_fails_with_that_sentence_and_is_done_when_there_is_room(engine: Engine) -> None:
    batch = brought_in(engine, *ROWS)
    number = query(engine, batch)
    make_room = fill(engine)
    worker.work_off(engine)
    with database.reading(engine) as connection:
        failed = jobs.job(connection, number)
        assert batches.batch(connection, batch).state is batches.BatchState.OPEN
    assert (failed.state, failed.message) == (JobState.FAILED, FULL)
    assert now(engine) == {}
    make_room()
    assert query(engine, batch) > number
    worker.work_off(engine)
    assert len(now(engine)) == 3000


def test_no_room_for_the_rows_on_their_way_is_a_sentence() -> None:
    """Arrow's driver has errors of its own."""
    error = type("InternalError", (Exception,), {"__module__": "adbc_driver_manager"})
    assert "temporary files is full" in str(refusal(error("INTERNAL: database or disk is full")))
    assert "temporary files is full" in str(refusal(OSError(errno.ENOSPC, "No space left on device")))
    assert refusal(OSError(errno.ENOENT, "No such file")) is None
    assert refusal(ValueError("full")) is None


def test_a_writer_that_waits_too_long_for_another_is_told_so(engine: Engine, store_url: str) -> None:
    batch = brought_in(engine, a_row())
    before = everything(engine)
    other = impatient(store_url)
    with database.writing(engine), pytest.raises(RefusalError) as refusal:
        imports.commit(other, batch, editor("ada"), POLICY)
    assert str(refusal.value) == BUSY
    assert everything(engine) == before
    assert imports.commit(other, batch, editor("ada"), POLICY).counts.new == 1
    other.dispose()


def test_the_command_line_says_it_too(postgresql_store_url: str) -> None:
    engine = database.connect(postgresql_store_url)
    with database.writing(engine):
        result = CliRunner().invoke(main, ["--database", hurried(postgresql_store_url), "purge"])
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{BUSY}\n")
    engine.dispose()


def test_on_postgresql_nobody_waits_for_an_import_to_ask_for_another(postgresql_store_url: str) -> None:
    engine, other = database.connect(postgresql_store_url), impatient(postgresql_store_url)
    with database.writing(engine):
        number = query(other, brought_in(other, a_row()))
        with database.writing_briefly(other) as connection:
            assert jobs.cancel(connection, number, EDITOR)
    for each in (engine, other):
        each.dispose()


def test_an_error_in_what_was_asked_is_no_outage(engine: Engine) -> None:
    with pytest.raises(Exception, match="nowhere") as refusal, database.reading(engine) as connection:
        connection.execute(text("SELECT 1 FROM nowhere"))
    assert not isinstance(refusal.value, RefusalError)


def query(engine: Engine, batch: int) -> int:
    with database.writing_briefly(engine) as connection:
        return jobs.submit(connection, batch, JobKind.IMPORT, JobRequest(), editor("ada"))
