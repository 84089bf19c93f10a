"""A person signs in with an identity provider, works in two tabs, and signs out of both."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import Server, open_page, serving, settle, watch
from tests.browser.identity_provider import Provider, provided
from tests.stores import copied

PEOPLE = {"APP_EDITORS": "eva@example.com", "APP_VIEWERS": "vic@example.com"}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provided() as running:
        yield running


@pytest.fixture
def server(provider: Provider, sample_store: Path, tmp_path: Path) -> Iterator[Server]:
    """The application with the sample, which people sign in to."""
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(provider.secrets())
    options = ("--secrets.files", str(secrets))
    with serving(copied(sample_store, tmp_path), tmp_path / "log", *options, environment=PEOPLE) as running:
        yield running


def title_of(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_sign_in_leads_back_to_the_page_and_its_end_ends_every_tab(page: Page, server: Server) -> None:
    open_page(page, server, "licenses?hosting=server&outcome=eligible")
    title_of(page, "Sign in")
    page.get_by_test_id("stMain").get_by_role("button", name="Sign in").click()
    title_of(page, "Licenses")
    settle(page)
    assert page.url == f"{server.url}/licenses?hosting=server&outcome=eligible"
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    user = cookies["_streamlit_user"]
    assert (user["httpOnly"], user["sameSite"]) == (True, "Lax")
    assert 0 < user["expires"] - time.time() <= 12 * 3600
    assert "return_to" not in cookies

    other = page.context.new_page()
    complaints = watch(other)
    open_page(other, server)
    title_of(other, "Progress")
    page.get_by_test_id("stSidebar").get_by_role("button", name="Sign out").click()
    title_of(page, "Sign in")
    other.get_by_test_id("stSidebarNav").get_by_role("link", name="Cloud").click()
    title_of(other, "Sign in again")
    expect(other.get_by_test_id("stSidebarNavLink")).to_have_count(0)
    assert complaints == []
    # As if the cookie had been copied before: it names a sign-in that was ended.
    page.context.add_cookies([{"name": user["name"], "value": user["value"], "url": server.url}])
    open_page(page, server, "licenses")
    title_of(page, "Sign in again")
