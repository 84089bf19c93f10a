"""Whether pages stay quick, right and small while many people look at every one of them and a large import commits.

`python -m benchmarks.load` is the whole test: 50 sessions, ten minutes, a file of 1,000,000 rows on a store of as many
licenses. `--quick` is 20 sessions for one minute with 100,000. Two servers and a worker, processes of their own, share a
PostgreSQL database on `--database`, else on a server started for it.

Sessions are websockets without a browser, all in this process on the same machine, half of them with each server. Each
opens a page and then, after `--thought` seconds give or take a half, the next of `VISITS`. A time is from what is sent until
the page says that its script has ended. After a tenth of the time the import is submitted. Printed are the times by
page, the import's, the servers' memory, and whatever went wrong; the command ends with 1 if anything did.
"""

import argparse
import asyncio
import math
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import mean, median
from time import perf_counter

from sqlalchemy import Engine, func, select
from websockets.exceptions import WebSocketException

from benchmarks.imports import Postgresql, file_of, ours
from lib.checking.settings import Settings
from lib.domain.roles import Actor, Role
from lib.importing import imports
from lib.store import catch_up, change_log, database, jobs
from lib.store.job import Job, JobKind, JobRequest
from lib.store.schema import license_versions
from tests.browser.app import Server, serving
from tests.postgresql import own_postgresql
from tests.processes import working
from tests.sessions import Session, opened

MARK = 300
"""Milliseconds that 95 of 100 reruns may take."""

VISITS = (
    ("", ""),
    ("", "product=jira"),
    ("", "outcome=upgrade_needed"),
    ("cloud", ""),
    ("licenses", ""),
    ("licenses", "hosting=server&outcome=eligible"),
    ("licenses", "search=an"),
    ("customers", ""),
    ("customers", "customer={customer}"),
    ("requests", ""),
    ("reconcile", ""),
    ("import", ""),
    ("activity", ""),
    ("policy", ""),
    ("people", ""),
    ("audit", ""),
)
"""The pages and queries that a session goes through, from another one on each."""

_ACTOR = Actor("benchmark", Role.ADMIN)
_SAMPLE_SECONDS = 2.0
_LONGEST = 300.0
"""Seconds that the import is waited for when the sessions are over."""

_PATIENCE = 60.0
"""Seconds after which a page that says nothing is an error."""


@dataclass(slots=True)
class Findings:
    """What the sessions saw: milliseconds of first loads and, by page, of reruns; errors; and the servers' memory in MB."""

    first: list[float] = field(default_factory=list)
    reruns: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    during_import: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    memory: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    job: Job | None = None


async def visit(server: Server, number: int, findings: Findings, customer: str, thought: float, end: float) -> None:
    """One session, until the end; one that is thrown out is an error and comes again."""
    chance = Random(number)
    await asyncio.sleep(chance.uniform(0, thought))
    step = number
    while perf_counter() < end:
        try:
            async with opened(server.url) as session:
                is_first = True
                while perf_counter() < end:
                    page, query = VISITS[step % len(VISITS)]
                    await look(session, page, query.format(customer=customer), findings, is_first=is_first)
                    step, is_first = step + 1, False
                    await asyncio.sleep(thought * chance.uniform(0.5, 1.5))
        except (OSError, WebSocketException, TimeoutError) as error:
            findings.errors[f"{type(error).__name__}: {error}"] += 1
            await asyncio.sleep(1)


async def look(session: Session, page: str, query: str, findings: Findings, *, is_first: bool) -> None:
    """Have a page run, and note how long it took and what was wrong with it."""
    start = perf_counter()
    async with asyncio.timeout(_PATIENCE):
        errors = await session.see(page, query)
    milliseconds = 1000 * (perf_counter() - start)
    findings.errors.update(f"{page or 'progress'}: {error}" for error in errors)
    if is_first:
        findings.first.append(milliseconds)
        return
    findings.reruns[page or "progress"].append(milliseconds)
    if findings.job is not None and findings.job.is_live:
        findings.during_import.append(milliseconds)


async def import_meanwhile(engine: Engine, path: Path, findings: Findings, start: float, end: float) -> None:
    """Submit the file's import at a moment, and follow it; a worker does it."""
    await asyncio.sleep(max(start - perf_counter(), 0))
    number = await asyncio.to_thread(submit, engine, path)
    while findings.job is None or (findings.job.is_live and perf_counter() < end + _LONGEST):
        findings.job = await asyncio.to_thread(job_of, engine, number)
        await asyncio.sleep(0.2)


def submit(engine: Engine, path: Path) -> int:
    """Bring a file in and submit its import; returns the job's number."""
    batch = imports.add_file(engine, path.name, path.read_bytes(), Settings(), _ACTOR)
    with database.writing_briefly(engine) as connection:
        return jobs.submit(connection, batch, JobKind.IMPORT, JobRequest(), _ACTOR)


def job_of(engine: Engine, number: int) -> Job:
    """A job as it stands."""
    with database.reading(engine) as connection:
        return jobs.job(connection, number)


async def watch_memory(servers: list[Server], findings: Findings, end: float) -> None:
    """Note the servers' memory now and then."""
    while perf_counter() < end:
        for server in servers:
            findings.memory[server.process].append(resident_megabytes(server.process))
        await asyncio.sleep(_SAMPLE_SECONDS)


