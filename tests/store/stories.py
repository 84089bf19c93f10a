"""Small files, and what a store says when asked in the plainest way."""

import csv
import io
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from lib.checking.settings import Settings
from lib.domain.licenses import COLUMNS
from lib.domain.policy import Policy
from lib.importing import imports
from lib.store import check_results, database, jobs
from lib.store.check_results import CheckResult
from lib.store.job import Job, JobKind, JobRequest
from lib.store.receipt import Receipt
from lib.store.schema import batch_parts, batches, changes, license_versions, rejections
from tests.actors import EDITOR, editor

POLICY = Policy()
SAMPLE = (Path(__file__).parents[1] / "data" / "sample_legacy_licenses.csv").read_bytes()
CONTENT = (*COLUMNS, "country_text")
USUAL = {
    "license_key": "K-1",
    "product": "Mockups for JIRA",
    "hosting": "Server",
    "editors": "10",
    "host_tier": "100",
    "address": "Ring 5, Berlin",
    "country": "DE",
}


def a_row(key: str = "K-1", **cells: str) -> dict[str, str]:
    """A Server license in Germany, of 10 editors on a 100-user Jira, with some cells told otherwise."""
    return {**USUAL, "license_key": key, **cells}


def a_file(*rows: dict[str, str]) -> bytes:
    """A CSV file of rows given by field name."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    lines = csv.DictWriter(text, names, restval="")
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue().encode()


def imported(engine: Engine, *rows: dict[str, str], by: str = "ada") -> Receipt:
    """The receipt of importing those rows."""
    return imports.import_file(engine, "licenses.csv", a_file(*rows), Settings(), editor(by), POLICY)


def change_of(receipt: Receipt) -> int:
    """The number of the change that an import made."""
    assert receipt.change is not None, "it changed nothing"
    return receipt.change


def brought_in(engine: Engine, *rows: dict[str, str]) -> int:
    """The number of an open batch of those rows."""
    return imports.add_file(engine, "licenses.csv", a_file(*rows), Settings(), editor("ada"))


def checked(engine: Engine, number: int) -> CheckResult:
    """What checking an open batch finds, as it is kept and shown."""
    imports.check_batch(engine, number, EDITOR, POLICY)
    with database.reading(engine) as connection:
        newest = check_results.newest(connection, number)
    assert newest is not None
    return newest


def rows_of(engine: Engine, number: int, name: str, start: int = 0, count: int = 50) -> list[dict[str, Any]]:
    """Rows of a list of a batch's check."""
    with database.reading(engine) as connection:
        page = check_results.page(connection, number, name, start, count)
    return [dict(zip(page.columns, row, strict=True)) for row in page.itertuples(index=False, name=None)]


def versions(connection: Connection) -> list[dict[str, Any]]:
    """Every version there is, by key and age."""
    v = license_versions.c
    query = select(license_versions).order_by(v.license_key, v.since)
    return [dict(row._mapping) for row in connection.execute(query)]


def as_of(connection: Connection, change: int) -> dict[str, dict[str, Any]]:
    """The licenses by key as they stood after a change."""
    return {
        row["license_key"]: {name: row[name] for name in CONTENT}
        for row in versions(connection)
        if row["since"] <= change and (row["until"] is None or row["until"] > change)
    }


def now(engine: Engine) -> dict[str, dict[str, Any]]:
    """The licenses by key as they stand."""
    with database.reading(engine) as connection:
        return {row["license_key"]: row for row in versions(connection) if row["until"] is None}


def everything(engine: Engine) -> list[list[Any]]:
    """All that the store holds, table by table."""
    with database.reading(engine) as connection:
        return [
            [tuple(row) for row in connection.execute(select(table).order_by(*(table.primary_key or table.columns)))]
            for table in (batches, batch_parts, changes, rejections, license_versions)
        ]


def ask_for(engine: Engine, batch: int, kind: str = "import", **more: Any) -> int:
    """The number of a new job on a batch."""
    with database.writing_briefly(engine) as connection:
        return jobs.submit(connection, batch, JobKind(kind), JobRequest(**more), editor("grace"))


def job(engine: Engine, number: int) -> Job:
    """A job as it stands."""
    with database.reading(engine) as connection:
        return jobs.job(connection, number)
