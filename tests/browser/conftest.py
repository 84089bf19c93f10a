"""Chromium, running applications that no test changes, and pages that must not complain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import provide
from tests.browser.app import SAMPLE, Server, imported, serving, watch
from tests.stores import copied, file_of, sqlite_url_in

# Patience costs nothing where a page does what it should, and saves a journey on a machine with much else to do.
expect.set_options(timeout=15_000)

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = provide.chromium()
    assert path, provide.ADVICE
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application with an empty store; no test changes it."""
    folder = tmp_path_factory.mktemp("empty")
    with serving(sqlite_url_in(folder), folder / "log.txt", afresh=True) as running:
        yield running


@pytest.fixture(scope="session")
def sample_store(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the sample of 11 licenses, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    return file_of(imported(copied(sqlite_template, folder), SAMPLE.name, SAMPLE.read_bytes()))


@pytest.fixture(scope="session")
def sample_server(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application with the sample of 11 licenses; no test changes it."""
    folder = tmp_path_factory.mktemp("sample_server")
    with serving(copied(sample_store, folder), folder / "log.txt") as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A tab of a browser never used before, in Berlin; the test fails if anything in it complains."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900},
        locale="en-GB",
        timezone_id="Europe/Berlin",
        accept_downloads=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    complaints = watch(page)
    yield page
    context.close()
    assert not complaints, "\n".join(complaints)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey that fails is walked once more, and the summary names it: a browser on a busy machine can lose a click."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))
