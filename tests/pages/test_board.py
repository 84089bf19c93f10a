"""Every tile, mark, list and file of the dashboard is what a plain loop over the versions of licenses comes to."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

import pytest
import streamlit as st
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import Engine, select, update

from lib.dashboard import charts, frames
from lib.dashboard.cloud_numbers import cloud_counts
from lib.dashboard.figures import FIGURES
from lib.dashboard.numbers import needed_items, weekly_course
from lib.dashboard.tiles import tiles
from lib.dashboard.view import UNITS, View, view_of
from lib.domain.changes import change_cause
from lib.domain.eligibility import Outcome
from lib.domain.flags import FLAG_TITLES
from lib.domain.policy import Policy
from lib.domain.products import Product
from lib.domain.requests import ITEM_TITLES, UNDER_WAY, Stage, on_way
from lib.domain.tiers import UNLIMITED
from lib.editing import edits
from lib.importing import reversal
from lib.measures.cut import AGES, BAND_TITLES, PLAN_TITLES, Cut
from lib.measures.progress import CLOUD_OUTCOMES, ProgressCounts
from lib.requests import moves
from lib.store import catch_up, database
from lib.store.schema import changes
from lib.web import cached, connection
from lib.web.cached import CachedNumbers
from tests.actors import ADMIN, editor
from tests.examples import examples
from tests.store.loops import is_found, lacking, profile, standing
from tests.store.stories import a_row, imported, versions

Row = Mapping[str, Any]
Cells = dict[str, str]
Story = tuple[Sequence[Cells], Sequence[Cells], str, Sequence[Cells], bool]
"""Two files, the field of an edit, a third file, and whether that was undone."""

POLICY = Policy()
FIRST = date(2026, 1, 10)
STEP = 13
"""Days between two changes of these stores."""
TODAY = FIRST + timedelta(days=100)
CELLS: Mapping[str, Sequence[str]] = {
    "product": (*["Mockups for JIRA", "Mockups for Confluence"] * 4, "Mockups for XWiki", ""),
    "hosting": (*["Server"] * 6, *["Cloud"] * 3, "Data Center", ""),
    "editors": ("3", "10", "25", "Unlimited", ""),
    "host_tier": ("10", "100", "9000", "Unlimited", ""),
    "maintenance_end": ("2013-02-01", "2016-01-03", "2016-04-05", "2016-05-02", *["2027-08-09"] * 2, ""),
    "company": ("Acme GmbH", "ACME", "Birch Ltd", ""),
    "country": ("Germany", "France", "Nowhere", ""),
    "sen": (*[""] * 6, "SEN-1"),
    "match_agreed": ("", "", "yes", "yes", "no"),
    "server_confirmed": ("", "yes"),
    "myatlassian_email": ("", "it@acme.example"),
    "address": ("", "1 Road"),
    "license_type": (*["Commercial"] * 7, "Evaluation"),
}
SEVERAL: Mapping[str, Sequence[Any]] = {
    "product": (*Product, "unknown"),
    "hosting": ("server", "data_center", "cloud", "unknown"),
    "outcome": tuple(map(str, Outcome)),
    "needs": ("hosting", "editors", "host_tier", "maintenance_end", "product"),
    "flag": tuple(flag for flag in FLAG_TITLES if flag != "maintenance_expired"),
    "from_size": (3, 10, 25),
    "to_tier": (10, 100, UNLIMITED),
    "consent": ("given", "pending", "declined"),
    "customer": ("acme (DE)", "birch (FR)", "[K-1]"),
    "batch": (1, 2, 3),
    "stage": tuple(map(str, Stage)),
    "waiting": tuple(AGES),
    "missing": (*ITEM_TITLES, *(f"only_{item}" for item in ITEM_TITLES)),
    "country": ("DE", "FR", "unknown"),
    "band": tuple(BAND_TITLES),
    "month": ("2013-02", "2016-01", "2016-04", "2027-08"),
    "plan": tuple(PLAN_TITLES),
}


def a_license(number: int) -> some.SearchStrategy[Cells]:
    cells = some.fixed_dictionaries({name: some.sampled_from(texts) for name, texts in CELLS.items()})
    return cells.map(lambda row: {"license_key": f"K-{number}", **row})


def some_of(name: str) -> some.SearchStrategy[tuple[Any, ...]]:
    return some.lists(some.sampled_from(SEVERAL[name]), min_size=1, max_size=3, unique=True).map(tuple)


FILES = some.lists(some.integers(0, 30), min_size=8, max_size=25, unique=True).flatmap(
    lambda numbers: some.tuples(*map(a_license, numbers))
)
STORIES = some.tuples(FILES, FILES, some.sampled_from(("sen", "company", "host_tier")), FILES, some.booleans())
DAYS = some.just("") | some.integers(-2, 100).map(lambda days: (FIRST + timedelta(days=days)).isoformat())
FILTER = some.one_of(
    *(some.fixed_dictionaries({name: some_of(name)}) for name in SEVERAL),
    some.sampled_from(({"borderline": "yes"}, {"movable": "yes"})),
    some.sampled_from(("K-1", "acme", "it@")).map(lambda text: {"search": text}),
)
CUTS = some.tuples(some.just({}) | FILTER, some.just({}) | FILTER, DAYS).map(
    lambda loop: Cut(**{**loop[0], **loop[1], "on": loop[2]})
)


@pytest.fixture(autouse=True)
def as_of_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.store.change_log.today", lambda connection: TODAY)
    monkeypatch.setattr("lib.web.cached.today", lambda store="": TODAY)


@contextmanager
def is_kept(url: str) -> Iterator[Engine]:
    """The engine that the pages use for a database, closed at the end, with nothing remembered of another."""
    st.cache_data.clear()
    engine = connection.engine(url)
    yield engine
    engine.dispose()


def tell(engine: Engine, story: Story) -> None:
    """Two files, an edit, a third file, and maybe the undoing of it: a fortnight from change to change."""
    first, second, name, third, undone = story
    imported(engine, *first)
    imported(engine, *second)
    cells = {"sen": "SEN-9", "company": "Birch", "host_tier": "500"}
    with database.reading(engine) as connection:
        key = versions(connection)[0]["license_key"]
    edits.edit(engine, key, None, {name: cells[name]}, editor("bo"), "", POLICY)
    with database.reading(engine) as connection:
        current = [row for row in versions(connection) if row["until"] is None and row["stage"] == "not_requested"]
    keys = [row["license_key"] for row in current if row["outcome"] == "eligible"]
    if keys:
        moves.move_requests(engine, keys[:3], Stage.RECEIVED, editor("bo"), "", POLICY)
    number = imported(engine, *third, a_row("K-99"), by="cy").batch
    if undone:
        reversal.undo(engine, number, editor("ada"))
    with database.writing(engine) as connection:
        for change in connection.execute(select(changes.c.id)).scalars().all():
            at = datetime.combine(day_of(change), datetime.min.time(), UTC) + timedelta(hours=23)
            connection.execute(update(changes).where(changes.c.id == change).values(at=at))
    catch_up.catch_up(engine)


def day_of(change: int) -> date:
    return FIRST + timedelta(days=STEP * change)


class Loop:
    """What a store says, asked by looping over all of its versions."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.numbers = CachedNumbers(cached.version(url))
        self.version = self.numbers.version
        with database.reading(engine) as connection:
            self.rows: list[Row] = [profile(row) for row in versions(connection)]
            self.changes = {row.id: row for row in connection.execute(select(changes))}

    def until(self, day: date) -> int:
        return max((change for change in self.changes if day_of(change) <= day), default=0)

    def at(self, change: int, cut: Cut, day: date) -> list[Row]:
        return [row for row in standing(self.rows, change) if lets_through(cut, row, day)]

    def of(self, cut: Cut) -> list[Row]:
        day = date.fromisoformat(cut.on) if cut.on else TODAY
        return self.at(self.until(day), cut, day)


