"""From dropping a file to taking it back, in a real browser."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import ROOT, Server, open_page, serving, settle

DATA = ROOT / "tests" / "data"


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    """The application with an empty store for each test: what one imports, no other may see."""
    with serving(sqlite_url, tmp_path / "log.txt") as running:
        yield running


def drop(page: Page, server: Server, name: str) -> None:
    open_page(page, server, "import")
    page.locator("input[type=file]").set_input_files(DATA / name)
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    settle(page)


def expect_counts(page: Page, **counts: int) -> None:
    """The tiles show these counts, and 0 where none is given."""
    tiles = page.get_by_test_id("stMetric")
    titles = ("New", "Changed", "Unchanged", "Held", "Repeated")
    expect(tiles).to_have_text([f"{title}{counts.get(title.lower(), 0)}" for title in titles])


def expect_licenses(page: Page, count: int) -> None:
    """The grey line of the page tells so many licenses in the store."""
    expect(page.get_by_text(f"· {count} license")).to_be_visible()


def turn(page: Page, verb: str, reason: str) -> None:
    """Undo or redo the batch on screen."""
    page.get_by_role("button", name=f"{verb}…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill(reason)
    dialog.get_by_role("button", name=f"{verb} batch").click()
    expect(dialog).to_have_count(0)
    settle(page)


def test_a_file_is_dropped_imported_once_undone_and_brought_back(page: Page, server: Server) -> None:
    drop(page, server, "sample_legacy_licenses.csv")
    expect(page).to_have_url(f"{server.url}/import?batch=1")
    expect_counts(page, new=11, repeated=1)
    page.reload()
    expect_counts(page, new=11, repeated=1)
    expect(page.get_by_text("2 eligible · 2 upgrade needed · 1 needs information")).to_be_visible()

    page.get_by_role("button", name="Import 11 licenses").click(click_count=3)
    expect(page.get_by_text("imported by")).to_be_visible()
    expect_licenses(page, 11)
    page.reload()
    expect(page.get_by_text("imported by")).to_be_visible()
    expect_counts(page, new=11, repeated=1)

    open_page(page, server, "batches?batch=1&part=History")
    page.get_by_role("button", name="Undo…").click()
    expect(page.get_by_text("11 licenses will be removed, 0 restored")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Undo batch #1").click()
    expect(page.get_by_text("Say why first")).to_be_visible()
    page.keyboard.press("Escape")
    turn(page, "Undo", "The wrong export.")
    expect(page.get_by_text("Undone", exact=True).first).to_be_visible()
    expect_licenses(page, 0)

    turn(page, "Redo", "It was the right one after all.")
    expect_licenses(page, 11)
    table = page.get_by_test_id("stDataFrame")
    for text in ("11 new, 0 changed", "11 removed, 0 restored, 0 kept", "The wrong export.", "0 removed, 11 restored"):
        expect(table.get_by_text(text)).to_have_count(1)


def test_a_messy_file_says_what_is_wrong_where_and_is_mended(page: Page, server: Server) -> None:
    drop(page, server, "messy_licenses.csv")
    expect(page.get_by_text("header on line 2 · 1 line left out")).to_be_visible()
    expect(page.locator(".st-key-commit button")).to_be_disabled()
    expect(page.get_by_text('"03/04/2018" is 4 March 2018')).to_be_visible()
    page.get_by_text("Day first").click()
    page.get_by_role("button", name="Use these answers").click()
    expect_counts(page, new=3, held=4)
    expect(page.get_by_text("4 of 7 rows are held. Wrong date order or wrong file?")).to_be_visible()

    page.get_by_role("tab", name="Problems").click()
    for cause in (
        "1 × Maintenance Expires: not a date",
        "1 × Product: a product we do not know",
        "1 × Rows with too many or too few cells",
        "1 × Editors: not a number of users",
    ):
        expect(page.get_by_text(cause)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all problems (CSV)").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        problems = {row["Line"]: row for row in csv.DictReader(file) if row["Severity"] == "error"}
    assert set(problems) == {"4", "5", "6", "8"}
    assert problems["4"]["Message"].startswith('Line 4, column Maintenance Expires: "soon" is not a date.')
    assert problems["6"]["Message"].startswith("Line 6: this row has 8 cells where the header has 9.")

    page.get_by_text("1 × Maintenance Expires: not a date").click()
    page.get_by_role("button", name="Leave this cell empty and import the row").click()
    expect_counts(page, new=4, held=3)
    page.reload()
    expect(page.get_by_text("Left empty · Maintenance ends: not a date")).to_be_visible()

    page.get_by_role("button", name="Import 4 licenses, hold 3 rows").click()
    expect(page.get_by_text("imported by")).to_be_visible()
    expect_licenses(page, 4)
    expect(page.get_by_text("1 × Product: a product we do not know")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Receipt (JSON)").click()
    assert '"maintenance_end:invalid_date"' in Path(download.value.path()).read_text(encoding="utf-8")


def test_a_colleague_sees_the_same_preview_and_the_same_choices(page: Page, server: Server, chromium: Browser) -> None:
    drop(page, server, "messy_licenses.csv")
    theirs = chromium.new_page()
    open_page(theirs, server, "import?batch=1")
    theirs.get_by_text("Month first").click()
    theirs.get_by_role("button", name="Use these answers").click()
    expect_counts(theirs, new=3, held=4)
    theirs.close()
    page.get_by_role("tab", name="Problems").click()
    expect_counts(page, new=3, held=4)


def test_a_batch_is_chosen_from_the_list(page: Page, server: Server) -> None:
    drop(page, server, "sample_legacy_licenses.csv")
    page.get_by_role("button", name="Import 11 licenses").click()
    expect(page.get_by_text("imported by")).to_be_visible()
    open_page(page, server, "batches")
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box
    page.mouse.click(box["x"] + 18, box["y"] + 52)
    expect(page).to_have_url(f"{server.url}/batches?batch=1")
    expect(page.get_by_text("imported by")).to_be_visible()
    page.get_by_role("button", name="See these licenses").click()
    expect(page).to_have_url(f"{server.url}/licenses?batch=1")
    expect(page.get_by_role("heading", name="Licenses")).to_be_visible()
