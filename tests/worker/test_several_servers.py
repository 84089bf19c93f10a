"""Several servers on one PostgreSQL: what one was at when it was killed another finishes, and nothing is lost or doubled."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text, update

from lib.checking.settings import Settings
from lib.dashboard.numbers import StoredNumbers, total
from lib.domain.refusal import RefusalError
from lib.importing import imports
from lib.measures.cut import Cut
from lib.store import change_log, database
from lib.store.job import JobState
from lib.store.schema import changes, license_versions
from tests import generate
from tests.actors import EDITOR
from tests.processes import until
from tests.store.stories import POLICY, a_row, ask_for, imported, job
from tests.stores import connected

SERVER = "import sys, time; from lib.web import worker_process\nwith worker_process.keep_worker_running(sys.argv[1]): time.sleep(600)"


@pytest.fixture
def store(postgresql_store_url: str) -> Iterator[Engine]:
    with connected(postgresql_store_url) as engine:
        yield engine


@contextmanager
def server(url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A server with its worker, killed at the end."""
    with subprocess.Popen([sys.executable, "-c", SERVER, url], cwd=database.ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def server_of(worker: str | None) -> int:
    """The process that a worker belongs to."""
    status = Path(f"/proc/{(worker or '').rpartition(':')[2]}/status").read_text()
    return int(status.partition("PPid:")[2].split()[0])


def test_one_server_is_killed_in_the_middle_of_an_import_and_the_other_has_it_whole(
    store: Engine, postgresql_store_url: str
) -> None:
    number = imports.add_file(store, "a.csv", generate.content(30_000), Settings(), EDITOR)
    with server(postgresql_store_url) as one, server(postgresql_store_url) as other:
        first = ask_for(store, number)
        until(lambda: job(store, first).state is not JobState.QUEUED and job(store, first).step != "")
        {one.pid: one, other.pid: other}[server_of(job(store, first).worker)].kill()
        until(lambda: not job(store, first).is_live)
        assert job(store, first).state is JobState.DONE
    with database.reading(store) as connection:
        versions, keys = connection.execute(
            select(func.count(), func.count(license_versions.c.license_key.distinct()))
        ).one()
        assert change_log.latest_change(connection) == 1
    assert versions == keys > 29_000


def test_a_change_on_one_server_is_seen_by_the_next_click_on_another(store: Engine, postgresql_store_url: str) -> None:
    with connected(postgresql_store_url) as other:
        for number in (1, 2):
            imported(store, a_row(f"K-{number}"))
            with database.reading(other) as connection:
                assert change_log.latest_change(connection) == number
                assert total(StoredNumbers(connection, POLICY), Cut()) == number


def end_connections(engine: Engine) -> None:
    """As a failover does: PostgreSQL ends whatever is connected."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connected(engine.url.render_as_string(hide_password=False)) as direct, direct.connect() as connection:
        connection.execute(text(others))


def write_while_connections_end(engine: Engine) -> None:
    with database.writing(engine) as connection:
        end_connections(engine)
        change_log.latest_change(connection)


def test_connections_that_postgresql_ends_cost_what_is_under_way_and_nothing_else(store: Engine) -> None:
    imported(store, a_row("K-1"))
    end_connections(store)
    imported(store, a_row("K-2"))
    with pytest.raises(RefusalError, match="stopped in the middle of this"):
        write_while_connections_end(store)
    imported(store, a_row("K-3"))
    with database.reading(store) as connection:
        assert total(StoredNumbers(connection, POLICY), Cut()) == 3


def test_a_clock_that_jumps_back_loses_no_license_and_no_change(engine: Engine) -> None:
    imported(engine, a_row("K-1"))
    with database.writing(engine) as connection:
        at = connection.execute(select(changes.c.at)).scalar_one()
        connection.execute(update(changes).values(at=at + timedelta(days=400)))
    imported(engine, a_row("K-1", editors="25"), a_row("K-2"))
    with database.reading(engine) as connection:
        numbers = StoredNumbers(connection, POLICY)
        today = numbers.today()
        assert total(numbers, Cut()) == 2
        assert total(numbers, Cut(on=today.isoformat())) == 2
        assert total(numbers, Cut(on=(today + timedelta(days=500)).isoformat())) == 2
        assert numbers.movements(Cut())["licenses"].sum() == 2
        assert change_log.latest_change(connection) == 2
