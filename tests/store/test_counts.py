"""Every number of a cut on any day, whatever it is grouped by, is what a plain loop over the versions comes to."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import product
from statistics import median
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, update

from lib.checking.settings import Settings
from lib.domain.eligibility import Outcome
from lib.domain.requests import ITEM_TITLES, UNDER_WAY, Stage
from lib.domain.tiers import UNLIMITED
from lib.editing import edits
from lib.importing import imports, reversal
from lib.measures import progress
from lib.measures.cut import AGES, ALL, BAND_TITLES, Cut
from lib.measures.pace import age_band
from lib.measures.progress import PROGRESS_GROUPS
from lib.requests import moves
from lib.store import assignments, catch_up, database, license_counts, license_queries, request_stages
from lib.store.license_profiles import BANDS
from lib.store.schema import changes, tallies
from tests import generate
from tests.actors import editor
from tests.examples import examples
from tests.store.loops import Row, is_found, lacking, profile, standing
from tests.store.stories import POLICY, a_row, imported, versions
from tests.stores import new_store

FIRST = date(2026, 1, 10)
PLANS = {"K-5": "2025-11-15", "K-6": "2026-06-01"}
"""Licenses whose legacy plans end half a year after these days: while the story goes on, and after it."""

_FIRST_KEY = "BMQ-FLYL-LU42"
"""A license of the generated file."""

STEP = 13
"""Days between two changes of the store these tests look at."""

KINDS = ("sqlite-half", "sqlite-whole", "postgresql-never", "postgresql-whole")
ON_TWO = pytest.mark.parametrize("connection", ["sqlite-half", "postgresql-whole"], indirect=True)
"""Two of the stores, for tests that try many cuts."""


@pytest.fixture(scope="module", params=KINDS)
def connection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A store of 300 licenses that came, changed, were edited, undone and redone, a fortnight from change to change."""
    kind, _, rest = request.param.partition("-")
    with ExitStack() as stack:
        engine = stack.enter_context(new_store(request, kind, tmp_path_factory.mktemp("counts")))
        for changed in (0.0, 0.3):
            content = generate.content(300, seed=7, changed=changed)
            imports.import_file(engine, "legacy.csv", content, Settings(), editor("ada"), POLICY)
        if rest == "half":
            catch_up.catch_up(engine)
        edits.edit(engine, _a_key(engine), None, {"sen": "SEN-9"}, editor("bo"), "", POLICY)
        pending = a_row("K-0", company="Acme Corp", myatlassian_email="it@acme.example")
        others = [a_row(key, hosting="Cloud", maintenance_end=end) for key, end in PLANS.items()]
        first = imported(engine, pending, a_row("K-1", host_tier="9000", country="Nowhere", match_agreed="no"), *others)
        imported(engine, {**pending, "sen": "SEN-8"}, a_row("K-1", match_agreed="yes"))
        edits.edit(engine, "K-0", None, {"sen": ""}, editor("bo"), "", POLICY)
        gone = imported(engine, a_row("K-0", company="Gone"), a_row("K-9", editors="unlimited")).batch
        reversal.undo(engine, gone, editor("ada"))
        reversal.undo(engine, first.batch, editor("ada"))
        reversal.redo(engine, gone, editor("ada"))
        moves.move_requests(engine, [_a_key(engine)], Stage.RECEIVED, editor("bo"), "", POLICY)
        with database.writing(engine) as connection:
            for number in connection.execute(select(changes.c.id)).scalars().all():
                day = datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(days=STEP * number, hours=23)
                connection.execute(update(changes).where(changes.c.id == number).values(at=day))
            assignments.assign(connection, ["K-1", _FIRST_KEY], "bo", editor("ada"))
            assignments.assign(connection, ["K-1"], "", editor("ada"))
        if rest == "whole":
            catch_up.catch_up(engine)
        yield stack.enter_context(database.reading(engine))


def _a_key(engine: Engine) -> str:
    with database.reading(engine) as connection:
        return str(license_queries.licenses(connection, Cut(outcome=("upgrade_needed",)), count=1)["license_key"][0])


