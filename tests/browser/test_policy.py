"""The policy in a browser: try grace months, look at the licenses, save, see Progress and Cloud change, take it back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import Server, click_until, imported, open_page, serving, settle
from tests.store.stories import a_file, a_row
from tests.stores import copied

ENDS = ("2016-01-03", "2016-01-04", "2016-02-03", "2016-02-04", "2016-03-31", "2016-06-01")
"""Days around three, two and one month before Jira's Cloud licenses were moved."""


@pytest.fixture
def server(sqlite_template: Path, tmp_path: Path) -> Iterator[Server]:
    """The application with Cloud licenses around the line, and one on Server."""
    rows = [a_row(f"C-{end}", hosting="Cloud", maintenance_expires=end) for end in ENDS]
    url = imported(copied(sqlite_template, tmp_path), "licenses.csv", a_file(*rows, a_row("S-1")))
    with serving(url, tmp_path / "log.txt") as running:
        yield running


def expect_groups(page: Page, server: Server, legacy: int, expired: int, policy: str) -> None:
    open_page(page, server, "cloud")
    expect(page.get_by_text(re.compile(rf"policy {policy} "))).to_be_visible()
    for group, count in (("ended", legacy), ("expired", expired)):
        expect(page.locator(f".st-key-group_{group}").get_by_test_id("stMetricValue")).to_have_text(str(count))


def test_grace_months_are_tried_out_saved_and_taken_back(page: Page, server: Server) -> None:
    expect_groups(page, server, 5, 1, "v1")
    open_page(page, server, "policy")
    months = page.get_by_label("Grace months")
    months.fill("2")
    months.press("Enter")
    what_if = page.locator(".st-key-what_if")
    expect(what_if.get_by_text("2 licenses would change outcome")).to_be_visible()
    settle(page)
    what_if.get_by_label("Look at the licenses").click()
    page.get_by_role("option", name=re.compile("legacy plan → Cloud: expired")).click()
    with page.expect_download() as started:
        what_if.get_by_role("button", name="Download 2 as CSV").click()
    content = started.value.path().read_text("utf-8-sig")
    assert [end for end in ENDS if f"C-{end}" in content] == ["2016-01-04", "2016-02-03"]
    reason = what_if.get_by_label("Reason (required")
    reason.fill("Balsamiq said two months.")
    reason.press("Enter")
    settle(page)
    what_if.get_by_role("button", name="Save as policy v2").click()
    expect(page.locator(".st-key-in_force").get_by_text("licenses changed")).to_be_visible(timeout=30_000)
    expect_groups(page, server, 3, 3, "v2")
    open_page(page, server)
    expect(page.get_by_text(re.compile("policy v2 "))).to_be_visible()
    open_page(page, server, "policy")
    undo = page.get_by_role("button", name="Undo this policy")
    click_until(page.get_by_role("button", name="Undo…"), undo)
    undo.click()
    expect(page.locator(".st-key-in_force")).to_contain_text("Policy v3", timeout=30_000)
    expect_groups(page, server, 5, 1, "v3")
