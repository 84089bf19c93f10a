"""How long *Progress* takes for one visitor and for many at once, beside the same page made by Streamlit's usual habits.

`python -m benchmarks.screens [--licenses N] [--sessions 1,20,50] [--database URL | --store URL]` prints milliseconds: on the
side of the server, of a first load and of another filter; of its processor, for one run with another filter; and in
Chromium, from opening the page and from a click on a filter until it has settled (see `benchmarks.screen_clicks`). A
store is filled for it, in a file or on the PostgreSQL server that `--database` names; `--store` takes one that is there, and
changes nothing in it but what prepares searches.

Visitors are websockets without a browser, all in one process on the same machine. Each opens the page at some moment of the
first two seconds and then, after about two seconds of thought each time, asks for it with another filter, until it has seen
all of them twice or `LONGEST` is over. A time is from what is sent until the page says that its script has ended. Each
page has a server of its own, where one visitor has seen each filter before anything counts. A page that keeps one visitor
waiting for more than `BEARABLE` is measured for one of them only: more would wait for ever.
"""

import argparse
import asyncio
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from sqlalchemy import Engine
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks import screen_clicks
from benchmarks.imports import Postgresql, Sqlite, file_of, ours
from benchmarks.screen_clicks import Waits
from lib.measures.cut import Cut
from lib.store import catch_up, database, license_counts, license_queries
from tests.browser.app import Server, serving

QUERIES = ("product=jira", "hosting=server", "product=confluence", "outcome=upgrade_needed", "hosting=cloud", "")
"""What visitors filter by, one after the other."""

THOUGHT = 2.0
"""Seconds that a visitor looks at a page, give or take a half."""

LONGEST = 120.0
"""Seconds after which no visitor asks for more."""

_PEER = "benchmarks/screen_peer.py"

BEARABLE = 3.0
"""Seconds that one visitor may wait for another filter, if more are to come."""

_RUNS = 120
"""Runs whose time of the server's processor is measured."""

_CHARTS = 3
"""Charts that each of the pages has at least; fewer mean that it is not the page we think."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of first loads, and of other filters."""

    first: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)


class Visitor:
    """A session with a server, as a browser's tab has one."""

    def __init__(self, server: Server, socket: ClientConnection) -> None:
        self._url, self._socket = server.url, socket

    async def see(self, query: str) -> int:
        """Have the page run with this query; gives how many charts came anew. Raises RuntimeError if the page fails."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.context_info.url = f"{self._url}/?{query}"
        message.rerun_script.context_info.timezone = "Europe/Berlin"
        await self._socket.send(message.SerializeToString())
        charts, is_new = 0, False
        while True:
            reply = ForwardMsg.FromString(await self._socket.recv(decode=False))
            kind = reply.WhichOneof("type")
            is_new = is_new or kind == "new_session"
            element = reply.delta.new_element.WhichOneof("type") if kind == "delta" else None
            if element == "exception":
                raise RuntimeError(reply.delta.new_element.exception.message)
            charts += element == "vega_lite_chart"
            if is_new and kind == "script_finished" and reply.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return charts


def socket_of(server: Server) -> connect:
    """A websocket to a server, as a browser's tab opens one."""
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    return connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, ping_interval=None)


async def visit(server: Server, times: Times, number: int, until: float) -> None:
    """One visitor's stay; `number` makes it another than the others'."""
    chance = Random(number)
    await asyncio.sleep(chance.uniform(0, THOUGHT))
    start = perf_counter()
    async with socket_of(server) as socket:
        visitor = Visitor(server, socket)
        if await visitor.see("") < _CHARTS:
            raise RuntimeError("The page has fewer charts than it should.")
        times.first.append(1000 * (perf_counter() - start))
        for step in range(2 * len(QUERIES)):
            await asyncio.sleep(THOUGHT * chance.uniform(0.5, 1.5))
            if perf_counter() > until:
                break
            start = perf_counter()
            await visitor.see(QUERIES[(number + step) % len(QUERIES)])
            times.later.append(1000 * (perf_counter() - start))


async def visits(server: Server, sessions: int) -> Times:
    """So many visitors at once."""
    times, until = Times(), perf_counter() + LONGEST
    await asyncio.gather(*(visit(server, times, number, until) for number in range(sessions)))
    return times


async def see_all(server: Server, runs: int) -> float:
    """Milliseconds of a run, where one visitor has the page run with each filter in turn, without any thought."""
    async with socket_of(server) as socket:
        visitor = Visitor(server, socket)
        await visitor.see("")
        start = perf_counter()
        for run in range(runs):
            await visitor.see(QUERIES[run % len(QUERIES)])
        return 1000 * (perf_counter() - start) / runs


