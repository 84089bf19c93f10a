"""A request from first contact to its SEN: a pasted mail, a missing item, a refusal, a bulk submission, a doubled SEN, undo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.measures.cut import Cut
from lib.store import database, license_queries
from tests.browser.app import Server, imported, open_page, serving, settle

HEADER = "License Key,Company,Product,Hosting,Editors,Server tier,Maintenance Expires\n"
ROWS = "K1,Acme Corp,Jira,Server,10,10,2017-01-31\nK2,Acme Corp,Confluence,Server,25,100,2018-05-31\n"
MAIL = """Hi, here is what you asked for.

> 1. License Key:
K1, K2
> 2. The email address for the myAtlassian account for the license:
it@acme.example
> 3. The first and last name of the holder of the myAtlassian account:
Eva Doe
> 4. The organization (company) name for the License:
Acme Corp

I am using the licenses on my server: yes
I agree to match the server's tier: yes
"""
ROW = 35


@pytest.fixture
def server(sqlite_store_url: str, tmp_path: Path) -> Iterator[Server]:
    """The application with two licenses of a customer."""
    url = imported(sqlite_store_url, "two.csv", (HEADER + ROWS).encode())
    with serving(url, tmp_path / "log.txt") as running:
        yield running


def stages(server: Server) -> dict[str, str]:
    engine = database.connect(server.database_url)
    with database.reading(engine) as connection:
        frame = license_queries.licenses(connection, Cut())
    engine.dispose()
    return dict(zip(frame["license_key"], frame["stage"], strict=True))


def shown_as(page: Page, name: str) -> None:
    page.locator(".st-key-requests_as").get_by_text(name, exact=True).click()
    settle(page)


def choose_both(page: Page) -> None:
    table = page.get_by_test_id("stDataFrame").first
    for row, label in ((1, "1 request selected"), (2, "2 requests selected")):
        settle(page)
        table.click(position={"x": 16, "y": ROW * row + ROW // 2})
        expect(page.get_by_text(label)).to_be_visible()


def move(page: Page, to: str) -> None:
    page.get_by_role("combobox", name="Move to").click()
    page.get_by_role("option", name=to, exact=True).click()
    expect(page.locator(".st-key-move button")).to_contain_text(to)


def test_a_request_comes_from_a_mail_to_its_sen(page: Page, server: Server) -> None:
    open_page(page, server, "requests")
    page.get_by_role("button", name="Paste a reply").click()
    page.get_by_label("The customer's email").fill(MAIL)
    page.keyboard.press("Control+Enter")
    email = page.locator("[class*=st-key-answer_myatlassian_email]")
    expect(email).to_contain_text("it@acme.example")
    expect(email).to_contain_text("K1, K2")
    page.locator(".st-key-take_over button").click()
    expect(page.get_by_text("2 licenses changed")).to_be_visible()
    assert set(stages(server).values()) == {"received"}

    choose_both(page)
    move(page, "Verified")
    page.locator(".st-key-move button").click()
    expect(page.get_by_text("2 requests moved to “Verified”")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert set(stages(server).values()) == {"received"}
    settle(page)
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_text("Redone.")).to_be_visible()
    choose_both(page)
    move(page, "Submitted")
    expect(page.get_by_text("2 requests cannot be moved")).to_be_visible()
    expect(page.locator(".st-key-move button")).to_be_disabled()

    page.locator(".st-key-items summary").click()
    page.get_by_label("Address", exact=True).fill("Main Street 1, Springfield")
    page.get_by_label("Country", exact=True).fill("USA")
    page.locator(".st-key-save_items button").click()
    expect(page.get_by_text("2 licenses changed.")).to_be_visible()

    shown_as(page, "Packs")
    with page.expect_download() as download:
        page.get_by_role("button", name="Create pack and download").click()
    assert download.value.path().read_bytes().startswith(b"PK")
    expect(page.get_by_text("Pack #1 created: 2 licenses moved to “Submitted”.")).to_be_visible()
    assert set(stages(server).values()) == {"submitted"}

    page.get_by_role("button", name="Paste SENs").click()
    page.get_by_label("License keys with their SENs").fill("K1 SEN-7001\nK2 SEN-7001\n")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".st-key-record_sens button")).to_be_disabled()
    page.get_by_label("License keys with their SENs").fill("K1 SEN-7001\nK2 SEN-7002\n")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Record 2 SENs").click()
    expect(page.get_by_text("2 licenses migrated")).to_be_visible()
    assert set(stages(server).values()) == {"migrated"}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert set(stages(server).values()) == {"submitted"}
