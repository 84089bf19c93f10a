"""Marketplace's export from the page Import to matched licenses: reviewed by keyboard, applied, undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import SAMPLE, Server, open_page, serving, settle
from tests.marketplace.exports import an_entry, an_export
from tests.stores import copied

EXPORT = SAMPLE.parent / "sample_marketplace_licenses_export.csv"


@pytest.fixture
def server(sample_store: Path, tmp_path: Path) -> Iterator[Server]:
    """The application with the sample of 11 licenses."""
    with serving(copied(sample_store, tmp_path), tmp_path / "log.txt") as running:
        yield running


def counts_agree(page: Page, server: Server, matched: int, ready: int) -> None:
    """Expect the same figures on Reconcile, Progress and Requests, and leave Reconcile open."""
    for path, key in (("", "marketplace"), ("reconcile", "lists")):
        open_page(page, server, path)
        lists = page.locator(f".st-key-{key}")
        for title, count in (("Matched", matched), ("Ready to apply", ready)):
            if count or path:
                expect(lists).to_contain_text(f"{title}: {count}")
            else:
                expect(lists).not_to_contain_text(title)
    open_page(page, server, "requests?stage=matched")
    expect(page.get_by_text(f"{matched} requests" if matched else "No requests here")).to_be_visible()
    page.get_by_role("link", name="Reconcile").click()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """The sample of Marketplace's export, with a license more that only the company's name speaks for."""
    path = tmp_path / "marketplace.csv"
    columns = tuple(EXPORT.read_text().splitlines()[0].split(","))
    line = an_export(an_entry("SEN-7", company="Initech"), columns=columns).splitlines()[-1]
    path.write_bytes(EXPORT.read_bytes().rstrip() + b"\n" + line)
    return path


def test_an_export_is_recognised_reviewed_applied_and_undone(page: Page, server: Server, export: Path) -> None:
    open_page(page, server, "import")
    page.locator("input[type=file]").first.set_input_files(export)
    expect(page.get_by_text("is Marketplace's own export")).to_be_visible()
    page.get_by_role("link", name="Open Reconcile").click()
    lists = page.locator(".st-key-lists")
    lists.get_by_text("To review: 2").click()
    expect(page.get_by_text("BMQ-SYN-0006 is SEN-10000003?")).to_be_visible()
    settle(page)
    page.keyboard.press("s")
    expect(page.get_by_text("2 matches selected")).to_be_visible()
    settle(page)
    page.keyboard.press("x")
    expect(lists).to_contain_text("To review: 0")
    expect(page.get_by_text("and 1 other match rejected")).to_be_visible()
    settle(page)
    page.keyboard.press("u")
    expect(page.get_by_text("BMQ-SYN-0006 is SEN-10000003?")).to_be_visible()
    settle(page)
    page.keyboard.press("a")
    expect(lists).to_contain_text("Ready to apply: 3")
    counts_agree(page, server, matched=0, ready=3)

    lists.get_by_text("Ready to apply: 3").click()
    page.get_by_role("button", name="Apply 3 matches").click()
    expect(page.get_by_text("3 matches applied, as change 2: 1 newly migrated, 2 newly matched")).to_be_visible()
    lists.get_by_text("Matched: 2").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 2 as CSV").click()
    assert b"SEN-10000002" in download.value.path().read_bytes()
    counts_agree(page, server, matched=2, ready=0)

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("3 matches undone, as change 3")).to_be_visible()
    counts_agree(page, server, matched=0, ready=3)