def processor_milliseconds(server: Server) -> float:
    """Milliseconds that a process has kept a processor busy."""
    # The numbers after the name in parentheses, which may have blanks.
    numbers = Path(f"/proc/{server.process}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Measures:
    """What was measured of a page: its times by how many visitors there were, processor milliseconds of a run, waits in Chromium."""

    times: dict[int, Times] = field(default_factory=dict)
    processor: float = 0.0
    waits: Waits | None = None


def measured(url: str, numbers: list[int], options: Mapping[str, str], script: str) -> Measures:
    """The measures of a page on a server of its own."""
    # Asked for the peer's health, of which it knows nothing, Streamlit answers with its page: as good a sign that it runs.
    with (
        tempfile.TemporaryDirectory() as place,
        serving(url, Path(place) / "log.txt", environment=options, script=script) as server,
    ):
        asyncio.run(see_all(server, 1))
        is_bearable = asyncio.run(see_all(server, 1)) < 1000 * BEARABLE
        if is_bearable:
            asyncio.run(see_all(server, len(QUERIES)))
        measures, runs, before = Measures(), _RUNS if is_bearable else 2, processor_milliseconds(server)
        asyncio.run(see_all(server, runs))
        measures.processor = (processor_milliseconds(server) - before) / (runs + 1)
        if is_bearable:
            measures.waits = screen_clicks.waits(server, is_peer=script == _PEER)
        for sessions in numbers:
            if is_bearable or sessions == 1:
                measures.times[sessions] = asyncio.run(visits(server, sessions))
        return measures


def in_words(times: list[float]) -> str:
    """The median and the time that one in twenty exceeds: `23 (67)`."""
    late = sorted(times)[math.ceil(0.95 * len(times)) - 1]
    return f"{median(times):,.0f} ({late:,.0f})"


def compare(url: str, numbers: list[int]) -> None:
    """The table of our page and the peer's: a line for each number of visitors and kind of time."""
    engine = database.connect(url)
    address = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    pages = [measured(url, numbers, {}, "app.py")]
    pages += [measured(address, numbers, options, _PEER) for options in ({"CACHED": "yes"}, {})]
    for sessions in numbers:
        for what, name in (("first", "first load"), ("later", "another filter")):
            line(sessions, name, [getattr(page.times.get(sessions), what, []) for page in pages])
    for what, name in (("loads", "first load"), ("clicks", "click")):
        line("Chromium", name, [getattr(page.waits, what, []) for page in pages])
    line("processor", "a run", [[page.processor] for page in pages])
    for page, name in zip(pages[1:], ("cached", "as it comes"), strict=True):
        if page.waits is None:
            print(
                f"The peer, {name}, takes longer than {BEARABLE:.0f} s for one visitor, and was left out for more and in Chromium."
            )


def line(who: object, what: str, times: list[list[float]]) -> None:
    """A line of the table: our times, the peers', and how many times ours these are."""
    mine, *others = times
    ratios = (f"{in_words(theirs):>18} {median(theirs) / median(mine):5.1f} ×" if theirs else "-" for theirs in others)
    print(f"{who:>9}  {what:16}{in_words(mine):>16}{''.join(f'{ratio:>26}' for ratio in ratios)}", flush=True)


@contextmanager
def a_store(database_url: str | None, licenses: int) -> Iterator[str]:
    """A new store of so many licenses, of which a second import has changed one in a hundred."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        stores = Postgresql(database_url) if database_url else Sqlite(folder)
        with stores.store() as url:
            for changed in (0.0, 0.01):
                ours(file_of(folder, licenses, changed), url)
            yield url


def count_of(engine: Engine) -> float:
    """Seconds until the counts behind every tile and chart are there."""
    start = perf_counter()
    with database.reading(engine) as connection:
        license_counts.cube(connection, Cut())
    return perf_counter() - start


def look(url: str, numbers: list[int]) -> None:
    """Print all there is to say about one store."""
    engine = database.connect(url)
    before = count_of(engine)
    catch_up.catch_up(engine)
    with database.reading(engine) as connection:
        licenses = license_queries.count(connection, Cut())
    print(f"{licenses:,} licenses on {engine.dialect.name}")
    print(f"the counts behind every chart, asked for as the store was: {before:.2f} s, then {count_of(engine):.2f} s")
    engine.dispose()
    print("\nmilliseconds, median (95 of 100 are faster), and how many times ours:")
    print(f" visitors  {'':16}{'ours':>16}{'queries cached':>26}{'as it comes':>26}", flush=True)
    compare(url, numbers)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screens", description=__doc__)
    parser.add_argument("--licenses", type=int, default=1_000_000)
    parser.add_argument("--sessions", default="1,20,50", help="how many visitors at once, parted by commas")
    parser.add_argument("--database", help="a PostgreSQL server to make the store on; SQLite without it")
    parser.add_argument("--store", help="a store that is there, instead of a new one")
    options = parser.parse_args()
    numbers = [int(number) for number in options.sessions.split(",")]
    if options.store:
        look(options.store, numbers)
        return
    with a_store(options.database, options.licenses) as url:
        look(url, numbers)


if __name__ == "__main__":
    main()
