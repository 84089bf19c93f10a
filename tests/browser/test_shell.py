"""The frame around the pages, in a real browser against a real server."""

from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, make_url, text

from lib.web.asgi import HEADERS
from tests.browser.app import PATHS, Server, open_page, serving

TITLES = dict(zip(PATHS, ("Progress", "Cloud", "Licenses", "Customers", "Requests", "Import", "Activity"), strict=True))


def get(url: str) -> HTTPResponse | HTTPError:
    try:
        response: HTTPResponse = urlopen(url, timeout=10)
    except HTTPError as error:
        return error
    return response


@pytest.mark.parametrize("path", PATHS)
def test_each_page_opens_by_its_address_without_a_complaint(page: Page, empty_server: Server, path: str) -> None:
    open_page(page, empty_server, path)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[path])
    expect(page).to_have_title(f"{TITLES[path]} · License migration")
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def test_the_menu_leads_to_every_page(page: Page, empty_server: Server) -> None:
    open_page(page, empty_server)
    for title in TITLES.values():
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_local_visitor_sees_that_there_is_no_sign_in(page: Page, empty_server: Server) -> None:
    open_page(page, empty_server)
    expect(page.get_by_test_id("stSidebar").get_by_text("Local, no sign-in")).to_be_visible()


def test_texts_are_set_in_the_font_that_the_application_brings(page: Page, empty_server: Server) -> None:
    open_page(page, empty_server)
    loaded = page.evaluate("[...document.fonts].filter(font => font.status == 'loaded').map(font => font.family)")
    assert "Inter" in loaded


@pytest.mark.parametrize("path", [*PATHS, "healthz", "_stcore/health", "_stcore/metrics"])
def test_every_answer_carries_the_security_headers(empty_server: Server, path: str) -> None:
    with get(f"{empty_server.url}/{path}") as response:
        assert {name: response.headers.get_all(name) for name in HEADERS} == {n: [v] for n, v in HEADERS.items()}


def test_the_health_check_says_ok_while_the_database_answers(empty_server: Server) -> None:
    with get(f"{empty_server.url}/healthz") as response:
        assert (response.status, response.read()) == (200, b"ok")


def test_the_health_check_fails_once_the_database_is_gone(
    postgresql: Engine, postgresql_url: str, tmp_path: Path
) -> None:
    with serving(postgresql_url, tmp_path / "log.txt") as server:
        with postgresql.connect() as connection:
            connection.execute(text(f"DROP DATABASE {make_url(postgresql_url).database} WITH (FORCE)"))
        with get(f"{server.url}/healthz") as response:
            assert (response.status, response.read()) == (503, b"The database does not answer.")