def lets_through(cut: Cut, row: Row, day: date) -> bool:
    fields = (
        "product",
        "hosting",
        "outcome",
        "from_size",
        "to_tier",
        "consent",
        "customer",
        "stage",
        "country",
        "band",
    )
    passed = [
        not (values := getattr(cut, name)) or ("unknown" if row[name] is None else row[name]) in values
        for name in (*fields, "month")
    ]
    passed += [
        not cut.batch or row["batch_id"] in cut.batch,
        not cut.borderline or row["borderline"],
        not cut.movable or is_movable(row),
        not cut.plan or plan(row, day) in cut.plan,
    ]
    passed += [not cut.needs or has_one(row["needs"], cut.needs), not cut.flag or has_one(row["flags"], cut.flag)]
    passed += [not cut.waiting or age(row, day) in cut.waiting, not cut.search or is_found(cut.search, row)]
    lacks = lacking(row)
    passed += [
        not cut.missing or any(lacks == {code[5:]} if code[:5] == "only_" else code in lacks for code in cut.missing)
    ]
    return all(passed)


def has_one(codes: str, values: Sequence[str]) -> bool:
    return not {*codes.split(",")}.isdisjoint(values)


def age(row: Row, day: date) -> str:
    days = (day - day_of(row["stage_since"])).days
    return "0-7" if days <= 7 else "8-30" if days <= 30 else "31-90" if days <= 90 else "91-"


