"""From dropping a file to taking it back, in a real browser."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import generate
from tests.browser.app import ROOT, Server, click_until, enter_row, open_page, serving, settle

DATA = ROOT / "tests" / "data"
DEED = re.compile(r"^Import [\d,]+ license")
"""What the button of the preview says."""


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    """The application with an empty store for each test: what one imports, no other may see."""
    with serving(sqlite_url, tmp_path / "log.txt") as running:
        yield running


def drop(page: Page, server: Server, name: str) -> None:
    """Drop a file, and wait until the worker has checked it."""
    open_page(page, server, "import")
    page.locator("input[type=file]").set_input_files(DATA / name)
    expect(page.get_by_role("heading", name=name)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("radio", name="1 File")).to_be_visible(timeout=30_000)
    settle(page)


def go(page: Page, step: str) -> None:
    """Go to a step by its name in the bar."""
    page.get_by_role("radio", name=step).click()
    settle(page)


def expect_counts(page: Page, **counts: int) -> None:
    """The tiles show these counts, and 0 where none is given."""
    tiles = page.get_by_test_id("stMetric")
    titles = ("New", "Changed", "Unchanged", "Skipped", "Duplicates")
    expect(tiles).to_have_text([f"{title}{counts.get(title.lower(), 0)}" for title in titles])


def expect_licenses(page: Page, count: int) -> None:
    """The grey line of the page tells so many licenses in the store."""
    expect(page.get_by_text(f"· {count} license")).to_be_visible()


def turn(page: Page, verb: str, reason: str) -> None:
    """Undo or redo the batch on screen."""
    page.get_by_role("button", name=f"{verb}…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_role("button", name=f"{verb} import").click()
    expect(dialog).to_have_count(0)
    settle(page)


def test_a_clean_file_takes_two_interactions_and_is_imported_once_undone_and_redone(page: Page, server: Server) -> None:
    drop(page, server, "sample_legacy_licenses.csv")
    expect(page).to_have_url(f"{server.url}/import?batch=1&step=preview")
    expect(page.get_by_role("button", name="✓ 19 columns recognised")).to_be_visible()
    expect(page.get_by_role("button", name="✓ no errors, 1 warning")).to_be_visible()
    expect_counts(page, new=11, duplicates=1)
    page.get_by_role("button", name="✓ 12 rows").click()
    expect(page.get_by_text("License Key,License Name,Product")).to_be_visible()
    page.get_by_role("button", name="Next: columns").click()
    page.get_by_role("button", name="Next: check").click()
    expect(page.get_by_text("1 warning", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Needed for an outcome")).to_be_visible()
    open_page(page, server, "import?batch=1&step=preview")
    expect_counts(page, new=11, duplicates=1)
    expect(page.get_by_text("2 eligible · 2 upgrade needed · 1 needs information")).to_be_visible()

    page.get_by_role("button", name="Import 11 licenses").click(click_count=3)
    expect(page.get_by_text("imported by")).to_be_visible(timeout=30_000)
    expect_licenses(page, 11)
    page.reload()
    expect(page.get_by_text("imported by")).to_be_visible(timeout=30_000)
    expect_counts(page, new=11, duplicates=1)

    open_page(page, server, "batches?batch=1&part=History")
    page.get_by_role("button", name="Undo…").click()
    expect(page.get_by_text("11 licenses will be removed")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Undo import #1").click()
    expect(page.get_by_text("Enter a reason.")).to_be_visible()
    page.keyboard.press("Escape")
    turn(page, "Undo", "The wrong export.")
    expect(page.get_by_text("Undone", exact=True).first).to_be_visible()
    expect_licenses(page, 0)

    turn(page, "Redo", "It was the right one after all.")
    expect_licenses(page, 11)
    table = page.get_by_test_id("stDataFrame")
    for text in ("11 new, 0 changed", "11 removed, 0 restored, 0 kept", "The wrong export.", "0 removed, 11 restored"):
        expect(table.get_by_text(text)).to_have_count(1)


def test_a_messy_file_says_what_is_wrong_where_and_is_mended_step_by_step(page: Page, server: Server) -> None:
    drop(page, server, "messy_licenses.csv")
    expect(page.get_by_text("header on line 2")).to_be_visible()
    go(page, "4 Preview")
    expect(page.get_by_role("button", name=DEED)).to_have_count(0)
    page.get_by_role("button", name="Back to columns: decide this first").click()
    expect(page.get_by_text("“03/04/2018” → day first: 2018-04-03 · month first: 2018-03-04")).to_be_visible()
    page.get_by_text("Day first", exact=True).click()
    expect(page.get_by_text("No value", exact=True)).to_have_count(0)
    settle(page)
    page.reload()
    go(page, "3 Check")
    expect(page.get_by_text("4 of 7 rows have errors and will not be imported.")).to_be_visible()
    expect(page.get_by_text("1 × Wrong number of cells")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 4 skipped rows to correct (CSV)").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        problems = {row["_line"]: row for row in csv.DictReader(file)}
    assert set(problems) == {"4", "5", "6", "8"}
    assert "soon" in problems["4"]["_message"]
    assert "8 cells where the header has 9" in problems["6"]["_message"]

    leave = "Leave this cell empty and import the row"
    cause = page.get_by_test_id("stHorizontalBlock").filter(has_text="Maintenance Expires: not a date")
    cause.get_by_role("button", name=leave).last.click()
    expect(page.get_by_text("Left empty · Maintenance ends: not a date")).to_be_visible()
    expect(page.get_by_text("Checking…")).to_have_count(0)
    expect(page.get_by_label("Editors instead of")).to_have_count(1)
    page.get_by_label("Editors instead of").fill("25")
    page.get_by_label("Editors instead of").press("Tab")
    expect(page.get_by_role("button", name="Save 1 correction")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Editors instead of")).to_have_value("25")
    click_until(page.get_by_role("button", name="Save"), page.get_by_text("1 row corrected by hand"))
    page.reload()
    expect(page.get_by_text("1 row corrected by hand")).to_be_visible()

    go(page, "4 Preview")
    expect_counts(page, new=5, skipped=2)
    page.get_by_role("button", name="Import 5 licenses, skip 2 rows").click()
    expect(page.get_by_text("imported by")).to_be_visible(timeout=30_000)
    expect_licenses(page, 5)
    expect(page.get_by_text("1 × Product: a product we do not know")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Receipt (JSON)").click()
    assert '"maintenance_end:invalid_date"' in Path(download.value.path()).read_text(encoding="utf-8")


def test_a_colleague_sees_the_same_preview_and_the_same_choices(page: Page, server: Server, chromium: Browser) -> None:
    drop(page, server, "messy_licenses.csv")
    theirs = chromium.new_page()
    open_page(theirs, server, "import?batch=1&step=columns")
    theirs.get_by_text("Month first", exact=True).click()
    settle(theirs)
    open_page(theirs, server, "import?batch=1&step=preview")
    expect_counts(theirs, new=3, skipped=4)
    theirs.close()
    go(page, "4 Preview")
    expect_counts(page, new=3, skipped=4)


def test_a_server_that_is_killed_at_work_loses_nothing_and_the_next_one_goes_on(
    page: Page, sqlite_url: str, tmp_path: Path
) -> None:
    """Killed while it checks, and again while it imports; nobody has to do anything."""
    big = {"name": "big.csv", "mimeType": "text/csv", "buffer": generate.content(20_000)}
    with serving(sqlite_url, tmp_path / "first.txt", killed=True) as first:
        open_page(page, first, "import")
        page.locator("input[type=file]").set_input_files(big)  # type: ignore[arg-type]
        expect(page.get_by_role("heading", name="big.csv")).to_be_visible(timeout=60_000)
    with serving(sqlite_url, tmp_path / "second.txt", killed=True) as second:
        open_page(page, second, "import?batch=1&step=preview")
        expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=60_000)
        page.get_by_role("button", name=DEED).click()
        expect(page.get_by_text("Importing ·").or_(page.get_by_text("imported by")).first).to_be_visible(timeout=60_000)
    with serving(sqlite_url, tmp_path / "third.txt") as third:
        open_page(page, third, "import?batch=1&step=preview")
        expect(page.get_by_text("imported by")).to_be_visible(timeout=60_000)


def test_a_batch_is_chosen_from_the_list(page: Page, server: Server) -> None:
    drop(page, server, "sample_legacy_licenses.csv")
    page.get_by_role("button", name="Import 11 licenses").click()
    expect(page.get_by_text("imported by")).to_be_visible(timeout=30_000)
    open_page(page, server, "activity?files=all")
    enter_row(page.get_by_test_id("stDataFrame"), 0)
    expect(page).to_have_url(f"{server.url}/activity?files=all&batch=1")
    expect(page.get_by_text("imported by")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="See these licenses").click()
    expect(page).to_have_url(f"{server.url}/licenses?batch=1")
    expect(page.get_by_role("heading", name="Licenses")).to_be_visible()
