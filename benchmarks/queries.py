"""How long each screen of a large store keeps the database's processor busy, warm and cold, and by which indexes.

`python -m benchmarks.queries [--licenses N] [--database URL | --store URL]` fills a store with three versions of each
license, opens each page twice, as visitors of a server that has just begun and of one that runs do, and runs again what
each asked of the database: the first on a new connection (cold; what the operating system holds stays), the second on one
in use (warm, the median of a few). `--store` takes a store that was
filled with this before, by `--fill URL`. The indexes are those of the plan of the slowest query when cold.
"""

import argparse
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import streamlit as st
from sqlalchemy import Engine, case, event, func, literal, select, update
from streamlit.testing.v1 import AppTest

from benchmarks.imports import Postgresql, Sqlite, file_of, ours
from lib.domain.changes import ChangeKind
from lib.domain.eligibility import Outcome
from lib.domain.requests import Stage
from lib.domain.roles import Actor, Role
from lib.policies.what_if import what_if
from lib.store import bulk, catch_up, change_counts, change_log, database, policies, versions
from lib.store.schema import changes, license_versions
from lib.web import connection
from tests.pages.visit import ROOT

BY = Actor("benchmark", Role.ADMIN)
REPEATS = 3
DAYS_AGO = (3 * 365, 365, 1)
"""When the changes were made: the first import, and the two that gave each license another version."""

# Seconds that a page may take.
_LONGEST = 600

_v = license_versions.c
_INDEX = re.compile(r"(?:USING (?:COVERING )?INDEX|Scan (?:Backward )?using|Bitmap Index Scan on) (\w+)")
_SCAN = re.compile(r"(?:^SCAN|Seq Scan on) (\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """A query as the driver got it."""

    statement: str
    parameters: Any


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person looks at, and the function that has it asked of the database."""

    title: str
    look: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of a screen's queries, and the slowest of them when cold."""

    cold: float
    warm: float
    slowest: Query


def fill(folder: Path, url: str, licenses: int) -> None:
    """Import so many licenses, give each two more versions, and prepare searches."""
    ours(file_of(folder, licenses), url)
    engine = database.connect(url)
    for before, after in ((Stage.NOT_REQUESTED, Stage.RECEIVED), (Stage.RECEIVED, Stage.NEEDS_INFO)):
        renew_all(engine, before, after)
    with database.writing(engine) as connection:
        for number, days in enumerate(DAYS_AGO, start=1):
            at = datetime.now(UTC) - timedelta(days=days)
            connection.execute(update(changes).where(changes.c.id == number).values(at=at))
    catch_up.catch_up(engine)
    engine.dispose()


def renew_all(engine: Engine, before: Stage, after: Stage) -> None:
    """Give each license another version, in which the upgrades that stood at a stage are at the next."""
    with database.writing(engine) as connection:
        change = change_log.begin_change(connection, kind=ChangeKind.STAGE, actor=BY)
        count = connection.execute(select(func.count()).where(_v.until.is_(None))).scalar_one()
        moves = (_v.outcome == Outcome.UPGRADE_NEEDED) & (_v.stage == before)
        columns = {
            "stage": case((moves, after), else_=_v.stage),
            "stage_since": case((moves, literal(change)), else_=_v.stage_since),
        }
        with bulk.without_indexes(connection, 2 * count):
            connection.execute(update(license_versions).where(_v.until.is_(None)).values(until=change))
            versions.add_copies(connection, change, _v.until == change, **columns)
        change_counts.count_change(connection, change)
        versions.refresh_statistics(connection, count)


def screens(engine: Engine) -> list[Screen]:
    """What is looked at: every page, and ways to cut what it shows."""
    with database.reading(engine) as connection:
        query = select(_v.license_key, _v.customer, _v.company).where(_v.until.is_(None), _v.company != "")
        license_key, customer, company = connection.execute(query.offset(1000).limit(1)).one()
    two_years_ago = f"{date.today() - timedelta(days=730)}"
    pages: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("Progress", "progress", {}),
        ("Progress, a filter", "progress", {"product": "jira"}),
        ("Progress, two filters", "progress", {"hosting": "server", "country": "DE"}),
        ("Progress, two years back", "progress", {"on": two_years_ago}),
        ("Progress, search by company", "progress", {"search": company[:6]}),
        ("Cloud", "cloud", {}),
        ("Licenses", "licenses", {}),
        ("Licenses, a filter", "licenses", {"outcome": "upgrade_needed"}),
        ("Licenses, next page", "licenses", {"page": "2"}),
        ("Licenses, a deep page", "licenses", {"page": "9000"}),
        ("Licenses, part of a key", "licenses", {"search": license_key[:8]}),
        ("Licenses, part of a company", "licenses", {"search": company[:6]}),
        ("Licenses, two years back", "licenses", {"on": two_years_ago}),
        ("Licenses, one license", "licenses", {"license": license_key}),
        ("Policy", "policy", {}),
        ("Customers", "customers", {}),
        ("Customers, a filter", "customers", {"group": "upgrade", "product": "jira"}),
        ("Customers, part of a name", "customers", {"search": company[:6]}),
        ("Customers, one customer", "customers", {"customer": customer}),
        ("Requests", "requests", {}),
        ("Reconcile", "reconcile", {}),
        ("Import", "import_batch", {}),
        ("Activity", "activity", {}),
        ("People", "people", {}),
        ("Audit log", "audit", {}),
    )
    looks = [Screen(title, partial(opened, page, address)) for title, page, address in pages]
    return [*looks, Screen("What-if, other months of grace", partial(what_if_grace, engine))]


