"""A license is edited on its page, the verdict turns, and the edit is undone right there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import Server, open_page, serving, settle
from tests.stores import copied


@pytest.fixture
def server(sample_store: Path, tmp_path: Path) -> Iterator[Server]:
    """The application with the sample in its store."""
    with serving(copied(sample_store, tmp_path), tmp_path / "log.txt") as running:
        yield running


def test_a_license_is_edited_judged_again_and_the_edit_undone(page: Page, server: Server) -> None:
    open_page(page, server, "licenses?license=BMQ-SYN-0005")
    expect(page.get_by_role("heading", name="Needs information")).to_be_visible()
    page.get_by_role("button", name="Edit", exact=True).click()
    form = page.get_by_test_id("stForm")
    form.get_by_label("Server tier").fill("lots")
    form.get_by_label("Note (optional").fill("They called.")
    save = form.get_by_role("button", name="Save")
    save.click()
    expect(form.get_by_text('"lots" is not a number of users.')).to_be_visible()
    settle(page)
    form.get_by_label("Server tier").fill("50")
    save.click()

    expect(page.get_by_text("The outcome is now: Eligible. 50 editors match the server tier of 50.")).to_be_visible()
    expect(page.get_by_role("heading", name="Eligible")).to_be_visible()
    history = page.get_by_test_id("stTable").last
    expect(history.get_by_role("row").nth(1)).to_contain_text("Server tier: blank → 50")
    expect(history.get_by_role("row").nth(1)).to_contain_text("Why: They called.")
    expect(history.get_by_role("link", name="Import #1")).to_have_attribute("href", "batches?batch=1")

    page.get_by_role("button", name="Undo this edit").click()
    expect(page.get_by_role("button", name="Redo this edit")).to_be_visible()
    expect(page.get_by_role("heading", name="Needs information")).to_be_visible()
    page.reload()
    settle(page)
    expect(history.get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("heading", name="Needs information")).to_be_visible()


def test_undoing_the_import_keeps_the_edit_and_says_so(page: Page, server: Server) -> None:
    open_page(page, server, "licenses?license=BMQ-SYN-0005")
    page.get_by_role("button", name="Edit", exact=True).click()
    form = page.get_by_test_id("stForm")
    form.get_by_label("Server tier").fill("50")
    form.get_by_label("Note (optional").fill("They called.")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Eligible")).to_be_visible()

    open_page(page, server, "batches?batch=1")
    page.get_by_role("button", name="Undo…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("10 licenses will be removed")).to_be_visible()
    expect(dialog.get_by_text("1 license changed since and will be kept")).to_be_visible()
    dialog.get_by_label("Reason").fill("The wrong export.")
    dialog.get_by_role("button", name="Undo import #1").click()
    expect(page.get_by_text("Undone", exact=True).first).to_be_visible()
    expect(page.get_by_text("· 1 license")).to_be_visible()
    open_page(page, server, "licenses?license=BMQ-SYN-0005")
    expect(page.get_by_role("heading", name="Eligible")).to_be_visible()
