"""How long an import takes, validated and with history, beside a raw load of the same file and imports of other kinds.

`python -m benchmarks.imports [--rows N] [--database URL]` prints seconds, ratios to duckdb's raw load, and peak memory;
it needs `benchmarks/requirements.txt`. `--database` names a PostgreSQL server on which databases may be made and dropped.
Each run is a process of its own on a store of its own; the seconds are those inside it, without its start.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import create_engine, make_url, text

from lib.checking.settings import Settings
from lib.columnar.memory import spare_modules
from lib.domain.policy import Policy
from lib.domain.roles import Actor, Role
from lib.importing import imports
from lib.store import database

REPEATS = 3
SMALL = 10_000
"""Rows at which the library that reads row by row into objects is measured."""

SLOW = 20_000
"""Rows at most for an import row by row, whose seconds are scaled up to those of all rows."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The median seconds and the highest peak memory (MB) of a few runs."""

    seconds: float
    peak: float


class Sqlite:
    """Stores that are files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def store(self, like: str | None = None) -> Iterator[str]:
        """The URL of a new store, empty or a copy of another."""
        with tempfile.TemporaryDirectory(dir=self._folder) as place:
            path = Path(place) / "store.sqlite"
            if like:
                shutil.copy(str(make_url(like).database), path)
            yield f"sqlite:///{path}"


class Postgresql:
    """Stores that are databases of a server."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server).set(drivername="postgresql+psycopg")
        self._count = 0

    @contextmanager
    def store(self, like: str | None = None) -> Iterator[str]:
        """The URL of a new store, empty or a copy of another."""
        self._count += 1
        name = f"benchmark_{os.getpid()}_{self._count}"
        template = make_url(like).database if like else "template0"
        self._tell(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self._server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        finally:
            self._tell(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _tell(self, *statements: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


Stores = Sqlite | Postgresql


def ours(path: Path, url: str) -> float:
    """The import as the command line does it."""
    engine = database.connect(url)
    database.upgrade(engine)
    spare_modules()
    start = perf_counter()
    imports.import_file(engine, path.name, path.read_bytes(), Settings(), Actor("benchmark", Role.ADMIN), Policy())
    engine.dispose()  # SQLite moves what it wrote ahead into its file: that counts too
    return perf_counter() - start


def run(way: str, path: Path, url: str) -> Figure:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.imports", "--run", way, str(path), url]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Figure(result["seconds"], result["peak"])


def measured(stores: Stores, way: str, path: Path, like: str | None = None) -> Figure:
    """The median of a few runs, each on a store of its own."""
    figures = []
    for _ in range(REPEATS):
        with stores.store(like) as url:
            figures.append(run(way, path, url))
    return Figure(median(figure.seconds for figure in figures), max(figure.peak for figure in figures))


def file_of(folder: Path, rows: int, changed: float = 0.0) -> Path:
    """A made-up export of so many rows; told a share changed, the same rows with that share of them told anew."""
    path = folder / f"{rows}_{changed}.csv"
    command = [sys.executable, "-m", "tests.generate", str(rows), "--changed", str(changed), "--out", str(path)]
    subprocess.run(command, check=True)
    return path


def head_of(path: Path, rows: int) -> Path:
    """A file with the first rows of another."""
    short = path.with_name(f"first_{rows}_{path.name}")
    with path.open("rb") as whole, short.open("wb") as part:
        part.writelines(islice(whole, rows + 1))
    return short


def tell(title: str, figure: Figure, yardstick: Figure, *, scaled: float = 1.0) -> None:
    """One line of the table."""
    about = "~" if scaled != 1 else " "
    seconds = figure.seconds * scaled
    print(
        f"  {title:34}{about}{seconds:8.2f} s {seconds / yardstick.seconds:7.2f} × {figure.peak:8,.0f} MB", flush=True
    )


def compare(stores: Stores, folder: Path, rows: int) -> None:
    """The three imports of the same rows, ours and others'."""
    whole, changed = file_of(folder, rows), file_of(folder, rows, 0.01)
    print(f"{rows:,} rows, {whole.stat().st_size / 1e6:,.0f} MB: seconds, ratio to duckdb's raw load, peak memory")
    raw = measured(stores, "duckdb", whole)
    tell("duckdb, raw", raw, raw)
    few = min(rows, SLOW)
    if few < rows:
        print(f"  (~ the seconds of the first {few:,} rows, scaled up)")
    short, short_changed = head_of(whole, few), head_of(changed, few)
    for way, file, other, scale in (("ours", whole, changed, 1.0), ("row by row", short, short_changed, rows / few)):
        tell(f"{way}, first import", measured(stores, way, file), raw, scaled=scale)
        with stores.store() as filled:
            run(way, file, filled)
            if way == "ours":
                address = folder / "filled.txt"
                address.write_text(filled)
                tell("its rows alone, ready-made", measured(stores, "bare rows", address), raw)
            tell(f"{way}, same file again", measured(stores, way, file, filled), raw, scaled=scale)
            tell(f"{way}, 1 % changed", measured(stores, way, other, filled), raw, scaled=scale)


def compare_small(stores: Stores, folder: Path) -> None:
    """The first import of few rows, beside a library that makes an object of each."""
    path = file_of(folder, SMALL)
    print(f"\n{SMALL:,} rows, first import: seconds, ratio to ours, peak memory")
    own = measured(stores, "ours", path)
    tell("ours", own, own)
    tell("django-import-export", measured(stores, "django", path), own)


def growth(stores: Stores, folder: Path, rows: int) -> None:
    """The seconds per million rows as files grow."""
    print("\nours, first import as files grow: seconds, seconds per million rows, peak memory")
    for count in sorted({SMALL, min(10 * SMALL, rows), rows}):
        figure = measured(stores, "ours", file_of(folder, count))
        print(
            f"  {count:>12,} rows {figure.seconds:8.2f} s {figure.seconds / count * 1e6:8.2f} s {figure.peak:8,.0f} MB"
        )


def one_run(way: str, path: str, url: str) -> None:
    """Do it, and say how long it took and how much memory."""
    seconds = _way(way)(Path(path), url)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))


def _way(name: str) -> Callable[[Path, str], float]:
    if name == "ours":
        return ours
    from benchmarks import import_peers  # only where it is needed: duckdb alone takes 60 MB

    ways = {
        "duckdb": import_peers.with_duckdb,
        "bare rows": import_peers.with_bare_rows,
        "row by row": import_peers.row_by_row,
        "django": import_peers.with_django,
    }
    return ways[name]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", help="a PostgreSQL server; SQLite without it")
    parser.add_argument("--run", nargs=3, metavar=("WAY", "FILE", "URL"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        one_run(*options.run)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        stores = Postgresql(options.database) if options.database else Sqlite(folder)
        compare(stores, folder, options.rows)
        compare_small(stores, folder)
        growth(stores, folder, options.rows)


if __name__ == "__main__":
    main()