def plan(row: Row, day: date) -> str | None:
    if row["outcome"] != "legacy_plan":
        return None
    days = (row["plan_end"] - day).days
    return "ended" if days < 0 else "ending" if days <= 90 else "running"


def amount(rows: Sequence[Row], unit: str) -> int:
    if unit == "customers":
        return len({row["customer"] for row in rows})
    return len(rows) if unit == "licenses" else sum(numbers(row["editors"] for row in rows))


def numbers(sizes: Iterator[int | None]) -> list[int]:
    return [size for size in sizes if size is not None and size != UNLIMITED]


def keys(rows: Sequence[Row]) -> list[str]:
    return sorted(row["license_key"] for row in rows)


def is_movable(row: Row) -> bool:
    in_doubt = row["outcome"] == "needs_info" and row["hosting"] != "cloud"
    return row["outcome"] in ("already_migrated", "eligible", "upgrade_needed") or in_doubt


def is_waiting(row: Row) -> bool:
    return is_movable(row) and row["stage"] == "needs_info"


def is_under_way(row: Row) -> bool:
    return is_movable(row) and row["stage"] in UNDER_WAY


def of_outcome(*outcomes: str) -> Callable[[Row], bool]:
    return lambda row: row["outcome"] in outcomes


COUNTED: Mapping[str, Callable[[Row], bool]] = {
    "licenses": lambda row: True,
    "movable": is_movable,
    "migrated": lambda row: row["outcome"] == "already_migrated",
    "waiting": is_waiting,
    "under_way": is_under_way,
    "on_cloud": lambda row: row["outcome"] in CLOUD_OUTCOMES,
    "borderline": lambda row: row["outcome"] in CLOUD_OUTCOMES and row["borderline"],
    **{
        name: of_outcome(name)
        for name in ("eligible", "upgrade_needed", "needs_info", "not_eligible", "legacy_plan", "expired")
    },
}
"""What each number of a standing counts."""


def on_the_way(row: Row) -> bool:
    return is_movable(row) and on_way(Stage(row["stage"])) is not None


SHOWN: dict[str, Callable[[Row], bool]] = {
    "burn_up": on_the_way,
    "tier_moves": of_outcome("upgrade_needed"),
    "users_added": of_outcome("upgrade_needed"),
    "waiting": lambda row: row["stage"] in UNDER_WAY,
    "missing_items": lambda row: bool(lacking(row)),
    "funnel": on_the_way,
    "outcomes_by_product": lambda row: True,
    "by_country": lambda row: True,
    "cloud_plans": of_outcome(*CLOUD_OUTCOMES),
}
"""The licenses that the marks of each figure are about."""


def is_shown(name: str, row: Row) -> bool:
    if name in SHOWN:
        return SHOWN[name](row)
    chart, _, product = name.rpartition("_")
    outcomes = CLOUD_OUTCOMES if chart == "maintenance_ends" else (Outcome.LEGACY_PLAN,)
    return row["product"] == product and row["outcome"] in outcomes


def check_standing(loop: Loop, view: View) -> ProgressCounts:
    rows = loop.of(view.cut)
    numbers = loop.numbers.progress(view.cut, view.unit)
    for name, counts in COUNTED.items():
        assert getattr(numbers, name) == amount([row for row in rows if counts(row)], view.unit), (name, view)
    growing = [row for row in rows if row["outcome"] == "upgrade_needed"]
    assert numbers.users_added == sum(row["users_added"] or 0 for row in growing)
    assert numbers.unlimited == sum(row["to_tier"] == UNLIMITED for row in growing)
    return numbers


