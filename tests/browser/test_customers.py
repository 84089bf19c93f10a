"""The main job in a browser: bring in an export, send customers their lists, undo, and nothing is left."""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Download, Page, expect

from lib.measures.cut import Cut
from lib.store import database, license_queries
from tests import generate
from tests.browser.app import SAMPLE, Server, enter_row, imported, open_page, serving, settle
from tests.stores import copied

ROW = 35
"""Height of a row of the list, in pixels: its cells are drawn, so they are clicked by place."""


@pytest.fixture
def fresh(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    """The application with an empty store that no other test sees."""
    with serving(sqlite_url, tmp_path / "log.txt") as running:
        yield running


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application with 2,000 made-up licenses."""
    folder = tmp_path_factory.mktemp("filled")
    url = imported(copied(sqlite_template, folder), "made up.csv", generate.content(2000))
    with serving(url, folder / "log.txt") as running:
        yield running


def download(page: Page, ending: str) -> Download:
    """Press one of the buttons of the bar and wait for its file."""
    with page.expect_download() as started:
        page.locator(f".st-key-download_{ending} button").first.click()
    return started.value


def rows_of_workbook(file: Download, sheet: str = "Upgrades") -> list[dict[str, Any]]:
    header, *rows = load_workbook(io.BytesIO(file.path().read_bytes()))[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def rows_of_csv(file: Download) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.path().read_text("utf-8-sig"), newline="")))


def licenses_in(server: Server) -> int:
    """How many licenses the application's store has now."""
    engine = database.connect(server.database_url)
    with database.reading(engine) as connection:
        number = license_queries.count(connection, Cut())
    engine.dispose()
    return number


def choose(page: Page, row: int) -> None:
    """Tick a row of the list of customers, from 0."""
    page.locator(".st-key-customers .dvn-scroller").click(position={"x": 16, "y": ROW * (row + 1) + ROW // 2})


def open_row(page: Page, row: int) -> None:
    """Click the name in a row of the list of customers, from 0."""
    page.locator(".st-key-customers .dvn-scroller").click(position={"x": 90, "y": ROW * (row + 1) + ROW // 2})


def bar(page: Page) -> Any:
    return page.locator(".st-key-bar")


def test_an_export_becomes_upgrade_lists_and_undoing_it_leaves_nothing(page: Page, fresh: Server) -> None:
    open_page(page, fresh, "import")
    page.locator("input[type=file]").set_input_files(SAMPLE)
    expect(page).to_have_url(re.compile("batch=1"), timeout=30_000)
    open_page(page, fresh, "import?batch=1&step=preview")
    page.get_by_role("button", name="Import 11 licenses").click()
    expect(page.get_by_text("imported by")).to_be_visible(timeout=30_000)
    assert licenses_in(fresh) == 11

    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Customers").click()
    page.get_by_text("Needs upgrade 2", exact=True).click()
    expect(bar(page)).to_contain_text("All 2 customers")
    expect(bar(page)).to_contain_text("2 customers · 2 upgrades · 97 users added")
    workbook = download(page, "xlsx")
    assert workbook.suggested_filename == "Upgrades All 2 customers.xlsx"
    first, second = rows_of_workbook(workbook)
    titles = ("License key", "From", "To", "Tier steps", "Users added", "Consent")
    assert [first[title] for title in titles] == ["BMQ-SYN-0001", 10, 100, 3, 90, "Given"]
    assert [second[title] for title in titles] == ["BMQ-SYN-0004", 3, 10, 1, 7, "Pending"]

    choose(page, 0)
    expect(bar(page)).to_contain_text("1 customer · 1 upgrade · 90 users added")
    one = download(page, "csv")
    assert one.suggested_filename == "Upgrades Acme Corp.csv"
    assert [row["License key"] for row in rows_of_csv(one)] == ["BMQ-SYN-0001"]
    archive = zipfile.ZipFile(download(page, "zip").path())
    names = archive.namelist()
    assert names == ["Acme Corp.xlsx", "manifest.csv"]
    manifest = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"), newline="")))
    assert [row["SHA-256"] for row in manifest] == [hashlib.sha256(archive.read("Acme Corp.xlsx")).hexdigest()]
    letters = download(page, "pdf")
    assert letters.suggested_filename == "Letters Acme Corp.pdf"
    assert letters.path().read_bytes().startswith(b"%PDF-")

    open_row(page, 0)
    expect(page.get_by_role("heading", name="Acme Corp")).to_be_visible()
    expect(page).to_have_url(re.compile(r"customer=acme"))
    page.get_by_role("tab", name="Letter").click()
    expect(page.get_by_test_id("stCode").last).to_contain_text("needs an upgrade from 10 to 100 users")
    page.locator(".st-key-reveal_letter button").click()
    assert (page.get_by_role("link", name="Open in mail").get_attribute("href") or "").startswith("mailto:")
    page.get_by_role("button", name="Copy subject").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    with page.expect_download() as started:
        page.locator(".st-key-letter_eml button").first.click()
    draft = message_from_bytes(started.value.path().read_bytes(), policy=policy.default)
    (attachment,) = draft.iter_attachments()
    assert (draft["X-Unsent"], attachment.get_filename()) == ("1", "Balsamiq licenses Acme Corp.xlsx")
    sheet = load_workbook(io.BytesIO(attachment.get_content())).worksheets[0]
    assert (sheet["A1"].value, sheet["A5"].value) == ("Balsamiq licenses of Acme Corp", "BMQ-SYN-0001")
    page.get_by_role("tab", name="Files").click()
    page.locator(".st-key-sent_1 button").first.click()
    expect(page.get_by_text("now waiting for the customer.")).to_be_visible()
    page.locator(".st-key-undo_sending button").click()
    expect(page.get_by_text("Marked as not sent.")).to_be_visible()

    open_page(page, fresh, "batches?batch=1")
    page.locator(".st-key-undo button").click()
    page.locator(".st-key-reason input").fill("Only a rehearsal")
    page.locator(".st-key-confirm button").click()
    expect(page.locator(".st-key-redo button")).to_be_visible(timeout=30_000)
    open_page(page, fresh, "customers")
    expect(page.get_by_role("heading", name="No licenses yet")).to_be_visible()
    assert licenses_in(fresh) == 0


def test_several_customers_can_be_chosen_and_the_files_hold_what_the_bar_says(page: Page, filled: Server) -> None:
    open_page(page, filled, "customers?group=upgrade")
    for row in (0, 2, 3):
        choose(page, row)
    expect(bar(page)).to_contain_text("3 customers ·")
    (upgrades,) = re.findall(r"3 customers · ([\d,]+) upgrades", bar(page).inner_text())
    by_workbook, by_csv = rows_of_workbook(download(page, "xlsx")), rows_of_csv(download(page, "csv"))
    assert len(by_workbook) == len(by_csv) == int(upgrades)
    assert len({row["Customer"] for row in by_workbook}) == 3
    expect(page).not_to_have_url(re.compile("customer="))


def test_a_choice_does_not_outlive_the_rows_it_was_made_in(page: Page, filled: Server) -> None:
    open_page(page, filled, "customers?group=upgrade")
    choose(page, 1)
    choose(page, 2)
    expect(bar(page)).to_contain_text("2 customers ·")
    page.get_by_role("button", name="Jira").click()
    expect(page).to_have_url(re.compile("product=jira"))
    expect(bar(page)).to_contain_text(re.compile(r"All \d+ customers"))


def test_a_saved_link_to_the_upgrade_lists_leads_to_its_page_and_to_a_customer(page: Page, filled: Server) -> None:
    open_page(page, filled, "upgrades?page=2&sort=Name")
    expect(page).to_have_url(re.compile(r"customers\?group=upgrade&page=2&sort=Name"))
    choose(page, 4)
    name = page.locator(".st-key-bar h2")
    expect(name).not_to_contain_text("customers")
    label = name.inner_text()
    open_row(page, 4)
    expect(page).to_have_url(re.compile("[?&]customer="))
    # The bar has the name, too, until the page takes its place.
    expect(page.get_by_role("heading", name=label)).to_have_count(1)
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    settle(page)
    expect(page.get_by_role("heading", name=label)).to_be_visible()


def test_a_customer_is_found_in_two_steps_and_marked_as_sent_in_four_with_nobody_else(
    page: Page, filled: Server
) -> None:
    open_page(page, filled, "customers?group=upgrade")
    page.locator(".st-key-search input").fill("maple")  # 1
    page.locator(".st-key-search input").press("Enter")
    expect(bar(page)).to_contain_text(re.compile(r"All \d{1,2} customers"))
    before = waiting_in(filled)
    for row in (0, 1):
        choose(page, row)  # 2 and 3, or 1 for one customer
    page.get_by_role("button", name="Mark 2 as sent").click()  # 4
    message = page.get_by_text("Marked as sent for 2 customers.")
    expect(message).to_be_visible()
    (requests,) = re.findall(r"(\d+) requests? (?:is|are) now waiting", message.inner_text())
    assert waiting_in(filled) == before + int(requests)
    page.locator(".st-key-undo_sending button").click()
    expect(page.get_by_text("Marked as not sent.")).to_be_visible()
    assert waiting_in(filled) == before
    enter_row(page.locator(".st-key-customers"), 1)
    expect(page.get_by_role("heading", name=re.compile("maple", re.IGNORECASE))).to_be_visible()


def waiting_in(server: Server) -> int:
    """How many requests wait for their customers now."""
    engine = database.connect(server.database_url)
    with database.reading(engine) as connection:
        number = license_queries.count(connection, Cut(stage=("needs_info",)))
    engine.dispose()
    return number
