"""A worker killed at a random moment of an import leaves the store whole (`tests.crashes` does it at length)."""

from pathlib import Path

from tests.crashes import crash


def test_the_store_is_whole_after_each_kill(database_url: str, tmp_path: Path) -> None:
    done = crash(database_url, kills=1, rows=5_000, seed=1, log=tmp_path / "worker.log")
    assert done.steps.total() == done.job_states.total() == 1
