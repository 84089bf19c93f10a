"""The managers' charts: all marks are drawn, say their unit, and lead to what they count; none hangs on a clock."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import altair as alt
import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.dashboard import charts
from lib.dashboard.charts import DARK, LIGHT, Palette, periods
from lib.domain.requests import STAGE_TITLES, Stage, on_way
from lib.domain.tiers import UNLIMITED
from lib.measures.cut import ALL, Cut
from tests.colours import CONFIG, contrast
from tests.examples import examples

UNITS = ("licenses", "users", "customers")
TARGET = ("2027-02", 400)
LINE = {"reference": "2016-04-04", "grace": "2016-01-04"}


def frame_of(names: str, *rows: Sequence[Any]) -> pd.DataFrame:
    """A frame as the store gives it: the last value of each row is its licenses, of which users and customers are made."""
    rows_with_users = [(*values, number, number * 20, number) for *values, number in rows]
    columns = [*names.split(), *UNITS]
    return pd.DataFrame(rows_with_users, columns=columns, dtype=object).astype(dict.fromkeys(UNITS, "int64"))


BURN = frame_of(
    "period on stage",
    ("2026-10", "2026-10-31", "migrated", 10),
    ("2026-10", "2026-10-31", "not_requested", 300),
    ("2026-11", "2026-11-30", "migrated", 60),
    ("2026-11", "2026-11-30", "received", 40),
    ("2026-11", "2026-11-30", "not_requested", 210),
    ("2026-12", "2026-12-31", "migrated", 0),
)
ADDED = frame_of("to_tier", (25, 4), (100, 7), (UNLIMITED, 3)).assign(users_added=[60, 630, 0])
WAITING = frame_of(
    "stage waiting", ("received", "0-7", 5), ("received", "91-", 2), ("needs_info", "8-30", 9), ("submitted", "91-", 1)
)
MISSING = pd.DataFrame(
    [("company", 2, 300), ("myatlassian_email", 118, 40), ("host_tier", 0, 7)], columns=["item", "only", "others"]
)
FUNNEL = pd.DataFrame(
    [
        ("not_requested", "not_requested,received,verified,migrated", 100, None, None),
        ("received", "received,verified,migrated", 64, 0.64, 12.0),
        ("verified", "verified,migrated", 20, 0.3125, 1.0),
        ("migrated", "migrated", 20, 1.0, 4.5),
    ],
    columns=["stage", "stages", "reached", "conversion", "median_days"],
)
COUNTRIES = frame_of(
    "country outcome",
    *((code, "eligible", 400 - place) for place, code in enumerate("DE FR US GB JP CH AT IT ES PT NL BE".split())),
    *((code, "expired", 30) for code in "DK SE NO FI PL CZ SK".split()),
    ("DE", "expired", 7),
    (None, "needs_info", 900),
)
PLANS = frame_of("month month_filter", ("2016-10", "2016-04", 5), ("2017-01", "2016-06,2016-07", 8))
MAINTENANCE = frame_of(
    "month outcome",
    ("2001-05", "expired", 4),
    ("2009-12", "expired", 6),
    ("2013-02", "expired", 900),
    ("2013-11", "expired", 80),
    ("2015-12", "expired", 9),
    ("2016-01", "expired", 1),
    ("2016-01", "legacy_plan", 3),
    ("2016-04", "legacy_plan", 20),
    ("2018-07", "legacy_plan", 2),
    ("2031-01", "legacy_plan", 1),
)
CHANGES = pd.DataFrame(
    [
        ("Import #41 by ann", "eligible", 40),
        ("Import #41 by ann", "needs_info", -30),
        ("Edits", "expired", 0),
        ("Policy v3", "legacy_plan", -12),
        ("Policy v3", "expired", 12),
    ],
    columns=["cause", "outcome", "change"],
)

Draw = Callable[[pd.DataFrame, Palette, str], alt.LayerChart]
Tell = Callable[[pd.DataFrame, str], str]


def _burn_up(frame: pd.DataFrame, palette: Palette, unit: str) -> alt.LayerChart:
    return charts.burn_up(frame, palette, unit, TARGET)


def _maintenance_ends(frame: pd.DataFrame, palette: Palette, unit: str) -> alt.LayerChart:
    return charts.maintenance_ends(frame, palette, unit, **LINE)


CHARTS: dict[str, tuple[Draw, pd.DataFrame, Tell]] = {
    "burn_up": (_burn_up, BURN, lambda frame, unit: charts.describe_burn_up(frame, unit, TARGET)),
    "users_added": (charts.users_added, ADDED, charts.describe_users_added),
    "waiting": (charts.waiting, WAITING, charts.describe_waiting),
    "missing_items": (charts.missing_items, MISSING, charts.describe_missing_items),
    "funnel": (charts.funnel, FUNNEL, charts.describe_funnel),
    "by_country": (charts.by_country, COUNTRIES, charts.describe_countries),
    "plan_ends": (charts.plan_ends, PLANS, charts.describe_plan_ends),
    "maintenance_ends": (
        _maintenance_ends,
        MAINTENANCE,
        lambda frame, unit: charts.describe_maintenance_ends(frame, unit, **LINE),
    ),
    "changes_between": (charts.changes_between, CHANGES, charts.describe_changes),
}
each_chart = pytest.mark.parametrize("name", CHARTS)


@cache
def spec_of(name: str, dark: bool = False, unit: str = "licenses") -> dict[str, Any]:
    draw, frame, _ = CHARTS[name]
    spec: dict[str, Any] = draw(frame, DARK if dark else LIGHT, unit).to_dict()
    return spec


def rows_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of all marks that say in words what they are."""
    return [row for rows in spec["datasets"].values() for row in rows if "words" in row]


