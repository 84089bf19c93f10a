"""The charts say what the counted licenses say, and every mark leads to as many licenses as it shows."""

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import pandas as pd
import pytest

from lib.dashboard import charts
from lib.dashboard.charts import DARK, LIGHT, Palette
from lib.domain.eligibility import Outcome
from lib.domain.tiers import UNLIMITED
from lib.measures.cut import Cut
from lib.measures.progress import CLOUD_OUTCOMES, progress_counts
from lib.store.license_counts import DIMENSIONS
from tests.colours import CONFIG, contrast


def a_cube(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """A cube as `counts.cube` gives it; each row says only what matters."""
    blank = {**dict.fromkeys(DIMENSIONS), "borderline": False, "licenses": 1, "users_added": 0}
    frame = pd.DataFrame([{**blank, **row} for row in rows], columns=list(blank), dtype=object)
    return frame.astype({"licenses": "int64", "users_added": "int64"})


def grows(size: int, tier: int, licenses: int = 1, product: str = "jira") -> dict[str, Any]:
    users = 0 if tier == UNLIMITED else (tier - size) * licenses
    row = {"product": product, "hosting": "server", "outcome": "upgrade_needed", "consent": "pending"}
    return {**row, "from_size": size, "to_tier": tier, "licenses": licenses, "users_added": users}


def stands(product: str | None, outcome: str, licenses: int = 1, hosting: str = "server") -> dict[str, Any]:
    return {"product": product, "hosting": hosting, "outcome": outcome, "licenses": licenses}


CUBE = a_cube(
    stands("confluence", "eligible", 5),
    stands("confluence", "legacy_plan", 3, "cloud"),
    stands("jira", "expired", 2, "cloud"),
    stands("xwiki", "not_eligible", 4),
    stands(None, "needs_info", 1),
    grows(10, 100, 7),
    grows(10, 25, 2),
    grows(3, 25, 1, "confluence"),
    grows(500, UNLIMITED, 4),
)


def marks(chart: alt.LayerChart) -> Iterator[dict[str, Any]]:
    """The data of all marks of a chart, each datum once."""
    spec = chart.to_dict()
    places = []
    for rows in spec["datasets"].values():
        for row in rows:
            if row not in places:
                places.append(row)
                yield row


def licenses_in(cube: pd.DataFrame, cut: Cut) -> int:
    """How many licenses of a cube a cut lets through, by the filters that marks carry."""
    inside = pd.Series(True, index=cube.index)
    for name in ("product", "outcome", "from_size", "to_tier"):
        values = getattr(cut, name)
        if values:
            inside &= (
                cube[name]
                .map(lambda value, name=name: value or ("unknown" if name == "product" else value))
                .isin(list(values))
            )
    return int(cube.loc[inside, "licenses"].sum())


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize(
    ("chart", "fields", "base"),
    [
        (charts.outcomes_by_product, ("product", "outcome"), Cut()),
        (charts.cloud_plans, ("product", "outcome"), Cut()),
        (charts.tier_moves, ("from_size", "to_tier"), Cut(outcome=("upgrade_needed",))),
    ],
)
def test_every_mark_leads_to_as_many_licenses_as_it_shows(
    chart: Any, fields: tuple[str, ...], base: Cut, palette: Palette
) -> None:
    all_marks = list(marks(chart(CUBE, palette)))
    assert len(all_marks) > 3
    for mark in all_marks:
        cut = charts.licenses_behind({name: mark[name] for name in fields}, base)
        assert licenses_in(CUBE, cut) == mark["licenses"], mark


def test_the_totals_of_the_heat_table_add_up() -> None:
    cells = {(mark["from"], mark["to"]): mark["licenses"] for mark in marks(charts.tier_moves(CUBE, LIGHT))}
    assert cells == {
        ("3", "25"): 1,
        ("3", "Total"): 1,
        ("10", "25"): 2,
        ("10", "100"): 7,
        ("10", "Total"): 9,
        ("500", "Unlimited"): 4,
        ("500", "Total"): 4,
        ("Total", "25"): 3,
        ("Total", "100"): 7,
        ("Total", "Unlimited"): 4,
        ("Total", "Total"): 14,
    }


def test_the_heat_table_reads_from_small_to_large_with_totals_last() -> None:
    spec = charts.tier_moves(CUBE, LIGHT).to_dict()
    encoding = spec["layer"][0]["encoding"]
    assert encoding["y"]["sort"] == ["3", "10", "500", "Total"]
    assert encoding["x"]["sort"] == ["25", "100", "Unlimited", "Total"]


def test_many_sizes_are_shown_by_bands_of_the_ladder() -> None:
    bands = charts.size_bands([*range(1, 31), 600, 20000])
    assert (bands[1], bands[9], bands[10], bands[11], bands[24]) == ("1–9", "1–9", "10", "11–24", "11–24")
    assert (bands[600], bands[20000]) == ("501–1,999", "10,001 and more")
    assert list(bands) == sorted(bands)


def test_a_band_leads_to_all_of_its_sizes() -> None:
    cube = a_cube(*(grows(size, 100, size) for size in range(1, 31)))
    band = next(
        mark for mark in marks(charts.tier_moves(cube, LIGHT)) if mark["from"] == "26–49" and mark["to"] == "100"
    )
    cut = charts.licenses_behind({"from_size": band["from_size"], "to_tier": band["to_tier"]}, Cut())
    assert cut == Cut(from_size=(26, 27, 28, 29, 30), to_tier=(100,))
    assert band["licenses"] == 26 + 27 + 28 + 29 + 30


def test_a_mark_narrows_the_cut_it_was_drawn_from() -> None:
    cut = charts.licenses_behind({"product": "jira", "outcome": ""}, Cut(search="acme", hosting=("server",)))
    assert cut == Cut(search="acme", hosting=("server",), product=("jira",))


def test_a_total_of_cloud_plans_leads_to_no_group_that_the_filters_left_out() -> None:
    cube = a_cube(stands("jira", "legacy_plan", 3, "cloud"), stands("confluence", "expired", 2, "cloud"))
    totals = [mark for mark in marks(charts.cloud_plans(cube, LIGHT)) if mark["outcome_title"] == "Total"]
    assert {(mark["product"], mark["outcome"]) for mark in totals} == {
        ("jira", "legacy_plan"),
        ("confluence", "expired"),
    }


def test_only_selections_by_plain_values_are_used() -> None:
    for chart in (charts.outcomes_by_product, charts.cloud_plans, charts.tier_moves):
        spec = chart(CUBE, LIGHT).to_dict()
        (parameter,) = spec["params"]
        assert parameter["name"] == charts.PICKED
        for row in next(iter(spec["datasets"].values())):
            assert all(isinstance(row[name], str) for name in parameter["select"]["fields"])


def test_the_text_of_a_chart_says_its_numbers() -> None:
    assert charts.describe_outcomes(CUBE, CLOUD_OUTCOMES) == (
        "Confluence, Cloud: legacy plan: 3 licenses; Jira, Cloud: expired: 2 licenses"
    )
    assert charts.describe_tier_moves(CUBE).startswith(
        "10 to 100: 7 licenses; 500 to Unlimited: 4 licenses; 10 to 25: 2"
    )


@pytest.mark.parametrize(("palette", "theme"), [(LIGHT, "light"), (DARK, "dark")])
def test_texts_can_be_read_on_what_they_stand_on(palette: Palette, theme: str) -> None:
    page = CONFIG["theme"][theme]["backgroundColor"]
    for color in palette.outcomes.values():
        assert contrast(color, palette.on_outcome) >= 4.5
    assert contrast(palette.few, palette.on_few) >= 4.5
    assert contrast(palette.many, palette.on_many) >= 4.5
    assert contrast(palette.ground, palette.on_few) >= 4.5
    assert contrast(page, palette.quiet) >= 4.5
    assert contrast(page, palette.text) >= 4.5


def test_the_standing_counts_what_can_move_and_what_is_settled() -> None:
    now = progress_counts(
        a_cube(
            stands("jira", "already_migrated", 2),
            stands("jira", "eligible", 3),
            grows(10, 100, 4),
            grows(10, UNLIMITED, 5),
            stands("jira", "needs_info", 6),
            stands("jira", "needs_info", 7, "cloud"),
            stands("xwiki", "not_eligible", 8),
            stands("jira", "legacy_plan", 9, "cloud"),
            {**stands("jira", "expired", 10, "cloud"), "borderline": True},
        )
    )
    assert (now.licenses, now.movable, now.migrated, now.eligible) == (54, 2 + 3 + 4 + 5 + 6, 2, 3)
    assert (now.upgrade_needed, now.users_added, now.unlimited) == (9, 360, 5)
    assert (now.needs_info, now.not_eligible) == (13, 8)
    assert (now.legacy_plan, now.expired, now.on_cloud, now.borderline) == (9, 10, 19, 10)


def test_a_license_of_unknown_hosting_may_still_move() -> None:
    assert progress_counts(a_cube({**stands("jira", "needs_info"), "hosting": None})).movable == 1


def test_nothing_stands_nowhere() -> None:
    assert progress_counts(a_cube()).licenses == 0
    assert set(Outcome) >= set(CLOUD_OUTCOMES)
