"""How long a large file takes to become a frame: our reader, told nothing, beside readers told the dialect.

`python -m benchmarks.reading [ROWS]` prints a table of seconds and of ratios to duckdb; it needs `benchmarks/requirements.txt`.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow

from lib.reading.tables import read_table

ROWS = 1_000_000
REPEATS = 3
HEADER = ["License Key", "Product", "Editors", "Hosting", "Purchase Date", "Maintenance Expires", "Contact Name"]
HEADER += ["Email", "Company", "Address", "Country", "Reseller", "Notes"]


@dataclass(frozen=True, slots=True)
class Case:
    """A file and what a reader must be told about it."""

    title: str
    path: Path
    delimiter: str
    encoding: str
    irregular: bool = False


def row(number: int, chance: random.Random) -> list[str]:
    """One row of about 200 bytes with a quoted address now and then."""
    name = chance.choice(("Ada Lane", "Jürgen Groß", "Zoë O'Hara", "Bo Kurz", "François Lefèvre"))
    year = chance.randrange(2010, 2018)
    company = chance.choice(("Acme Corp", "Globex GmbH", "Müller Söhne", "Initech, Inc.", "Umbrella; Partners"))
    day = f"{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    return [
        f"BMQ-{number:08}-{chance.randrange(10**8):08}",
        chance.choice(("Balsamiq Wireframes for Confluence Server", "Balsamiq Mockups for JIRA")),
        chance.choice(("3", "10", "25", "100", "Unlimited")),
        chance.choice(("Server", "Cloud", "Data Center")),
        f"{year}-{day}",
        f"{year + 1}-{day}",
        name,
        f"{name.split()[0].lower()}.{number}@example.com",
        company,
        f"{chance.randrange(999)} Long Street, Springfield {chance.randrange(99999):05}",
        chance.choice(("United States", "Germany", "France", "Japan")),
        chance.choice(("", "", "Widget Resale Ltd")),
        chance.choice(("", "", "called twice, no answer", "renewal agreed by the new owner")),
    ]


def lines(rows: int, delimiter: str, *, irregular: bool) -> Iterator[str]:
    """The file line by line; one row in a hundred has stray quotes, a cell too many or one too few if irregular."""
    chance = random.Random(7)
    yield delimiter.join(HEADER) + "\r\n"
    for number in range(rows):
        cells = [f'"{cell}"' if delimiter in cell else cell for cell in row(number, chance)]
        if irregular and number % 100 == 50:
            damage = number // 100 % 3
            if damage == 0:
                cells[-1] = '"he said "no" twice"'
            else:
                cells = [*cells, "one more"] if damage == 1 else cells[:-1]
        yield delimiter.join(cells) + "\r\n"


def cases(folder: Path, rows: int) -> list[Case]:
    """The files, written into this folder."""
    all_cases = [
        Case("UTF-8, commas", folder / "utf8.csv", ",", "utf-8"),
        Case("cp1252, semicolons", folder / "cp1252.csv", ";", "cp1252"),
        Case("UTF-8, commas, 1 % irregular rows", folder / "irregular.csv", ",", "utf-8", irregular=True),
    ]
    for case in all_cases:
        with case.path.open("w", encoding=case.encoding, newline="") as file:
            file.writelines(lines(rows, case.delimiter, irregular=case.irregular))
    return all_cases


def with_ours(case: Case) -> pd.DataFrame:
    """Our reader, told nothing."""
    table = read_table(case.path.read_bytes(), case.path.name)
    columns = dict(zip(table.header, table.columns, strict=True))
    return pa.table(columns).to_pandas()


def with_pandas(case: Case) -> pd.DataFrame:
    """pandas, told the dialect; irregular rows are dropped."""
    return pd.read_csv(
        case.path,
        sep=case.delimiter,
        encoding=case.encoding,
        dtype="str",
        keep_default_na=False,
        on_bad_lines="skip" if case.irregular else "error",
    )


def with_duckdb(case: Case) -> pd.DataFrame:
    """duckdb, told the dialect; irregular rows are padded or dropped. It knows no cp1252: latin-1 stands for it."""
    encoding = "utf-8" if case.encoding == "utf-8" else "latin-1"
    lenient = ", null_padding=true, ignore_errors=true, strict_mode=false" if case.irregular else ""
    options = f"delim='{case.delimiter}', quote='\"', header=true, all_varchar=true, encoding='{encoding}'{lenient}"
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT * FROM read_csv('{case.path}', {options})").df()


def with_pyarrow(case: Case) -> pd.DataFrame:
    """pyarrow, told the dialect; irregular rows are dropped."""
    skip = (lambda _: "skip") if case.irregular else None
    return arrow.read_csv(
        case.path,
        arrow.ReadOptions(encoding=case.encoding),
        arrow.ParseOptions(delimiter=case.delimiter, invalid_row_handler=skip),
        arrow.ConvertOptions(column_types=dict.fromkeys(HEADER, pa.string()), strings_can_be_null=False),
    ).to_pandas()


READERS: dict[str, Callable[[Case], pd.DataFrame]] = {
    "ours": with_ours,
    "duckdb": with_duckdb,
    "pyarrow": with_pyarrow,
    "pandas": with_pandas,
}


def seconds(reader: Callable[[Case], pd.DataFrame], case: Case) -> tuple[float, int]:
    """The best time of a few, and the rows read; not a number where the reader fails."""
    best, rows = float("inf"), 0
    for _ in range(REPEATS):
        start = time.perf_counter()
        try:
            rows = len(reader(case))
        except (pa.ArrowInvalid, duckdb.Error, ValueError) as error:
            print(f"  {case.title}: {str(error).splitlines()[0][:100]}")
            return float("nan"), 0
        best = min(best, time.perf_counter() - start)
    return best, rows


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(Path(folder), rows):
            print(f"{case.title}: {case.path.stat().st_size / 1e6:.0f} MB, {rows:,} rows")
            times = {name: seconds(reader, case) for name, reader in READERS.items()}
            for name, (best, row_count) in times.items():
                print(f"  {name:10s}{best:8.2f} s{best / times['duckdb'][0]:8.2f} × duckdb   {row_count:,} rows")


if __name__ == "__main__":
    main()