def resident_megabytes(process: int) -> float:
    """The memory that a process has in use."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


async def load(
    engine: Engine, servers: list[Server], path: Path, sessions: int, seconds: float, thought: float
) -> Findings:
    """What so many sessions see in so many seconds, while the file is imported."""
    findings, customer = Findings(), some_customer(engine)
    for server in servers:
        await visit(server, 0, Findings(), customer, 0.0, perf_counter() + 2)
    begin, end = perf_counter(), perf_counter() + seconds
    visitors = (
        visit(servers[number % len(servers)], number, findings, customer, thought, end) for number in range(sessions)
    )
    await asyncio.gather(
        *visitors,
        import_meanwhile(engine, path, findings, begin + seconds / 10, end),
        watch_memory(servers, findings, end),
    )
    return findings


def some_customer(engine: Engine) -> str:
    """The key of a customer with several licenses."""
    v = license_versions.c
    keys = select(v.customer).where(v.until.is_(None)).group_by(v.customer)
    with database.reading(engine) as connection:
        key: str = connection.execute(keys.having(func.count() > 1).limit(1)).scalar_one()
    return key


@contextmanager
def store(server: str | None, folder: Path, licenses: int) -> Iterator[str]:
    """A new store of so many licenses, searches and counts prepared."""
    with ExitStack() as stack:
        if server is None:
            server = stack.enter_context(own_postgresql()).url.render_as_string(hide_password=False)
        url = stack.enter_context(Postgresql(server).store())
        ours(file_of(folder, licenses), url)
        engine = database.connect(url)
        catch_up.catch_up(engine)
        engine.dispose()
        yield url


def stands(engine: Engine) -> tuple[int, int, int]:
    """The licenses, their distinct keys and the newest change."""
    v = license_versions.c
    query = select(func.count(), func.count(v.license_key.distinct())).where(v.until.is_(None))
    with database.reading(engine) as connection:
        licenses, keys = connection.execute(query).one()
        return licenses, keys, change_log.latest_change(connection)


def run(url: str, folder: Path, sessions: int, seconds: float, thought: float, rows: int) -> bool:
    """Run the load and print what came of it; whether nothing went wrong."""
    path = file_of(folder, rows, 0.3)
    engine = database.connect(url)
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(url, folder / f"server_{number}.txt", environment={"APP_WORKER": "none"}))
            for number in (1, 2)
        ]
        stack.enter_context(working(url, folder / "worker.txt"))
        findings = asyncio.run(load(engine, servers, path, sessions, seconds, thought))
        is_right = report(findings, stands(engine))
    engine.dispose()
    return is_right


def report(findings: Findings, store_at_end: tuple[int, int, int]) -> bool:
    """Print the findings; whether nothing went wrong."""
    every = [time for times in findings.reruns.values() for time in times]
    print(f"{'milliseconds':16}{'runs':>8}{'median':>8}{'p95':>8}{'p99':>8}{'longest':>9}")
    lines = {
        "first loads": findings.first,
        "reruns": every,
        "… during import": findings.during_import,
        **findings.reruns,
    }
    for name, times in lines.items():
        if times:
            print(line_of(name, times))
    licenses, keys, change = store_at_end
    job = findings.job
    print(f"import: {describe(job)}; then {licenses:,} licenses, {keys:,} keys, change {change}")
    for process, samples in findings.memory.items():
        fifth = max(len(samples) // 5, 1)
        print(
            f"memory of server {process}: {samples[0]:,.0f} MB at first, {mean(samples[fifth : 2 * fifth] or samples):,.0f} MB in the second "
            f"fifth, {mean(samples[-fifth:]):,.0f} MB in the last, {max(samples):,.0f} MB at most"
        )
    for error, count in findings.errors.most_common(20):
        print(f"error, {count} times: {error}")
    print(f"{findings.errors.total()} errors; p95 of reruns {percentile(every, 95):,.0f} ms, mark {MARK} ms")
    is_imported = job is not None and job.state is jobs.JobState.DONE
    return is_imported and licenses == keys and not findings.errors


def describe(job: Job | None) -> str:
    """How the import ended, and after how long."""
    if job is None or job.began_at is None or job.ended_at is None:
        return "not ended in time"
    return f"{job.state} after {(job.ended_at - job.began_at).total_seconds():.0f} s {job.message}".rstrip()


def line_of(name: str, times: list[float]) -> str:
    """A line of the table."""
    cells = "".join(f"{percentile(times, share):>8,.0f}" for share in (95, 99))
    return f"{name:16}{len(times):>8,}{median(times):>8,.0f}{cells}{max(times):>9,.0f}"


def percentile(times: list[float], share: int) -> float:
    """The time that so many of a hundred do not exceed."""
    return sorted(times)[math.ceil(share / 100 * len(times)) - 1] if times else 0.0


def main() -> None:
    """Run the load."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 sessions, one minute, 100,000 licenses and rows")
    parser.add_argument("--sessions", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--licenses", type=int, help="in the store before, and rows of the file imported meanwhile")
    parser.add_argument("--thought", type=float, default=5.0, help="seconds that a visitor looks at a page")
    parser.add_argument("--database", help="a PostgreSQL server to make the store on, instead of one started for it")
    options = parser.parse_args()
    sessions = options.sessions or (20 if options.quick else 50)
    seconds = options.seconds or (60 if options.quick else 600)
    licenses = options.licenses or (100_000 if options.quick else 1_000_000)
    with tempfile.TemporaryDirectory() as place, store(options.database, Path(place), licenses) as url:
        print(f"{sessions} sessions for {seconds:.0f} s on two servers, {licenses:,} licenses and rows", flush=True)
        sys.exit(0 if run(url, Path(place), sessions, seconds, options.thought, licenses) else 1)


if __name__ == "__main__":
    main()
