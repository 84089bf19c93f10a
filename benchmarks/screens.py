"""How long *Progress* takes for one visitor and for many at once, beside the same page made by Streamlit's usual habits.

`python -m benchmarks.screens [--licenses N] [--sessions 1,20,50] [--database URL | --store URL]` prints the milliseconds, on
the side of the server, of a first load and of another filter. A store is filled for it, in a file or on the PostgreSQL
server that `--database` names; `--store` takes one that is there, and changes nothing in it but what prepares searches.

Visitors are websockets without a browser, all in one process on the same machine. Each opens the page at some moment of the
first two seconds and then, after about two seconds of thought each time, asks for it with another filter, until it has seen
all of them twice or `LONGEST` is over. A time is from what is sent until the page says that its script has ended. Every
number of visitors has a server of its own, which has had one visit before that is not counted.
"""

import argparse
import asyncio
import math
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

from benchmarks.imports import Postgresql, Sqlite, file_of, ours
from lib.measures.cut import Cut
from lib.store import catch_up, database, license_counts, license_queries
from tests.browser.app import Server, serving

QUERIES = ("product=jira", "hosting=server", "product=confluence", "outcome=upgrade_needed", "hosting=cloud", "")
"""What visitors filter by, one after the other."""

THOUGHT = 2.0
"""Seconds that a visitor looks at a page, give or take a half."""

LONGEST = 120.0
"""Seconds after which no visitor asks for more."""

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


async def visit(server: Server, times: Times, number: int, until: float) -> None:
    """One visitor's stay; `number` makes it another than the others'."""
    chance = Random(number)
    await asyncio.sleep(chance.uniform(0, THOUGHT))
    start = perf_counter()
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, ping_interval=None) as socket:
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
    await visit(server, Times(), 0, 0.0)
    times, until = Times(), perf_counter() + LONGEST
    await asyncio.gather(*(visit(server, times, number, until) for number in range(sessions)))
    return times


def measured(url: str, sessions: int, options: Mapping[str, str], script: str) -> Times:
    """The times of a server of its own."""
    # Asked for the peer's health, of which it knows nothing, Streamlit answers with its page: as good a sign that it runs.
    with (
        tempfile.TemporaryDirectory() as place,
        serving(url, Path(place) / "log.txt", environment=options, script=script) as server,
    ):
        return asyncio.run(visits(server, sessions))


def in_words(times: list[float]) -> str:
    """The median and the time that one in twenty exceeds: `23 (67)`."""
    late = sorted(times)[math.ceil(0.95 * len(times)) - 1]
    return f"{median(times):,.0f} ({late:,.0f})"


def compare(url: str, sessions: int) -> None:
    """Two lines of the table: our page and the peer's, first loads and other filters."""
    engine = database.connect(url)
    address = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    peer = "benchmarks/screen_peer.py"
    own = measured(url, sessions, {}, "app.py")
    others = [measured(address, sessions, options, peer) for options in ({"CACHED": "yes"}, {})]
    for what in ("first", "later"):
        mine = getattr(own, what)
        cells = [f"{in_words(mine):>16}"]
        for other in others:
            theirs = getattr(other, what)
            cells.append(f"{in_words(theirs):>18} {median(theirs) / median(mine):5.1f} ×" if theirs else f"{'-':>26}")
        print(f"{sessions:>8}  {'first load' if what == 'first' else 'another filter':16}{''.join(cells)}", flush=True)


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
    print(f"sessions  {'':16}{'ours':>16}{'queries cached':>26}{'as it comes':>26}")
    for sessions in numbers:
        compare(url, sessions)


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
