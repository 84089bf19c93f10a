"""Whether people work on undisturbed while strangers on the network try to be a nuisance.

`python -m benchmarks.hostile` serves a store of 20,000 licenses to 20 signed-in editors, sessions without a browser, for three
spans of `--seconds`: alone, beside strangers, and alone again. The strangers send 1,000 malformed requests and frames
(`--attacks`), drop files of 5 MB without a sign-in, and open websockets from another site's page. Printed are the people's
runs, errors, times and the server's processor seconds by run in each span, its memory, and what the strangers were answered.
The command ends with 1 if anybody who works saw an error, or one of the strangers' requests was answered with 200.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import mean, median
from time import perf_counter

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from benchmarks.imports import file_of, ours
from benchmarks.load import percentile, resident_megabytes
from lib.store import catch_up, database
from tests.browser.app import Server, serving
from tests.sessions import Session, opened
from tests.web.signing import SECRETS, cookie

PEOPLE = [f"person{number}@example.com" for number in range(20)]
VISITS = ("", "cloud", "licenses", "customers", "requests", "import", "activity", "policy")

_HOST = b"Host: localhost\r\n"
MALFORMED = (
    b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"G" * 70_000,
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET / HTTP/1.1\r\n" + _HOST + b"X: " + b"a" * 70_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: a\r\n" % number for number in range(2_000)) + b"\r\n",
    b"GET /%00%ff%2e%2e/ HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /static/../../app.py HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /static/%2e%2e/%2e%2e/app.py HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /static/%252e%252e/app.py HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /static//etc/passwd HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /app/static/..%2f..%2f.streamlit/config.toml HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /_stcore/bidi-components/migration.copy_text/../../connection.py HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET //evil.example/ HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    b"GET /media/x HTTP/1.1\r\n" + _HOST + b'Cookie: _streamlit_user="\\374\\400"; a=\xff\xfe\r\n\r\n',
    b"POST /auth/login HTTP/1.1\r\n" + _HOST + b"Content-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\n"
    + _HOST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /media/x HTTP/1.1\r\n\r\n",
    b"POST / HTTP/1.1\r\n" + _HOST + b"Transfer-Encoding: xchunked\r\n\r\n5\r\nhello\r\n",
    b"POST / HTTP/1.1\r\n" + _HOST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
    b"PUT /_stcore/upload_file/a/b HTTP/1.1\r\n" + _HOST + b"Content-Length: 99999999999999\r\n\r\nx",
    b"GET /_stcore/stream HTTP/1.1\r\n"
    + _HOST
    + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n",
    b"DELETE /healthz HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /licenses?search=%F0%28%8C%28&x=\x01 HTTP/1.1\r\n" + _HOST + b"\r\n",
)
"""Requests that are none, or that try to come out of where they belong."""

_FRAMES = (b"", b"\xff" * 40, b"\x00" * 70_000, b"\x0a\xff\xff\xff\xff\x0f", os.urandom(5_000), "a text", "{" * 5_000)
"""Messages to a page that are none."""

_UPLOAD = 5 << 20
_FINE = " 200 "
_PATIENCE = 2.0


@dataclass(slots=True)
class Span:
    """What people saw in some seconds: milliseconds of runs and errors; and what the server used."""

    runs: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    processor: float = 0.0


async def work(server: Server, email: str, span: Span, end: float) -> None:
    """One person who opens one page after another."""
    chance = Random(email)
    try:
        async with opened(server.url, cookie(email, origin=server.url)) as session:
            await asyncio.sleep(chance.uniform(0, 2))
            while perf_counter() < end:
                await look(session, chance.choice(VISITS), span)
                await asyncio.sleep(chance.uniform(1, 3))
    except (OSError, WebSocketException, TimeoutError) as error:
        span.errors[f"{type(error).__name__}: {error}"] += 1


async def look(session: Session, page: str, span: Span) -> None:
    """Open a page, and note how long it took and what was wrong."""
    start = perf_counter()
    async with asyncio.timeout(60):
        span.errors.update(await session.see(page))
    span.runs.append(1000 * (perf_counter() - start))


async def watch(server: Server, span: Span, end: float) -> None:
    """Note the server's memory now and then, and what it used of a processor in all."""
    start = processor_seconds(server.process)
    while perf_counter() < end:
        span.memory.append(resident_megabytes(server.process))
        await asyncio.sleep(0.5)
    span.processor = processor_seconds(server.process) - start


