"""Progress in a browser: marks open the licenses they count, and a link brings the same view back, in every time zone."""

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import make_url

from tests.browser.app import Server, enter_row, imported, open_page, serving, settle, watch
from tests.stores import copied

TILES = [
    ("Migrated", "1", "of 6 movable"),
    ("Eligible", "2", "of 6 movable"),
    ("Upgrade needed", "2", "97 users to add"),
    ("Requests under way", "0", "of 6 movable"),
    ("Needs information", "1", "of all 11 licenses"),
    ("Cloud legacy plan", "2", "1 expired"),
]


@pytest.fixture(scope="module")
def server(sample_server: Server) -> Server:
    """The application with the sample; no test changes it."""
    return sample_server


@pytest.fixture
def far_page(chromium: Browser) -> Iterator[Page]:
    """A tab of a browser nine hours west of the usual one, in Los Angeles; the test fails if anything in it complains."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900},
        locale="en-US",
        timezone_id="America/Los_Angeles",
        color_scheme="dark",
        reduced_motion="reduce",
    )
    page = context.new_page()
    complaints = watch(page)
    yield page
    context.close()
    assert not complaints, "\n".join(complaints)


def marks(page: Page, chart: str) -> Locator:
    return page.locator(f".st-key-figure_{chart} g.mark-rect.role-mark path")


def mark(page: Page, chart: str, words: str) -> Locator:
    return page.locator(f'.st-key-figure_{chart} path[aria-label="{words}"]')


def cells(place: Page | Locator, text: str) -> Locator:
    """The cells of tables with that text: tables are drawn, and this is what they tell those who do not see."""
    return place.locator("[role=gridcell]").filter(has_text=text)


def test_the_tiles_count_the_sample(page: Page, server: Server) -> None:
    open_page(page, server)
    for number, (title, value, part_of) in enumerate(TILES):
        tile = page.locator(f".st-key-tile_{number}")
        expect(tile.get_by_test_id("stMetricLabel")).to_have_text(re.compile(f"^{title}"))
        expect(tile.get_by_test_id("stMetricValue")).to_have_text(value)
        expect(tile).to_contain_text(part_of)


def test_every_chart_draws_all_of_its_marks(far_page: Page, server: Server) -> None:
    page = far_page
    open_page(page, server)
    expect(marks(page, "tier_moves")).to_have_count(7)
    page.get_by_role("tab", name="Where").click()
    expect(marks(page, "outcomes_by_product")).to_have_count(10)
    expect(page).to_have_url(re.compile(r"tab=Where"))
    expect(marks(page, "tier_moves")).to_have_count(0)
    open_page(page, server, "cloud")
    expect(marks(page, "cloud_plans")).to_have_count(3)


def test_a_cell_opens_its_license_and_leads_to_the_list_which_a_reload_keeps(far_page: Page, server: Server) -> None:
    page = far_page
    open_page(page, server)
    mark(page, "tier_moves", "10 → 100: 1 license").click()
    rows = page.locator(".st-key-opened_tier_moves")
    expect(rows).to_contain_text("1 license of 11 · Upgrade needed · 10 → 100")
    expect(cells(rows, "BMQ-SYN-0001")).to_have_count(1)
    list_link = rows.get_by_role("link", name="Open in Licenses")
    expect(list_link).to_be_in_viewport()
    list_link.click()
    expect(page).to_have_url(re.compile(r"/licenses\?.*from_size=10&to_tier=100"))
    for _ in range(2):
        expect(page.get_by_role("heading", level=1)).to_have_text("Licenses")
        expect(page.locator(".st-key-filter_summary")).to_contain_text("1 of 11 licenses")
        expect(cells(page, "BMQ-SYN-0001")).to_have_count(1)
        page.reload()
        settle(page)


@pytest.mark.parametrize(
    ("path", "chart", "words", "sentence"),
    [
        ("", "tier_moves", "3 → Total: 1 license", "1 license of 11 · Upgrade needed · 3 → any"),
        ("", "tier_moves", "Total → 100: 1 license", "1 license of 11 · Upgrade needed · any → 100"),
        ("", "tier_moves", "Total → Total: 2 licenses", "2 licenses of 11 · Upgrade needed"),
        (
            "?tab=Where",
            "outcomes_by_product",
            "Confluence, Upgrade needed: 2 licenses",
            "2 licenses of 11 · Confluence · Upgrade needed",
        ),
        (
            "cloud",
            "cloud_plans",
            "Confluence, Cloud: expired: 1 license",
            "1 license of 11 · Confluence · Cloud: expired",
        ),
    ],
)
def test_a_mark_opens_as_many_licenses_as_it_says(
    page: Page, server: Server, path: str, chart: str, words: str, sentence: str
) -> None:
    open_page(page, server, path)
    mark(page, chart, words).click()
    expect(page.locator(f".st-key-opened_{chart}")).to_contain_text(sentence)


def test_the_total_beside_a_bar_opens_the_whole_bar(page: Page, server: Server) -> None:
    open_page(page, server, "?tab=Where")
    total = page.locator(".st-key-figure_outcomes_by_product g.mark-text.role-mark text").get_by_text("6", exact=True)
    total.click(force=True)  # texts are drawn for the eye only; the chart itself finds what was hit
    expect(page.locator(".st-key-opened_outcomes_by_product")).to_contain_text("6 licenses of 11 · Confluence")


def test_the_licenses_behind_a_mark_can_be_downloaded(page: Page, server: Server) -> None:
    open_page(page, server)
    mark(page, "tier_moves", "Total → Total: 2 licenses").click()
    with page.expect_download() as download:
        page.locator(".st-key-download_tier_moves button").click()
    text = download.value.path().read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["License key"] for row in rows] == ["BMQ-SYN-0001", "BMQ-SYN-0004"]


def test_a_tile_leads_to_its_licenses(page: Page, server: Server) -> None:
    open_page(page, server, "?product=confluence")
    page.locator(".st-key-tile_2").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Licenses")
    expect(page.locator(".st-key-filter_summary")).to_contain_text("2 of 11 licenses")
    assert "product=confluence" in page.url
    assert "outcome=upgrade_needed" in page.url


def test_filters_survive_the_menu_and_going_back(page: Page, server: Server) -> None:
    open_page(page, server, "?outcome=eligible")
    menu = page.get_by_test_id("stSidebarNav")
    summary = page.locator(".st-key-filter_summary")
    menu.get_by_role("link", name="Activity").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")
    menu.get_by_role("link", name="Licenses").click()
    expect(summary).to_contain_text("2 of 11 licenses")
    expect(page).to_have_url(re.compile(r"/licenses\?outcome=eligible$"))
    page.locator(".st-key-clear button").click()
    expect(summary).to_contain_text("11 of 11 licenses")
    expect(page).to_have_url(re.compile(r"/licenses$"))
    page.go_back()
    expect(summary).to_contain_text("2 of 11 licenses")


def test_back_and_forward_show_what_their_links_say_and_a_page_of_the_menu_is_one_step(
    page: Page, server: Server
) -> None:
    open_page(page, server)
    summary = page.locator(".st-key-filter_summary")
    page.locator(".st-key-tile_2").get_by_role("link").click()
    expect(summary).to_contain_text("2 of 11 licenses")
    settle(page)
    page.go_back()
    expect(summary).to_contain_text("11 of 11 licenses")
    expect(page).to_have_url(f"{server.url}/")
    page.go_forward()
    expect(summary).to_contain_text("2 of 11 licenses")
    settle(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Cloud").click()
    expect(page).to_have_url(f"{server.url}/cloud?outcome=upgrade_needed")
    settle(page)
    page.go_back()
    expect(page).to_have_url(f"{server.url}/licenses?outcome=upgrade_needed")
    expect(summary).to_contain_text("2 of 11 licenses")


def test_a_key_opens_why_its_license_is_what_it_is_and_a_company_its_customer(page: Page, server: Server) -> None:
    open_page(page, server, "licenses?search=initech")
    table = page.get_by_test_id("stDataFrame").first
    expect(cells(page, "BMQ-SYN-0003")).to_have_count(1)
    table.hover(position={"x": 40, "y": 52})
    expect(table).to_have_attribute("title", re.compile("Initech"))
    table.click(position={"x": 40, "y": 52})
    why = page.locator(".st-key-why")
    expect(why).to_contain_text("Unlimited editors exceed the server tier of 500.")
    expect(page).to_have_url(re.compile("license=BMQ-SYN-0003"))
    page.reload()
    settle(page)
    expect(why).to_contain_text("Unlimited editors exceed the server tier of 500.")
    page.locator(".st-key-close button").click()
    expect(why).to_have_count(0)
    expect(page).not_to_have_url(re.compile("license="))
    settle(page)
    table.click(position={"x": 180, "y": 52})
    expect(page).to_have_url(re.compile(r"/customers\?customer=initech"))


def test_the_list_is_turned_page_by_page(page: Page, sqlite_store_url: str, tmp_path: Path) -> None:
    rows = "".join(f"K{number:03},Jira,Server,10,10\n" for number in range(120))
    url = imported(sqlite_store_url, "many.csv", f"License Key,Product,Hosting,Editors,Server tier\n{rows}".encode())
    with serving(url, tmp_path / "log.txt") as server:
        open_page(page, server, "licenses")
        expect(cells(page, "K000")).to_have_count(1)
        page.locator(".st-key-pages").get_by_role("button", name="3").click()
        expect(cells(page, "K100")).to_have_count(1)
        expect(page).to_have_url(re.compile(r"\?page=3$"))
        page.go_back()
        expect(cells(page, "K000")).to_have_count(1)


def test_a_license_can_be_found_and_opened_by_keyboard(page: Page, server: Server) -> None:
    open_page(page, server, "licenses")
    for key in ("Tab", "Enter", "Tab"):  # over the menu, by the link that leads past it
        page.keyboard.press(key)
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    choice = page.get_by_test_id("stPopoverBody").get_by_role("combobox", name="Product")
    expect(choice).to_be_visible()
    page.keyboard.press("Tab")
    expect(choice).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("searchbox", name="Search").fill("hooli")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-filter_summary")).to_contain_text("1 of 11 licenses")
    expect(cells(page, "BMQ-SYN-0005")).to_have_count(1)
    settle(page)
    enter_row(page.get_by_test_id("stDataFrame"), 0)
    expect(page.locator(".st-key-why")).to_contain_text("The server tier must be known.")


def test_when_the_licenses_cannot_be_read_the_page_says_so_without_a_traceback(
    chromium: Browser, sample_store: Path, tmp_path: Path
) -> None:
    with serving(copied(sample_store, tmp_path), tmp_path / "log.txt") as server:
        page = chromium.new_page()
        open_page(page, server)
        expect(page.locator(".st-key-tile_0")).to_be_visible()
        with sqlite3.connect(str(make_url(server.database_url).database)) as connection:
            connection.execute("ALTER TABLE changes RENAME TO changes_gone")
        page.reload()
        expect(page.get_by_test_id("stAlertContentError")).to_contain_text("Something went wrong on this page")
        expect(page.get_by_text("Traceback")).to_have_count(0)
        expect(page.get_by_test_id("stSidebarNav")).to_be_visible()
        page.close()
