"""Two servers behind nginx with one PostgreSQL: one of them killed in the middle of an import and of a visit."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from lib.store import database
from tests.browser.app import SAMPLE, serving, settle
from tests.browser.identity_provider import Provider, provided
from tests.proxy import NGINX, free_port, proxy
from tests.store.stories import a_row, imported, now
from tests.stores import connected

pytestmark = pytest.mark.skipif(not NGINX, reason="This machine has no nginx.")

EDITOR = {"APP_EDITORS": "eva@example.com"}
ERRORS = "[data-testid=stException], [data-testid=stAlertContentError], [role=dialog]"
"""What a page shows only where something went wrong."""


class Site:
    """A site under one address, whose two servers come and go."""

    def __init__(self, folder: Path, database_url: str, provider: Provider) -> None:
        self.tls = free_port()
        self.url = f"https://localhost:{self.tls}"
        self.ports = (free_port(), free_port())
        self._folder, self._database_url = folder, database_url
        self._secrets = folder / "secrets.toml"
        self._secrets.write_text(provider.secrets().replace("http://localhost:{port}", self.url))

    @contextmanager
    def server(self, number: int) -> Iterator[None]:
        """One of its servers, with its worker, killed in the end."""
        log = self._folder / f"server{number}.log"
        options = ("--secrets.files", str(self._secrets))
        with serving(self._database_url, log, *options, environment=EDITOR, port=self.ports[number], killed=True):
            yield


@pytest.fixture
def site(tmp_path: Path, postgresql_store_url: str) -> Iterator[Site]:
    with provided() as provider:
        site = Site(tmp_path, postgresql_store_url, provider)
        with proxy(tmp_path, site.ports, site.tls):
            yield site


@pytest.fixture
def store(postgresql_store_url: str) -> Iterator[Engine]:
    with connected(postgresql_store_url) as engine:
        yield engine


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A tab that trusts the site's certificate."""
    with chromium.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


def sign_in(tab: Page, url: str) -> None:
    tab.goto(url)
    settle(tab)
    tab.get_by_test_id("stMain").get_by_role("button", name="Sign in").click()
    expect(tab.get_by_text("eva@example.com")).to_be_visible(timeout=30_000)


def test_who_imports_on_a_server_that_is_killed_goes_on_at_the_other(site: Site, store: Engine, tab: Page) -> None:
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(site.server(0))
        sign_in(tab, site.url)
        tab.goto(f"{site.url}/import")
        tab.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(SAMPLE)
        deed = tab.get_by_role("button", name="Import 11 licenses")
        expect(deed).to_be_visible(timeout=60_000)
        with database.writing(store):  # so that the import is still under way when its server goes
            deed.click()
            expect(tab.get_by_text("Importing ·")).to_be_visible(timeout=30_000)
            second.enter_context(site.server(1))
            first.close()
        expect(tab.get_by_text("imported by")).to_be_visible(timeout=60_000)
        expect(tab.locator(ERRORS)).to_have_count(0)
        assert len(now(store)) == 11

        imported(store, a_row("K-1"))
        newer = tab.get_by_role("button", name="Show newer data")
        newer.click(timeout=10_000)
        expect(tab.get_by_text("12 licenses")).to_be_visible()
        expect(newer).to_have_count(0)
        expect(tab.locator(ERRORS)).to_have_count(0)