def marks_of(chart: alt.LayerChart) -> list[dict[str, Any]]:
    """The data of the marks of a chart's layer that can be clicked, as drawn."""
    return marks_in(chart.to_dict())


def marks_in(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The same of its specification."""
    clicked = next(layer for layer in spec["layer"] if layer.get("name"))
    rows: list[dict[str, Any]] = spec["datasets"][
        clicked["data"]["name"] if "data" in clicked else spec["data"]["name"]
    ]
    return rows


def parts_of(spec: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a specification with its value, however deep."""
    for key, value in spec.items() if isinstance(spec, dict) else enumerate(spec) if isinstance(spec, list) else ():
        yield str(key), value
        yield from parts_of(value)


# all of them


@each_chart
@pytest.mark.parametrize("dark", [False, True])
def test_every_mark_is_drawn(name: str, dark: bool) -> None:
    spec = spec_of(name, dark) | {"width": 500}
    labels = re.findall(r'<path aria-label="([^"]+)"', vl_convert.vegalite_to_svg(spec, vl_version="6.4"))
    expected = {row["words"] for row in rows_of(spec)}
    assert expected
    assert expected - {text.replace("&amp;", "&").replace("&gt;", ">") for text in labels} <= totals_in_texts(
        name, spec
    )


def totals_in_texts(name: str, spec: dict[str, Any]) -> set[str]:
    """The totals behind bars of countries are texts, no boxes."""
    return {row["words"] for row in rows_of(spec) if name == "by_country" and row["outcome_title"] == "Total"}


@each_chart
def test_nothing_in_a_chart_hangs_on_a_clock_or_a_time_zone(name: str) -> None:
    parts = list(parts_of(spec_of(name)))
    assert ("type", "quantitative") in parts
    assert [key for key, value in parts if value == "temporal" or key == "timeUnit"] == []


@each_chart
@pytest.mark.parametrize("unit", UNITS)
def test_words_and_marks_say_the_unit(name: str, unit: str) -> None:
    _, frame, tell = CHARTS[name]
    one = {"licenses": "license", "users": "user", "customers": "customer"}[unit]
    assert re.search(rf"\d {one}s?\b", tell(frame, unit))
    words = [row["words"] for row in rows_of(spec_of(name, unit=unit))]
    assert words
    assert all(re.search(rf"\d {one}s?\b", text) for text in words)
    assert ("title", unit.capitalize()) in list(parts_of(spec_of(name, unit=unit)))


@each_chart
def test_a_chart_of_nothing_is_an_empty_picture(name: str) -> None:
    draw, frame, tell = CHARTS[name]
    spec = draw(frame.head(0), LIGHT, "licenses").to_dict()
    assert "<svg" in vl_convert.vegalite_to_svg(spec, vl_version="6.4")
    assert "NaN" not in json.dumps(spec)
    assert isinstance(tell(frame.head(0), "licenses"), str)


@pytest.mark.parametrize("name", [name for name in CHARTS if name != "changes_between"])
def test_marks_carry_texts_named_as_the_filters_of_a_cut(name: str) -> None:
    (parameter,) = spec_of(name)["params"]
    fields = parameter["select"]["fields"]
    assert parameter["name"] == charts.PICKED
    assert set(fields) <= set(Cut.__dataclass_fields__)
    for mark in marks_in(spec_of(name)):
        carried = {field: mark[field] for field in fields}
        assert all(isinstance(value, str) for value in carried.values())
        cut = charts.licenses_behind(carried, Cut(search="acme"))
        assert cut.search == "acme"
        assert Cut.from_query(cut.query()) == cut


def test_a_net_change_cannot_be_clicked() -> None:
    assert "params" not in spec_of("changes_between")


# how far


def test_a_mark_of_the_burn_up_leads_to_all_stages_it_counts_on_its_day() -> None:
    marks = {(mark["period"], mark["title"]): mark for mark in marks_of(_burn_up(BURN, LIGHT, "licenses"))}
    assert {key: mark["licenses"] for key, mark in marks.items()} == {
        ("2026-10", "Migrated"): 10,
        ("2026-10", "Not requested"): 300,
        ("2026-11", "Migrated"): 60,
        ("2026-11", "Received"): 40,
        ("2026-11", "Not requested"): 210,
    }
    received = marks["2026-11", "Received"]
    cut = charts.licenses_behind({name: received[name] for name in ("stage", "on")}, Cut())
    assert cut == Cut(stage=("received", "needs_info"), on="2026-11-30")


def test_what_has_migrated_lies_at_the_bottom_of_the_burn_up() -> None:
    marks = marks_of(_burn_up(BURN, LIGHT, "licenses"))
    assert {mark["title"] for mark in marks if mark["start"] == 0} == {"Migrated"}
    assert [mark["end"] for mark in marks if mark["period"] == "2026-11"] == [60, 100, 310]


def test_stages_beside_the_way_are_not_in_the_burn_up() -> None:
    frame = frame_of("period on stage", *(("2026-10", "2026-10-31", stage, 1) for stage in Stage))
    marks = marks_of(charts.burn_up(frame, LIGHT))
    assert {mark["title"]: mark["licenses"] for mark in marks} == {
        "Migrated": 2,
        "Submitted": 1,
        "Verified": 1,
        "Received": 2,
        "Not requested": 1,
    }
    assert sum(on_way(stage) is not None for stage in Stage) == 7


def test_empty_periods_and_those_up_to_the_target_have_a_place() -> None:
    spec = spec_of("burn_up")
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [
        "2026-10",
        "2026-11",
        "2026-12",
        "2027-01",
        "2027-02",
    ]
    line, target = (spec["datasets"][layer["data"]["name"]] for layer in (spec["layer"][1], spec["layer"][3]))
    assert line == [{"period": "2026-12", "number": 0}, {"period": "2027-02", "number": 400}]
    assert target[0]["label"] == "Target: 400 licenses by 2027-02"


@pytest.mark.parametrize(
    ("period", "after"),
    [
        ("2026-W41", "2026-W42"),
        ("2026-W53", "2027-W01"),
        ("2025-W52", "2026-W01"),
        ("2026-09", "2026-10"),
        ("2026-12", "2027-01"),
        ("2026-Q3", "2026-Q4"),
        ("2026-Q4", "2027-Q1"),
    ],
)
def test_a_period_follows_another(period: str, after: str) -> None:
    assert periods.following(period) == after
    assert periods.through(period, after) == [period, after]


def test_a_target_far_ahead_is_behind_a_gap() -> None:
    assert periods.ahead("2026-10", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert periods.ahead("2026-10", "2035-01") == ["2026-11", "2026-12", "…", "2035-01"]
    assert periods.ahead("2026-10", "2026-10") == []


def test_the_words_of_the_burn_up_tell_its_ends_and_its_target() -> None:
    assert charts.describe_burn_up(BURN.head(5), "users", ("2027-Q1", 9000)) == (
        "2026-10: 200 users migrated; 2026-11: 1,200 users migrated; received: 800; not requested: 4,200; "
        "target: 9,000 users by 2027-Q1"
    )


def test_the_funnel_says_how_many_and_how_fast_came_on() -> None:
    marks = marks_of(charts.funnel(FUNNEL, LIGHT))
    assert [mark["note"] for mark in marks] == [
        "",
        "64% of the previous step · median 12 days",
        "31% of the previous step · median 1 day",
        "100% of the previous step · median 4.5 days",
    ]
    assert [mark["title"] for mark in marks] == ["All", "Received", "Verified", "Migrated"]
    assert [mark["stage"] for mark in marks] == FUNNEL["stages"].tolist()
    assert [mark["licenses"] for mark in marks] == [100, 64, 20, 20]


# what holds licenses back


def test_users_are_added_by_tier_and_to_unlimited_no_number() -> None:
    marks = marks_of(charts.users_added(ADDED, LIGHT))
    assert [mark["label"] for mark in marks] == [
        "+60 · 4 licenses",
        "+630 · 7 licenses",
        "not counted · 3 licenses",
    ]
    assert [mark["users_added"] for mark in marks] == [60, 630, 0]
    assert charts.licenses_behind({"to_tier": marks[-1]["to_tier"]}, Cut()) == Cut(to_tier=(UNLIMITED,))


def test_every_cell_and_total_of_the_waiting_leads_to_as_many_as_it_says() -> None:
    marks = marks_of(charts.waiting(WAITING, LIGHT))
    assert len(marks) == 4 + 3 + 3 + 1
    for mark in marks:
        cut = charts.licenses_behind({name: mark[name] for name in ("stage", "waiting")}, Cut())
        inside = WAITING["stage"].isin(cut.stage) & WAITING["waiting"].isin(cut.waiting)
        assert WAITING.loc[inside, "licenses"].sum() == mark["licenses"]


def test_stages_and_ages_of_the_waiting_read_in_their_order() -> None:
    encoding = spec_of("waiting")["layer"][0]["encoding"]
    assert encoding["y"]["sort"] == ["Received", "Waiting for the customer", "Submitted", "Total"]
    assert encoding["x"]["sort"] == ["0–7", "8–30", "91+", "Total"]
    assert charts.describe_waiting(WAITING).startswith(
        "Received, 91 days or more: 2 licenses; Submitted, 91 days or more: 1 license"
    )


def test_missing_items_are_ranked_by_how_many_lack_them() -> None:
    marks = marks_of(charts.missing_items(MISSING, LIGHT))
    assert [(mark["missing"], mark["licenses"]) for mark in marks] == [
        ("company", 302),
        ("only_company", 2),
        ("myatlassian_email", 158),
        ("only_myatlassian_email", 118),
        ("host_tier", 7),
    ]
    assert charts.describe_missing_items(MISSING).startswith(
        "Company: missing for 302 licenses, 2 of them lack only this; myAtlassian email: missing for 158"
    )


# where, and when


def test_small_countries_share_a_bar_that_leads_to_all_of_them() -> None:
    marks = [row for row in rows_of(spec_of("by_country")) if row["outcome_title"] == "Total"]
    assert len(marks) == charts.MANY_COUNTRIES + 2
    assert [mark["row"] for mark in marks][:2] == ["Germany", "France"]
    assert [mark["row"] for mark in marks][-2:] == ["Other countries", "Unknown country"]
    assert marks[-2]["country"] == "NO,PL,SE,SK"
    for mark in marks:
        cut = charts.licenses_behind({"country": mark["country"]}, Cut())
        inside = COUNTRIES["country"].map(lambda code: code or "unknown").isin(cut.country)
        assert COUNTRIES.loc[inside, "licenses"].sum() == mark["licenses"]
    assert sum(mark["licenses"] for mark in marks) == COUNTRIES["licenses"].sum()


def test_sixty_countries_are_still_a_chart_that_can_be_read() -> None:
    codes = [f"{first}{second}" for first in "ABCDEF" for second in "ABCDEFGHIJ"]
    frame = frame_of("country outcome", *((code, "eligible", place + 1) for place, code in enumerate(codes)))
    rows = {mark["row"] for mark in marks_of(charts.by_country(frame, LIGHT))}
    assert len(rows) == charts.MANY_COUNTRIES + 1


def test_the_month_in_which_plans_end_leads_to_the_months_in_which_maintenance_does() -> None:
    marks = marks_of(charts.plan_ends(PLANS, LIGHT))
    assert [(mark["ends"], mark["month"], mark["licenses"]) for mark in marks] == [
        ("2016-10", "2016-04", 5),
        ("2017-01", "2016-06,2016-07", 8),
    ]
    along = spec_of("plan_ends")["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert along == ["2016-10", "2016-11", "2016-12", "2017-01"]
    cut = charts.licenses_behind({name: marks[1][name] for name in ("month", "outcome")}, Cut())
    assert cut == Cut(month=("2016-06", "2016-07"), outcome=("legacy_plan",))


months = st.builds("{}-{:02}".format, st.integers(1998, 2035), st.integers(1, 12))


@settings(max_examples=examples(6))
@given(
    st.dictionaries(st.tuples(months, st.sampled_from(["legacy_plan", "expired"])), st.integers(1, 10**6), min_size=1),
    months,
)
def test_the_histogram_of_maintenance_counts_every_month_once_and_stays_short(
    numbers: dict[tuple[str, str], int], reference: str
) -> None:
    frame = frame_of("month outcome", *((*key, number) for key, number in numbers.items()))
    chart = charts.maintenance_ends(frame, LIGHT, reference=f"{reference}-20", grace=reference)
    bars = marks_of(chart)
    assert sum(mark["licenses"] for mark in bars) == frame["licenses"].sum()
    for mark in bars:
        keys = [(month, mark["outcome"]) for month in mark["month"].split(",")]
        assert sum(numbers[key] for key in keys) == mark["licenses"]
    assert len(chart.to_dict()["layer"][1]["encoding"]["x"]["scale"]["domain"]) <= 36 + 2 * 7


def test_years_far_from_the_line_are_cut_off_and_say_their_number() -> None:
    chart = _maintenance_ends(MAINTENANCE, LIGHT, "licenses")
    bars = {mark["place"]: mark for mark in marks_of(chart)}
    assert (bars["before 2010"]["month"], bars["before 2010"]["licenses"]) == ("2001-05,2009-12", 10)
    assert (bars["2013"]["month"], bars["2013"]["licenses"]) == ("2013-02,2013-11", 980)
    assert bars["after 2021"]["month"] == "2031-01"
    assert bars["2013"]["end"] == 1.5 * 20
    assert bars["2016-04"]["end"] == 20
    labels = {row["label"] for rows in chart.to_dict()["datasets"].values() for row in rows if "sign" in row}
    assert labels == {"980"}


def test_the_grace_window_is_drawn_from_day_to_day() -> None:
    shade, _, *rest = spec_of("maintenance_ends")["layer"]
    assert (shade["encoding"]["x"]["bandPosition"], shade["encoding"]["x2"]["bandPosition"]) == (3 / 31, 3 / 31)
    (ends,) = (rows for rows in spec_of("maintenance_ends")["datasets"].values() if "left" in rows[0])
    assert (ends[0]["from"], ends[0]["to"]) == ("2016-01", "2016-04")
    assert (ends[0]["left"], ends[0]["right"]) == ("Grace from 2016-01-04", "Moved 2016-04-04")
    assert "rule" in {layer["mark"]["type"] for layer in rest}


def test_changes_go_from_zero_outwards_by_cause() -> None:
    rows = rows_of(spec_of("changes_between"))
    assert [(row["cause"], row["outcome"], row["start"], row["end"]) for row in rows] == [
        ("Import #41 by ann", "Eligible", 0, 40),
        ("Import #41 by ann", "Needs information", 0, -30),
        ("Policy v3", "Cloud: legacy plan", 0, -12),
        ("Policy v3", "Cloud: expired", 0, 12),
    ]
    assert charts.describe_changes(CHANGES).startswith("Import #41 by ann: +40 licenses Eligible; Import #41")


def test_many_causes_share_a_bar() -> None:
    frame = pd.DataFrame([(f"Import #{number}", "eligible", number) for number in range(1, 41)])
    frame.columns = pd.Index(["cause", "outcome", "change"])
    rows = rows_of(charts.changes_between(frame, LIGHT).to_dict())
    assert [row["cause"] for row in rows][-1] == "Other changes"
    assert len(rows) == 21
    assert sum(row["change"] for row in rows) == sum(range(1, 41))


# customers, who may stand in several rows


def test_totals_of_customers_are_given_or_not_drawn() -> None:
    parts = frame_of("product outcome", ("jira", "eligible", 5), ("jira", "expired", 4))
    whole = frame_of("product outcome", ("jira", ALL, 6))

    def totals(frame: pd.DataFrame, unit: str) -> list[int]:
        rows = rows_of(charts.outcomes_by_product(frame, LIGHT, unit).to_dict())
        return [row[unit] for row in rows if row["outcome_title"] == "Total"]

    assert totals(parts, "licenses") == [9]
    assert totals(parts, "customers") == []
    assert totals(pd.concat([parts, whole]), "customers") == [6]


def test_totals_of_customers_in_the_heat_table_are_given_or_not_drawn() -> None:
    rows = [("upgrade_needed", 10, 100, 5), ("upgrade_needed", "11,12", 100, 4)]
    frame = frame_of("outcome from_size to_tier", *rows).assign(users_added=1)
    cells = {(mark["from"], mark["to"]): mark for mark in marks_of(charts.tier_moves(frame, LIGHT, "customers"))}
    assert set(cells) == {("10", "100"), ("11–24", "100")}
    assert charts.licenses_behind({"from_size": cells["11–24", "100"]["from_size"]}, Cut()) == Cut(from_size=(11, 12))
    whole = frame_of("outcome from_size to_tier", *rows, ("upgrade_needed", ALL, ALL, 7)).assign(users_added=1)
    cells = {(mark["from"], mark["to"]): mark for mark in marks_of(charts.tier_moves(whole, LIGHT, "customers"))}
    assert cells["Total", "Total"]["customers"] == 7


def test_customers_of_many_countries_or_months_are_not_summed_up() -> None:
    groups = charts.country_groups(COUNTRIES, "customers")
    rows = {mark["row"] for mark in marks_of(charts.by_country(COUNTRIES, LIGHT, "customers"))}
    assert "Other countries" not in rows
    given = frame_of("country outcome", ("DE", "eligible", 9), (groups["SK"], "expired", 20))
    (_, other) = marks_of(charts.by_country(given, LIGHT, "customers"))
    assert (other["row"], other["country"], other["customers"]) == ("Other countries", groups["SK"], 20)

    places = charts.month_groups(MAINTENANCE["month"], **LINE)
    places_drawn = {mark["place"] for mark in marks_of(_maintenance_ends(MAINTENANCE, LIGHT, "customers"))}
    assert "2013" not in places_drawn
    assert "2016-04" in places_drawn
    given = frame_of("month outcome", (places["2013-02"], "expired", 3))
    (mark,) = marks_of(_maintenance_ends(given, LIGHT, "customers"))
    assert (mark["place"], mark["month"], mark["customers"]) == ("2013", "2013-02,2013-11", 3)


# colours


@pytest.mark.parametrize(("palette", "theme"), [(LIGHT, "light"), (DARK, "dark")])
def test_the_colours_of_stages_stand_out_from_the_page_and_texts_on_them(palette: Palette, theme: str) -> None:
    assert palette.page == CONFIG["theme"][theme]["backgroundColor"]
    assert palette.text == CONFIG["theme"][theme]["textColor"]
    assert contrast(palette.text, palette.page) >= 7
    assert contrast(palette.text, palette.band) >= 7
    for color in palette.stages.values():
        assert contrast(color, palette.page) >= 3
    assert contrast(palette.half, palette.page) >= 2
    assert contrast(palette.half, palette.many) >= 2
    assert {STAGE_TITLES[stage] for stage in palette.stages} == {
        "Migrated",
        "Submitted",
        "Verified",
        "Received",
        "Not requested",
    }