def opened(page: str, query: Mapping[str, str]) -> None:
    """Open a page by a link. Raises RuntimeError if it fails."""
    app = AppTest.from_file(ROOT / "lib" / "web" / "shell.py", default_timeout=_LONGEST)
    for name in ("people", page):  # before the shell has run, Streamlit knows pages by the names of their files alone
        app.switch_page(str(ROOT / "pages" / f"{name}.py"))
        if name == "people":
            app.run()
    for name, value in query.items():
        app.query_params[name] = value
    if exception := app.run().exception:
        raise RuntimeError(exception[0].message)


def what_if_grace(engine: Engine) -> None:
    """What another number of grace months would change."""
    with database.reading(engine) as connection:
        current = policies.current(connection)
        what_if(connection, current, replace(current, grace_months=current.grace_months + 1))


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Query]]:
    """The queries of an engine meanwhile."""
    queries: list[Query] = []

    def record(
        connection: object, cursor: object, statement: str, parameters: Any, context: object, executemany: bool
    ) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            queries.append(Query(statement, parameters))

    event.listen(engine, "before_cursor_execute", record)
    try:
        yield queries
    finally:
        event.remove(engine, "before_cursor_execute", record)


def asked_by(screen: Screen, engine: Engine) -> list[Query]:
    """What a screen asks of the database when it is opened by somebody whose answers nobody had before."""
    st.cache_data.clear()
    with recorded(engine) as queries:
        screen.look()
    return queries


def timed(engine: Engine, first: list[Query], later: list[Query]) -> Times:
    """How long the queries of a screen's first and later visits take on a connection of their own, one after the other."""
    engine.dispose()
    with closing(engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
        server = server_of(cursor, engine)
        cold = [milliseconds(cursor, query, server) for query in first]
        runs = [[milliseconds(cursor, query, server) for query in later] for _ in range(REPEATS)]
    medians = [median(times) for times in zip(*runs, strict=True)]
    return Times(sum(cold), sum(medians), first[cold.index(max(cold))])


def milliseconds(cursor: Any, query: Query, server: int | None) -> float:
    """How long a query keeps a processor busy, with all of its rows: ours, and that of the database's server."""
    start = busy_seconds(server)
    cursor.execute(query.statement, query.parameters)
    cursor.fetchall()
    return 1000 * (busy_seconds(server) - start)


def busy_seconds(server: int | None) -> float:
    """Seconds of a processor that this process has had, and the one that serves our connection."""
    if server is None:
        return process_time()
    return process_time() + int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e9


def server_of(cursor: Any, engine: Engine) -> int | None:
    """The process that serves a connection to a PostgreSQL on this machine, alone; None on SQLite."""
    if engine.dialect.name == "sqlite":
        return None
    cursor.execute("SET max_parallel_workers_per_gather = 0")
    cursor.execute("SELECT pg_backend_pid()")
    number: int = cursor.fetchone()[0]
    return number


def access_paths(engine: Engine, query: Query) -> str:
    """The indexes of a query's plan, and the tables that it reads whole."""
    explain = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    with closing(engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
        cursor.execute(f"{explain} {query.statement}", query.parameters)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    scans = [f"all of {name}" for name in _SCAN.findall(plan) if "INDEX" not in plan]
    return ", ".join(dict.fromkeys([*_INDEX.findall(plan), *scans])) or "none"


def look(url: str) -> None:
    """Print the table."""
    os.environ |= {"DATABASE_URL": url, "APP_AUTH_MODE": "local", "LOGNAME": "benchmark"}
    logging.disable(logging.WARNING)  # Streamlit misses its server
    engine, own = connection.engine(), database.connect(url)
    print(f"{'milliseconds of a processor':34}{'queries':>8}{'cold':>8}{'warm':>8}  indexes of the slowest query")
    for screen in screens(engine):
        first, later = (asked_by(screen, engine) for _ in range(2))
        times = timed(own, first, later)
        paths = access_paths(own, times.slowest)
        print(f"{screen.title:34}{len(later):>8}{times.cold:>8.0f}{times.warm:>8.0f}  {paths}", flush=True)


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queries", description=__doc__)
    parser.add_argument("--licenses", type=int, default=1_000_000)
    parser.add_argument("--database", help="a PostgreSQL server to fill a store on")
    parser.add_argument("--store", help="a store that is there")
    parser.add_argument("--fill", help="an empty store to fill and leave")
    options = parser.parse_args()
    if options.store:
        look(options.store)
        return
    with TemporaryDirectory() as place:
        folder = Path(place)
        if options.fill:
            fill(folder, options.fill, options.licenses)
            return
        stores = Postgresql(options.database) if options.database else Sqlite(folder)
        with stores.store() as url:
            fill(folder, url, options.licenses)
            look(url)


if __name__ == "__main__":
    main()