@pytest.fixture(scope="module")
def rows(connection: Connection) -> list[Row]:
    return [*versions(connection)]


@pytest.fixture(scope="module")
def newest(connection: Connection) -> int:
    return int(connection.execute(select(changes.c.id).order_by(changes.c.id.desc())).scalars().first() or 0)


def day_of(change: int) -> date:
    return FIRST + timedelta(days=STEP * change)


def several(*values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.just(()) | st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


CUTS = st.builds(
    Cut,
    product=several("jira", "confluence", "unknown"),
    outcome=several(*map(str, Outcome)),
    stage=several(*map(str, Stage)),
    waiting=several(*AGES),
    missing=several(*ITEM_TITLES, "nothing", "something", *(f"only_{item}" for item in ITEM_TITLES)),
    country=several("DE", "US", "FR", "unknown"),
    band=several(*BAND_TITLES),
    month=several("2016-03", "2016-04", "2015-10"),
    batch=several(1, 2, 3),
    plan=st.sampled_from(((), (), ("running",), ("ending",), ("ended",), ("ending", "ended"))),
    movable=st.sampled_from(("", "", "yes")),
    customer=several("acme @acme.example", "acme (DE)"),
    assignee=several("bo", "ada"),
    search=st.sampled_from(("", "", "", "gmbh", "K-", "müller")),
    company=st.sampled_from(("", "", "", "gmbh", "ACME")),
    on=st.just("") | st.integers(-STEP, 14 * STEP).map(lambda days: (FIRST + timedelta(days=days)).isoformat()),
)
FILTERS = [
    name
    for name in Cut.__slots__
    if name not in ("on", "flag", "needs", "hosting", "consent", "from_size", "to_tier", "borderline")
]
ONE = st.tuples(st.sampled_from(FILTERS), CUTS).map(
    lambda connection: Cut(on=connection[1].on, **{connection[0]: getattr(connection[1], connection[0])})
)
TODAY = day_of(14)


def change_on(day: date, newest: int) -> int:
    return max([number for number in range(1, newest + 1) if day_of(number) <= day], default=0)


def has_age(row: Row, age: str, day: date) -> bool:
    least, most = age.split("-")
    days = (day - day_of(row["stage_since"])).days
    is_inside = int(least) <= days and (not most or days <= int(most))
    assert is_inside == (age_band(days) == age), "the Python twin of the condition in SQL"
    return is_inside


def lets_through(cut: Cut, row: Row, day: date) -> bool:
    traits = profile(row)
    filters = [
        (name, getattr(cut, name)) for name in ("outcome", "stage", "month", "customer", "product", "country", "band")
    ]
    conditions = [
        not values or (traits[name] if traits[name] is not None else "unknown") in values for name, values in filters
    ]
    may_move = row["outcome"] in ("eligible", "upgrade_needed", "already_migrated") or (
        row["outcome"] == "needs_info" and row["hosting"] != "cloud"
    )
    conditions += [not cut.movable or may_move]
    conditions += [not cut.assignee or ("bo" in cut.assignee and row["license_key"] == _FIRST_KEY)]
    conditions += [not cut.batch or row["batch_id"] in cut.batch]
    conditions += [not cut.waiting or any(has_age(row, age, day) for age in cut.waiting)]
    conditions += [cut.company.lower() in (row["company"] or "").lower()]
    lacks = lacking(row)
    conditions += [not cut.plan or plan_group(row, day) in cut.plan]
    conditions += [not cut.missing or any(holds(code, lacks) for code in cut.missing)]
    return all(conditions) and (not cut.search or is_found(cut.search, row))


def plan_group(row: Row, day: date) -> str:
    """How a legacy plan stands on a day; empty for other licenses."""
    if row["outcome"] != "legacy_plan":
        return ""
    if row["plan_end"] < day:
        return "ended"
    return "ending" if row["plan_end"] <= day + timedelta(days=90) else "running"


def holds(code: str, lacks: set[str]) -> bool:
    if code == "nothing":
        return not lacks
    if code == "something":
        return bool(lacks)
    return lacks == {code[5:]} if code.startswith("only_") else code in lacks


def measures(rows: list[Row]) -> tuple[int, int, int, int]:
    sizes = [row["editors"] or 0 for row in rows]
    users = sum(row["users_added"] or 0 for row in rows)
    return len(rows), sum(size for size in sizes if size != UNLIMITED), sizes.count(UNLIMITED), users


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def for_cuts(check: Callable[[Cut, list[str]], None]) -> None:
    by = st.lists(st.sampled_from(("product", "outcome", "stage", "country", "band", "month")), max_size=3, unique=True)
    settings(max_examples=examples(10))(given(st.one_of(ONE, CUTS), by)(check))()


@pytest.fixture(autouse=True)
def as_of_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.store.change_log.today", lambda connection: TODAY)


def test_the_store_holds_what_these_tests_need(rows: list[Row], newest: int) -> None:
    assert newest == 11
    assert {row["stage"] for row in rows} >= {"not_requested", "received", "migrated", "declined"}
    assert {profile(row)["band"] for row in rows} == {*BANDS, None}


@ON_TWO
def test_the_counts_of_a_cut_are_those_of_a_loop(connection: Connection, rows: list[Row], newest: int) -> None:
    def agrees(cut: Cut, by: list[str]) -> None:
        day = date.fromisoformat(cut.on) if cut.on else TODAY
        expected: dict[tuple[Any, ...], list[Row]] = {}
        for row in standing(rows, change_on(day, newest)):
            if lets_through(cut, row, day):
                expected.setdefault(tuple(profile(row)[name] for name in by), []).append(row)
        counts = license_counts.count_by(connection, cut, by)
        assert {tuple(row[name] for name in by): tuple(row.values())[len(by) :] for row in records(counts)} == {
            place: measures(of_place) for place, of_place in expected.items()
        }
        licenses = [row for of_place in expected.values() for row in of_place]
        assert license_queries.count(connection, cut) == len(licenses)
        listed = license_queries.licenses(connection, cut, start=0, count=1000)["license_key"].tolist()
        assert listed == sorted(row["license_key"] for row in licenses)
        assert license_queries.licenses(connection, cut)["license_key"].tolist() == listed
        found_customers = records(license_counts.customer_counts(connection, cut, by))
        assert {tuple(row[name] for name in by): row["customers"] for row in found_customers} == {
            place: len(names) for place, names in with_totals(expected).items()
        }

    for_cuts(agrees)


def with_totals(expected: Mapping[tuple[Any, ...], list[Row]]) -> dict[tuple[Any, ...], set[str]]:
    """The customers of each place, and those of every total over some of its values."""
    names: dict[tuple[Any, ...], set[str]] = {}
    for place, of_place in expected.items():
        for total in product(*((value, ALL) for value in place)):
            names.setdefault(total, set()).update(row["customer"] for row in of_place)
    return names


@ON_TWO
def test_customers_are_where_their_licenses_are(connection: Connection, rows: list[Row], newest: int) -> None:
    def agrees(cut: Cut, by: list[str]) -> None:
        day = date.fromisoformat(cut.on) if cut.on else TODAY
        rows_of_cut = [row for row in standing(rows, change_on(day, newest)) if lets_through(cut, row, day)]
        frame = pd.DataFrame(
            [profile(row) | {"licenses": 1} for row in rows_of_cut],
            columns=[*PROGRESS_GROUPS, "licenses", "users_added", "customer"],
        )
        counts = license_counts.standing_of_customers(connection, cut)
        for name, part in progress.count_masks(frame).items():
            assert getattr(counts, name) == frame["customer"][part].nunique(), name
        licenses = progress.progress_counts(license_counts.count_by(connection, cut, PROGRESS_GROUPS))
        for name, part in progress.count_masks(frame).items():
            assert getattr(licenses, name) == int(part.sum()), name

    for_cuts(agrees)


@ON_TWO
def test_what_changes_added_comes_to_what_stood_on_any_day(
    connection: Connection, rows: list[Row], newest: int
) -> None:
    def agrees(cut: Cut, by: list[str]) -> None:
        last = change_on(date.fromisoformat(cut.on), newest) if cut.on else newest
        changes = license_counts.over_time(connection, cut, by)
        assert changes["change"].max() <= last if len(changes) else True
        for change in range(last + 1):
            until = changes[changes["change"] <= change]
            counts = Counter[tuple[Any, ...]]()
            for row in records(until):
                counts[tuple(row[name] for name in by)] += row["licenses"]
            always = [
                row for row in standing(rows, change) if lets_through(Cut.with_filters(cut, waiting=()), row, TODAY)
            ]
            expected = Counter(tuple(profile(row)[name] for name in by) for row in always)
            assert {place: number for place, number in counts.items() if number} == expected

    for_cuts(agrees)


@ON_TWO
def test_what_requests_lack_is_told_item_by_item(connection: Connection, rows: list[Row], newest: int) -> None:
    def agrees(cut: Cut, by: list[str]) -> None:
        day = date.fromisoformat(cut.on) if cut.on else TODAY
        rows_of_cut = [row for row in standing(rows, change_on(day, newest)) if lets_through(cut, row, day)]
        lacks = [lacking(row) for row in rows_of_cut]
        counts = {
            row["item"]: (row["only"], row["others"]) for row in records(request_stages.missing_items(connection, cut))
        }
        assert counts == {
            item: (lacks.count({item}), sum(item in some for some in lacks) - lacks.count({item}))
            for item in ITEM_TITLES
            if any(item in some for some in lacks)
        }
        by_customer: dict[str, set[str]] = {}
        for row, some in zip(rows_of_cut, lacks, strict=True):
            by_customer.setdefault(row["customer"], set()).update(some)
        told_items = {name: set(items) for name, items in request_stages.missing_by_customer(connection, cut).items()}
        assert told_items == {name: items for name, items in by_customer.items() if items}
        longest = request_stages.longest_waiting(connection, cut, 3)
        ordered = sorted(rows_of_cut, key=lambda row: (row["stage_since"], row["license_key"]))
        under_way = [row["license_key"] for row in ordered if row["stage"] in UNDER_WAY]
        assert longest["license_key"].tolist() == under_way[:3]
        later = request_stages.queue(connection, cut, start=2, count=3)["license_key"].tolist()
        assert later == [row["license_key"] for row in ordered[2:5]]
        waits = Counter((row["stage"], row["stage_since"]) for row in rows_of_cut)
        found_waits = {
            (row["stage"], row["stage_since"]): row["licenses"] for row in records(stages_since(connection, cut))
        }
        assert found_waits == waits

    for_cuts(agrees)


def stages_since(connection: Connection, cut: Cut) -> pd.DataFrame:
    return license_counts.waits(connection, cut)


def test_steps_tell_how_long_a_stage_took(connection: Connection, newest: int) -> None:
    steps = records(request_stages.steps(connection, Cut(customer=("acme @acme.example",), on=day_of(6).isoformat())))
    times = {(row["stage"], row["next_stage"]): row["ended"] - row["began"] for row in steps}
    assert times == {("not_requested", "migrated"): 1, ("migrated", "not_requested"): 1}
    assert median(times.values()) == 1
    early = records(request_stages.steps(connection, Cut(customer=("acme @acme.example",), on=day_of(5).isoformat())))
    assert [(row["stage"], row["next_stage"]) for row in early] == [("not_requested", "migrated")]


def test_the_tallies_are_the_sum_of_all_movements(connection: Connection) -> None:
    stored = connection.execute(select(tallies)).all()
    summed = license_counts.over_time(connection, Cut(), ("stage",)).groupby("stage")["licenses"].sum()
    by_stage = license_counts.count_by(connection, Cut(), ("stage",)).set_index("stage")["licenses"]
    assert stored
    assert by_stage.to_dict() == {stage: number for stage, number in summed.items() if number}
