"""Marketplace's export from the page Import to matched licenses: reviewed by keyboard, applied, undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import SAMPLE, Server, open_page, serving, settle
from tests.stores import copied

EXPORT = SAMPLE.parent / "sample_marketplace_licenses_export.csv"


@pytest.fixture
def server(sample_store: Path, tmp_path: Path) -> Iterator[Server]:
    """The application with the sample of 11 licenses."""
    with serving(copied(sample_store, tmp_path), tmp_path / "log.txt") as running:
        yield running


def test_an_export_is_recognised_reviewed_applied_and_undone(page: Page, server: Server) -> None:
    open_page(page, server, "import")
    page.locator("input[type=file]").first.set_input_files(EXPORT)
    expect(page.get_by_text("is Marketplace's own export")).to_be_visible()
    page.get_by_role("link", name="Open Reconcile").click()
    page.locator(".st-key-list").get_by_text("To review: 1").click()
    expect(page.get_by_text("BMQ-SYN-0006 is SEN-10000003?")).to_be_visible()
    settle(page)
    page.keyboard.press("a")
    expect(page.locator(".st-key-list")).to_contain_text("Ready to apply: 3")

    page.locator(".st-key-list").get_by_text("Ready to apply: 3").click()
    page.get_by_role("button", name="Apply 3 matches").click()
    expect(page.get_by_text("3 matches are applied, as change 2")).to_be_visible()
    expect(page.locator(".st-key-list")).to_contain_text("Matched: 2")
    page.locator(".st-key-list").get_by_text("Matched: 2").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 2 as CSV").click()
    assert b"SEN-10000002" in download.value.path().read_bytes()
    page.get_by_role("link", name="Progress").click()
    expect(page.locator(".st-key-marketplace")).to_contain_text("Matched: 2")
    open_page(page, server, "requests?stage=matched")
    expect(page.get_by_text("2 requests")).to_be_visible()

    page.get_by_role("link", name="Reconcile").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Change 2 is undone, as change 3")).to_be_visible()
    expect(page.locator(".st-key-list")).to_contain_text("Ready to apply: 3")
    open_page(page, server)
    expect(page.locator(".st-key-marketplace")).to_contain_text("Ready to apply: 3")
    expect(page.locator(".st-key-marketplace")).not_to_contain_text("Matched")