def processor_seconds(process: int) -> float:
    """What a process has used of a processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def disturb(server: Server, attacks: int, answers: Counter[str], seconds: float) -> None:
    """All that strangers do, spread over some seconds."""
    pause = seconds / attacks
    tasks = []
    for number in range(attacks):
        tasks.append(asyncio.create_task(attack(server, number, answers)))
        await asyncio.sleep(pause)
    await asyncio.gather(*tasks)


async def attack(server: Server, number: int, answers: Counter[str]) -> None:
    """One of the strangers' ideas."""
    kinds = (malformed, malformed, malformed, malformed, frames, frames, foreign_socket, foreign_socket, upload)
    kind = kinds[number % len(kinds)]
    try:
        async with asyncio.timeout(10):
            answers[f"{kind.__name__}: {await kind(server, number)}"] += 1
    except (OSError, WebSocketException, TimeoutError) as error:
        answers[f"{kind.__name__}: {type(error).__name__}"] += 1


async def malformed(server: Server, number: int) -> str:
    """A request that is none; gives the status."""
    content = MALFORMED[number % len(MALFORMED)]
    answer = await sent(server, content)
    return f"{answer} to {content[:60]!r}" if _FINE in answer else answer


async def upload(server: Server, number: int) -> str:
    """A large file from somebody who did not sign in."""
    head = f"PUT /_stcore/upload_file/{number}/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: {_UPLOAD}\r\n\r\n"
    return await sent(server, head.encode() + b"x" * _UPLOAD)


async def sent(server: Server, content: bytes) -> str:
    """The status of the answer to some bytes."""
    reader, writer = await asyncio.open_connection("localhost", int(server.url.rpartition(":")[2]))
    try:
        writer.write(content)
        with suppress(OSError):
            await writer.drain()
        async with asyncio.timeout(_PATIENCE):
            line = await reader.readline()
    except TimeoutError:
        return "no answer"
    finally:
        writer.close()
    return line.decode("latin-1").strip() or "closed"


async def frames(server: Server, number: int) -> str:
    """Messages that are none over a stranger's websocket."""
    async with opened(server.url) as session:
        await session.socket.send(_FRAMES[number % len(_FRAMES)])
        async with asyncio.timeout(_PATIENCE):
            while True:
                await session.socket.recv()


async def foreign_socket(server: Server, number: int) -> str:
    """A websocket that another site's page opens."""
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    origin = f"https://evil{number}.example"
    async with connect(address, subprotocols=[Subprotocol("streamlit")], additional_headers={"Origin": origin}):
        return "opened"


async def span_of(server: Server, seconds: float, attacks: int, answers: Counter[str]) -> Span:
    """What people see in some seconds, maybe beside strangers."""
    span, end = Span(), perf_counter() + seconds
    people = [work(server, email, span, end) for email in PEOPLE]
    strangers = [disturb(server, attacks, answers, seconds * 0.9)] if attacks else []
    await asyncio.gather(*people, watch(server, span, end), *strangers)
    return span


async def all_spans(server: Server, seconds: float, attacks: int) -> tuple[dict[str, Span], Counter[str]]:
    """People alone, beside strangers, and alone again, after a first look at each page."""
    answers: Counter[str] = Counter()
    await span_of(server, 10, 0, answers)
    spans = {}
    for title, number in (("alone", 0), ("beside strangers", attacks), ("alone again", 0)):
        spans[title] = await span_of(server, seconds, number, answers)
    return spans, answers


def report(spans: dict[str, Span], answers: Counter[str]) -> bool:
    """Print what came of it; whether nobody who works saw an error, and no stranger was let in."""
    print(f"{'':18}{'runs':>6}{'errors':>8}{'median ms':>11}{'p95 ms':>8}{'cpu s/run':>11}{'MB mean':>9}{'MB most':>9}")
    for title, span in spans.items():
        cells = (len(span.runs), span.errors.total(), median(span.runs), percentile(span.runs, 95))
        print(
            f"{title:18}{cells[0]:>6,}{cells[1]:>8}{cells[2]:>11,.0f}{cells[3]:>8,.0f}"
            f"{span.processor / len(span.runs):>11.3f}{mean(span.memory):>9,.0f}{max(span.memory):>9,.0f}"
        )
        for error, count in span.errors.most_common(10):
            print(f"  error, {count} times: {error}")
    for answer, count in answers.most_common():
        print(f"{count:>6,} {answer}")
    is_undisturbed = not any(span.errors for span in spans.values())
    return is_undisturbed and not any(_FINE in answer for answer in answers)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--attacks", type=int, default=1_000)
    parser.add_argument("--licenses", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        url = f"sqlite:///{folder / 'licenses.sqlite'}"
        ours(file_of(folder, options.licenses), url)
        engine = database.connect(url)
        catch_up.catch_up(engine)
        engine.dispose()
        secrets = folder / "secrets.toml"
        secrets.write_text(SECRETS)
        environment = {"APP_EDITORS": ",".join(PEOPLE), "APP_WORKER": "none"}
        with serving(url, folder / "log", "--secrets.files", str(secrets), environment=environment) as server:
            spans, answers = asyncio.run(all_spans(server, options.seconds, options.attacks))
        is_right = report(spans, answers)
        log = (folder / "log").read_text()
        print(f"log: {log.count('Traceback')} tracebacks, {len(log):,} bytes")
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