def check_tiles(loop: Loop, view: View) -> None:
    now = check_standing(loop, view)
    needs = Counter(item for row in loop.of(view.cut) for item in row["needs"].split(",") if item)
    assert needed_items(loop.numbers, view.cut) == needs
    for tile in tiles(now, view.unit, needs):
        number = tile.number(now)
        if tile.title == "Fully migrated":
            assert number == fully_migrated(loop.of(view.cut))
            number = now.migrated  # its list has those that migrated in part, too
        check_list(loop, view, tile.cut(view.cut), number, tile.title)


def fully_migrated(rows: Sequence[Row]) -> int:
    """The customers of whose movable licenses none is left."""
    movable = [row for row in rows if is_movable(row)]
    unfinished = {row["customer"] for row in movable if row["outcome"] != "already_migrated"}
    return len({row["customer"] for row in movable} - unfinished)


def check_list(loop: Loop, view: View, cut: Cut, number: int, words: str) -> list[Row]:
    """The list of a cut, page by page, and its file have that number of licenses, users or customers."""
    rows = loop.of(cut)
    assert number == amount(rows, view.unit), (words, cut, view)
    assert cached.total(loop.version, cut) == len(rows), (words, cut)
    pages = [cached.licenses(loop.version, cut, start, 9)["license_key"] for start in range(0, len(rows), 9)]
    assert [key for page in pages for key in page] == keys(rows)
    file = csv.DictReader(
        io.StringIO(cached.licenses_csv(loop.version.store, cut, ADMIN).decode("utf-8-sig"), newline="")
    )
    assert [row["License key"] for row in file] == keys(rows)
    return rows


def marks(loop: Loop, name: str, view: View) -> list[dict[str, Any]]:
    """The marks of a figure as they are drawn: their data, with the filters that they carry under `carried`."""
    figure = FIGURES[name]
    frame = figure.frame(loop.numbers, view)
    if frame.empty:
        return []
    options = figure.options(loop.numbers, view)
    spec = figure.chart(frame, charts.LIGHT, unit=view.unit, **options).to_dict(validate=False)
    (picked,) = (param for param in spec["params"] if param["name"] == charts.PICKED)
    carried = picked["select"]["fields"]
    marks_of_chart = {
        tuple(row.items()): {**row, "carried": {filter: row[filter] for filter in carried}}
        for rows in spec["datasets"].values()
        for row in rows
        if "words" in row
    }
    drawing = figure.drawing(loop.numbers, view, charts.LIGHT)
    if drawing:  # without any number but 0 there is nothing to draw
        assert drawing.marks == {mark["words"]: mark["carried"] for mark in marks_of_chart.values()}
    assert figure.description(frame, unit=view.unit, **options) or not any(
        mark[view.unit] for mark in marks_of_chart.values()
    )
    return list(marks_of_chart.values())


def check_figure(loop: Loop, name: str, view: View) -> None:
    figure = FIGURES[name]
    texts: dict[str, set[str]] = {}
    for mark in marks(loop, name, view):
        cut = charts.licenses_behind(mark["carried"], figure.within(view.cut))
        assert f"{mark[view.unit]:,}" in mark["words"]
        rows = check_list(loop, view, cut, mark[view.unit], f"{name}: {mark['words']}")
        assert all(is_shown(name, row) for row in rows), (name, mark["words"])
        texts.setdefault(cut.on, set()).update(keys(rows))
    if name.startswith("plan_ends_") and not texts:
        # Of plans that have all ended there would be a single bar.
        plans = [row for row in loop.of(figure.within(view.cut)) if is_shown(name, row)]
        assert all(row["plan_end"] < view.day.replace(day=1) for row in plans), (name, view)
        return
    for on in texts or {view.cut.on: set()}:
        rows = loop.of(figure.within(view.cut).with_filters(on=on))
        left_out = [row for row in rows if is_shown(name, row) and row["license_key"] not in texts.get(on, ())]
        assert not amount(left_out, view.unit), (name, view)


def check_causes(loop: Loop, view: View) -> None:
    """The net changes by cause and outcome; how long licenses had been in their stage is not asked."""
    always = view.cut.with_filters(waiting=(), on="")
    sums: Counter[tuple[str, str]] = Counter()
    causes: dict[int, str] = {}
    for change in range(loop.until(view.before) + 1, loop.until(view.day) + 1):
        one = loop.changes[change]
        causes[change] = causes.get(one.undoes, change_cause(one.kind, one.batch_id, one.by))
        for rows, sign in ((loop.at(change, always, TODAY), 1), (loop.at(change - 1, always, TODAY), -1)):
            for row in rows:
                sums[causes[change], row["outcome"]] += sign
    frame = FIGURES["changes_between"].frame(loop.numbers, view)
    change_of = {(row["cause"], row["outcome"]): row["change"] for row in frame.to_dict("records")}
    assert change_of == {place: net for place, net in sums.items() if net}


