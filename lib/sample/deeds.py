"""The sample's history, done by the application's own means: imports week by week, edits, and what was taken back.

One liberty is taken with this store, since it is thrown away: what was just done is dated back in it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from sqlalchemy import Engine, update

from lib.checking.settings import Settings
from lib.domain.licenses import COLUMNS
from lib.domain.policy import Policy
from lib.domain.roles import Actor, Role
from lib.editing import edits
from lib.importing import imports
from lib.sample.course import WEEKS, courses
from lib.sample.licenses import Cells
from lib.store import database
from lib.store.schema import batches, changes

Rows = dict[str, Cells]
"""What is told of licenses, by key."""

_SEED = 2016
_POLICY = Policy()
_STAFF = tuple(Actor(f"{name}@sales.example", Role.EDITOR) for name in ("ada", "ben", "chloe"))
_REASONS = {
    "host_tier": "They told the size of their server on the phone.",
    "match_agreed": "They agreed in their email of this morning.",
    "server_confirmed": "Their administrator called: it runs behind the firewall.",
    "myatlassian_email": "The address came with a question about the move.",
    "hosting": "Asked by email, answered the same day.",
    "editors": "Looked up in the old shop.",
}
_REFUSED = "They do not agree to match."
_EDITED = range(2, WEEKS - 1, 3)
"""Weeks in which somebody writes down here what a customer said, instead of waiting for the next file."""

_PAUSED, _PAUSE = 16, 2
"""The week before which everybody was on holiday, and for how many weeks."""

_MISTAKEN = 20
"""The week of a file that should not have come in, and of an edit that should not have been made."""

_UNREADABLE = {"product": "Teapot 7 for Somewhere", "hosting": ""}
"""How the first file tells the licenses that come in later only."""


def tell(engine: Engine, today: date) -> None:
    """Fill an empty store with the weeks that end the day before."""
    first, *later = _weeks()
    unread = {key: {**cells, **_UNREADABLE} for news in reversed(later) for key, cells in news.items()}
    _bring_in(engine, _day(today, 0), "legacy-licenses.csv", {**unread, **first}, _STAFF[0])
    known = dict(first)
    for week, news in enumerate(later, 1):
        written = _few(news, known) if week in _EDITED else {}
        known |= {key: {**known.get(key, {}), **cells} for key, cells in news.items()}
        _work(engine, week, _day(today, week), {key: known[key] for key in news if key not in written}, written)
        if week == _MISTAKEN:
            _err(engine, _day(today, week), known)


def _weeks() -> list[Rows]:
    """What becomes known in each week."""
    told = courses(_SEED)
    return [{license.key: news[week] for license, news in told if week in news} for week in range(WEEKS)]


def _day(today: date, week: int) -> date:
    """The day of a week's file; the last is yesterday's."""
    return today - timedelta(days=1, weeks=WEEKS - 1 - week + (_PAUSE if week < _PAUSED else 0))


def _few(news: Rows, known: Rows) -> Rows:
    """The first licenses of which one thing became known that people write down."""
    told = ((key, cells) for key, cells in news.items() if key in known and len(cells) == 1 and {*cells} <= {*_REASONS})
    return dict(islice(told, 2))


def _work(engine: Engine, week: int, day: date, rows: Rows, written: Rows) -> None:
    """What comes in in a week: a file, and some days later what people write down."""
    if rows:
        _bring_in(engine, day, f"requests-{day}.csv", rows, _STAFF[week % 3])
    for place, (key, cells) in enumerate(written.items(), 1):
        with _dated(engine, day + timedelta(days=1 + place), 11):
            (name,) = cells
            reason = _REFUSED if cells[name] == "no" else _REASONS[name]
            edits.edit(engine, key, None, cells, _STAFF[(week + place) % 3], reason, _POLICY)


def _err(engine: Engine, day: date, known: Rows) -> None:
    """A file and an edit that should not have been, each taken back soon after."""
    wrong = {key: {**known[key], "host_tier": "10"} for key in islice(known, 90)}
    with _dated(engine, day + timedelta(days=4), 9):
        number = _imported(engine, "sizes-of-test-servers.csv", wrong, _STAFF[1])
    with _dated(engine, day + timedelta(days=4), 16):
        imports.undo(engine, number, _STAFF[2], "These were the customers' test servers.")
    agreed = next(key for key, cells in known.items() if cells.get("match_agreed") == "yes" and "sen" not in cells)
    with _dated(engine, day + timedelta(days=5), 10):
        edit = edits.edit(engine, agreed, None, {"match_agreed": "no"}, _STAFF[0], "They called and declined.", _POLICY)
    with _dated(engine, day + timedelta(days=5), 14):
        edits.undo_change(engine, edit, _STAFF[0], "It was another customer who called.")


def _bring_in(engine: Engine, day: date, name: str, rows: Rows, actor: Actor) -> None:
    with _dated(engine, day, 8):
        _imported(engine, name, rows, actor)


def _imported(engine: Engine, name: str, rows: Rows, actor: Actor) -> int:
    receipt = imports.import_file(engine, name, _file(rows.values()), Settings(), actor, _POLICY)
    number: int = receipt["batch"]
    return number


def _file(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as an export's CSV."""
    text = io.StringIO()
    lines = csv.DictWriter(text, list(COLUMNS), restval="")
    lines.writerow({name: column.title for name, column in COLUMNS.items()})
    lines.writerows(rows)
    return text.getvalue().encode()


@contextmanager
def _dated(engine: Engine, day: date, hour: int) -> Iterator[None]:
    """Date back to that day what is done meanwhile. All that was done before has an earlier date already."""
    yield
    then = datetime.combine(day, time(hour), UTC)
    with database.writing(engine) as connection:
        connection.execute(update(changes).where(changes.c.at > then).values(at=then))
        connection.execute(update(batches).where(batches.c.created_at > then).values(created_at=then))
