"""Managers in a browser, in Berlin by day and in Los Angeles by night: every mark opens what it counts, and every link brings it back."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copyfile
from xml.etree import ElementTree

import pytest
import streamlit as st
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from lib import sample
from lib.dashboard import charts
from lib.dashboard.figures import BURN_UP, CLOUD, FIGURES, TABS
from lib.dashboard.view import View, view_of
from lib.domain.text import format_day
from lib.measures.cut import Cut
from lib.web import cached
from lib.web.cached import CachedNumbers
from tests.browser.app import Server, open_page, press_until, serving, settle, watch

ALL = re.compile(r"^1,200 of 1,200 licenses")
PLACES = {"berlin": ("Europe/Berlin", "light"), "los_angeles": ("America/Los_Angeles", "dark")}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application with a migration half way through, invented; no test changes it."""
    folder: Path = tmp_path_factory.mktemp("managers")
    sample.prepare()
    copyfile(sample.url().removeprefix("sqlite:///"), folder / "licenses.sqlite")
    st.cache_data.clear()
    with serving(f"sqlite:///{folder / 'licenses.sqlite'}", folder / "log.txt") as running:
        yield running


@pytest.fixture
def tab(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A tab in one of the `PLACES`, as each test names it; the test fails if anything in it complains."""
    zone, scheme = PLACES[request.param]
    context = chromium.new_context(
        viewport={"width": 1366, "height": 900},
        locale="en-GB",
        timezone_id=zone,
        color_scheme="light" if scheme == "light" else "dark",
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    complaints = watch(page)
    yield page
    context.close()
    assert not complaints, "\n".join(complaints)


def drawn_words(server: Server, unit: str = "licenses", on: str = "") -> View:
    """What a page shows, to be asked for its numbers."""
    return view_of(numbers(server), Cut(on=on), unit)


def numbers(server: Server) -> CachedNumbers:
    """The numbers that a page shows."""
    return CachedNumbers(cached.version(server.database_url))


def words(server: Server, name: str, view: View) -> list[str]:
    """What the marks of a figure say, in the order of the alphabet."""
    figure = FIGURES[name]
    drawing = figure.drawing(numbers(server), figure.in_own_unit(view), charts.LIGHT)
    if drawing is None:
        return []
    words_drawn = {row["words"] for rows in drawing.spec["datasets"].values() for row in rows if "words" in row}
    return sorted(words_drawn)


def described(page: Page, name: str) -> Locator:
    """The marks of a chart that say what they count."""
    return page.locator(f".st-key-figure_{name} g.role-mark :is(path, text)[aria-label]")


def mark(page: Page, name: str, words: str) -> Locator:
    return page.locator(f'.st-key-figure_{name} g.role-mark path[aria-label^="{words}"]').first


def number_on(place: Locator) -> str:
    """`64` of a mark that says `25 → 100: 64 licenses`."""
    match = re.search(r"([\d,]+) licenses?\b", place.get_attribute("aria-label") or "")
    assert match, place.get_attribute("aria-label")
    return match[1]


def open_mark(page: Page, name: str, words: str) -> str:
    """Click a mark; the number that it says, and that what opens below says too."""
    target = mark(page, name, words)
    expect(target).to_be_attached(timeout=15_000)
    number = number_on(target)
    target.click()
    first = page.locator(f".st-key-opened_{name} p").first
    expect(first).to_have_text(re.compile(rf"^{number} licenses? of 1,[\d]+"), timeout=15_000)
    return number


def rows_of(page: Page, button: Locator) -> list[dict[str, str]]:
    """The rows of the CSV file that a button downloads."""
    with page.expect_download() as download:
        button.click()
    return list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"), newline="")))


def summary(page: Page) -> Locator:
    return page.locator(".st-key-filter_summary")


def type_day(page: Page, key: str, day: date) -> None:
    """Write a day into a date field, as people do."""
    page.locator(f".st-key-{key}").get_by_role("spinbutton").first.click()
    page.keyboard.type(f"{day:%Y%m%d}")
    page.get_by_role("heading", level=1).click()


@pytest.mark.parametrize("tab", ["berlin"], indirect=True)
def test_five_answers_lie_on_the_first_screen(tab: Page, server: Server) -> None:
    """How far, whether in time, what next, who is stuck, and how Cloud stands: without scrolling at 1440 × 900."""
    page = tab
    page.set_viewport_size({"width": 1440, "height": 900})
    view = drawn_words(server)
    now = numbers(server).progress(view.cut)
    open_page(page, server, f"?target={view.day + timedelta(days=7)}&product=confluence&product=jira")
    headline = page.locator(".st-key-headline")
    expect(headline).to_contain_text(f"{now.migrated:,} of {now.movable:,} licenses have migrated")
    expect(headline).to_contain_text("At the current pace")
    expect(headline).to_contain_text("after the target")
    expect(headline.get_by_test_id("stBadge").or_(headline.get_by_text("Late"))).to_be_visible()
    expect(page.locator(".st-key-card_stuck").get_by_test_id("stDataFrame")).to_be_visible()
    expect(page.locator(".st-key-card_cloud")).to_contain_text(f"{now.expired:,} expired")
    expect(described(page, "burn_up").first).to_be_attached()
    tiles = [f".st-key-tile_{number}" for number in range(6)]
    tops = set()
    chart = '.st-key-figure_burn_up [data-testid="stVegaLiteChart"]'
    for place in (".st-key-headline", *tiles, chart, ".st-key-card_stuck", ".st-key-card_cloud"):
        box = page.locator(place).bounding_box()
        assert box, place
        assert box["y"] >= 0, place
        assert box["y"] + box["height"] <= 900, place
        if place in tiles:
            tops.add(round(box["y"]))
    assert len(tops) == 1


@pytest.mark.parametrize("tab", ["los_angeles"], indirect=True)
def test_every_figure_of_progress_draws_all_its_marks_and_each_opens_what_it_counts(tab: Page, server: Server) -> None:
    page = tab
    open_page(page, server)
    view = drawn_words(server)
    month = f"{view.day.replace(day=1) - timedelta(days=1):%Y-%m}"
    some_words = {
        "tier_moves": ("10 → Total", "Total → 100", "Total → Total"),
        "waiting": ("Total, in all",),
        "missing_items": ("myAtlassian email: missing for",),
        "funnel": ("Received",),
        "by_country": ("Germany, Eligible",),
        "users_added": ("To 100",),
    }
    for title, rows in TABS.items():
        page.get_by_role("tab", name=title).click()
        for name in (figure.name for row in ((BURN_UP,), *rows) for figure in row):
            expected = words(server, name, view)
            expect(described(page, name)).to_have_count(len(expected), timeout=15_000)
            labels = described(page, name).evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))")
            assert sorted(labels) == expected, name
            for beginning in some_words.get(name, ()):
                open_mark(page, name, beginning)
    number = open_mark(page, "burn_up", f"{month}, Migrated")
    opened = page.locator(".st-key-opened_burn_up")
    expect(opened).to_contain_text("as of")
    assert len(rows_of(page, page.locator(".st-key-download_burn_up button"))) == int(number.replace(",", ""))
    opened.get_by_role("link", name="Open in Licenses").click()
    for _ in range(2):
        expect(page.get_by_role("heading", level=1)).to_have_text("Licenses")
        expect(summary(page)).to_contain_text(re.compile(rf"^{number} of 1,[\d]+ licenses"))
        expect(page).to_have_url(re.compile(rf"on={month}-\d\d"))
        page.reload()
        settle(page)
    assert len(rows_of(page, page.locator(".st-key-download button"))) == int(number.replace(",", ""))


@pytest.mark.parametrize("tab", ["los_angeles"], indirect=True)
def test_a_unit_and_days_change_every_number_and_stand_in_the_link(tab: Page, server: Server) -> None:
    page = tab
    open_page(page, server, "?tab=Where")
    tile = page.locator(".st-key-tile_0").get_by_test_id("stMetricValue")
    now = numbers(server).progress(Cut()).migrated
    expect(tile).to_have_text(f"{now:,}")
    view_button = page.locator(".st-key-view button").first
    view_button.click()
    for unit in ("users", "customers"):
        page.locator(".st-key-view_unit").get_by_role("radio", name=unit.capitalize()).click()
        progress = numbers(server).progress(Cut(), unit)
        # A customer counts when its last license has migrated.
        number = progress.fully_migrated if unit == "customers" else progress.migrated
        expect(tile).to_have_text(f"{number:,}")
        expect(described(page, "by_country").first).to_have_attribute("aria-label", re.compile(rf" {unit}?$"))
    day = drawn_words(server).day - timedelta(days=70)
    then = numbers(server).progress(Cut(on=day.isoformat()), "customers").fully_migrated
    type_day(page, "filter_on", day)
    expect(tile).to_have_text(f"{then:,}")
    expect(page).to_have_url(re.compile(rf"on={day}"))
    since = day - timedelta(days=35)
    page.get_by_role("tab", name="What changed").click()
    view_button.click()
    type_day(page, "view_since", since)
    expected = words(server, "changes_between", replace(drawn_words(server, "customers", day.isoformat()), since=since))
    for _ in range(2):
        expect(page).to_have_url(re.compile(rf"on={day}.*since={since}"))
        expect(tile).to_have_text(f"{then:,}")
        expect(described(page, "changes_between")).to_have_count(len(expected), timeout=15_000)
        expect(page.locator(".st-key-figure_changes_between")).to_contain_text(
            f"{format_day(since)} – {format_day(day)}"
        )
        expect(page).to_have_url(re.compile("unit=customers"))
        page.reload()
        settle(page)
    assert expected


@pytest.mark.parametrize("tab", ["los_angeles"], indirect=True)
def test_a_chart_is_taken_along_as_a_picture_and_as_a_link(tab: Page, server: Server) -> None:
    page = tab
    open_page(page, server, "?product=jira&unit=Users")
    expect(described(page, "tier_moves").first).to_be_attached(timeout=15_000)
    page.locator(".st-key-share_tier_moves button").first.click()
    pictures = {}
    for kind in ("png", "svg"):
        with page.expect_download() as download:
            page.locator(f".st-key-{kind}_tier_moves button").click()
        assert download.value.suggested_filename == f"tier_moves.{kind}"
        pictures[kind] = download.value.path().read_bytes()
    assert pictures["png"].startswith(b"\x89PNG\r\n\x1a\n")
    assert ElementTree.fromstring(pictures["svg"]).tag.endswith("svg")
    address = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    other = page.context.new_page()
    complaints = watch(other)
    other.goto(address)
    settle(other)
    for place in (".st-key-filter_summary", ".st-key-tiles"):
        expect(other.locator(place)).to_have_text(page.locator(place).inner_text(), use_inner_text=True)
    assert not complaints


@pytest.mark.parametrize("tab", ["berlin"], indirect=True)
def test_cloud_shows_both_groups_and_the_month_that_was_clicked(tab: Page, server: Server) -> None:
    page = tab
    open_page(page, server, "cloud")
    view = drawn_words(server)
    now = numbers(server).progress(view.cut)
    for group, licenses, step in (
        ("ended", now.legacy_plan, "The free legacy plan ended on"),
        ("expired", now.expired, "Start a new subscription at https://marketplace.atlassian.com/"),
    ):
        card = page.locator(f".st-key-group_{group}")
        expect(card.get_by_test_id("stMetricValue")).to_have_text(f"{licenses:,}")
        rows = rows_of(page, card.get_by_role("button", name="Download with next steps"))
        assert len(rows) == licenses
        assert all(row["Next step"].startswith(step) for row in rows)
    for name in (figure.name for figure in CLOUD):
        expect(described(page, name)).to_have_count(len(words(server, name, view)), timeout=15_000)
    number = open_mark(page, "maintenance_ends_jira", "2016-01, Cloud: legacy plan")
    opened = page.locator(".st-key-opened_maintenance_ends_jira")
    rows = rows_of(page, page.locator(".st-key-download_maintenance_ends_jira button"))
    assert len(rows) == int(number)
    assert {row["Maintenance ends"][:7] for row in rows} == {"2016-01"}
    page.locator(".st-key-borderline_list").get_by_text(f"List {now.borderline} borderline licenses").click()
    expect(page.locator(".st-key-opened_borderline p").first).to_have_text(
        re.compile(rf"^{now.borderline} licenses of")
    )
    opened.get_by_role("link", name="Open in Licenses").click()
    expect(summary(page)).to_contain_text(f"{number} of 1,200 licenses")
    expect(page).to_have_url(re.compile("month=2016-01"))


@pytest.mark.parametrize("tab", ["los_angeles"], indirect=True)
def test_the_licenses_of_a_mark_can_be_opened_by_keyboard(tab: Page, server: Server) -> None:
    page = tab
    open_page(page, server)
    expect(mark(page, "tier_moves", "Total → 250")).to_be_attached(timeout=15_000)
    number = number_on(mark(page, "tier_moves", "Total → 250"))
    box = page.get_by_role("combobox", name="Open licenses of Upgrades by current size and server tier")
    press_until(box, "ArrowDown", page.get_by_role("option"))
    page.keyboard.type("Total → 250")
    expect(page.get_by_role("option", name=re.compile("^Total → 250: "))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-opened_tier_moves p").first).to_have_text(re.compile(rf"^{number} licenses? of "))
    page.locator(".st-key-more button").first.focus()
    page.keyboard.press("Enter")
    box = page.locator(".st-key-filter_to_tier").get_by_role("combobox")
    expect(box).to_be_visible()
    box.focus()
    page.keyboard.type("250")
    expect(page.get_by_role("option", name="250", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    expect(summary(page)).to_contain_text(f"{number} of 1,200 licenses")
    expect(page).to_have_url(re.compile(r"to_tier=250$"))


@pytest.mark.parametrize("tab", ["berlin"], indirect=True)
def test_where_nothing_matches_the_buttons_say_how_many_there_would_be(tab: Page, server: Server) -> None:
    page = tab
    open_page(page, server, "?product=xwiki&outcome=eligible")
    place = page.locator(".st-key-nothing_matches")
    for name, cut in (("product", Cut(outcome=("eligible",))), ("outcome", Cut(product=("xwiki",)))):
        count = cached.total(numbers(server).version, cut)
        expect(place.get_by_role("button", name=f"Without {name}: {count:,}")).to_be_visible()
    place.get_by_role("button", name="Without outcome").click()
    expect(summary(page)).to_contain_text(f"{count} of 1,200 licenses")


@pytest.mark.parametrize("tab", ["berlin"], indirect=True)
def test_sample_data_is_a_world_of_its_own_which_leaves_no_trace(tab: Page, empty_server: Server) -> None:
    """Its tour, pages, downloads, imports and their undo, kept through a reload; the store stays as it was."""
    page = tab
    open_page(page, empty_server)
    for step in ("1. Export", "2. Upload the file", "3. Come back"):
        expect(page.get_by_text(step)).to_be_visible()
    page.get_by_role("link", name="See it with sample data").click()
    badge = page.locator(".st-key-sample_mark").get_by_text("Sample data")
    expect(badge).to_be_visible(timeout=60_000)
    expect(summary(page)).to_contain_text(ALL)
    settle(page)
    with page.expect_download() as pack:
        page.locator(".st-key-board_pack button").first.click()
    assert pack.value.suggested_filename.startswith("sample_data_")
    for title in ("Customers", "Requests", "Import", "Activity"):
        settle(page)
        page.locator(".st-key-tour_next button").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(badge).to_be_visible()
        expect(page.get_by_text("No licenses yet")).to_have_count(0)
    page.locator(".st-key-tour_end button").click()
    expect(page.locator(".st-key-tour")).to_have_count(0)
    rows = b"License Key,Product,Hosting,Editors,Host tier\nNEW-1,Jira,Server,10,10\n"
    open_page(page, empty_server, "import")
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(
        FilePayload(name="one.csv", mimeType="text/csv", buffer=rows)
    )
    page.get_by_role("button", name="Import 1 license").click(timeout=60_000)
    expect(page.get_by_role("button", name="Undo…")).to_be_visible(timeout=60_000)
    open_page(page, empty_server, "licenses?search=NEW-1")
    expect(summary(page)).to_contain_text("1 of 1,201 licenses")
    page.get_by_role("link", name="Leave the sample").click()
    expect(page.get_by_text("No licenses yet")).to_be_visible()
    expect(badge).to_have_count(0)
    assert cached.version(empty_server.database_url).change == 0
