"""Writes the sample's history with the application's own functions: weekly imports, requests, edits, and some undone changes."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import islice

from sqlalchemy import Engine

from lib.checking.settings import Settings
from lib.domain.licenses import COLUMNS
from lib.domain.roles import Actor, Role
from lib.editing import change_reversal, edits
from lib.importing import imports, reversal
from lib.policies import saving
from lib.sample.course import WEEKS, courses
from lib.sample.dating import dated
from lib.sample.licenses import Cells
from lib.sample.request_deeds import answers_of, ask_customers, work_on_requests
from lib.store import policies

Rows = dict[str, Cells]
"""Cells of licenses, by license key."""

_SEED = 2016
_STAFF = tuple(Actor(f"{name}@sales.example", Role.EDITOR) for name in ("ada", "ben", "chloe"))
_REASONS = {
    "host_tier": "They told the size of their server on the phone.",
    "match_agreed": "They agreed in their email of this morning.",
    "server_confirmed": "Their administrator called: it runs behind the firewall.",
    "myatlassian_email": "The address came with a question about the move.",
    "hosting": "Asked by email, answered the same day.",
    "editors": "Looked up in the old shop.",
}
_ADMINISTRATOR = Actor("dora@sales.example", Role.ADMIN)
_WEEKS_TO_COME = 21
"""Weeks that the rest takes at the pace of the last ones."""

_REFUSED = "They do not agree to match."
_WEEKS_WITH_EDITS = range(2, WEEKS - 1, 3)
"""Weeks in which somebody edits licenses instead of waiting for the next file."""

_HOLIDAY_BEFORE, _HOLIDAY_WEEKS = 16, 2
"""The week before which everybody was on holiday, and for how many weeks."""

_WEEK_OF_MISTAKES = 20
"""The week of an import and of an edit that are undone soon after."""

_UNKNOWN_PRODUCT = {"product": "Teapot 7 for Somewhere", "hosting": ""}
"""Cells that hold back, in the first file, the licenses that come in later."""


def write_history(engine: Engine, today: date) -> None:
    """Fill an empty store with the weeks up to yesterday."""
    first, *later = news_by_week()
    licenses_to_come: Rows = {}
    # Backwards, so that the first file has the cells with which each license comes in.
    for news in reversed(later):
        licenses_to_come |= {key: {**cells, **_UNKNOWN_PRODUCT} for key, cells in news.items()}
    import_on(engine, day_of_week(today, 0), "legacy-licenses.csv", {**licenses_to_come, **first}, _STAFF[0])
    set_target(engine, day_of_week(today, 0), target_too_early(today))
    current = dict(first)
    for week, news in enumerate(later, 1):
        edits_of_week = choose_edits(news, current) if week in _WEEKS_WITH_EDITS else {}
        current |= {key: {**current.get(key, {}), **cells} for key, cells in news.items()}
        others = {key: cells for key, cells in news.items() if key not in edits_of_week}
        day = day_of_week(today, week)
        import_news(engine, week, day, others, current)
        work_on_requests(engine, day, others, _STAFF[(week + 1) % 3])
        if week < WEEKS - 1:
            ask_customers(engine, day, later[week], _STAFF[week % 3])
        make_edits(engine, week, day, edits_of_week)
        if week == _WEEK_OF_MISTAKES:
            make_mistakes(engine, day_of_week(today, week), current)


def set_target(engine: Engine, day: date, target: date) -> None:
    """Agree on a day, at ten, by which everything should have migrated."""
    with dated(engine, day, 10):
        saving.save(engine, {"target_date": target.isoformat()}, _ADMINISTRATOR, "Agreed with Balsamiq.")


def target_too_early(today: date) -> date:
    """The last day of the month before everything will have migrated, so that there is something to say about it."""
    return (today + timedelta(weeks=_WEEKS_TO_COME)).replace(day=1) - timedelta(days=1)


def news_by_week() -> list[Rows]:
    """The cells that become known in each week."""
    weeks: list[Rows] = [{} for _ in range(WEEKS)]
    for license, steps in courses(_SEED):
        for week, cells in steps.items():
            weeks[week][license.key] = cells
    return weeks


def day_of_week(today: date, week: int) -> date:
    """The day of a week's file; the last is yesterday's."""
    return today - timedelta(days=1, weeks=WEEKS - 1 - week + (_HOLIDAY_WEEKS if week < _HOLIDAY_BEFORE else 0))


def choose_edits(news: Rows, current: Rows) -> Rows:
    """The first two licenses with news of a single field that people edit."""
    single = {key: cells for key, cells in news.items() if key in current and len(cells) == 1}
    editable = ((key, cells) for key, cells in single.items() if {*cells} <= {*_REASONS})
    return dict(islice(editable, 2))


def import_news(engine: Engine, week: int, day: date, news: Rows, current: Rows) -> None:
    """Import what a week's file says: all but what the customers wrote, and SENs."""
    answered = answers_of(news)
    rows = {key: current[key] for key, cells in news.items() if key not in answered and "sen" not in cells}
    if rows:
        import_on(engine, day, f"licenses-{day}.csv", rows, _STAFF[week % 3])


def make_edits(engine: Engine, week: int, day: date, edits_of_week: Rows) -> None:
    """Edit licenses some days after a week's file."""
    for place, (key, cells) in enumerate(edits_of_week.items(), 1):
        with dated(engine, day + timedelta(days=1 + place), 11):
            (name,) = cells
            reason = _REFUSED if cells[name] == "no" else _REASONS[name]
            edits.edit(engine, key, None, cells, _STAFF[(week + place) % 3], reason, policies.in_force(engine))


def make_mistakes(engine: Engine, day: date, current: Rows) -> None:
    """Import a wrong file and make a wrong edit, and undo both soon after."""
    wrong = {key: {**current[key], "host_tier": "10"} for key in islice(current, 90)}
    with dated(engine, day + timedelta(days=4), 9):
        number = import_rows(engine, "sizes-of-test-servers.csv", wrong, _STAFF[1])
    with dated(engine, day + timedelta(days=4), 16):
        reversal.undo(engine, number, _STAFF[2], "These were the customers' test servers.")
    agreed = next(key for key, cells in current.items() if cells.get("match_agreed") == "yes" and "sen" not in cells)
    with dated(engine, day + timedelta(days=5), 10):
        edit = edits.edit(
            engine,
            agreed,
            None,
            {"match_agreed": "no"},
            _STAFF[0],
            "They called and declined.",
            policies.in_force(engine),
        )
    with dated(engine, day + timedelta(days=5), 14):
        change_reversal.undo_change(engine, edit, _STAFF[0], "It was another customer who called.")


def import_on(engine: Engine, day: date, name: str, rows: Rows, actor: Actor) -> None:
    """Import rows on a day, at eight."""
    with dated(engine, day, 8):
        import_rows(engine, name, rows, actor)


def import_rows(engine: Engine, name: str, rows: Rows, actor: Actor) -> int:
    """Import rows as a file; gives the number of the batch."""
    receipt = imports.import_file(engine, name, csv_file(rows.values()), Settings(), actor, policies.in_force(engine))
    return receipt.batch


def csv_file(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as an export's CSV."""
    text = io.StringIO()
    lines = csv.DictWriter(text, list(COLUMNS), restval="")
    lines.writerow({name: column.title for name, column in COLUMNS.items()})
    lines.writerows(rows)
    return text.getvalue().encode()
