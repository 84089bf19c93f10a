"""Numbers for Prometheus are served on a port of their own, and tell how the store stands, also when it is away."""

import socket
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine

from lib.monitoring import metrics
from lib.store import database
from tests.store.stories import a_row, ask_for, brought_in, imported

Numbers = dict[tuple[str, ...], float]


def numbers(engine: Engine) -> Numbers:
    """Every number by its name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for metric in metrics.StoreCollector(engine).collect()
        for sample in metric.samples
    }


def test_the_store_tells_its_jobs_files_and_newest_change(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2"))
    imported(engine, a_row("K-1"), a_row("K-2", editors="25"), a_row("K-3"))
    ask_for(engine, brought_in(engine, a_row("K-4")))
    assert numbers(engine) == {
        ("migration_database_up",): 1,
        ("migration_newest_change",): 2,
        ("migration_jobs", "import", "queued"): 1,
        ("migration_imports", "imported"): 2,
        ("migration_imports", "open"): 1,
        ("migration_imported_rows_total", "new"): 3,
        ("migration_imported_rows_total", "changed"): 1,
        ("migration_imported_rows_total", "unchanged"): 1,
        ("migration_imported_rows_total", "held"): 0,
        ("migration_imported_rows_total", "repeated"): 0,
    }


def test_a_database_that_is_away_is_a_number_too() -> None:
    away = database.connect("postgresql://nobody@localhost:1/none")
    assert numbers(away) == {("migration_database_up",): 0}


def test_numbers_are_served_where_the_environment_says_and_a_port_that_is_taken_stops_nobody(
    sqlite: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.listen()
        monkeypatch.setenv(metrics.PORT, str(port))
        metrics.serve(sqlite)
    assert "Metrics are not served" in caplog.text
    metrics.PAGE_RUNS.labels("numbers").observe(0.1)
    metrics.serve(sqlite)
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    assert 'migration_page_run_seconds_bucket{le="0.1",page="numbers"} 1.0' in text
    assert "migration_newest_change 0.0" in text