def check_pace(loop: Loop, view: View) -> None:
    cut = view.cut.with_filters(stage=(), outcome=(), waiting=())
    now = [row for row in loop.of(cut) if is_movable(row)]
    pace = frames.pace_of(loop.numbers, view)
    migrated = [row for row in now if on_way(Stage(row["stage"])) is Stage.MIGRATED]
    assert (pace.movable, pace.migrated) == (amount(now, view.unit), amount(migrated, view.unit))


def check_course(loop: Loop, view: View) -> None:
    """How it stood at the end of each of the last weeks; how long licenses had been in their stage is not asked."""
    always = view.cut.with_filters(waiting=())
    for ago, then in zip((2, 1, 0), weekly_course(loop.numbers, view.cut, view.unit, view.day, 3), strict=True):
        rows = loop.of(always.with_filters(on=(view.day - timedelta(weeks=ago)).isoformat()))
        for name, counts in COUNTED.items():
            assert getattr(then, name) == amount([row for row in rows if counts(row)], view.unit), (name, ago, view)


def check_cloud(loop: Loop, view: View) -> None:
    """Plans by where they stand, and all others that are hosted on Cloud."""
    counts = cloud_counts(loop.numbers, view)
    for group in (*counts.groups, *counts.others):
        check_list(loop, view, group.cut, group.number, group.title)
    hosted = [row for row in loop.of(view.cut) if row["hosting"] == "cloud"]
    assert counts.hosted == amount(hosted, view.unit)
    if view.unit != "customers":
        assert counts.hosted == sum(group.number for group in (*counts.groups, *counts.others))


def check(loop: Loop, view: View) -> None:
    """Everything that the dashboard says of a view."""
    check_tiles(loop, view)
    check_cloud(loop, view)
    check_causes(loop, view)
    for name, figure in FIGURES.items():
        if view.unit in figure.units and figure.is_clickable:
            check_figure(loop, name, view)
    if view.unit != "customers":
        check_pace(loop, view)
        check_course(loop, view)


def agrees(engine: Engine, url: str, story: Story, cuts: Sequence[tuple[Cut, int]]) -> Loop:
    """Tell a store a story, and ask the dashboard about it in each unit."""
    tell(engine, story)
    loop = Loop(engine, url)
    for unit, (cut, ago) in zip(UNITS, cuts, strict=True):
        view = view_of(loop.numbers, cut, unit)
        check(loop, replace(view, since=view.day - timedelta(days=ago)))
    return loop


def test_whatever_the_dashboard_says_is_what_a_loop_comes_to(sqlite_template: Path, tmp_path: Path) -> None:
    files = count()

    @settings(max_examples=examples(2), database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(STORIES, some.tuples(*(some.tuples(CUTS, some.integers(1, 60)) for _ in UNITS)))
    def of_a_story(story: Story, cuts: Sequence[tuple[Cut, int]]) -> None:
        url = f"sqlite:///{copyfile(sqlite_template, tmp_path / f'{next(files)}.sqlite')}"
        with is_kept(url) as engine:
            agrees(engine, url, story, cuts)

    of_a_story()


def test_the_dashboard_says_the_same_of_a_store_on_postgresql(postgresql_store_url: str) -> None:
    rng = Random(7)
    files = [
        [
            {"license_key": f"K-{key}", **{name: rng.choice(texts) for name, texts in CELLS.items()}}
            for key in range(first, first + 40)
        ]
        for first in (0, 5, 9)
    ]
    cuts = [
        (Cut(), 30),
        (Cut(on=day_of(2).isoformat(), country=("DE", "unknown")), 20),
        (Cut(hosting=("server", "unknown"), stage=("received", "not_requested")), 45),
    ]
    with is_kept(postgresql_store_url) as engine:
        loop = agrees(engine, postgresql_store_url, (files[0], files[1], "sen", files[2], False), cuts)
        assert {row["outcome"] for row in loop.of(Cut())} == {*Outcome}
        view = view_of(loop.numbers, Cut())
        assert not [name for name, figure in FIGURES.items() if figure.is_clickable and not marks(loop, name, view)]
