"""The command line as the tests use it: in this process, on a database of the test's own."""

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from lib.cli import main

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample_legacy_licenses.csv"
Run = Callable[..., Result]


def runner(url: str) -> Run:
    """Make a function that runs a command on the database at `url` and gives its result."""
    return lambda *words: CliRunner().invoke(main, ["--database", url, *map(str, words)])
