"""How long an archive of a workbook for each customer takes, and its memory, beside pandas with openpyxl doing the same.

`python -m benchmarks.exports [--customers N] [--licenses N] [--database URL]` prints seconds and peak memory. `--database`
names a PostgreSQL server on which a database may be made and dropped. Each run is a process of its own; the seconds are
those inside it, without its start. Each customer's licenses are listed on four sheets beside one that tells of them.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from benchmarks.export_peer import with_pandas
from benchmarks.imports import Postgresql, Sqlite
from lib.checking.settings import Settings
from lib.columnar.memory import spare_modules
from lib.documents import exports
from lib.domain.policy import Policy
from lib.domain.roles import Actor, Role
from lib.importing import imports
from lib.measures.cut import Cut
from lib.store import catch_up, customer_lists, database
from tests import generate

COUNTRIES = ("Germany", "France", "Spain", "Japan")
"""Where the customers are, one each, so that nothing says that one may be several."""

FEW = 250
"""Customers at most for pandas with openpyxl, whose seconds are scaled up to those of all."""


def archive_of(customers: int, licenses: int) -> Iterator[list[str]]:
    """A made-up export of so many licenses of so many customers, each of which has an upgrade to make."""
    rows = generate.rows(2 * licenses)
    header = next(rows)
    yield header
    company, name = header.index("Company"), header.index("License Name")
    names = set[str]()
    for row in rows:
        if len(names) == licenses:
            return
        if len(row) != len(header) or row[0] in names:
            continue
        number = len(names) % customers
        row[company] = row[name] = f"Customer {number:05}"
        row[header.index("Country")] = COUNTRIES[number % len(COUNTRIES)]
        row[header.index("Email")] = f"ada@customer{number:05}.example"
        for heading in ("Reseller", "Expert Email", "myAtlassian Email"):
            row[header.index(heading)] = ""
        if len(names) < customers:
            grows = {"Product": "Mockups for JIRA", "Hosting": "Server", "Editors": "10", "Atlassian Users": "100"}
            for heading, cell in (grows | {"SEN": "", "Agrees to Match": "yes", "License Type": "Commercial"}).items():
                row[header.index(heading)] = cell
        names.add(row[0])
        yield row


def fill(folder: Path, url: str, customers: int, licenses: int) -> None:
    """Import the export into a new store, and let searches be prepared."""
    path = folder / "licenses.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(archive_of(customers, licenses))
    engine = database.connect(url)
    database.upgrade(engine)
    imports.import_file(engine, path.name, path.read_bytes(), Settings(), Actor("benchmark", Role.ADMIN), Policy())
    catch_up.catch_up(engine, lambda: False)
    with database.reading(engine) as connection:
        totals = customer_lists.list_totals(connection, Cut())
    print(f"{totals.customers:,} customers, {licenses:,} licenses, {totals.upgrades:,} upgrades", flush=True)
    engine.dispose()


def ours(url: str, path: Path, few: int) -> float:
    """The archive as the screen and the command line give it, written to a file piece by piece."""
    engine = database.connect(url)
    spare_modules()  # as servers do
    start = perf_counter()
    with database.reading(engine) as connection, path.open("wb") as file:
        file.writelines(exports.upgrades_zip(connection, Cut(), actor=Actor("benchmark", Role.ADMIN), policy=Policy()))
    engine.dispose()
    return perf_counter() - start


def pandas_and_openpyxl(url: str, path: Path, few: int) -> float:
    """The same licenses and sheets by pandas, of the first customers."""
    return with_pandas(url, path, few)


WAYS = {"ours": ours, "pandas and openpyxl": pandas_and_openpyxl}


def run(way: str, url: str, path: Path, few: int) -> tuple[float, float, int]:
    """Seconds, peak memory in MB and the file's size of one run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.exports", "--run", way, url, str(path), str(few)]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result["seconds"], result["peak"], path.stat().st_size


def one_run(way: str, url: str, path: str, few: str) -> None:
    """Do it, and say how long it took and how much memory."""
    seconds = WAYS[way](url, Path(path), int(few))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))


def compare(folder: Path, url: str, customers: int) -> None:
    """Both, and what they come to."""
    few = min(customers, FEW)
    for way, scale in (("ours", 1.0), ("pandas and openpyxl", customers / few)):
        seconds, peak, size = run(way, url, folder / "out.zip", few)
        about = "~" if scale != 1 else " "
        print(
            f"  {way:22}{about}{seconds * scale:8.1f} s {peak:8,.0f} MB {size * scale / 1e6:8.1f} MB of file",
            flush=True,
        )
    if few < customers:
        print(f"  (~ the seconds and bytes of {few:,} customers, scaled up; its memory is of those, and of all rows)")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exports", description=__doc__)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--licenses", type=int, default=100_000)
    parser.add_argument("--database", help="a PostgreSQL server; SQLite without it")
    parser.add_argument("--run", nargs=4, metavar=("WAY", "URL", "FILE", "FEW"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        one_run(*options.run)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        stores = Postgresql(options.database) if options.database else Sqlite(folder)
        with stores.store() as url:
            fill(folder, url, options.customers, options.licenses)
            compare(folder, url, options.customers)


if __name__ == "__main__":
    main()
