"""What the pages share, drawn by a real browser on a page made for it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import ROOT, Server, open_page, serving

NASTY = "*a* _b_ `c` [d](http://e.test) ![f](http://g.test/h.png) :red[i] :material/key: $j$ <b>k</b> # l ~m~ \\n 1. o & p www.q.test"

PAGE = f"""
import streamlit as st

from lib.web import page_paths, session, widgets
from lib.web.session import Role

session.require(Role.VIEWER)
widgets.page_header("Title", {NASTY!r})
st.markdown(widgets.escape({NASTY!r}))
widgets.failure({NASTY!r})
widgets.empty_state(":material/inbox:", "Nothing yet", {NASTY!r}, "Import a file", page_paths.IMPORT)
raise ValueError("the secret detail")
"""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server of this module writes its log."""
    return tmp_path_factory.mktemp("log") / "log.txt"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[Server]:
    """The application with another page in the place of Progress."""
    root = tmp_path_factory.mktemp("copy")
    for name in ("lib", "pages", "migrations", ".streamlit"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "secrets.toml"))
    shutil.copy(ROOT / "app.py", root)
    (root / "pages" / "progress.py").write_text(PAGE)
    with serving(f"sqlite:///{root / 'licenses.sqlite'}", log, root=root) as running:
        yield running


def test_text_from_a_file_reads_as_it_is(page: Page, server: Server) -> None:
    open_page(page, server)
    texts = page.get_by_test_id("stMain").locator("p, [data-testid=stText]").filter(has_text="*a*")
    expect(texts).to_have_text([NASTY] * 4)
    assert page.get_by_test_id("stMain").locator("img, b, a[href*='.test'], .katex").count() == 0


def test_an_empty_page_offers_one_way_on(page: Page, server: Server) -> None:
    open_page(page, server)
    page.get_by_role("button", name="Import a file").click()
    expect(page).to_have_url(f"{server.url}/import")


def test_an_error_nobody_foresaw_shows_a_reference_and_leaves_its_detail_in_the_log(
    page: Page, server: Server, log: Path
) -> None:
    open_page(page, server)
    message = page.get_by_test_id("stAlertContentError").filter(has_text="Something went wrong")
    reference = re.search(r"reference (\w{6})\.", message.inner_text())
    assert reference
    _, reference_line, detail = log.read_text().partition(f"Unexpected error {reference[1]}")
    assert reference_line
    assert "ValueError: the secret detail" in detail
    expect(page.get_by_test_id("stApp")).not_to_contain_text("secret detail")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Activity").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")
